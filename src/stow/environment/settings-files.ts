import { type Node, parseTree } from 'jsonc-parser';
import { execBefore } from '../dotenv.ts';
import { lineAt, type Refused, refuse, type SecretPlace, standsAt, type TextEdit } from '../edit.ts';
import { mayBeRead, notAlone, otherShape, refuseEscapes, withPlaceholder } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';
import { endOfLine, escapedString, instead, type Lexicon, lexicalEdit, rawString } from './lexical.ts';

// Files of settings in which a program puts variables of its environment, as it says itself. Those in YAML are in yaml.ts.

/** A file in which a variable may stand wherever the secret does; `obstacle` says where not, `covers` what it takes the place of. */
const anywhere =
  (
    command: string,
    obstacle: (text: string, place: SecretPlace, line: number) => Refused | undefined,
    covers = (_text: string, place: SecretPlace, _read: string): SecretPlace => place,
  ): EnvironmentEdit =>
  async ({ text }, taken, _doors, reads) => {
    const edits: TextEdit[] = [];
    for (const { place, variable } of taken) {
      const line = lineAt(text, place.start);
      if (!standsAt(text, place)) return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
      const refused = place.value.includes('\\') ? refuseEscapes() : obstacle(text, place, line);
      if (refused) return refused;
      const read = reads(variable);
      const { start, end } = covers(text, place, read);
      edits.push({ start, end, text: read });
    }
    const values = taken.map(({ place }) => place.value);
    return { edits: edits.toSorted((a, b) => a.start - b.start), notes: [], values, runAfterwards: execBefore(command) };
  };

const noValue = (line: number): Refused => otherShape('The secret on line {line} is not a value of the file.', line);

/** A file of lines, with what stands before no value: names and comments. */
const ofLines = (command: string, beforeNone: RegExp): EnvironmentEdit =>
  anywhere(command, (text, { start }, line) => {
    const before = beginningOfLine(text, start);
    if (beforeNone.test(before)) return noValue(line);
    return mayBeRead(before) ? undefined : notAlone(line);
  });

const beginningOfLine = (text: string, place: number): string => text.slice(text.lastIndexOf('\n', place - 1) + 1, place);

/** Source: https://docs.npmjs.com/cli/v11/configuring-npm/npmrc */
export const npm = ofLines('npm …', /[;#]|^[^=]*$/);
/** Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/#using-environment-variables */
export const pip = ofLines('pip install …', /(?:^|\s)#/);
/** Source: https://docs.spring.io/spring-boot/reference/features/external-config.html */
export const springProperties = anywhere(
  '…',
  (text, { start }, line) => (/^\s*[#!]|^[^=:]*$/.test(beginningOfLine(text, start)) ? noValue(line) : undefined),
  withPlaceholder,
);
/** Source: https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#variable-expansion */
export const grafana = ofLines('…', /[;#]|^[^=:]*$/);

/** A file of XML; a value that is escaped in it is another than the variable would hold. */
const ofXml = (command: string, before: RegExp): EnvironmentEdit =>
  anywhere(command, (text, { start, value }, line) => {
    const isComment = text.lastIndexOf('<!--', start) > text.lastIndexOf('-->', start);
    if (isComment || !before.test(text.slice(Math.max(0, start - 300), start))) return noValue(line);
    return value.includes('&') ? refuseEscapes() : undefined;
  });

/** Source: https://maven.apache.org/settings.html */
export const maven = ofXml('mvn …', />[^<>]{0,200}$/);
/** Source: https://learn.microsoft.com/nuget/reference/nuget-config-file */
export const nuget = ofXml('dotnet restore', /\bvalue\s{0,8}=\s{0,8}["'][^"'<>]{0,200}$/);

/** What Claude Code gives to the servers that it starts; their headers are another matter. Source: https://docs.claude.com/en/docs/claude-code/mcp */
export const mcp = anywhere('claude', (text, place, line) => {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const string = root && valueIn(root, place);
  return string && isIn('env', string) && string.value === place.value ? undefined : noValue(line);
});

/** The string that holds a place as a value. */
function valueIn(node: Node, place: SecretPlace): Node | undefined {
  const [key] = node.type === 'property' ? (node.children ?? []) : [];
  const child = node.children?.find((one) => one !== key && one.offset <= place.start && place.end <= one.offset + one.length);
  return child === undefined ? (node.type === 'string' ? node : undefined) : valueIn(child, place);
}

/** Is a value one of an object of this name? */
const isIn = (name: string, { parent: property }: Node): boolean =>
  property?.type === 'property' && property.parent?.parent?.type === 'property' && property.parent.parent.children?.[0]?.value === name;

const toml: Lexicon = {
  comment: (text, at) => (text[at] === '#' ? endOfLine(text, at) : undefined),
  string(text, at) {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") return undefined;
    const close = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
    return quote === '"' ? escapedString(text, at + close.length, close, undefined) : rawString(text, at + close.length, close);
  },
};

/** Source: https://supabase.com/docs/guides/local-development/managing-config */
export const supabase: EnvironmentEdit = async (file, taken, doors, reads) => {
  const edited = await lexicalEdit({
    lexicon: toml,
    obstacle: ({ previous, line }) => (previous === '=' ? undefined : noValue(line)),
    replace: (string, variable) => [instead(string, `"${reads(variable)}"`)],
  })(file, taken, doors, reads);
  return 'refused' in edited ? edited : { ...edited, runAfterwards: execBefore('supabase start') };
};
