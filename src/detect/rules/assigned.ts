import { type Literal, type RunBehind, setOf } from '../engine/matcher.ts';
import { isOtherThing, namesBefore, squeeze } from '../evidence.ts';
import { consistsOfWords, isPlaceholder, variety } from '../randomness.ts';
import type { Cases, Checked, Draw, Rule } from './rule.ts';
import { charactersOf, leastVariety, longest, patternOf, runOf, type Shape, sampleOf, shapeInWords, wordCharacters } from './shape.ts';
import { goesOnWith, type Told } from './token.ts';

export interface AssignedOptions extends Told {
  /** Words of the provider, in lower case: one is part of the value's name, or heads the block that the name is in. */
  readonly near: readonly string[];
  /** A word of `near` speaks for the value on its next line too: it is the other half, and not a setting of the provider. */
  readonly acrossLines?: true;
  /** Words of the value's name that the first pass looks for, where those of `near` stand in far more texts. */
  readonly anchors?: readonly string[];
  readonly shapes: readonly Shape[];
  /** How many characters after the provider's word the value begins at most. */
  readonly within?: number;
  /** What the name, in lower case and without what joins its words, has to say. */
  readonly named?: RegExp;
  /** What stands right before a value that is public, looked for in the 80 characters before it. */
  readonly publicAfter?: RegExp;
  /** A name for the cases. */
  readonly example?: string;
  readonly verify?: (credential: string) => boolean;
  readonly sample?: (draw: Draw) => string;
  readonly cases?: (draw: Draw) => Cases;
}

// How soon after a place without a value the rule looks again.
const step = 48;
const secretNames = /key|token|secret|pass|pwd|credential|auth/;
const notSecret = /(?:id|ids|name|url|uri|path|file|arn|version|type|label|length|size|region|host|user|email)$/;

/** A credential that looks like many other things, told by the name that it has. */
export function assigned({
  near,
  anchors = near,
  shapes,
  acrossLines,
  within = 140,
  named = secretNames,
  publicAfter,
  example = 'api_key',
  verify,
  sample,
  cases,
  ...told
}: AssignedOptions): Rule {
  const words = near.map(squeeze);
  const isAnchor = anchors === near;
  const lead = within + Math.max(...near.map(({ length }) => length));
  // hundreds of rules are made before any is asked
  let looked: Looked | undefined;

  function check(text: string, start: number, end: number): Checked | undefined {
    looked ??= lookedFor(shapes);
    const isInitials = end - start <= 3 && /[_.-]/.test(text[end - 1]!);
    const { pattern, limit, least, beginning } = looked;
    const window = text.slice(end, end + within + limit + 1);
    pattern.lastIndex = 0;
    for (let turn = 0; turn < 3; turn++) {
      const found = pattern.exec(window);
      if (found === null || found.index > within) break;
      const [value] = found;
      const at = end + found.index;
      if (found.index === 0 && /[\w/.]/.test(text[end - 1]!)) continue; // a name goes on
      if (variety(value.replace(beginning, '')) < least || isPlaceholder(value) || isWords(value) || verify?.(value) === false) continue;
      const names = namesBefore(text, at);
      const name = squeeze(names.join(' '));
      if (!named.test(name) || isOtherThing(names) || notSecret.test(squeeze(names[0]!))) continue;
      if (isInitials) {
        const initials = text.slice(start, end).toLowerCase();
        if (!names.some((one) => one.toLowerCase().includes(initials))) continue;
      } else if (!words.some((word) => name.includes(word)) && !speaksFor(behindWord(text, end, at), acrossLines)) continue;
      if (publicAfter?.test(text.slice(Math.max(0, at - 80), at))) continue;
      return { match: { start: at, end: at + value.length }, next: at + value.length };
    }
    return { next: end + step };
  }

  /** What stands between the last of the provider's words and the value at `at`, where an anchor ends at `end`; undefined if there is none. */
  function behindWord(text: string, end: number, at: number): string | undefined {
    const before = text.slice(isAnchor ? end : Math.max(0, at - lead), at);
    const lower = before.toLowerCase();
    const last = Math.max(...near.map((word) => endOfLast(lower, word)));
    return last === 0 && !isAnchor ? undefined : before.slice(last);
  }

  return {
    ...told,
    get format() {
      return told.format ?? shapes.map(shapeInWords).join(' · ');
    },
    literals: literalsFor(anchors, shapes, within).map((literal) => (isAnchor ? { ...literal, beginsName: true } : literal)),
    check,
    cases(draw) {
      const own = cases?.(draw);
      const value = () => sample?.(draw) ?? sampleOf(shapes[0]!, draw);
      const word = near[0]!.replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
      const camel = `${word}_${example}`.replace(/[^a-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());
      return {
        ok: [
          `${`${word}_${example}`.toUpperCase()}=${value()}`,
          `export ${`${word}_${example}`.toUpperCase()}="${value()}"`,
          `const ${camel} = '${value()}';`,
          `${word}:\n  ${example}: ${value()}\n`,
          `- name: ${`${word}_${example}`.toUpperCase()}\n  value: ${value()}\n`,
          ...(own?.ok ?? []),
        ],
        ng: [
          `${word}_commit = ${value()}`,
          `value = ${value()}`,
          `${word}${value()} = 1`,
          `${word}_${example} = \${${word}_${example}}`,
          `${word}_${example} = ${filled(shapes[0]!)}`,
          ...(shapes.every(isFixed) ? [`${word}_${example} = ${value()}ABC`] : []),
          ...(shapes.length === 1 && isFixed(shapes[0]!)
            ? [`${word}_${example} = ${value().slice(0, -1)}`, `${word}_${example} = ${value().slice(1)}`]
            : []),
          ...(acrossLines || words.some((one) => squeeze(example).includes(one))
            ? []
            : [`${word}_site = "${word}.example"\n\nother_${example} = ${value()}`, `${word}_region=eu\nother_${example}=${value()}`]),
          ...(own?.ng ?? []),
        ],
      };
    },
  };
}

/** A word of several is joined by what a language joins words with. */
const joined = (word: string): string[] =>
  /[a-z0-9]_[a-z0-9]/.test(word) ? ['_', '-', '.'].map((by) => word.replaceAll('_', by)) : [word];

/** What is looked for behind a word: its pattern, its length at most, and how many different characters it has at least behind the text that each begins with. */
interface Looked {
  readonly pattern: RegExp;
  readonly beginning: RegExp;
  readonly limit: number;
  readonly least: number;
}

const lookedFor = (shapes: readonly Shape[]): Looked => ({
  pattern: new RegExp(shapes.map(standingAlone).join('|'), 'g'),
  beginning: new RegExp(`^(?:${shapes.map(([first]) => (typeof first === 'string' ? patternOf([first]) : '')).join('|')})`),
  limit: Math.max(...shapes.map(longest)),
  least: Math.min(...shapes.map(leastVariety)),
});

/** The words, where a value of one of the shapes may follow. */
function literalsFor(words: readonly string[], shapes: readonly Shape[], within: number): Literal[] {
  const texts = new Set([...words.flatMap(joined), ...words.map(squeeze).filter((word) => word.length > 3)]);
  const gates = shapes.map((shape) => ({ ...runOf(shape), ...aloneOf(shape), within }));
  return [...texts].map((text) => ({ text, anyCase: true, gates }));
}

/** The shape where it is no part of something longer, of no path, and not cut short. */
function standingAlone(shape: Shape): string {
  const escaped = (characters: string): string => characters.replace(/[\\\]^-]/g, '\\$&');
  return `(?<![${escaped(notBefore(shape))}])${patternOf(shape)}(?![\\w…${escaped(goesOnWith(shape))}])`;
}

