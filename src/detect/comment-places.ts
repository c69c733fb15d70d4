// Where in a text a comment may stand: not in a string that goes on over lines, nor in what a page shows. Each language is read from its start, by no more than
// what begins and ends such values.

/** What a place of a text is in. */
export interface Place {
  /** A comment may begin here. */
  readonly isCode: boolean;
  /** Where the value begins that goes on over this place, the outermost if it is in several. */
  readonly value?: number;
  /** It is not in the program but in the page around it. */
  readonly isPage?: true;
}

/** What the place `at` of a text is in, which is read from `from` on: a place that is in no value. */
export type Reader = (text: string, from: number, at: number) => Place;

const code: Place = { isCode: true };
const shown: Place = { isCode: false };
const around: Place = { isCode: false, isPage: true };

/** What may begin at a place of a text. */
interface Token {
  /** Sticky. What has no `end` is over with it. */
  readonly open: RegExp;
  /** Where it ends; infinite if it does not, undefined if it was none, and less than zero if up to there, counted so, nothing of the kind ends. */
  readonly end?: (text: string, opened: RegExpExecArray) => number | undefined;
  /** A comment may stand in it. */
  readonly isComment?: true;
  /** It is not of the program but of a page around it. */
  readonly isPage?: true;
}

/** Reads a language of which no more is known than its tokens. `signs`, global, finds where one may begin. */
function tokens(signs: RegExp, all: readonly Token[]): Reader {
  return (text, from, at) => {
    const unended = new Map<Token, number>();
    for (let next = from; next < at; ) {
      signs.lastIndex = next;
      const sign = signs.exec(text);
      if (sign === null || sign.index >= at) return code;
      next = sign.index + 1;
      for (const token of all) {
        const { open, end, isComment, isPage } = token;
        if (sign.index < (unended.get(token) ?? 0)) continue;
        open.lastIndex = sign.index;
        const opened = open.exec(text);
        if (opened === null) continue;
        const ended = end === undefined ? open.lastIndex : end(text, opened);
        if (ended === undefined) continue;
        if (ended < 0) {
          unended.set(token, -ended);
          continue;
        }
        if (ended > at) return isComment || end === undefined ? code : isPage ? around : { isCode: false, value: sign.index };
        next = Math.max(next, ended);
        break;
      }
    }
    return code;
  };
}

/** The end of the first match, from `from` on, that is more than an escape: one with a group. `otherwise` where there is none, or a line ends before. */
function endOf<T>(pattern: RegExp, text: string, from: number, otherwise: T): number | T {
  pattern.lastIndex = from;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[0] === '\n') return otherwise;
    if (found[1] !== undefined) return pattern.lastIndex;
  }
  return otherwise;
}

const escaped = (text: string): string => text.replace(/[^\w\s]/g, '\\$&');

/** A value that ends with what the pattern has a group for. */
const over = (open: RegExp, close: RegExp): Token => ({
  open,
  end: (text, opened) => endOf(close, text, opened.index + opened[0].length, Number.POSITIVE_INFINITY),
});
/** One whose end depends on its beginning. */
const overTo = (open: RegExp, close: (opened: RegExpExecArray) => RegExp): Token => ({
  open,
  end: (text, opened) => endOf(close(opened), text, opened.index + opened[0].length, Number.POSITIVE_INFINITY),
});
/** A string that ends on its line, unless the line's end is escaped; a quote without another one is none. */
const onLine = (open: RegExp, close: RegExp): Token => ({
  open,
  end: (text, opened) => endOf(close, text, opened.index + opened[0].length, undefined) ?? -(close.lastIndex || text.length),
});
const comment = (open: RegExp, close: RegExp): Token => ({ ...over(open, close), isComment: true });

const double = onLine(/"/y, /\\[\s\S]|\n|(")/g);
const single = onLine(/'/y, /\\[\s\S]|\n|(')/g);
const doubleOverLines = over(/"/y, /\\[\s\S]|(")/g);
const singleOverLines = over(/'/y, /\\[\s\S]|(')/g);
const doubledDouble = over(/"/y, /""|(")/g);
const backticks = over(/`/y, /\\[\s\S]|(`)/g);
const threeDouble = over(/"""/y, /\\[\s\S]|(""")/g);
const threeSingle = over(/'''/y, /\\[\s\S]|(''')/g);
const rawThreeDouble = over(/"""/y, /("""+)/g);
const character: Token = { open: /'(?:\\[^\n]{1,12}?|[^\\'\n]{1,2})'/y };

