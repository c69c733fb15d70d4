import type { Node } from '@vscode/tree-sitter-wasm';
import { inOrder, lineAt, type Refused, type SecretPlace, type TextEdit } from '../edit.ts';
import type { Grammar } from '../grammar.ts';
import { editProgram, otherShape, replaced } from '../syntax.ts';
import type { EnvironmentDoors, EnvironmentEdited, EnvironmentFile, Taken } from './language.ts';

/** A string of a program that holds a secret. */
export interface Literal {
  readonly node: Node;
  /** What stands between its quotes. */
  readonly content: { readonly start: number; readonly end: number };
  /** The string has holes, or may have some: the secret alone becomes one more. */
  readonly part: boolean;
  readonly line: number;
}

/** What a language needs around the expressions that read the environment. */
export interface Preparation {
  readonly edits: readonly TextEdit[];
  /** The name by which the program reaches what an import gives. */
  readonly name: string;
}

/** A language with a grammar. */
export interface ProgramLanguage {
  readonly grammar: Grammar;
  /** The nodes of strings. */
  readonly strings: ReadonlySet<string>;
  /** The nodes between a string's quotes that are neither holes nor escapes. */
  readonly contents: ReadonlySet<string>;
  /** The nodes inside which nothing may be called: a secret there has to be known before the program runs. */
  readonly fixed: ReadonlySet<string>;
  /** The nodes that an expression is computed in: what is around them says nothing of it. */
  readonly bodies: ReadonlySet<string>;
  /** Whether a string may have holes: then a secret that is only a part of it can be replaced. */
  mayHaveHoles(literal: Node): boolean;
  /** Another reason why this string cannot be replaced. */
  obstacle?(literal: Literal, root: Node): Refused | undefined;
  /** What the program needs first: an import. */
  prepare?(root: Node, text: string, literals: readonly Literal[]): Preparation;
  /** The edits that put the variable in the string's place. */
  replace(literal: Literal, place: SecretPlace, variable: string, text: string, name: string): readonly TextEdit[];
}

/** A web address with a password in it is of use only as a whole, and so is it kept. */
export const isAddress = (value: string): boolean => /^[a-z][a-z0-9+.-]{1,30}:\/\/\S{1,2000}$/i.test(value);

/** The edits that put environment variables in the place of a program's strings, found in its syntax tree. */
export async function editStrings(
  { text }: EnvironmentFile,
  taken: readonly Taken[],
  language: ProgramLanguage,
  doors: EnvironmentDoors,
): Promise<EnvironmentEdited | Refused> {
  const parser = await doors.parser(language.grammar);
  return editProgram(
    text,
    taken.map(({ place }) => place),
    parser,
    (root) => {
      const literals: Literal[] = [];
      for (const { place } of taken) {
        const literal = literalAt(root, text, place, language);
        if ('refused' in literal) return literal;
        literals.push(literal);
      }
      const { edits: prepared, name } = language.prepare?.(root, text, literals) ?? { edits: [], name: '' };
      const edits = literals.flatMap((literal, i) => language.replace(literal, taken[i]!.place, taken[i]!.variable, text, name));
      const values = literals.map(({ part, content }, i) => (part ? taken[i]!.place.value : text.slice(content.start, content.end)));
      return { edits: inOrder([...prepared, ...edits.map((edit) => apart(text, edit))]), notes: [], values };
    },
  );
}

function literalAt(root: Node, text: string, place: SecretPlace, language: ProgramLanguage): Literal | Refused {
  const line = lineAt(text, place.start);
  let node = root.descendantForIndex(place.start, place.end - 1);
  while (node && !language.strings.has(node.type)) node = node.parent;
  if (!node) return otherShape('The secret on line {line} is not a string of the program.', line);
  const inner = node.namedChildren.filter((child) => child !== null && !delimiters.has(child.type));
  const [only] = inner;
  const isPlain = only && inner.length === 1 && language.contents.has(only.type) && only.namedChildCount === 0;
  const isWhole = isPlain && ((only.startIndex === place.start && only.endIndex === place.end) || isAddress(only.text));
  const holds = (child: Node | null) =>
    child && language.contents.has(child.type) && child.startIndex <= place.start && place.end <= child.endIndex;
  if (!isWhole && !(language.mayHaveHoles(node) && inner.some(holds))) {
    return otherShape('The secret on line {line} is only a part of a string.', line);
  }
  const content = isWhole ? { start: only.startIndex, end: only.endIndex } : { start: place.start, end: place.end };
  const literal = { node, content, part: !isWhole, line };
  return fixedPlace(literal, language) ?? language.obstacle?.(literal, root) ?? literal;
}

/** Python has nodes of the quotes. */
const delimiters: ReadonlySet<string> = new Set(['string_start', 'string_end']);

function fixedPlace({ node, line }: Literal, { fixed, bodies }: ProgramLanguage): Refused | undefined {
  for (let around = node.parent; around && !bodies.has(around.type); around = around.parent) {
    if (fixed.has(around.type)) {
      return otherShape('The secret on line {line} stands where its value must be known before the program runs.', line);
    }
  }
  return undefined;
}

/** Quotes stand close to a word, as in `return"…"`, and a name does not. */
export function apart(text: string, edit: TextEdit): TextEdit {
  const before = /^\w/.test(edit.text) && /[\p{L}\p{N}_$]/u.test(text[edit.start - 1] ?? '') ? ' ' : '';
  const behind = /\w$/.test(edit.text) && /[\p{L}\p{N}_$]/u.test(text[edit.end] ?? '') ? ' ' : '';
  return { ...edit, text: `${before}${edit.text}${behind}` };
}

/** The string, quotes and all, replaced by an expression; of one with holes the secret alone, by one more hole. */
export function replacedBy(literal: Literal, whole: string, hole: string): TextEdit[] {
  const { node, part, content } = literal;
  return [part ? { ...content, text: hole } : replaced(node, whole)];
}
