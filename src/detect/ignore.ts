import type { Sliceable } from './chunked-text.ts';
import type { Literal } from './engine/matcher.ts';

// Ignore comments: which findings they leave out, and how one is written in a file's own language.

const here =
  /keystow:ignore|gitleaks:allow|betterleaks:allow|trufflehog:ignore|kingfisher:ignore|pragma: ?(?:allowlist|whitelist) secret|secretlint-disable-line|ggignore/;
const onNextLine = /pragma: ?(?:allowlist|whitelist) nextline secret|secretlint-disable-next-line/;
// Ours counts for the next line only where it is all that stands on its own line; after code it speaks of that code.
const ownLine = /^[\s/*#;<>!'"%{-]{0,80}(?:REM[ \t]+)?keystow:ignore/;

// In a longer line, no comment farther from the finding is looked for: that keeps a file of one line linear.
const reach = 2000;

/** What the first pass looks for, so that only a text with one of these is searched for comments: each way to write one begins so. */
export const ignoreMarks: readonly Literal[] = [
  'keystow:ignore',
  'gitleaks:allow',
  'betterleaks:allow',
  'trufflehog:ignore',
  'kingfisher:ignore',
  'pragma:',
  'secretlint-disable-',
  'ggignore',
].map((text) => ({ text }));

/** Is the finding from `start` to `end` left out by a comment: ours or another scanner's, on its lines or the line before, or ours before its block of code in Markdown? */
export function isIgnored(text: Sliceable, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - reach), start);
  const line = before.lastIndexOf('\n');
  if (here.test(before.slice(line + 1)) || here.test(firstLine(text, end)) || here.test(firstLine(text, start))) return true;
  if (line === -1) return false;
  const previous = before.slice(line === 0 ? 0 : before.lastIndexOf('\n', line - 1) + 1, line);
  return ownLine.test(previous) || onNextLine.test(previous) || isInIgnoredFence(before);
}

/** How a line begins that stands in block quotes of Markdown, or in none. */
const quoted = '(?:[ \\t]*>){0,8}[ \\t]*';
const ownLineOfMarkdown = new RegExp(`^${quoted}<!-- keystow:ignore -->[ \\t]*\\r?\\n`, 'gm');

/** Does the text end within a block of code that our comment stands before? */
function isInIgnoredFence(before: string): boolean {
  const last = [...before.matchAll(ownLineOfMarkdown)].at(-1);
  if (last === undefined) return false;
  const line = before.lastIndexOf('\n') + 1;
  return openFence(before.slice(last.index + last[0].length), before.slice(line))?.start === 0;
}

/** The beginning of a block of code in Markdown. */
interface Fence {
  readonly start: number;
  /** Where the code begins. */
  readonly end: number;
  /** What stands before its mark: blanks, and the signs of the block quotes that it is in. */
  readonly indent: string;
  readonly mark: string;
  readonly language: string;
}

const isQuoted = (line: string): boolean => /^[ \t]*>/.test(line);
/** A line that begins or ends a block of code, or one behind a block quote. */
const fenceOrUnquoted = new RegExp(`^(${quoted})(\`{3,}|~{3,})([^\`\\r\\n]*)\\r?$|^(?![ \\t]*>)[^\\n]*\\n`, 'gm');

