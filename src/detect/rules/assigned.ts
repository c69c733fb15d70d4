import { tableInCsv, valuesAt } from '../columns.ts';
import { kindOfLogins, kindsOfNames, Names, squeeze } from '../evidence.ts';
import { beginOfNearest, holdsCommand, longestName, namesAt, namesReach } from '../names-before.ts';
import { remembered, rememberedPart, rememberedPlace, whenForgetting } from '../remembered.ts';
import { unitAt } from '../unit-at.ts';
import { endOfLast, kindsOfWords, mayHoldWord } from '../words-of-names.ts';
import { firstPlaceIn, literalsFor } from './assigned-literals.ts';
import { type Candidates, candidatesOf } from './candidates.ts';
import type { Cases, Checked, Draw, Match, Rule, State } from './rule.ts';
import { charactersOf, endOfRun, type Shape, sampleOf, shapeInWords, tableOf, wordCharacters } from './shape.ts';
import type { Told } from './token.ts';

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
  /** The name of this secret ends in `id`, as that of something public does. */
  readonly endsInId?: true;
  /** What stands right before a value that is public, looked for in the 80 characters before it. */
  readonly publicAfter?: RegExp;
  /** What stands right before a value without a name that follows its id as the next argument, looked for in the 80 characters before it. */
  readonly behindId?: RegExp;
  /** A name for the cases. */
  readonly example?: string;
  /** Is what stands between two places of a text one by its characters? */
  readonly verify?: (text: string, start: number, end: number) => boolean;
  readonly sample?: (draw: Draw) => string;
  readonly cases?: (draw: Draw) => Cases;
}

/** Says whether names, in lower case and without what joins their words, match a pattern. The words that it begins with, as in `secret|key$|one.*two`, are looked for first. */
function nameTest(pattern: RegExp): (names: Names) => boolean {
  const leading = /^(?:[a-z0-9]+\$?(?:\||$))*/.exec(pattern.source)![0];
  const hasMore = leading.length < pattern.source.length;
  const words = leading.split('|').filter((word) => word !== '');
  const ofLogins = ['pwd', 'auth'].every((word) => words.includes(word)) ? { pwd: kindOfLogins, auth: kindOfLogins } : {};
  const shared: Readonly<Record<string, number>> = { ...kindsOfNames, ...ofLogins };
  const kinds = words.reduce((all, word) => all | (shared[word] ?? 0), 0);
  const others = words.filter((word) => shared[word] === undefined);
  const wordsIn = kindsOfWords([[1, others.join(' ')]]);
  return (names) =>
    names.holdOneOf(kinds) ||
    (others.length > 0 && wordsIn(names.text, names.start, names.end) !== 0) ||
    (hasMore && pattern.test(names.squeezed));
}

// How soon after a place without a value the rule looks again.
const step = 48;
const mostFits = 4;
const secretNames = /key|token|secret|pass|pwd|credential|auth/;

