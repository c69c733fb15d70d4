import { posix } from 'node:path';
import { type Refused, refuse, type TextEdit } from '../edit.ts';
import type { WorkspaceFile } from '../readers.ts';
import { otherShape } from '../syntax.ts';
import { type EnvironmentEdit, isBeside, type Taken } from './language.ts';
import { endOfLine, escapedString, instead, type Lexicon, rawString, type Surrounded, slashComment, stringAt } from './lexical.ts';
import { exposureOf } from './terraform-uses.ts';

const hole = /(?<!\$)\$\{|(?<!%)%\{/y;

const lexicon: Lexicon = {
  comment: (text, at) => (text[at] === '#' ? endOfLine(text, at) : slashComment(text, at, false)),
  string(text, at) {
    if (text[at] === '"') return escapedString(text, at + 1, '"', hole);
    const [opening, , word] = /^<<(-?)([A-Za-z_][\w-]{0,60})\r?\n/.exec(text.slice(at, at + 70)) ?? [];
    if (opening === undefined) return undefined;
    const start = at + opening.length;
    const end = new RegExp(`^[ \\t]*${word}\\r?$`, 'm').exec(text.slice(start));
    return end ? rawString(text, start, end[0].trimEnd(), false) : null;
  },
};

/** The edits for Terraform: `var.name`, whose value comes from `TF_VAR_name`, and its declaration. */
export const terraform: EnvironmentEdit = async ({ path, text }, taken, doors) => {
  const isValues = /\.tfvars$/i.test(path);
  const files = isValues ? [] : await doors.workspaceFiles();
  const edits: TextEdit[] = [];
  for (const one of taken) {
    const string = stringAt(text, one.place, lexicon, !isValues);
    if ('refused' in string) return string;
    const made = isValues ? withoutValue(text, string) : inModule(text, string, one, files, path);
    if ('refused' in made) return made;
    edits.push(...made);
  }
  return { edits: edits.toSorted((a, b) => a.start - b.start), notes: [], values: taken.map(({ place }) => place.value) };
};

const attribute = (name: string): RegExp => new RegExp(`(?:^|\\n)[ \\t]*${name}[ \\t]*=[ \\t]*$`);

/** A value in a `.tfvars` file wins over the environment, so its line goes. */
function withoutValue(text: string, string: Surrounded): TextEdit[] | Refused {
  const isWholeLine = /^[ \t]*(?:#.*|\/\/.*)?(?:\r?\n|$)/.exec(text.slice(string.end, endOfLine(text, string.end) + 1));
  if (
    string.brackets.length > 0 ||
    !isWholeLine ||
    !attribute('[\\w-]{1,100}').test(text.slice(Math.max(0, string.start - 300), string.start))
  ) {
    return otherShape('The secret on line {line} is not the whole value of a variable.', string.line);
  }
  const start = text.lastIndexOf('\n', string.start) + 1;
  return [{ start, end: string.end + isWholeLine[0].length, text: '' }];
}

function inModule(
  text: string,
  string: Surrounded,
  { place, variable }: Taken,
  files: Iterable<WorkspaceFile>,
  path: string,
): TextEdit[] | Refused {
  const name = variable.slice('TF_VAR_'.length);
  const blocks = string.brackets
    .filter(({ sign }) => sign === '{')
    .map(({ at }) => header.exec(text.slice(Math.max(0, at - 300), at))?.[1]);
  const isWhole = string.contentStart === place.start && string.contentEnd === place.end;
  const before = text.slice(Math.max(0, string.start - 300), string.start);
  const isLabel = string.brackets.length === 0 || /^["{]/.test(string.next);
  const isKey = /^=(?![=>])/.test(string.next) || (string.next.startsWith(':') && string.previous !== '?');
  const isOfModule = blocks.length === 1 && blocks[0] === 'module' && attribute('(?:source|version|providers)').test(before);
  const isFixed = blocks.some((block) => fixed.has(block ?? '')) || attribute('(?:alias|provider|depends_on)').test(before);
  const isAtEnd = string.brackets.some(
    ({ at }) => provisioner.test(text.slice(Math.max(0, at - 300), at)) && /^[^}]*\bwhen\s*=\s*destroy\b/.test(text.slice(at)),
  );
  if (isFixed || isOfModule || isLabel || isKey || isAtEnd) {
    return otherShape('Terraform takes no variable where the secret on line {line} stands.', string.line);
  }
  const beside = [...files].filter((file) => file.path.endsWith('.tf') && isBeside(path, file.path));
  const user = [...files].find((file) => file.path.endsWith('.tf') && usesModule(file, path));
  if (user) {
    return refuse(
      'Terraform gives variables of the environment to the root module alone, and {file} uses this one. Let it pass the secret on, and stow the secret there.',
      { file: user.path },
    );
  }
  const isSecretAlready = blocks[0] === 'variable' && isSensitive.test(blockOf(text, string));
  const exposure = isSecretAlready ? undefined : exposureOf(text, string.start, [text, ...beside.map((file) => file.text)]);
  if (blocks[0] === 'output' || exposure === 'shown') {
    return otherShape(
      'Terraform shows the output that the secret on line {line} is in, and so takes no secret variable there.',
      string.line,
    );
  }
  const isName = string.brackets.some(
    ({ sign, at }) => sign !== '{' && /\bfor_each\s*=\s*\w*$/.test(text.slice(Math.max(0, at - 100), at)),
  );
  if (isName || exposure === 'named after it') {
    return otherShape('Terraform names resources after what line {line} says, and so takes no secret variable there.', string.line);
  }
  if (blocks[0] === 'variable') {
    const isDefault = attribute('default').test(before);
    if (!isWhole || !isDefault) return otherShape('Terraform takes no variable where the secret on line {line} stands.', string.line);
    return withoutDefault(text, string);
  }
  const declares = new RegExp(`^[ \\t]*variable[ \\t]+"${name}"`, 'm');
  const other = beside.find((file) => declares.test(file.text));
  if (other) {
    return refuse(
      'The variable {variable} is declared in {file} already, for something else it may be. Give it another name there, then stow the secret.',
      {
        variable: name,
        file: other.path,
      },
    );
  }
  const read = isWhole ? instead(string, `var.${name}`) : { start: place.start, end: place.end, text: `\${var.${name}}` };
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = ['', `variable "${name}" {`, '  type      = string', '  sensitive = true', '}', ''];
  return [read, { start: text.length, end: text.length, text: `${text.endsWith('\n') ? '' : newline}${lines.join(newline)}` }];
}

const provisioner = /\bprovisioner[ \t]+"[^"\n]*"[ \t]*$/;
const isSensitive = /^\s*sensitive\s*=/m;

/** Does a file of another folder take the module that a file is of? */
const usesModule = ({ path, text }: WorkspaceFile, file: string): boolean =>
  [...text.matchAll(/^[ \t]*source[ \t]*=[ \t]*"(\.{1,2}\/[^"\n]{0,300})"/gm)].some(([, source]) =>
    isBeside(file, posix.join(posix.dirname(path.replaceAll('\\', '/')), source!, 'main.tf')),
  );

/** The inside of the block that a string is in, as far as its first closing brace behind that. */
const blockOf = (text: string, { brackets, end }: Surrounded): string =>
  text.slice(brackets.find(({ sign }) => sign === '{')!.at, text.indexOf('}', end));

/** The blocks that Terraform reads before it knows any variable. */
const fixed = new Set(['terraform', 'backend', 'cloud', 'lifecycle', 'import', 'moved', 'removed']);

const header = /([\w-]{1,100})(?:[ \t]+"[^"\n]{0,100}")*[ \t]*=?[ \t]*$/;

/** The default of a variable goes, and Terraform shows the value nowhere. */
function withoutDefault(text: string, string: Surrounded): TextEdit[] {
  const name = /default[ \t]*=[ \t]*$/.exec(text.slice(0, string.start).slice(-300))![0];
  const start = string.start - name.length;
  if (!isSensitive.test(blockOf(text, string))) return [{ start, end: string.end, text: 'sensitive = true' }];
  const lineStart = text.lastIndexOf('\n', start) + 1;
  return [{ start: lineStart, end: Math.min(endOfLine(text, string.end) + 1, text.length), text: '' }];
}
