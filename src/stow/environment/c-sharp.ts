import type { Refused } from '../edit.ts';
import type { WorkspaceFile } from '../readers.ts';
import { otherShape } from '../syntax.ts';
import { withConstants } from './constants.ts';
import { type EnvironmentEdit, type EnvironmentFile, isBelow } from './language.ts';
import {
  endOfHole,
  endOfLine,
  escapedString,
  instead,
  type LexicalLanguage,
  type Lexicon,
  lexicalEdit,
  type ReadString,
  type Surrounded,
  slashComment,
} from './lexical.ts';
import { platformName } from './platform-names.ts';

const lexicon: Lexicon = {
  comment(text, at) {
    // a line for the compiler: #region it's mine
    if (text[at] === '#' && /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 200), at))) return endOfLine(text, at);
    return slashComment(text, at, false);
  },
  string(text, at) {
    const [, prefix = '', quotes] = /^([@$]{0,10})("{1,20})/.exec(text.slice(at, at + 30)) ?? [];
    if (text[at] === "'") {
      const char = escapedString(text, at + 1, "'", undefined);
      return char && { ...char, isPlain: false };
    }
    if (quotes === undefined) return undefined;
    const open = at + prefix.length;
    if (quotes.length >= 3) return rawLiteral(text, open + quotes.length, quotes, prefix);
    if (prefix.includes('@')) return verbatim(text, open + 1, prefix.includes('$'));
    return prefix === '' ? escapedString(text, open + 1, '"', undefined) : interpolated(text, open + 1);
  },
};

function rawLiteral(text: string, contentStart: number, quotes: string, prefix: string): ReadString | null {
  const contentEnd = text.indexOf(quotes, contentStart);
  if (contentEnd === -1) return null;
  const isPlain = prefix === '' && !text.slice(contentStart, contentEnd).includes('\n');
  return { contentStart, contentEnd, end: contentEnd + quotes.length, isPlain };
}

function verbatim(text: string, contentStart: number, hasHoles: boolean): ReadString | null {
  let isPlain = !hasHoles;
  for (let at = text.indexOf('"', contentStart); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return { contentStart, contentEnd: at, end: at + 1, isPlain };
    isPlain = false;
  }
  return null;
}

function interpolated(text: string, contentStart: number): ReadString | null {
  for (let at = contentStart; at < text.length; at++) {
    if (text[at] === '"') return { contentStart, contentEnd: at, end: at + 1, isPlain: false };
    if (text[at] === '\\') at++;
    else if (text.startsWith('{{', at)) at++;
    else if (text[at] === '{') {
      const end = endOfHole(text, at + 1);
      if (end === undefined) return null;
      at = end - 1;
    }
  }
  return null;
}

/** `private const string NAME = `: a field, which can be one that is set when the program starts. */
const constantField =
  /\b((?:public|private|protected|internal)(?:\s+(?:protected|internal))?(?:\s+new)?\s+)const(\s+string\s+\w{1,100}\s*=\s*)$/;

/** A constant that is made of the string and of something else, or one of several. */
const inConstant = /\bconst\s[^;{}]*$/;

/** `string name = `, and what the default value of a parameter begins with. */
const parameter = /(?:^|,)[^,=]{0,200}\w[\w.<>?[\]]{0,100}\s+\w{1,100}\s*=(?![=>])[^,]*$/;

const before = ({ start }: Surrounded, text: string): string => text.slice(Math.max(0, start - 300), start);

/** Is another constant, a default value, a case or an attribute made of it? */
const needed = (name: string): RegExp =>
  new RegExp(
    `\\bconst\\s[^;]{0,300}=[^;]{0,300}\\b${name}\\b|\\b(?:case|is)\\s+[\\w.]{0,100}\\b${name}\\b|\\w\\s+\\w{1,100}\\s*=\\s*[\\w.]{0,100}\\b${name}\\s*[,)]|(?:^|[;{}\\]])\\s*\\[[^\\]]{0,300}\\b${name}\\b`,
    'm',
  );

function obstacle(string: Surrounded, text: string): Refused | undefined {
  const { line, previous, next, brackets } = string;
  const inner = brackets.at(-1);
  const inAttribute = brackets.some((bracket) => bracket.sign === '[' && /^(?:[;{}\](,]|)$/.test(bracket.previous));
  const isDefault = inner?.sign === '(' && (previous === '=' || parameter.test(before(string, text).split('(').at(-1)!));
  const isBytes = /^u8/i.test(next);
  const isPattern = ['case', 'is', 'or', 'and', 'not'].includes(previous) || next === '=>';
  const constant = /\bconst\s+string\s+(\w{1,100})\s*=\s*$/.exec(before(string, text))?.[1];
  const isStuck =
    constant === undefined
      ? inConstant.test(before(string, text))
      : needed(constant).test(text) || next.startsWith(',') || !constantField.test(before(string, text));
  if (!inAttribute && !isDefault && !isBytes && !isPattern && !isStuck) return undefined;
  return otherShape('The secret on line {line} stands where its value must be known before the program runs.', line);
}

const language = (environment: string, mark: string): LexicalLanguage => ({
  lexicon,
  obstacle,
  replace(string, variable, text) {
    const call = instead(string, `${environment}.GetEnvironmentVariable("${variable}")${mark}`);
    const found = constantField.exec(before(string, text));
    if (!found) return [call];
    const start = string.start - found[0].length + found[1]!.length;
    return [{ start, end: start + 'const'.length, text: 'static readonly' }, call];
  },
});

/** Something of the program's own by the name of the namespace, as `namespace Shop.System`. */
const ownSystem =
  /\b(?:class|struct|enum|interface|record)\s+System\b|\bnamespace\s+(?:[\w.]{1,100}\.)?System\s*[;{.\r\n]|(?<=[\w>?\]]\s{1,8})(?<!\busing\s{1,8})System\s*[=;{,)]/;

/** A variable may be null, and where the program or its project says so, that is told of each string. Source: https://learn.microsoft.com/dotnet/csharp/nullable-references */
function checksNull({ path, text }: EnvironmentFile, files: Iterable<WorkspaceFile>): boolean {
  const own = /^[ \t]*#nullable[ \t]+(enable|disable)/m.exec(text)?.[1];
  if (own !== undefined) return own === 'enable';
  const projects = [...files].filter(
    (file) => /(?:\.csproj|(?:^|[\\/])Directory\.Build\.props)$/.test(file.path) && isBelow(path, file.path),
  );
  const says = (what: string): boolean => projects.some((project) => project.text.includes(`<Nullable>${what}</Nullable>`));
  return says('enable') && !says('disable');
}

const edit: EnvironmentEdit = async (file, taken, doors, reads) => {
  const programs = [...(await doors.workspaceFiles())].filter(({ path }) => path.endsWith('.cs'));
  const isTaken = [file, ...programs].some(({ text }) => ownSystem.test(text));
  const usesSystem = /^\s*(?:global\s+)?using\s+System\s*;/m.test(file.text);
  // a class may have an Environment of its own, as that of a web host
  const short = usesSystem && !isTaken ? await platformName('System.Environment', file, doors, /\.cs$/) : undefined;
  const environment = short ?? `${isTaken ? 'global::' : ''}System.Environment`;
  const mark = checksNull(file, await doors.workspaceFiles()) ? '!' : '';
  return lexicalEdit(language(environment, mark))(file, taken, doors, reads);
};

export const csharp = withConstants(edit, { declared: /\bconst\s+string\s+(\w{1,100})\s*=\s*@?"$/, files: /\.cs$/, needed });
