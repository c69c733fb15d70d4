import type { Node } from '@vscode/tree-sitter-wasm';
import { message } from '../message.ts';
import { applyEdits, type Edited, lineAt, type Refused, refuse, type SecretPlace, standsAt, type TextEdit } from './edit.ts';
import type { SourceParser } from './grammar.ts';
import { type ListItem, removeItems } from './list-items.ts';

/**
 * What `edit` makes of a program's syntax tree; refused where the key no longer stands at its place or the program has an error of syntax.
 * @throws Error where the edited program could no longer be read.
 */
export function editProgram<T extends Edited>(
  text: string,
  places: readonly SecretPlace[],
  parser: SourceParser,
  edit: (root: Node, line: number) => T | Refused,
): T | Refused {
  const line = lineAt(text, places[0]!.start);
  if (places.some((place) => !standsAt(text, place))) {
    return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
  }
  const edited = parser.read(text, (root) => {
    if (!root.hasError) return edit(root, line);
    const [broken] = root.descendantsOfType('ERROR');
    if (!broken) return refuse('The program cannot be read: something is missing in it. Mend it, then stow the secret.');
    return refuse('The program cannot be read: line {line} is not valid. Mend it, then stow the secret.', {
      line: lineAt(text, broken.startIndex),
    });
  });
  if ('refused' in edited) return edited;
  const isIntact = parser.read(applyEdits(text, edited.edits), (root) => !root.hasError);
  if (!isIntact) throw new Error('The edit left a program that cannot be read.');
  return edited;
}

/** The refusal of a shape for which no edit is known; `why` is a sentence with the hole `{line}`. */
export function otherShape(why: string, line: number): Refused {
  return refuse(
    '{why} No edit would surely work. Let the program read the secret from a .env file, stow it there, and start the program with keystow exec --env-file .env -- ….',
    { why: message(why, { line }) },
  );
}

/** The refusal where a variable would hold what the file says, and its program reads something else. */
export const refuseEscapes = (): Refused =>
  refuse(
    'The secret is written with escapes, in base64 or in several parts, so no edit would surely work. Write it in one piece, then stow it.',
  );

export const notAlone = (line: number): Refused => otherShape('The secret on line {line} is only a part of a string.', line);

/** Does a variable count behind this beginning of a value: none in the braces of another one, and none whose sign is escaped? */
export const mayBeRead = (before: string): boolean => !/\$\{[^}]*$|[\\$]$/.test(before);

/** The place of a secret, with the braces around it where it is the default of the variable that is to be read: `${A:…}` of `${A}`. */
export function withPlaceholder(text: string, place: SecretPlace, read: string): SecretPlace {
  const before = `${read.slice(0, -1)}:`;
  const isDefault = text.startsWith(before, place.start - before.length) && text[place.end] === '}';
  return isDefault ? { ...place, start: place.start - before.length, end: place.end + 1 } : place;
}

/** The members of an object or of a list of arguments, without comments. */
export function members(list: Node): Node[] {
  return list.namedChildren.filter((child) => child !== null).filter(({ type }) => type !== 'comment');
}

/** The edits that take members out of an object or of a list of arguments. */
export function without(text: string, list: Node, gone: readonly Node[]): TextEdit[] {
  const starts = new Set(gone.map(({ startIndex }) => startIndex));
  return removeItems(text, listItems(list), ({ start }) => starts.has(start));
}

function listItems(list: Node): ListItem[] {
  const items: { start: number; end: number; comma?: number }[] = [];
  for (const child of list.children) {
    const last = items.at(-1);
    if (child?.type === ',' && last) last.comma = child.startIndex;
    else if (child?.isNamed && child.type !== 'comment') items.push({ start: child.startIndex, end: child.endIndex });
  }
  return items;
}

export function replaced(node: Node, text: string): TextEdit {
  return { start: node.startIndex, end: node.endIndex, text };
}

/** The value as a string literal in the quote that stands at an offset of the text, or in single ones. */
export function quoted(value: string, text: string, at: number): string {
  const quote = text[at] === '"' ? '"' : "'";
  return `${quote}${value.replace(/["'\\]/g, (char) => (char === quote || char === '\\' ? `\\${char}` : char))}${quote}`;
}

/** The name itself, or one like it that is not used yet. */
export function freeName(used: ReadonlySet<string>, name: string, alias: string): string {
  if (!used.has(name)) return name;
  let free = alias;
  for (let i = 2; used.has(free); i++) free = `${alias}${i}`;
  return free;
}
