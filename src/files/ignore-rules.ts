// The language of `.gitignore` (https://git-scm.com/docs/gitignore). A stranger may have written the patterns: what one of them costs is at most in proportion to its length and to that of a path,
// while a regular expression tries each folder anew for each `**`.

/** What the next item is to be; undefined stands for any number of items. */
type Wanted = ((item: string) => boolean) | undefined;

/** A line that is no comment. */
interface Pattern {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Of each name in a path. */
  readonly names: readonly Wanted[];
  /** Where it says so of the last name alone: then no other is looked at. */
  readonly lastName: Wanted;
}

/** The patterns of some ignore files, for paths below one folder: the last one that fits decides, and what lies in an ignored folder is ignored. */
export class IgnoreRules {
  private readonly ignoreCase: boolean;
  private readonly patterns: readonly Pattern[];
  private readonly folders = new Map<string, boolean>();

  /** `ignoreCase`: names that differ only in case are one file here. */
  constructor(ignoreCase: boolean, patterns: readonly Pattern[] = []) {
    this.ignoreCase = ignoreCase;
    this.patterns = patterns;
  }

  /** These rules, and then those of more lines. */
  and(lines: readonly string[]): IgnoreRules {
    return new IgnoreRules(this.ignoreCase, [...this.patterns, ...lines.flatMap((line) => patternOf(this.folded(line)) ?? [])]);
  }

  /** Is a path ignored? With `/`, which that of a folder ends in. */
  ignores(path: string): boolean {
    return this.patterns.length > 0 && this.says(this.folded(path));
  }

  private says(path: string): boolean {
    const isFolder = path.endsWith('/');
    const end = isFolder ? path.length - 1 : path.length;
    const nameBegin = path.lastIndexOf('/', end - 1) + 1;
    if (nameBegin > 0 && this.saysOfFolder(path.slice(0, nameBegin))) return true;
    const name = path.slice(nameBegin, end);
    let names: readonly string[] | undefined;
    for (let index = this.patterns.length - 1; index >= 0; index--) {
      const { negated, foldersOnly, lastName, names: wanted } = this.patterns[index]!;
      if (foldersOnly && !isFolder) continue;
      if (lastName === undefined) names ??= path.slice(0, end).split('/');
      if (lastName === undefined ? fits(wanted, names!) : lastName(name)) return !negated;
    }
    return false;
  }

  private saysOfFolder(path: string): boolean {
    const known = this.folders.get(path);
    if (known !== undefined) return known;
    const says = this.says(path);
    this.folders.set(path, says);
    return says;
  }

  private folded(text: string): string {
    return this.ignoreCase ? text.toLowerCase() : text;
  }
}

/** Do items follow each other as wanted? Of two ways to go on where any number may stand, the later place is tried only for the last such: an earlier one could do no more. */
function fits(wanted: readonly Wanted[], items: ArrayLike<string>): boolean {
  let [at, next] = [0, 0];
  let again: { at: number; readonly next: number } | undefined;
  while (at < items.length) {
    const one = wanted[next];
    if (next < wanted.length && one === undefined) again = { at, next: ++next };
    else if (one?.(items[at]!)) [at, next] = [at + 1, next + 1];
    else if (again === undefined) return false;
    else [at, next] = [++again.at, again.next];
  }
  return wanted.slice(next).every((one) => one === undefined);
}

const anything: Wanted = () => true;

/** Undefined where a line says nothing: it is empty, a comment, or no pattern. */
function patternOf(line: string): Pattern | undefined {
  if (line.startsWith('#')) return undefined;
  const negated = line.startsWith('!');
  const written = withoutTrailingBlanks(negated ? line.slice(1) : line);
  const foldersOnly = written.endsWith('/');
  const text = foldersOnly ? written.slice(0, -1) : written;
  const parts = partsOf(text.replace(/^\//, ''));
  if (text === '' || parts === undefined) return undefined;
  const names = parts.map(nameOf);
  const isAnchored = text.includes('/');
  const last = names.length - 1;
  // `a/**` is what lies in it, at least a name
  if (isAnchored && names[last] === undefined) names.push(anything);
  return { negated, foldersOnly, names, lastName: isAnchored ? undefined : (names[last] ?? anything) };
}

/** A blank behind a backslash is a part of the name. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ' && !standsBehindEscape(line, end - 1)) end--;
  return line.slice(0, end);
}

function standsBehindEscape(line: string, at: number): boolean {
  let begin = at;
  while (begin > 0 && line[begin - 1] === '\\') begin--;
  return (at - begin) % 2 === 1;
}

/** A character of a pattern: itself, or a test of one; `*` is undefined. */
type Character = string | Wanted;

/** The characters of each name. Undefined where the pattern ends in the middle of something, and fits nothing. */
function partsOf(text: string): Character[][] | undefined {
  const parts: Character[][] = [[]];
  for (let at = 0; at < text.length; at++) {
    const isEscaped = text[at] === '\\';
    if (isEscaped) at++;
    const character = text[at];
    if (character === undefined) return undefined;
    const part = parts.at(-1)!;
    if (character === '/') parts.push([]);
    else if (isEscaped) part.push(character);
    else if (character === '*') part.push(undefined);
    else if (character === '?') part.push(anything);
    else if (character === '[') {
      const oneOf = classAt(text, at);
      if (oneOf === undefined) return undefined;
      part.push(oneOf.test);
      at = oneOf.end;
    } else part.push(character);
  }
  return parts;
}

/** Undefined for `**`, which is any number of folders. */
function nameOf(characters: readonly Character[]): Wanted {
  if (characters.length > 1 && characters.every((one) => one === undefined)) return undefined;
  const [first, ...others] = characters;
  if (characters.every((one) => typeof one === 'string')) {
    const literal = characters.join('');
    return (name) => name === literal;
  }
  if (first === undefined && others.every((one) => typeof one === 'string')) {
    const ending = others.join('');
    return (name) => name.endsWith(ending);
  }
  const wanted = characters.map((one): Wanted => (typeof one === 'string' ? (character) => character === one : one));
  return (name) => fits(wanted, name);
}

/** Those of ASCII, as git has them. */
const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** What stands in brackets at a place, and where its end is. Undefined where it has none, or names a class that there is not. */
function classAt(text: string, begin: number): { readonly test: Wanted; readonly end: number } | undefined {
  const negated = /[!^]/.test(text[begin + 1] ?? '');
  const first = begin + (negated ? 2 : 1);
  const tests: ((character: string) => boolean)[] = [];
  let from: string | undefined; // what a range may begin with
  for (let at = first; at < text.length; at++) {
    if (text[at] === ']' && at > first) {
      return { test: (character) => tests.some((one) => one(character)) !== negated, end: at };
    }
    const named = text.startsWith('[:', at) ? /^\[:([^\]]*):\]/.exec(text.slice(at, at + 12)) : null;
    if (named !== null) {
      const { [named[1]!]: known } = classes;
      if (known === undefined) return undefined;
      tests.push((character) => known.test(character));
      at += named[0].length - 1;
      from = undefined;
      continue;
    }
    const isRange = text[at] === '-' && from !== undefined && at + 1 < text.length && text[at + 1] !== ']';
    if (isRange) at++;
    if (text[at] === '\\') at++;
    const member = text[at];
    if (member === undefined) return undefined;
    const begins = isRange ? from! : member;
    tests.push((character) => character >= begins && character <= member);
    from = isRange ? undefined : member;
  }
  return undefined;
}