const slashes: Token = { open: /\/\/[^\n]*/y };
const slashStar = comment(/\/\*/y, /(\*\/)/g);
const hash: Token = { open: /#[^\n]*/y };
const wordHash: Token = { open: /(?<![^\s;(])#[^\n]*/y };
const dashes: Token = { open: /--[^\n]*/y };

const beforeRegularExpression = /(?:^|[=(,;:!&|?{}[>~\n]|\b(?:return|case|when|if|unless|and|or|not|split|typeof))[ \t]{0,20}$/;
/** As `Token.end` of what begins with `/`, where it is no sign of a division; no longer than some hundred characters. */
function endOfRegularExpression(text: string, at: number): number | undefined {
  const before = text.slice(Math.max(0, at - 120), at);
  if (/^[ \t*/]/.test(text.slice(at + 1, at + 2))) return undefined;
  if (!beforeRegularExpression.test(before.slice(-40)) && !isBehindCondition(before)) return undefined;
  const most = Math.min(text.length, at + 1000);
  let inClass = false;
  let end = at + 1;
  for (; end < most && text[end] !== '\n'; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === '[') inClass = true;
    else if (text[end] === ']') inClass = false;
    else if (text[end] === '/' && !inClass) return end + 1;
  }
  return -end;
}

/** Does a text end with `if (…)` or the like, behind which a statement begins? */
function isBehindCondition(text: string): boolean {
  let at = text.trimEnd().length;
  for (let depth = 0; text[at - 1] === ')' || depth > 0; ) {
    if (at-- === 0) return false;
    if (text[at] === ')') depth++;
    else if (text[at] === '(' && --depth === 0) return /\b(?:if|while|for|with)\s*$/.test(text.slice(0, at));
  }
  return false;
}

const regularExpression: Token = { open: /\//y, end: (text, { index }) => endOfRegularExpression(text, index) };

/** A here-document, and those that begin behind it on its line; `<<-` and `<<~` let the end be indented, and some languages always do. */
const hereDocument = (open: RegExp, isIndented = false): Token => ({
  open,
  end(text, { index }) {
    let end = endOfLine(text, index);
    for (const [opened, word] of text.slice(index, Math.min(end, index + 1000)).matchAll(/<<<?[-~]?[ \t]*["'`]?([A-Za-z_][\w-]{0,100})/g)) {
      const indent = isIndented || /<<[-~]/.test(opened) ? '[ \\t]*' : '';
      end = endOf(new RegExp(`(?<=\\n)(${indent}${escaped(word!)}(?![\\w.-]))`, 'g'), text, end, Number.POSITIVE_INFINITY);
    }
    return end;
  },
});

const closing = (opening: string): string => ({ '(': ')', '[': ']', '{': '}', '<': '>' })[opening] ?? opening;
/** What ends with the sign, or with the other of a pair, that the pattern has as its last group. */
const delimited = (open: RegExp): Token => overTo(open, (opened) => new RegExp(`\\\\[\\s\\S]|(${escaped(closing(opened.at(-1)!))})`, 'g'));

const ruby = tokens(/[#"'`<%/=_?]/g, [
  { open: /\?["'`#]/y },
  over(/(?<![^\n])__END__(?=\r?\n)/y, /(?!)/g),
  comment(/(?<![^\n])=begin\b/y, /(\n=end\b)/g),
  hash,
  hereDocument(/(?<![\w)\]])<<[~-]?["'`]?([A-Za-z_]\w{0,100})/y),
  doubleOverLines,
  singleOverLines,
  backticks,
  delimited(/(?<![\w)\]])%[qQwWiIx]?([([{<|!])/y),
  regularExpression,
]);
const terraform = tokens(/[#"/<]/g, [hash, slashes, slashStar, double, hereDocument(/<<[-~]?([A-Za-z_][\w-]{0,100})/y, true)]);
const python = tokens(/[#"']/g, [hash, threeDouble, threeSingle, double, single]);
const tag = /"[^"]*(?:"|$)|'[^']*(?:'|$)|(>)/g;
const page = tokens(/</g, [
  over(/<!--/y, /(-->)/g),
  over(/<!\[CDATA\[/y, /(\]\]>)/g),
  overTo(/<(script|style|textarea|title|pre|xmp)\b/iy, ([, name]) => new RegExp(`(</${name}\\s*>)`, 'gi')),
  over(/<[A-Za-z/!?]/y, tag),
]);

/** The readers of languages. */
export const readers = {
  c: tokens(/["'/R]/g, [
    slashes,
    slashStar,
    overTo(/R"([^\s()\\"]{0,16})\(/y, ([, word]) => new RegExp(`(\\)${escaped(word!)}")`, 'g')),
    double,
    // not between the digits of a number
    onLine(/(?<!\w)'/y, /\\[\s\S]|\n|(')/g),
  ]),
  java: tokens(/["'/]/g, [slashes, slashStar, threeDouble, double, single]),
  kotlin: tokens(/["'/]/g, [slashes, slashStar, rawThreeDouble, double, single]),
  swift: tokens(/["#/]/g, [
    slashes,
    slashStar,
    overTo(/(#{0,20})"""/y, ([, signs]) => new RegExp(signs === '' ? '\\\\[\\s\\S]|(""")' : `("""${signs})`, 'g')),
    overTo(/(#{1,20})"/y, ([, signs]) => new RegExp(`("${signs})`, 'g')),
    double,
  ]),
  groovy: tokens(/["'/$]/g, [slashes, slashStar, threeDouble, threeSingle, over(/\$\//y, /(\/\$)/g), double, single, regularExpression]),
  dart: tokens(/["'/]/g, [slashes, slashStar, threeDouble, threeSingle, double, single]),
  csharp: tokens(/["'/@$]/g, [
    slashes,
    slashStar,
    over(/(?:@\$?|\$@)"/y, /""|(")/g),
    overTo(/(?<!\$)\${0,20}("{3,40})/y, ([, quotes]) => new RegExp(`(${quotes})`, 'g')),
    double,
    single,
  ]),
  fsharp: tokens(/["'/@(]/g, [
    slashes,
    comment(/\(\*(?!\))/y, /(\*\))/g),
    rawThreeDouble,
    over(/@"/y, /""|(")/g),
    doubleOverLines,
    character,
  ]),
  go: tokens(/["'`/]/g, [slashes, slashStar, over(/`/y, /(`)/g), double, single]),
  rust: tokens(/["'/r]/g, [
    slashes,
    slashStar,
    overTo(/(?<![A-Za-z0-9_])r(#{0,50})"/y, ([, signs]) => new RegExp(`("${signs})`, 'g')),
    doubleOverLines,
    character,
  ]),
  bicep: tokens(/['/]/g, [slashes, slashStar, over(/'''/y, /('''+)/g), single]),
  styles: tokens(/["'/]/g, [over(/\/\*/y, /(\*\/)/g), double, single]),
  nestedStyles: tokens(/["'/]/g, [slashes, slashStar, double, single]),
  python,
  ruby,
  perl: tokens(/[#"'`<q/m=_$]/g, [
    { open: /\$[#"'`]/y },
    over(/(?<![^\n])__(?:END|DATA)__(?=\r?\n)/y, /(?!)/g),
    comment(/(?<![^\n])=[a-z]/y, /(\n=cut\b)/g),
    wordHash,
    hereDocument(/<<~?(?:[ \t]*["'])?([A-Za-z_]\w{0,100})/y),
    doubleOverLines,
    singleOverLines,
    backticks,
    delimited(/(?<![\w$@%])(?:q[qwxr]?|m)[ \t]*([([{<|!/])/y),
    regularExpression,
  ]),
  r: tokens(/[#"'`rR]/g, [
    hash,
    overTo(/(?<!\w)[rR]["'](-{0,40})([([{])/y, (opened) => new RegExp(`(${escaped(closing(opened[2]!))}${opened[1]}["'])`, 'g')),
    doubleOverLines,
    singleOverLines,
    backticks,
  ]),
  julia: tokens(/[#"'`]/g, [comment(/#=/y, /(=#)/g), hash, threeDouble, doubleOverLines, backticks, character]),
  elixir: tokens(/[#"'~?]/g, [
    { open: /\?\\?["'#]/y },
    hash,
    overTo(/~[A-Za-z]+("""|''')/y, ([, quotes]) => new RegExp(`(${quotes})`, 'g')),
    delimited(/~[A-Za-z]+([([{<|/"'])/y),
    threeDouble,
    threeSingle,
    doubleOverLines,
    singleOverLines,
  ]),
  cmake: tokens(/[#"[]/g, [overTo(/#?\[(={0,40})\[/y, ([, signs]) => new RegExp(`(\\]${signs}\\])`, 'g')), hash, doubleOverLines]),
  powershell: tokens(/[#"'@<`]/g, [
    { open: /`[\s\S]/y },
    comment(/<#/y, /(#>)/g),
    wordHash,
    over(/@"(?=[ \t]*\r?\n)/y, /(\n"@)/g),
    over(/@'(?=[ \t]*\r?\n)/y, /(\n'@)/g),
    over(/"/y, /`[\s\S]|""|(")/g),
    over(/'/y, /''|(')/g),
  ]),
  coffeescript: tokens(/[#"'`/]/g, [
    comment(/###(?!#)/y, /(###)/g),
    hash,
    threeDouble,
    threeSingle,
    doubleOverLines,
    singleOverLines,
    backticks,
    regularExpression,
  ]),
  terraform,
  nix: tokens(/[#"'/]/g, [hash, slashStar, over(/''/y, /''(?:['$]|\\)|('')/g), doubleOverLines]),
  graphql: tokens(/[#"]/g, [hash, over(/"""/y, /\\"""|(""")/g), double]),
  nim: tokens(/[#"']/g, [comment(/#\[/y, /(\]#)/g), hash, rawThreeDouble, double, character]),
  shell: readShell,
  makefile: tokens(/[#d]/g, [{ open: /(?<!\\)#[^\n]*/y }, over(/(?<![^\n])define\b/y, /(\nendef\b)/g)]),
  dotenv: tokens(/[#=:]/g, [
    { open: /(?<=(?:^|\n)[ \t]{0,80})#[^\n]*/y },
    overTo(
      /(?<=(?:^|\n)[ \t]{0,80}(?:export[ \t]{1,20})?[\w.-]{1,200}[ \t]{0,20})[=:][ \t]*(["'`])/y,
      ([, quote]) => new RegExp(`\\\\[\\s\\S]|(${quote})`, 'g'),
    ),
  ]),
  toml: tokens(/[#"']/g, [hash, threeDouble, over(/'''/y, /('''+)/g), double, onLine(/'/y, /\n|(')/g)]),
  dockerfile: tokens(/[#<]/g, [{ open: /(?<=(?:^|\n)[ \t]{0,80})#[^\n]*/y }, hereDocument(/(?<!<)<<-?["']?([A-Za-z_]\w{0,100})/y)]),
  page,
  // what follows a tag is a value too, up to the last of it that is no white space
  xml: tokens(/</g, [
    over(/<!--/y, /(-->)/g),
    over(/<!\[CDATA\[/y, /(\]\]>)/g),
    over(/<[^\s<]/y, /"[^"]*(?:"|$)|'[^']*(?:'|$)|(>(?:[^<]*[^<\s])?)/g),
  ]),
  template: tokens(/\{/g, [
    over(/\{#/y, /(#\})/g),
    over(/\{\{!--/y, /(--\}\})/g),
    over(/\{\{/y, /"[^"]*"|'[^']*'|(\}\})/g),
    over(/\{%/y, /"[^"]*"|'[^']*'|(%\})/g),
  ]),
  lua: tokens(/[-"'[]/g, [
    { ...overTo(/--\[(={0,40})\[/y, ([, signs]) => new RegExp(`(\\]${signs}\\])`, 'g')), isComment: true },
    dashes,
    overTo(/\[(={0,40})\[/y, ([, signs]) => new RegExp(`(\\]${signs}\\])`, 'g')),
    double,
    single,
  ]),
  haskell: tokens(/[-{"']/g, [comment(/\{-/y, /(-\})/g), dashes, threeDouble, double, character]),
  ada: tokens(/[-"']/g, [dashes, onLine(/"/y, /""|\n|(")/g), character]),
  lisp: tokens(/[;"#\\]/g, [{ open: /\\[\s\S]/y }, { open: /;[^\n]*/y }, comment(/#\|/y, /(\|#)/g), doubleOverLines]),
  latex: tokens(/[%\\]/g, [
    overTo(
      /\\begin\{(verbatim\*?|Verbatim|lstlisting|minted|alltt|comment)\}/y,
      ([, name]) => new RegExp(`(\\\\end\\{${escaped(name!)}\\})`, 'g'),
    ),
    { open: /\\[\s\S]/y },
    { open: /%[^\n]*/y },
  ]),
  erlang: tokens(/[%"'$]/g, [{ open: /\$\\?[\s\S]/y }, { open: /%[^\n]*/y }, threeDouble, doubleOverLines, singleOverLines]),
  matlab: tokens(/[%"']/g, [{ open: /%[^\n]*/y }, onLine(/"/y, /""|\n|(")/g), onLine(/(?<![\w.)\]}'])'/y, /''|\n|(')/g)]),
  basic: tokens(/["']/g, [{ open: /'[^\n]*/y }, doubledDouble]),
  lines: tokens(/(?!)/g, []),
  php: tokens(/["'`#/<?]/g, [
    { open: /(?:#(?!\[)|\/\/)(?:(?!\?>)[^\n])*/y },
    slashStar,
    { ...over(/\?>/y, /(<\?)/g), isPage: true },
    hereDocument(/<<<[ \t]*["']?(\w{1,100})/y, true),
    doubleOverLines,
    singleOverLines,
    backticks,
  ]),
  sql: readSql,
  yaml: readYaml,
  script: readScript(false),
  scriptWithMarkup: readScript(true),
} satisfies Readonly<Record<string, Reader>>;

const sql = tokens(/["'`$/-]/g, [
  dashes,
  slashStar,
  over(/'/y, /''|(')/g),
  doubledDouble,
  over(/`/y, /(`)/g),
  overTo(/(?<!\w)\$(\w{0,60})\$/y, ([, name]) => new RegExp(`(\\$${name}\\$)`, 'g')),
]);

/** Whether `\'` ends a string differs from database to database: then nothing is sure. */
function readSql(text: string, from: number, at: number): Place {
  return text.slice(from, at).includes("\\'") ? shown : sql(text, from, at);
}

const signsOfShell = /\\[\s\S]|\$['({]|[()"'`#\n]|(?<!<|\(\([^\n]{0,80})<<-?[ \t]*["']?\\?([A-Za-z_][\w.-]{0,100})["']?/g;
const signsInQuotes = /\\[\s\S]|\$[({]|["`}]/g;

/** Of a shell: in double quotes there may be commands, and strings and here-documents in these. */
function readShell(text: string, from: number, at: number): Place {
  // what ends each that is open, and where it begins
  const open: { readonly end: string; readonly start: number }[] = [];
  const documents: { readonly end: RegExp; readonly start: number }[] = [];
  const within = (start: number): Place => ({ isCode: false, value: open.find(({ end }) => end === '"' || end === '}')?.start ?? start });
  for (let next = from; next < at; ) {
    const top = open.at(-1);
    const isQuoted = top?.end === '"' || top?.end === '}';
    const signs = isQuoted ? signsInQuotes : signsOfShell;
    signs.lastIndex = next;
    const sign = signs.exec(text);
    if (sign === null || sign.index >= at) break;
    const { 0: found, 1: word, index } = sign;
    next = index + found.length;
    if (found === top?.end) open.pop();
    else if (found === '$(' || found === '(') open.push({ end: ')', start: index });
    else if (found === '${') open.push({ end: '}', start: index });
    else if (found === '"' || found === '`') open.push({ end: found, start: index });
    else if (found === "'" || found === "$'") {
      const end = endOf(found === "'" ? /(')/g : /\\[\s\S]|(')/g, text, next, text.length + 1);
      if (end > at) return within(index);
      next = end;
    } else if (found === '#' && /^[\s;&|()`]?$/.test(text[index - 1] ?? '')) next = endOfLine(text, index);
    else if (word !== undefined) {
      documents.push({
        end: new RegExp(`(?<=\\n)(${found.startsWith('<<-') ? '\\t*' : ''}${escaped(word)}(?=\\r?\\n|$))`, 'g'),
        start: index,
      });
    } else if (found === '\n') {
      for (const { end, start } of documents.splice(0)) {
        next = endOf(end, text, next, text.length + 1);
        if (next > at) return within(start);
      }
    }
  }
  const top = open.at(-1);
  return top?.end === '"' || top?.end === '}' ? within(top.start) : code;
}

/** A value of YAML goes on over the lines that stand deeper than what it is the value of, or up to its quote. */
function readYaml(text: string, from: number, at: number): Place {
  for (let start = from; start < at; ) {
    const lineEnd = endOfLine(text, start);
    const line = text.slice(start, lineEnd).trimEnd();
    const isDocument = /^--- /.test(line);
    const dashes = /^(?:--- +)? *(?:-(?: +|$))*/.exec(line)![0];
    const key = keyIn(line, dashes.length);
    const given = /^[ \t]*(?:[!&]\S*[ \t]+)*/.exec(line.slice(key ?? dashes.length))![0];
    const value = start + (key ?? dashes.length) + given.length;
    const isAlone = key === undefined && !dashes.includes('-');
    // what the value is one of stands here; of a value alone on its line, at least one to the left
    const column = isDocument ? -1 : isAlone ? dashes.length - 1 : key === undefined ? dashes.lastIndexOf('-') : dashes.length;
    const first = text[value] ?? '';
    let end = lineEnd;
    if (first === '"') end = endOf(/\\[\s\S]|(")/g, text, value + 1, text.length);
    else if (first === "'") end = endOf(/''|(')/g, text, value + 1, text.length);
    else if (first === '[' || first === '{') end = endOfFlow(text, value);
    else if (/^[|>][-+\d]{0,2}(?:[ \t]+#.*)?$/.test(text.slice(value, start + line.length))) end = endOfDeeper(text, lineEnd, column, true);
    else if ((column >= 0 || isDocument) && value < start + line.length && !'#&*[{'.includes(first))
      end = endOfDeeper(text, lineEnd, column, false);
    if (value < at && at < end) return { isCode: false, value };
    start = end > lineEnd ? Math.max(lineEnd + 1, text[end - 1] === '\n' ? end : endOfLine(text, end) + 1) : lineEnd + 1;
  }
  return code;
}

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
};

/** Where the key of a line of YAML ends, behind its colon. */
function keyIn(line: string, from: number): number | undefined {
  const quoted = /^(?:"(?:[^"\\]|\\.){0,500}"|'[^']{0,500}')[ \t]*/.exec(line.slice(from, from + 1100))?.[0];
  if (quoted !== undefined) return /^:(?:\s|$)/.test(line.slice(from + quoted.length)) ? from + quoted.length + 1 : undefined;
  if (/^["'#[{|>]/.test(line.slice(from))) return undefined;
  const colon = line.slice(from).search(/:(?:\s|$)/);
  const remark = line.slice(from).search(/\s#/);
  return colon === -1 || (remark !== -1 && remark < colon) ? undefined : from + colon + 1;
}

/** The end of what stands in brackets in YAML. */
function endOfFlow(text: string, start: number): number {
  const signs = /[[\]{}"'#]/g;
  signs.lastIndex = start;
  let depth = 0;
  for (let sign = signs.exec(text); sign !== null; sign = signs.exec(text)) {
    const { 0: found, index } = sign;
    if (found === '#') signs.lastIndex = /\s/.test(text[index - 1] ?? ' ') ? endOfLine(text, index) : index + 1;
    else if (found === '"' || found === "'") {
      const isString = /[\s[{,:]/.test(text[index - 1] ?? ' ');
      if (isString) signs.lastIndex = endOf(found === '"' ? /\\[\s\S]|(")/g : /''|(')/g, text, index + 1, text.length);
    } else if (found === '[' || found === '{') depth++;
    else if (--depth === 0) return index + 1;
  }
  return text.length;
}

/** The end of the lines behind `lineEnd` that begin to the right of a column; a remark ends them if not `all` of them count. */
function endOfDeeper(text: string, lineEnd: number, column: number, all: boolean): number {
  let end = lineEnd;
  for (let start = lineEnd + 1; start < text.length; ) {
    const next = endOfLine(text, start);
    const line = text.slice(start, next);
    const indent = line.search(/\S/);
    if (indent !== -1) {
      if (indent <= column || /^(?:---|\.\.\.)(?:\s|$)/.test(line) || (!all && line[indent] === '#')) break;
      end = next + 1;
    }
    start = next + 1;
  }
  return end;
}

/** What of a script a place is in. */
interface Frame {
  readonly kind: 'code' | 'template' | 'tag' | 'text';
  readonly start: number;
}

const signsOf: Readonly<Record<Frame['kind'], RegExp>> = {
  code: /\/\/|\/\*|["'`{}/<]/g,
  template: /\\[\s\S]|`|\$\{/g,
  tag: /\/\/|\/\*|["'{]|\/?>/g,
  text: /\{|<\/[^>]*>?|</g,
};
const stringInScript: Readonly<Record<string, RegExp>> = { '"': /\\[\s\S]|\n|(")/g, "'": /\\[\s\S]|\n|(')/g };
const beforeMarkup = /(?:^|[=(,?:&|{}[>;\n]|\breturn)\s{0,20}$/;
// a parameter of types is none
const markup = /<(?:>|[A-Za-z_$][\w$.:-]{0,100}(?!\s{0,5},|\s{1,5}extends\b)(?![\w$.:-]))/y;

/** Of JavaScript and what is made of it: strings of several lines with code in them, and elements with text in them. */
function readScript(withMarkup: boolean): Reader {
  return (text, from, at) => {
    const frames: Frame[] = [{ kind: 'code', start: from }];
    const unended = new Map<string, number>();
    const enter = (kind: Frame['kind'], start: number) => frames.push({ kind, start });
    for (let next = from; next < at; ) {
      const { kind, start } = frames.at(-1)!;
      const signs = signsOf[kind];
      signs.lastIndex = next;
      const sign = signs.exec(text);
      if (sign === null || sign.index >= at) break;
      const { 0: found, index } = sign;
      next = index + found.length;
      if (found === '//') next = endOfLine(text, index);
      else if (found === '/*') {
        const end = text.indexOf('*/', next);
        if (end === -1 || end + 2 > at) return code;
        next = end + 2;
      } else if (kind === 'template') {
        if (found === '`') frames.pop();
        else if (found === '${') enter('code', index);
      } else if (kind === 'tag') {
        if (found === '/>') frames.pop();
        else if (found === '{') enter('code', index);
        else if (found === '>') frames.splice(-1, 1, { kind: 'text', start });
        else {
          const end = text.indexOf(found, next) + 1;
          if (end === 0 || end > at) return shown;
          next = end;
        }
      } else if (kind === 'text') {
        if (found.startsWith('</')) {
          if (next > at) return shown;
          frames.pop();
        } else enter(found === '{' ? 'code' : 'tag', index);
      } else if (found === '`') enter('template', index);
      else if (found === '{') enter('code', index);
      else if (found === '}') {
        if (frames.length > 1) frames.pop();
      } else if (found === '/') {
        const end = index < (unended.get(found) ?? 0) ? undefined : endOfRegularExpression(text, index);
        if (end !== undefined && end < 0) unended.set(found, -end);
        else next = end ?? next;
      } else if (found === '<') {
        markup.lastIndex = index;
        const isElement = withMarkup && markup.test(text) && beforeMarkup.test(text.slice(Math.max(0, index - 40), index));
        if (isElement) enter('tag', index);
      } else if (index >= (unended.get(found) ?? 0)) {
        const close = stringInScript[found]!;
        const end = endOf(close, text, next, undefined);
        if (end === undefined) unended.set(found, close.lastIndex || text.length);
        next = end ?? next;
      }
    }
    const { kind } = frames.at(-1)!;
    if (kind === 'code' || kind === 'tag') return code;
    const outer = frames.find((frame) => frame.kind === 'template' || frame.kind === 'text')!;
    return outer.kind === 'template' ? { isCode: false, value: outer.start } : shown;
  };
}