/** The characters that may not stand before a value of this shape. */
const notBefore = (shape: Shape): string => `${charactersOf(wordCharacters)}/.${goesOnWith(shape).replace('=', '')}`;

/** What a value that stands alone is, where it is a whole run of its characters. */
function aloneOf(shape: Shape): Pick<RunBehind, 'most' | 'notAfter'> {
  const around = charactersOf(wordCharacters) + goesOnWith(shape).replace('=', '');
  const isWhole = shape.every((part) =>
    Array.from(typeof part === 'string' ? part : charactersOf(part.of)).every((character) => around.includes(character)),
  );
  return isWhole ? { most: longest(shape), notAfter: setOf(notBefore(shape)) } : {};
}

const sameStatement = /^[^\r\n}\]]*$/;
const header = /^[\w.-]{0,30}["'\])]{0,3}[ \t]{0,4}(?:=>|[:=])?[ \t]{0,4}[{([]?[ \t]{0,4}\r?\n/;
const blockEnd = /\n[ \t]*\r?\n|[}\]]/;

/** Does the provider's word speak for a value that stands after `between`: in the same statement, or as the head of its block? */
function speaksFor(between: string | undefined, acrossLines = false): boolean {
  if (between === undefined) return false;
  const head = header.exec(between)?.[0] ?? between.slice(0, 1);
  const isInside = !blockEnd.test(between.slice(head.endsWith('\n') ? head.length - 1 : head.length));
  if (sameStatement.test(between) || (head.endsWith('\n') && isInside)) return true;
  return acrossLines && isInside && between.split('\n').length <= 3;
}

const isFixed = (shape: Shape): boolean => shape.every((part) => typeof part === 'string' || part.least === part.most);

const filled = (shape: Shape): string =>
  shape.map((part) => (typeof part === 'string' ? part : (charactersOf(part.of)[0] ?? '').repeat(part.least))).join('');

const capitalisedWords = /^[a-z]{0,15}(?:[A-Z][a-z]{2,15}){3,12}$/;

/** An identifier, and not random: of short text nobody can tell, unless it is nothing but words with a capital each. */
const isWords = (value: string): boolean => capitalisedWords.test(value) || (value.length >= 32 && consistsOfWords(value));

/** Where the last `word` of a text ends; 0 if there is none. */
function endOfLast(text: string, word: string): number {
  const at = text.lastIndexOf(word);
  return at === -1 ? 0 : at + word.length;
}