/** A credential that looks like many other things, told by the name that it has. */
export function assigned({
  near,
  anchors = near,
  shapes,
  acrossLines,
  within = 140,
  named = secretNames,
  endsInId,
  publicAfter,
  behindId,
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
  let candidates: Candidates | undefined;
  const isVerified = verify && rememberedPart(verify);
  const literals = literalsFor(anchors, shapes, within).map((literal) => (isAnchor ? { ...literal, beginsName: true as const } : literal));
  const firstPlace = rememberedPart((text, start, end) => firstPlaceIn(text.slice(start, end), literals));
  const lastWord = endOfLast(near);
  const says = remembered((between): Said => ({ isOneLine: !between.includes('\n'), speaks: speaksFor(between, acrossLines) }));
  const saysBetween = rememberedPart((text, start, end) => says(text.slice(start, end)));
  const mayBeTold = mayHoldWord(words);

  // Whether a value may be one, and whether its names fit, does not depend on the place. So it is judged once, however many places stand before it.
  let judged = '';
  let [judgedFrom, judgedTo] = [0, 0];
  let nearest: Value | undefined; // and those behind it, one after the other
  let farthest: Value | undefined;
  let fits: Fit[] = []; // of the names that were asked about last
  let oldest = 0;
  const forgetValues = () => {
    judged = '';
    nearest = farthest = undefined;
    fits = [];
    oldest = 0;
  };

  // where a word of the provider is in the names of a value, it is meant at each place before it, but at initials
  const isEachMeant = isAnchor && !near.some(areInitials);
  const isNamed = nameTest(named);
  const wordsOfProvider = kindsOfWords([[1, words.join(' ')]]);
  const fitOf = (names: Names): Fit => {
    for (const fit of fits) if (fit.names === names) return fit;
    const fit = {
      names,
      fits: isNamed(names) && !(endsInId ? names.areOfOtherThing : names.areOfNoSecret),
      isTold: undefined,
      holdsPlace: undefined,
    };
    fits[oldest] = fit;
    oldest = (oldest + 1) % mostFits;
    return fit;
  };
  const isTold = (one: Fit): boolean => {
    one.isTold ??= wordsOfProvider(one.names.text, one.names.start, one.names.end) !== 0;
    return one.isTold;
  };

  const isNamedByPlace = (one: Fit): boolean => {
    one.holdsPlace ??= one.names.nearest < longestName && firstPlaceIn(one.names.nearestOne, literals).end > 0;
    return one.holdsPlace;
  };

  /** The first of the values with a fitting name that begin between two places of a text, of which it is asked in order. */
  function valueIn(text: string, from: number, last: number): Value | undefined {
    candidates ??= candidatesOf(shapes);
    if (text !== judged || from < judgedFrom) {
      if (judged === '') whenForgetting(forgetValues);
      judged = text;
      judgedTo = from;
      nearest = undefined;
    }
    judgedFrom = from;
    while (nearest !== undefined && nearest.start < from) nearest = nearest.behind;
    for (let one = candidates.firstIn(text, from, last); one !== undefined && one.start <= last; one = one.behind) {
      const { start, end } = one;
      if (start < judgedTo) continue;
      judgedTo = end;
      if (!candidates.isRandom(text, one)) continue;
      const fit = fitOf(namesAt(text, start));
      if (!(fit.fits || stands(behindId, text, start) || isGivenToClient(text, start, words)) || stands(publicAfter, text, start)) continue;
      if (isVerified?.(text, start, end) === false) continue; // last, as the names mostly tell of a value that it is another's
      const value: Value = { start, end, fit, word: -1, isSpokenFor: false, behind: undefined };
      if (nearest === undefined) nearest = value;
      else farthest!.behind = value;
      farthest = value;
    }
    return nearest;
  }

  function check(text: string, start: number, end: number): Checked | undefined {
    // no value is meant without a word of the provider in its names or before it, which where others are looked for hardly stands there
    const lowest = Math.max(0, end - Math.max(lead, namesReach));
    if (!isAnchor && !mayBeTold(text, lowest, end + within)) return { next: end + step };
    let first: Value | undefined;
    let last: Value | undefined;
    let more: Value[] | undefined;
    for (let value = valueIn(text, end, end + within); value !== undefined; value = value.behind) {
      if (last !== undefined && hasOwnPlace(text, last.end, value)) break;
      if (!isMeant(text, start, end, value)) continue;
      const table = inTable(text, value);
      if (first === undefined) {
        if (table !== undefined) return table;
        first = value;
      } else if (table !== undefined)
        break; // its own place leads to it
      else if (more === undefined) more = [value];
      else more.push(value);
      last = value;
    }
    return first === undefined ? { next: end + step } : { match: first, more, next: last!.end };
  }

  /** The value with those beside it, where it stands in a table in CSV, of which it goes on with the lines below: the header, which names them, is too far from most. */
  function inTable(text: string, value: Value): Checked | undefined {
    // what only a word before it tells, tells those behind it too
    const table = tableInCsv(text, value.start, value.end, (name, isBehind) => {
      const other = fitOf(new Names(name, 0, name.length, name.length));
      return other.fits && (isTold(other) || (isBehind && !isTold(value.fit)));
    });
    return table && lineOf(text, table.begin, table.state, value.start);
  }

  /** The values in a line of a table that begin at a place or behind it. */
  function lineOf(text: string, at: number, state: State, from: number): Checked {
    candidates ??= candidatesOf(shapes);
    const isValue = (start: number, end: number): boolean =>
      start >= from && candidates!.isRandomAt(text, start, end) && isVerified?.(text, start, end) !== false;
    const values = valuesAt(text, at, state, isValue);
    if (values === undefined) return { next: at };
    const { next } = values;
    const [match, ...more] = values.places;
    return { match, more, next, state: next < text.length ? state : undefined };
  }

  /** Is the value one of the provider, of which a word stands from `start` to `end`, where words of it are what is looked for? Then initials have to stand in the names. */
  function isMeant(text: string, start: number, end: number, value: Value): boolean {
    const { fit } = value;
    if (isAnchor && start >= beginOfNearest(text, value.start)) return true;
    if (end - start <= longestInitials && isJoiner(unitAt(text, end - 1))) {
      return fit.names.lines.toLowerCase().includes(text.slice(start, end).toLowerCase());
    }
    return isTold(fit) || isSpokenFor(text, end, value);
  }

  /** Does the next place of the rule, behind `from`, lead to the value? From there it is read whatever the rule made of those before, so that a change reaches no farther. */
  function hasOwnPlace(text: string, from: number, value: Value): boolean {
    if (isEachMeant && beginOfNearest(text, value.start) >= from && isNamedByPlace(value.fit)) return true;
    const { start, end } = firstPlace(text, from, value.start);
    return end > 0 && isMeant(text, from + start, from + end, value);
  }

  /** Does the last word of the provider before the value speak for it, or where that stands in another value, as in an address of the provider's, the head of their block? A word ends at `end`, where words are what is looked for. */
  function isSpokenFor(text: string, end: number, value: Value): boolean {
    const first = isAnchor ? end : Math.max(0, value.start - lead);
    const word = isAnchor || value.word === -1 ? lastWord(text, first, value.start) : value.word;
    if (word !== value.word) {
      value.word = word;
      value.isSpokenFor = (isAnchor || word > first) && speaksInBlock(text, word, value.start, saysBetween(text, word, value.start));
    }
    if (value.isSpokenFor || !isAnchor || word === end || !lineOfKey(text, word).isInValue || !isHead(text, end)) return value.isSpokenFor;
    return speaksInBlock(text, end, value.start, saysBetween(text, end, value.start));
  }

  return {
    ...told,
    get format() {
      return told.format ?? shapes.map(shapeInWords).join(' · ');
    },
    literals,
    check,
    goOn: (text, at, state) => lineOf(text, at, state, at),
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
          `example.com/${word}/${example} v1.2.3 h1:${value()}`,
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

const longestInitials = 3;

/** Is a word of the provider its initials, and what joins them with the next word of a name? */
const areInitials = (word: string): boolean => word.length <= longestInitials && isJoiner(unitAt(word, word.length - 1));
const joiners = tableOf('_.-');
const isJoiner = (unit: number): boolean => unit < 128 && joiners[unit] === 1;

/** Does what is looked for stand before a place? */
const stands = (wanted: RegExp | undefined, text: string, at: number): boolean =>
  wanted?.test(text.slice(Math.max(0, at - 80), at)) === true;

const calledBefore = /([A-Za-z_][\w.:\\]{2,60})\($/;
const saysClient = /client|api|sdk/;
const wordsOfClients = /client|api|sdk|new|async|http|rest|default|with(?:token|key|auth)?|v\d/g;

/** Whose client it is that a function of this name makes; empty where it makes none. */
const ofClient = remembered((called) => {
  const name = squeeze(called);
  return saysClient.test(name) ? name.replace(wordsOfClients, '') : '';
});
const clientBefore = rememberedPlace((text, place) => {
  const lowest = Math.max(0, place - longestCalled);
  let begin = place - 1;
  while (begin > lowest && inCalled[text.charCodeAt(begin - 1)] === 1) begin--;
  return ofClient(calledBefore.exec(text.slice(begin, place))?.[1] ?? '');
});

/** Is a value the first argument of what makes a client of the provider, and of nothing else, as in `pinecone.NewClient("…")` and `new HoneybadgerClient('…')`? `words`: those of the provider. */
function isGivenToClient(text: string, start: number, words: readonly string[]): boolean {
  if (unitAt(text, start - 2) !== parenthesis) return false;
  const rest = clientBefore(text, start - 1);
  return words.some((word) => rest === word || (rest.length === 2 * word.length && rest === word + word));
}

const parenthesis = 40;
const longestCalled = 63;
const inCalled = tableOf(`${charactersOf(wordCharacters)}.:\\`);

/** What names mean to a rule. */
interface Fit {
  readonly names: Names;
  /** May they be those of its credential? */
  readonly fits: boolean;
  /** Do they hold a word of the provider? Undefined until it is asked. */
  isTold: boolean | undefined;
  /** Does the nearest hold a place of the rule? Undefined until it is asked. */
  holdsPlace: boolean | undefined;
}

interface Value extends Match {
  readonly fit: Fit;
  /** Where the last word of the provider before it ends that was looked for; -1 before any was. */
  word: number;
  /** Does that one speak for it? */
  isSpokenFor: boolean;
  /** The next one in the text. */
  behind: Value | undefined;
}

// a shell's goes on behind a backslash: with the headers of what curl asks for, where of other programs each line has a value of its own
const sameStatement = /^(?:\\\r?\n(?=[ \t]*(?:-H|--header|-X|--request)\b)|["']\](?=[ \t]{0,4}=|\[["'])|[^\r\n}\]])*$/;
const header =
  /^[\w.-]{0,30}(?:::[\w.]{1,30}){0,2}["'\])]{0,3}[ \t]{0,4}(?:=>|[:=]|do[ \t]\|\w{1,20}\|)?[ \t]{0,4}[{([]{0,2}[ \t]{0,4}\r?\n/;
const blockEnd = /\n(?:---)?[ \t]*\r?\n|[}\]]/;

/** Does the provider's word speak for a value that stands after `between`: in the same statement, or as the head of its block? Not where it is that of a command which sets what has a name of its own. */
function speaksFor(between: string, acrossLines = false): boolean {
  if (sameStatement.test(between)) return !holdsCommand(between);
  const head = header.exec(between)?.[0] ?? between.slice(0, 1);
  const isInside = !blockEnd.test(between.slice(head.endsWith('\n') ? head.length - 1 : head.length));
  if (head.endsWith('\n') && isInside) return true;
  return acrossLines && isInside && between.split('\n').length <= 3;
}

const upToWord = /^([ \t]{0,60}(?:-[ \t]{1,4})?)[{[(, \t]{0,4}["']?([\w.-]{1,40})["']?[ \t]{0,4}(?:=>|[:=])[ \t]{0,4}["'`]?[^\s"'`]{0,60}$/;
const longestLine = 200;
const upToHead = /([ \t]{0,60})(-[ \t]{1,4})?/y;
const keyUpToWord = remembered((line) => {
  const [, indent, key = ''] = upToWord.exec(line) ?? [];
  return indent === undefined ? undefined : { indent: indent.length, namesKind: kindOfBlock.test(key), isInValue: true, dash: 0 };
});
/** How deep the line stands that holds a word, whether the word ends in a value and the key of that says of which kind the block is, and how much the dash takes of an item of a list. */
const lineOfKey = rememberedPlace((text, word) => {
  const lowest = Math.max(0, word - longestLine);
  let begin = word;
  let isBehindSign = false;
  for (; begin > lowest; begin--) {
    const unit = text.charCodeAt(begin - 1);
    if (unit === lineFeed) break;
    if (unit === colon || unit === equals) isBehindSign = true;
  }
  const found = isBehindSign ? keyUpToWord(text.slice(begin, word)) : undefined;
  if (found !== undefined) return found;
  upToHead.lastIndex = begin;
  const [, { length: indent } = '', { length: dash } = ''] = upToHead.exec(text)!;
  return { indent, namesKind: false, isInValue: false, dash };
});
const [lineFeed, colon, equals] = [10, 58, 61];
const kindOfBlock = /^(?:driver|type|provider|transport|adapter|resolve|uses)$/;
const listInLine = /\[[^[\]\r\n]{0,80}\]/g;
const restOfKind = /^[\w@/.-]{0,40}["'`]?[ \t]{0,4},?[ \t]{0,4}\r?\n[^}\])]*$/;

const isHead = (text: string, end: number): boolean => {
  restOfHead.lastIndex = end;
  return restOfHead.test(text);
};
const restOfHead = new RegExp(header.source.slice(1), 'y');
const endOfList = /[\w.-]{0,30}["']?\]/y;

/** What is known of what stands between a word of the provider and a value. */
interface Said {
  readonly isOneLine: boolean;
  /** Does the word speak for the value, whatever stands before it? */
  readonly speaks: boolean;
}

/**
 * Does the provider's word that ends at `word` speak for the value at `start`? Where it stands in another value, for those which are in the same block, as deep as that one; and where that says of which kind the block is, as
 * `driver: 'pusher',` and `resolve: 'gatsby-source-contentful',` do, for all of these. Where it is a key or an item of a list, and deeper lines follow, for those alone.
 */
function speaksInBlock(text: string, word: number, start: number, { isOneLine, speaks }: Said): boolean {
  if (isOneLine) return speaks;
  const { indent, namesKind, isInValue, dash } = lineOfKey(text, word);
  if (!isInValue) return speaks && !isBehindHead(text, word, start, indent, dash);
  if (indent > 0 && isLeft(text.slice(word, start), indent)) return false;
  endOfList.lastIndex = word;
  const speaksForAll = speaks && !endOfList.test(text);
  if (speaksForAll || !namesKind) return speaksForAll;
  const rest = text.slice(word, start).replace(listInLine, '');
  return restOfKind.test(rest) && !/\n(?:---)?[ \t]*(?:\r?\n|\[)/.test(rest);
}

const restOfKey = /[\w.-]{0,30}["']?[ \t]{0,4}(:?)[ \t]{0,4}\r?\n/y;

/** Does what stands behind a word, up to `start`, end the block of which that is the key, or the item of a list, as it stands no deeper? What follows a key at once may, as in notes. */
function isBehindHead(text: string, word: number, start: number, indent: number, dash: number): boolean {
  restOfKey.lastIndex = word;
  const [, colon] = restOfKey.exec(text) ?? [];
  if (colon === undefined || (colon === '' && dash === 0)) return false;
  const depth = indent + (colon === '' ? 0 : dash);
  const next = restOfKey.lastIndex;
  return (dash > 0 || endOfRun(text, next, next + depth + 1, blanks) > next + depth) && isLeft(text.slice(word, start), depth + 1);
}

/** Does one of the lines behind the first stand less deep than that? Not a comment at their beginning, as of what is switched off. */
function isLeft(between: string, indent: number): boolean {
  for (let at = between.indexOf('\n') + 1; at > 0; ) {
    if (endOfRun(between, at, at + indent, blanks) < at + indent && !/^(?:#|\/\/)/.test(between.slice(at, at + 2))) return true;
    at = between.indexOf('\n', at) + 1;
  }
  return false;
}

const blanks = tableOf(' \t');

const isFixed = (shape: Shape): boolean => shape.every((part) => typeof part === 'string' || part.least === part.most);

const filled = (shape: Shape): string =>
  shape.map((part) => (typeof part === 'string' ? part : (charactersOf(part.of)[0] ?? '').repeat(part.least))).join('');