/** The block of code that `line`, which goes on behind a text in Markdown, is in. One in a block quote ends with it. */
function openFence(text: string, line: string): Fence | undefined {
  let open: Fence | undefined;
  const endsAt = (unquoted: boolean): boolean => unquoted && open !== undefined && isQuoted(open.indent);
  for (const { 0: found, 1: indent = '', 2: mark, 3: info = '', index } of text.matchAll(fenceOrUnquoted)) {
    if (endsAt(!isQuoted(found))) open = undefined;
    if (mark === undefined) continue;
    if (open === undefined) {
      const language = /[\w#+-]+/.exec(info)?.[0] ?? '';
      open = { start: index, end: index + found.length + 1, indent, mark, language };
    } else if (info.trim() === '' && mark.startsWith(open.mark)) open = undefined;
  }
  return endsAt(!isQuoted(line)) ? undefined : open;
}

const firstLine = (text: Sliceable, from: number): string => {
  const window = text.slice(from, from + reach);
  const end = window.indexOf('\n');
  return end === -1 ? window : window.slice(0, end);
};

/**
 * What to insert so that a line's finding is ignored; for `line-before` a line of its own, without its line end. `before-block` is such a line too, `lines`
 * before the finding's: it counts for a whole block of code.
 */
export type IgnoreComment =
  | { readonly insert: string; readonly where: 'end-of-line' | 'line-before' }
  | { readonly insert: string; readonly where: 'before-block'; readonly lines: number };

const words = 'keystow:ignore';
const slashes = `// ${words}`;
const hash = `# ${words}`;
const markup = `<!-- ${words} -->`;
const block = `/* ${words} */`;
const dashes = `-- ${words}`;
const semicolon = `; ${words}`;

interface Comment {
  readonly insert: string;
  /** It stands on a line of its own, before the finding's. */
  readonly before?: true;
  /** Such a line may stand within a statement that goes on over a line end. */
  readonly within?: true;
}

/** A comment by language id of VS Code and by name or ending of the file (`.config`: only as an ending, a file `config` is AWS's). */
const comments: readonly (Comment & { readonly names: string })[] = [
  {
    insert: slashes,
    names:
      'javascript javascriptreact typescript typescriptreact jsonc json5 java kotlin c cpp csharp go rust swift scala groovy dart php objective-c objective-cpp fsharp less scss proto proto3 bicep zig jenkinsfile sass stylus solidity ' +
      'js jsx mjs cjs ts tsx mts cts kt kts h hpp cc cs rs sc gradle m mm fs sol',
  },
  {
    insert: hash,
    names:
      'python ruby perl r julia elixir cmake powershell coffeescript terraform hcl nix graphql starlark nim crystal py rb pl jl ex exs ps1 psm1 tf tfvars gql bzl cr',
  },
  // A comment after a value becomes part of it, or of the command, in some readers of these.
  {
    insert: hash,
    before: true,
    names:
      'shellscript shell yaml dockercompose github-actions-workflow toml dotenv env properties ignore gitconfig aws-credentials makefile mk ' +
      'sh bash zsh fish yml cfg conf credentials config npmrc netrc s3cfg boto',
  },
  { insert: hash, before: true, within: true, names: 'dockerfile' },
  // The only comment that every reader of these takes.
  { insert: semicolon, before: true, names: 'ini' },
  { insert: `{{!-- ${words} --}}`, before: true, names: 'handlebars hbs' },
  { insert: `{# ${words} #}`, before: true, names: 'jinja jinja-html twig django-html j2' },
  { insert: markup, before: true, names: 'html xml xsl markdown vue svelte svg htm xhtml md plist csproj .config' },
  { insert: block, names: 'css' },
  { insert: dashes, names: 'sql lua haskell ada elm sqlite pgsql hs' },
  { insert: semicolon, names: 'clojure lisp scheme clj cljs el scm' },
  { insert: `% ${words}`, names: 'latex tex erlang matlab erl' },
  { insert: `' ${words}`, names: 'vb vbs bas' },
  { insert: `REM ${words}`, before: true, names: 'bat cmd' },
];

const byName = new Map(comments.flatMap(({ names, ...comment }) => names.split(' ').map((name) => [name, comment] as const)));

/**
 * The ignore comment for `line`, by VS Code's language id or a file name; `undefined` where there is no way to write a comment (JSON, CSV,
 * plain text, or between the lines of a statement that goes on). `before` is the text before the line: in a page a script, a style and PHP have comments of
 * their own, and so has a block of code in Markdown; where its language has none, the comment stands before the block.
 */
export function ignoreComment(languageIdOrFileName: string, line: string, before = ''): IgnoreComment | undefined {
  const isMarkdown = /(?:^|\.)(?:md|markdown)$/i.test(languageIdOrFileName);
  const fence = isMarkdown ? openFence(before, line) : undefined;
  const indent = (isMarkdown ? new RegExp(`^${quoted}`) : /^[ \t]*/).exec(line)![0];
  if (fence === undefined) return placed(commentOf(languageIdOrFileName, line, before), line, before, indent);
  const code = before.slice(fence.end);
  const own = commentOf(fence.language, line, code);
  if (own !== undefined) return placed(own, line, code, indent);
  const insert = fence.indent + markup;
  const isReached = before.length - fence.start + insert.length + 2 + line.length <= reach;
  return isReached ? { insert, where: 'before-block', lines: code.split('\n').length } : undefined;
}

/** `indent`: what a line of its own begins with. */
function placed(comment: Comment | undefined, line: string, before: string, indent: string): IgnoreComment | undefined {
  if (comment === undefined) return undefined;
  const insideText = goesOn.test(line) || hasOpenString(line);
  if (!comment.before && !insideText) return { insert: ` ${comment.insert}`, where: 'end-of-line' };
  if (!comment.within && goesOn.test(before.slice(before.lastIndexOf('\n', before.length - 2) + 1))) return undefined;
  return { insert: indent + comment.insert, where: 'line-before' };
}

/** How a statement goes on in the next line. */
const goesOn = /[\\^]\s*$/;

function commentOf(name: string, line: string, before: string): Comment | undefined {
  const lower = name.replaceAll('\\', '/').split('/').at(-1)!.toLowerCase();
  if (/^\.env(?:\.|$)|\.env$/.test(lower)) return byName.get('env');
  if (/^dockerfile(?:\.|$)/.test(lower)) return byName.get('dockerfile');
  const ending = lower.slice(lower.lastIndexOf('.') + 1);
  if (['html', 'htm', 'xhtml', 'vue', 'svelte'].includes(ending)) return byName.get(elementIn(before))!;
  if (ending === 'php') return commentOfPhp(line, before);
  return byName.get(lower) ?? byName.get(`.${ending}`) ?? byName.get(ending);
}

/** What the text behind `before` is, in a page. */
function elementIn(before: string): 'javascript' | 'css' | 'html' {
  const last = [...before.matchAll(/<(\/?)(script|style)\b[^<>]*>/gi)].at(-1);
  if (last === undefined || last[1] !== '') return 'html';
  return last[2]!.toLowerCase() === 'style' ? 'css' : 'javascript';
}

/** PHP's own, or a page's where the program has not begun or has ended. */
function commentOfPhp(line: string, before: string): Comment {
  const isOpen = before.lastIndexOf('<?') > before.lastIndexOf('?>');
  const page = { insert: markup, before: true } as const;
  if (line.includes('?>')) return isOpen ? { insert: slashes, before: true } : page;
  return isOpen || line.includes('<?') ? { insert: slashes } : page;
}

/** Does a string that began on this line go on after it? Counts quotes that are not escaped. */
function hasOpenString(line: string): boolean {
  const bare = line.replace(/\\./g, '').replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '');
  return /["'`]/.test(bare);
}
