import { endOfLine } from '../text.ts';
import { endOfRegularExpression } from './regular-expression.ts';
import { readScript } from './script.ts';
import { readShell } from './shell.ts';
import { type Reader, type Spans, shown } from './span.ts';
import { comment, endOf, escaped, onLine, over, overTo, type Token, tokens } from './tokens.ts';
import { readYaml } from './yaml.ts';

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
    { ...over(/<[^\s<]/y, /"[^"]*(?:"|$)|'[^']*(?:'|$)|(>(?:[^<]*[^<\s])?)/g), isSure: true },
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
function* readSql(text: string, from: number, to: number): Spans {
  const unsure = text.indexOf("\\'", from) + 1 || Number.POSITIVE_INFINITY;
  for (const span of sql(text, from, Math.min(to, unsure))) yield { ...span, end: Math.min(span.end, unsure + 1) };
  if (unsure < to) yield { start: unsure, end: Number.POSITIVE_INFINITY, place: shown };
}
