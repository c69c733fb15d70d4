import { readers } from './comment-places/languages.ts';
import type { Reader } from './comment-places/reading.ts';

/** How an ignore comment is written in a language, and where. */
export interface CommentSyntax {
  readonly insert: string;
  readonly read: Reader;
  /** It stands on a line of its own, before the finding's. */
  readonly before?: true;
  /** Such a line may stand within a statement that goes on over a line end. */
  readonly within?: true;
  /** How a line ends whose statement goes on in the next: by a backslash or `^` if absent. */
  readonly goesOn?: RegExp;
  /** It stands right behind the line, as each line, and each blank, is a part of what is made of the text. */
  readonly close?: true;
}

const words = 'keystow:ignore';
const slashes = `// ${words}`;
const hash = `# ${words}`;
export const markup = `<!-- ${words} -->`;
const dashes = `-- ${words}`;
const semicolon = `; ${words}`;

/** By language id of VS Code and by name or ending of the file (`.config`: only as an ending, a file `config` is AWS's). */
const languages: readonly (Omit<CommentSyntax, 'read'> & { readonly read: keyof typeof readers; readonly names: string })[] = [
  { insert: slashes, read: 'scriptWithMarkup', names: 'javascript javascriptreact typescriptreact js jsx mjs cjs tsx' },
  { insert: slashes, read: 'script', names: 'typescript jsonc json5 ts mts cts' },
  { insert: slashes, read: 'c', names: 'c cpp objective-c objective-cpp proto proto3 solidity h hpp cc m mm sol' },
  { insert: slashes, read: 'java', names: 'java' },
  { insert: slashes, read: 'kotlin', names: 'kotlin scala kt kts sc' },
  { insert: slashes, read: 'groovy', names: 'groovy jenkinsfile gradle' },
  { insert: slashes, read: 'csharp', names: 'csharp cs' },
  { insert: slashes, read: 'fsharp', names: 'fsharp fs' },
  { insert: slashes, read: 'go', names: 'go' },
  { insert: slashes, read: 'rust', names: 'rust rs' },
  { insert: slashes, read: 'swift', names: 'swift' },
  { insert: slashes, read: 'dart', names: 'dart' },
  { insert: slashes, read: 'php', names: 'php' },
  { insert: slashes, read: 'bicep', names: 'bicep' },
  { insert: slashes, read: 'nestedStyles', names: 'less scss sass stylus' },
  // a string may be of lines that each begin with its sign
  { insert: slashes, read: 'c', before: true, names: 'zig' },
  { insert: hash, read: 'python', names: 'python starlark py bzl' },
  { insert: hash, read: 'ruby', names: 'ruby crystal rb cr gemspec rake gemfile rakefile vagrantfile podfile fastfile brewfile' },
  { insert: hash, read: 'perl', names: 'perl pl pm' },
  { insert: hash, read: 'r', names: 'r' },
  { insert: hash, read: 'julia', names: 'julia jl' },
  { insert: hash, read: 'elixir', names: 'elixir ex exs' },
  { insert: hash, read: 'cmake', names: 'cmake cmakelists.txt' },
  { insert: hash, read: 'powershell', goesOn: /`\s*$/, names: 'powershell ps1 psm1' },
  { insert: hash, read: 'coffeescript', names: 'coffeescript coffee' },
  { insert: hash, read: 'terraform', names: 'terraform hcl tf tfvars' },
  { insert: hash, read: 'nix', names: 'nix' },
  { insert: hash, read: 'graphql', names: 'graphql gql' },
  { insert: hash, read: 'nim', names: 'nim' },
  // A comment after a value becomes part of it, or of the command, in some readers of these.
  { insert: hash, read: 'shell', before: true, names: 'shellscript shell sh bash zsh fish' },
  { insert: hash, read: 'yaml', before: true, names: 'yaml dockercompose github-actions-workflow yml' },
  { insert: hash, read: 'toml', before: true, names: 'toml' },
  { insert: hash, read: 'dotenv', before: true, names: 'dotenv env' },
  { insert: hash, read: 'makefile', before: true, names: 'makefile mk' },
  {
    insert: hash,
    read: 'lines',
    before: true,
    names:
      'properties ignore gitconfig aws-credentials cfg conf credentials config npmrc netrc s3cfg boto pypirc git-credentials pgpass htaccess editorconfig crontab pip-requirements requirements.txt .service .socket .timer',
  },
  { insert: hash, read: 'dockerfile', before: true, within: true, names: 'dockerfile containerfile' },
  // The only comment that every reader of these takes.
  { insert: semicolon, read: 'lines', before: true, names: 'ini' },
  { insert: `{{!-- ${words} --}}`, read: 'template', close: true, names: 'handlebars hbs' },
  { insert: `{# ${words} #}`, read: 'template', close: true, names: 'jinja jinja-html twig django-html j2' },
  { insert: markup, read: 'page', before: true, names: 'html markdown vue svelte htm xhtml md' },
  { insert: markup, read: 'xml', before: true, names: 'xml xsl svg plist csproj .config' },
  { insert: `/* ${words} */`, read: 'styles', names: 'css' },
  { insert: dashes, read: 'sql', names: 'sql sqlite pgsql' },
  { insert: dashes, read: 'lua', names: 'lua' },
  { insert: dashes, read: 'haskell', names: 'haskell elm hs' },
  { insert: dashes, read: 'ada', names: 'ada' },
  { insert: semicolon, read: 'lisp', names: 'clojure lisp scheme clj cljs el scm' },
  { insert: `% ${words}`, read: 'latex', names: 'latex tex' },
  { insert: `% ${words}`, read: 'erlang', names: 'erlang erl' },
  { insert: `% ${words}`, read: 'matlab', names: 'matlab' },
  { insert: `' ${words}`, read: 'basic', goesOn: /(?:^|\s)_\s*$/, names: 'vb vbs bas' },
  { insert: `REM ${words}`, read: 'lines', before: true, names: 'bat cmd' },
];

const byName = new Map(
  languages.flatMap(({ names, read, ...syntax }) => names.split(' ').map((name) => [name, { ...syntax, read: readers[read] }] as const)),
);

/** The languages of which a text may be a part, where that is a page, or a cell of a notebook: then what is around it tells. */
const pages = new Map<string, readonly string[]>([
  ['php', ['html', 'php']],
  ['ipynb', ['python', 'r', 'julia']],
]);
for (const name of ['html', 'htm', 'xhtml', 'vue', 'svelte']) pages.set(name, [name, 'javascript', 'css']);

/** A file's name, or a language's, as the table has it. */
function nameIn(file: string): { readonly name: string; readonly ending: string } {
  const name = file.replaceAll('\\', '/').split('/').at(-1)!.toLowerCase();
  return { name, ending: name.slice(name.lastIndexOf('.') + 1) };
}

/** How a comment is written in a language, by VS Code's id or a file name; `undefined` where there is no way to (JSON, CSV, plain text). */
export function syntaxOf(languageIdOrFileName: string): CommentSyntax | undefined {
  const { name, ending } = nameIn(languageIdOrFileName);
  if (/^\.env(?:\.|$)|\.env$/.test(name)) return byName.get('env');
  if (/^(?:docker|container)file(?:\.|$)/.test(name)) return byName.get('dockerfile');
  return byName.get(name) ?? byName.get(`.${ending}`) ?? byName.get(ending);
}

/** What reads a file from any line of it: of a page it may be in one language or another. */
export function readersOf(file: string): readonly Reader[] {
  const parts = pages.get(nameIn(file).ending);
  return (parts ?? [file]).flatMap((part) => syntaxOf(part)?.read ?? []);
}

/** The same for a line of a page, which may be in a script, a style or a program, and where that part begins. */
export function syntaxIn(
  languageIdOrFileName: string,
  text: string,
  lineStart: number,
  line: string,
): { readonly syntax: CommentSyntax; readonly from: number } | undefined {
  const { ending } = nameIn(languageIdOrFileName);
  if (ending === 'php') return syntaxInPhp(text, lineStart, line);
  const element = pages.has(ending) ? elementAt(text, lineStart) : undefined;
  const syntax = syntaxOf(element?.language ?? languageIdOrFileName);
  return syntax && { syntax, from: element?.from ?? 0 };
}

/** What is data and no program, in a script of another type than these. */
const isProgram =
  /^(?!.*\btype\s*=)|\btype\s*=\s*["']?(?:module|(?:text|application)\/(?:x-)?(?:java|ecma|type)script|text\/(?:babel|jsx))\b/i;

/** The script or style of a page that a place is in. */
function elementAt(text: string, at: number): { readonly language: string; readonly from: number } | undefined {
  const last = [...text.slice(0, at).matchAll(/<(\/?)(script|style)\b([^<>]*)>/gi)].at(-1);
  if (last === undefined || last[1] !== '') return undefined;
  if (last[2]!.toLowerCase() === 'script' && !isProgram.test(last[3]!)) return undefined;
  return { language: last[2]!.toLowerCase() === 'style' ? 'css' : 'javascript', from: last.index + last[0].length };
}

/** PHP's own, or a page's where the program has not begun or has ended. */
function syntaxInPhp(text: string, lineStart: number, line: string): { readonly syntax: CommentSyntax; readonly from: number } {
  const [php, page] = [byName.get('php')!, byName.get('html')!];
  const from = text.indexOf('<?') + 2;
  const isAround = from === 1 || from > lineStart || php.read(text, from).placeAt(lineStart).isPage === true;
  if (isAround && (line.includes('?>') || !line.includes('<?'))) {
    return { syntax: page, from: from > lineStart || from === 1 ? 0 : text.lastIndexOf('?>', lineStart) + 2 };
  }
  return { syntax: line.includes('?>') ? { ...php, before: true } : php, from };
}
