import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endOfHereDocument } from './here-document.ts';
import { endsNotBefore, type Others, type Reader, shown, unendedFrom } from './reading.ts';
import { endOfRegularExpression } from './regular-expression.ts';
import { readScript } from './script.ts';
import { readShell } from './shell.ts';
import { endOutsideStrings, signsIn } from './signs.ts';
import {
  closing,
  comment,
  delimited,
  endOfMatch,
  endOfText,
  ifBefore,
  ifNotBefore,
  onLine,
  over,
  overTo,
  passed,
  string,
  stringOnLine,
  type Token,
  tokens,
  toLineEnd,
} from './tokens.ts';
import { readYaml } from './yaml.ts';

const double = stringOnLine('"');
const single = stringOnLine("'");
const doubleOverLines = string('"');
const singleOverLines = string("'");
const backticks = string('`');
const threeDouble = string('"""');
const threeSingle = string("'''");
const doubledDouble = over('"', /(?:""){1,100}|(")/g);
const doubledSingle = over("'", /(?:''){1,100}|(')/g);
const verbatim = over(/(?:@\$?|\$@)"/y, /(?:""){1,100}|(")/g);
const rawThreeDouble = over('"""', /("""+)/g);
const rawThreeSingle = over("'''", /('''+)/g);
const rawBackticks = over('`', '`');
const character = ifNotBefore("'\n", passed(/'(?:\\[^\n]{1,12}?|[^\\'\n]{1,2})'/y));

const twoSigns: Token = { end: (text, at) => (at + 1 < text.length ? at + 2 : undefined), is: 'passed' };
const slashes = toLineEnd('//');
const slashStar = comment('/*', '*/');
const slashComments = [slashes, slashStar];
const hash = toLineEnd('#');
const wordHash = passed(/(?<![^\s;(])#[^\n]*/y);
const lineHash = passed(/(?<=(?:^|\n)[ \t]{0,80})#[^\n]*/y);
const dashes = toLineEnd('--');
const percent = toLineEnd('%');

const regularExpression: Token = { end: endOfRegularExpression, is: 'value' };

const opening = /<<<?[-~]?[ \t]*["'`]?([A-Za-z_][\w-]{0,100})/g;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ofWord = signsIn(`${letters}0123456789_.-`);
const [noIndent, blanks] = [signsIn(''), signsIn(' \t')];

const endsWord = (text: string, at: number): boolean => ofWord[unitAt(text, at)] !== 1;

/** A here-document, and those that begin behind it on its line; `<<-` and `<<~` let the end be indented, and some languages always do. */
const hereDocument = (open: RegExp, isIndented = false): Token => ({
  end(text, at, others) {
    // so many begin none, and a text may be full of them
    if (text.startsWith('<<<<', at)) return undefined;
    open.lastIndex = at;
    if (!open.test(text)) return undefined;
    const lineEnd = endOfLine(text, at);
    let end = lineEnd;
    const line = text.slice(at, Math.min(lineEnd, at + 1000));
    // matchAll would make an expression of its own
    opening.lastIndex = 0;
    for (let found = opening.exec(line); found !== null && end < behindAll; found = opening.exec(line)) {
      const [opened, word] = found;
      end = endOfHereDocument(text, end, word!, isIndented || /<<[-~]/.test(opened) ? blanks : noIndent, endsWord, others);
    }
    return end;
  },
  is: 'value',
});

const bracket = overTo(/#?\[(={0,40})\[/y, ([, signs]) => `]${signs}]`);
const manyQuotes = overTo(/(?<!\$)\${0,20}("{3,40})/y, ([, quotes]) => quotes!);
const ofR = overTo(/(?<!\w)[rR]["'](-{0,40})([([{])/y, ([, dashes, opened]) => (text, from) => {
  const close = closing(opened!) + dashes;
  return Math.min(endOfText(text, from, `${close}"`), endOfText(text, from, `${close}'`));
});
/** A string between quotes behind some `#`; that as many stand behind its end is seen at once, and not at each of them. */
const ofSwift: Token = {
  end(text, at) {
    let quote = at;
    while (text[quote] === '#') quote++;
    if (text[quote] !== '"') return -quote;
    if (quote - at > 20) return -(quote - 20);
    const signs = text.slice(at, quote);
    const quotes = text.startsWith('"""', quote) ? '"""' : '"';
    return endOfText(text, quote + quotes.length, quotes + signs);
  },
  is: 'value',
};
const ofPerl = delimited(/(?<![\w$@%])(?:q[qwxr]?|m)[ \t]*([([{<|!/])/y);
const ofPhp = passed(/(?:#(?!\[)|\/\/)(?:(?!\?>)[^\n])*/y);
const setting = delimited(/(?<=(?:^|\n)[ \t]{0,80}(?:export[ \t]{1,20})?[\w.-]{1,200}[ \t]{0,20})[=:][ \t]*(["'`])/y);

/** By name: where an element ends that has no others in it. An expression that is made at each takes most of the time. */
const endTags = new Map(['script', 'style', 'textarea', 'title', 'pre', 'xmp'].map((name) => [name, new RegExp(`(</${name}\\s*>)`, 'gi')]));

const endOfElementOfText =
  (name: string) =>
  (text: string, from: number, others: Others): number => {
    const at = unendedFrom(from, name, others);
    const end = endOfMatch(text, at, endTags.get(name)!);
    // in an end tag there is no second sign, so that those before the last are none
    if (end === behindAll) endsNotBefore(from, Math.max(at, text.lastIndexOf('<')), name, others);
    return end;
  };

/** Behind a tag, and what follows it, which is a value too, up to the last of it that is no white space. */
function endOfElement(text: string, from: number): number {
  const end = endOutsideStrings(text, from, '>', false);
  const behind = /[^<]*[^<\s]/y;
  behind.lastIndex = end;
  return behind.test(text) ? behind.lastIndex : end;
}

const sql = tokens({
  '-': [dashes],
  '/': [slashStar],
  "'": [doubledSingle],
  '"': [doubledDouble],
  '`': [rawBackticks],
  $: [overTo(/(?<!\w)\$(\w{0,60})\$/y, ([name]) => name)],
});

/** Whether `\'` ends a string differs from database to database: then nothing is sure. */
const readSql: Reader = (text, from) => {
  const reading = sql(text, from);
  const unsure = text.indexOf("\\'", from) + 1 || behindAll;
  return {
    placeAt: (at) => (at > unsure ? shown : reading.placeAt(at)),
    isOver: (stop) => stop > unsure || reading.isOver(stop),
  };
};

/** The readers of languages. */
export const readers = {
  c: tokens({
    '/': slashComments,
    R: ifBefore('"', [overTo(/R"([^\s()\\"]{0,16})\(/y, ([, word]) => `)${word}"`)]),
    '"': [double],
    // not between the digits of a number
    "'": [stringOnLine("'", /(?<!\w)'/y)],
  }),
  java: tokens({ '/': slashComments, '"': [threeDouble, double], "'": [single] }),
  kotlin: tokens({ '/': slashComments, '"': [rawThreeDouble, double], "'": [single] }),
  swift: tokens({
    '/': slashComments,
    '#': [ofSwift],
    '"': [threeDouble, double],
  }),
  groovy: tokens({
    '/': [...slashComments, regularExpression],
    '"': [threeDouble, double],
    "'": [threeSingle, single],
    $: [over('$/', '/$')],
  }),
  dart: tokens({ '/': slashComments, '"': [threeDouble, double], "'": [threeSingle, single] }),
  csharp: tokens({
    '/': slashComments,
    '@': ifBefore('"$', [verbatim]),
    $: [...ifBefore('@', [verbatim]), ...ifBefore('$"', [manyQuotes])],
    '"': [...ifBefore('"', [manyQuotes]), double],
    "'": [single],
  }),
  fsharp: tokens({
    '/': [slashes],
    '(': ifBefore('*', [comment(/\(\*(?!\))/y, '*)')]),
    '"': [rawThreeDouble, doubleOverLines],
    '@': [over('@"', /(?:""){1,100}|(")/g)],
    "'": [character],
  }),
  go: tokens({ '/': slashComments, '`': [rawBackticks], '"': [double], "'": [single] }),
  rust: tokens({
    '/': slashComments,
    r: ifBefore('#"', [overTo(/(?<![A-Za-z0-9_])r(#{0,50})"/y, ([, signs]) => `"${signs}`)]),
    '"': [doubleOverLines],
    "'": [character],
  }),
  bicep: tokens({ '/': slashComments, "'": [rawThreeSingle, single] }),
  styles: tokens({ '/': [over('/*', '*/')], '"': [double], "'": [single] }),
  nestedStyles: tokens({ '/': slashComments, '"': [double], "'": [single] }),
  python: tokens({ '#': [hash], '"': [threeDouble, double], "'": [threeSingle, single] }),
  ruby: tokens({
    '?': ifBefore('"\'`#', [twoSigns]),
    _: ifBefore('_', [over(/(?<![^\n])__END__(?=\r?\n)/y, () => behindAll)]),
    '=': ifBefore('b', [comment(/(?<![^\n])=begin\b/y, /(\n=end\b)/g)]),
    '#': [hash],
    '<': ifBefore('<', [hereDocument(/(?<![\w)\]])<<[~-]?["'`]?([A-Za-z_]\w{0,100})/y)]),
    '"': [doubleOverLines],
    "'": [singleOverLines],
    '`': [backticks],
    '%': ifBefore('qQwWiIx([{<|!', [delimited(/(?<![\w)\]])%[qQwWiIx]?([([{<|!])/y)]),
    '/': [regularExpression],
  }),
  perl: tokens({
    $: ifBefore('#"\'`', [twoSigns]),
    _: ifBefore('_', [over(/(?<![^\n])__(?:END|DATA)__(?=\r?\n)/y, () => behindAll)]),
    '=': ifBefore(letters, [comment(/(?<![^\n])=[a-z]/y, /(\n=cut\b)/g)]),
    '#': [wordHash],
    '<': ifBefore('<', [hereDocument(/<<~?(?:[ \t]*["'])?([A-Za-z_]\w{0,100})/y)]),
    '"': [doubleOverLines],
    "'": [singleOverLines],
    '`': [backticks],
    q: ifBefore('qwxr \t([{<|!/', [ofPerl]),
    m: ifBefore(' \t([{<|!/', [ofPerl]),
    '/': [regularExpression],
  }),
  r: tokens({
    '#': [hash],
    r: ifBefore('"\'', [ofR]),
    R: ifBefore('"\'', [ofR]),
    '"': [doubleOverLines],
    "'": [singleOverLines],
    '`': [backticks],
  }),
  julia: tokens({
    '#': [comment('#=', '=#'), hash],
    '"': [threeDouble, doubleOverLines],
    '`': [backticks],
    "'": [character],
  }),
  elixir: tokens({
    '?': ifBefore('\\"\'#', [passed(/\?\\?["'#]/y)]),
    '#': [hash],
    '~': ifBefore(letters, [overTo(/~[A-Za-z]+("""|''')/y, ([, quotes]) => quotes!), delimited(/~[A-Za-z]+([([{<|/"'])/y)]),
    '"': [threeDouble, doubleOverLines],
    "'": [threeSingle, singleOverLines],
  }),
  cmake: tokens({ '#': [bracket, hash], '[': [bracket], '"': [doubleOverLines] }),
  powershell: tokens({
    '`': [twoSigns],
    '<': [comment('<#', '#>')],
    '#': [wordHash],
    '@': ifBefore('"\'', [over(/@"(?=[ \t]*\r?\n)/y, '\n"@'), over(/@'(?=[ \t]*\r?\n)/y, "\n'@")]),
    '"': [over('"', /(?:`[\s\S]|""){1,100}|(")/g)],
    "'": [doubledSingle],
  }),
  coffeescript: tokens({
    '#': [...ifBefore('#', [comment(/###(?!#)/y, '###')]), hash],
    '"': [threeDouble, doubleOverLines],
    "'": [threeSingle, singleOverLines],
    '`': [backticks],
    '/': [regularExpression],
  }),
  terraform: tokens({
    '#': [hash],
    '/': slashComments,
    '"': [double],
    '<': ifBefore('<', [hereDocument(/<<[-~]?([A-Za-z_][\w-]{0,100})/y, true)]),
  }),
  nix: tokens({
    '#': [hash],
    '/': [slashStar],
    "'": [over("''", /(?:''(?:['$]|\\)){1,100}|('')/g)],
    '"': [doubleOverLines],
  }),
  graphql: tokens({ '#': [hash], '"': [over('"""', /(?:\\"""){1,100}|(""")/g), double] }),
  nim: tokens({ '#': [comment('#[', ']#'), hash], '"': [rawThreeDouble, double], "'": [character] }),
  shell: readShell,
  makefile: tokens({ '#': [passed(/(?<!\\)#[^\n]*/y)], d: ifBefore('e', [over(/(?<![^\n])define\b/y, /(\nendef\b)/g)]) }),
  dotenv: tokens({ '#': [lineHash], '=': [setting], ':': [setting] }),
  toml: tokens({ '#': [hash], '"': [threeDouble, double], "'": [rawThreeSingle, onLine("'", /\n|(')/g)] }),
  dockerfile: tokens({ '#': [lineHash], '<': ifBefore('<', [hereDocument(/(?<!<)<<-?["']?([A-Za-z_]\w{0,100})/y)]) }),
  page: tokens({
    '<': ifBefore(`${letters}/!?`, [
      over('<!--', '-->'),
      over('<![CDATA[', ']]>'),
      overTo(/<(script|style|textarea|title|pre|xmp)\b/iy, ([, name]) => endOfElementOfText(name!.toLowerCase())),
      over('<', (text, from) => endOutsideStrings(text, from, '>', false)),
    ]),
  }),
  xml: tokens({
    '<': [over('<!--', '-->'), over('<![CDATA[', ']]>'), over(/<[^\s<]/y, endOfElement, 'sure')],
  }),
  template: tokens({
    '{': [
      over('{#', '#}'),
      over('{{!--', '--}}'),
      over('{{', (text, from) => endOutsideStrings(text, from, '}}', true)),
      over('{%', (text, from) => endOutsideStrings(text, from, '%}', true)),
    ],
  }),
  lua: tokens({
    '-': ifBefore('-', [overTo(/--\[(={0,40})\[/y, ([, signs]) => `]${signs}]`, 'passed'), dashes]),
    '[': ifBefore('=[', [overTo(/\[(={0,40})\[/y, ([, signs]) => `]${signs}]`)]),
    '"': [double],
    "'": [single],
  }),
  haskell: tokens({ '{': [comment('{-', '-}')], '-': [dashes], '"': [threeDouble, double], "'": [character] }),
  ada: tokens({ '-': [dashes], '"': [onLine('"', /(?:""){1,100}|\n|(")/g)], "'": [character] }),
  lisp: tokens({ '\\': [twoSigns], ';': [toLineEnd(';')], '#': [comment('#|', '|#')], '"': [doubleOverLines] }),
  latex: tokens({
    '\\': [
      ...ifBefore('b', [overTo(/\\begin\{(verbatim\*?|Verbatim|lstlisting|minted|alltt|comment)\}/y, ([, name]) => `\\end{${name}}`)]),
      twoSigns,
    ],
    '%': [percent],
  }),
  erlang: tokens({
    $: [passed(/\$\\?[\s\S]/y)],
    '%': [percent],
    '"': [threeDouble, doubleOverLines],
    "'": [singleOverLines],
  }),
  matlab: tokens({
    '%': [percent],
    '"': [onLine('"', /(?:""){1,100}|\n|(")/g)],
    "'": [onLine(/(?<![\w.)\]}'])'/y, /(?:''){1,100}|\n|(')/g)],
  }),
  basic: tokens({ "'": [toLineEnd("'")], '"': [doubledDouble] }),
  lines: tokens({}),
  php: tokens({
    '#': [ofPhp],
    '/': [ofPhp, slashStar],
    '?': [over('?>', '<?', 'page')],
    '<': ifBefore('<', [hereDocument(/<<<[ \t]*["']?(\w{1,100})/y, true)]),
    '"': [doubleOverLines],
    "'": [singleOverLines],
    '`': [backticks],
  }),
  sql: readSql,
  yaml: readYaml,
  script: readScript(false),
  scriptWithMarkup: readScript(true),
} satisfies Readonly<Record<string, Reader>>;
