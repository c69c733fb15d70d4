import { type Refused, refuse } from './edit.ts';

/** A file of the workspace. */
export interface WorkspaceFile {
  readonly path: string;
  readonly text: string;
}

/** A line, counted from 1, that reads a variable by its name. */
export interface Reader {
  readonly path: string;
  readonly line: number;
}

/** A line that hands the `.env` file's own text to the program, past anything `keystow exec` could set. */
export interface Blocker extends Reader {
  readonly why: 'override' | 'docker-env-file' | 'compose-env-file';
}

export interface Readers {
  readonly byName: readonly Reader[];
  readonly blocked: readonly Blocker[];
}

/** Documentation and lock files name variables, and read none. */
const prose = /\.(?:md|mdx|rst|adoc|txt|lock)$|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml)$/i;

/** Files in which `$NAME` and `${NAME}` mean the environment, and not a variable or a placeholder of the program. */
const expanding = new RegExp(
  [
    String.raw`\.(?:sh|bash|zsh|fish|ps1|bat|cmd|mk|ya?ml|json|jsonc|toml|properties|conf|env|hcl)$`,
    String.raw`(?:^|/)(?:Makefile|GNUmakefile|Justfile|Procfile|Jenkinsfile|Vagrantfile|\.envrc|\.env[\w.-]{0,40})$`,
    String.raw`(?:^|/)(?:Dockerfile|Containerfile)[\w.-]{0,40}$|\.(?:Dockerfile|Containerfile)$`,
  ].join('|'),
  'i',
);

const composeFile = /(?:^|\/)(?:docker-)?compose[\w.-]{0,60}\.ya?ml$/i;
const dockerFile = /(?:^|\/)(?:Dockerfile|Containerfile)[\w.-]{0,40}$|\.(?:Dockerfile|Containerfile)$/i;
const containerConfiguration = /(?:^|\/)\.?devcontainer\.json$/;

/** How far the text around a name is looked at: every check is bounded by it. */
const before = 80;
const after = 400;

/**
 * The lines of the files that read one of the variables by its name, in the ways of the common languages, and those that make any reference in a `.env`
 * file useless. A name beside the word "environment" counts when in doubt: that only leads to references in place of a profile, which work for
 * both. Linear in the length of the files.
 */
export function findReaders(files: Iterable<WorkspaceFile>, names: readonly string[]): Readers {
  const byName: Reader[] = [];
  const blocked: Blocker[] = [];
  for (const { path, text } of files) {
    const file = path.replaceAll('\\', '/');
    if (prose.test(file)) continue;
    const lines = lineCounter(text);
    const offsets = names.flatMap((name) => placesOf(text, name).filter((at) => reads(file, text, at, name)));
    for (const line of new Set(offsets.toSorted((a, b) => a - b).map(lines))) byName.push({ path, line });
    const blockers = findBlockers(file, text).toSorted((a, b) => a.at - b.at);
    const linesOfBlockers = lineCounter(text);
    for (const { at, why } of blockers) blocked.push({ path, line: linesOfBlockers(at), why });
  }
  return { byName, blocked };
}

/** Line numbers of offsets that are asked for in rising order: the text is walked once. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (let next = text.indexOf('\n', at); next !== -1 && next < offset; next = text.indexOf('\n', at)) {
      at = next + 1;
      line++;
    }
    return line;
  };
}

/** Where the name stands as a whole word. */
function placesOf(text: string, name: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    if (!/\w/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + name.length] ?? ' ')) places.push(at);
  }
  return places;
}

/** process.env.X, import.meta.env.X, Bun.env.X */
const member = /\b(?:process|import\.meta|Bun)\s{0,5}\.\s{0,5}env\s{0,5}\??\.\s{0,5}$/;
/** env['X'], os.environ.get("X"), getenv("X"), ENV.fetch('X'), System.getenv("X"), env::var("X"), Environment.GetEnvironmentVariable("X") */
const lookup =
  /env(?:iron\w{0,20}|ironment)?(?:(?:\?|!|::|\.|->)?\w{0,30}){0,3}(?:\(\))?[!?]?\.?\s{0,5}[([{]\s{0,10}(?:(?:u8|[rufLb@])?["'`:])?$/i;
/** const { X, Y: y = '' } = process.env */
const destructured = /^[^{};]{0,300}\}\s{0,10}(?::[^=;{}]{0,60})?=\s{0,10}(?:await\s)?(?:process|import\.meta|Bun)\s{0,5}\.\s{0,5}env\b/;
/** $X, ${X}, ${X:-default}, $(X), $env:X, ${env:X} */
const expansion = /\$(?:\{!?|\(|env:|\{env:)?$/i;

function reads(file: string, text: string, at: number, name: string): boolean {
  const left = text.slice(Math.max(0, at - before), at);
  const right = text.slice(at + name.length, at + name.length + after);
  if (member.test(left) || lookup.test(left) || destructured.test(right)) return true;
  if ((expanding.test(file) || text.startsWith('#!')) && (expansion.test(left) || (left.endsWith('%') && right.startsWith('%'))))
    return true;
  const line = left.slice(left.lastIndexOf('\n') + 1);
  // an entry without a value passes the variable on as it stands in the environment or in .env
  if (composeFile.test(file)) return /^\s{0,40}(?:-\s{1,10})?["']?$/.test(line) && /^["']?\s{0,10}:?[ \t]{0,10}(?:#|\r?\n|$)/.test(right);
  if (dockerFile.test(file)) return /^\s{0,40}ARG\s{1,10}$/i.test(line);
  return false;
}

function findBlockers(file: string, text: string): { at: number; why: Blocker['why'] }[] {
  return [
    ...matches(text, overrides(text)).map((at) => ({ at, why: 'override' as const })),
    ...matches(text, /--env-file\b/g)
      .filter((at) => containerConfiguration.test(file) || isDockerArgument(text, at))
      .map((at) => ({ at, why: 'docker-env-file' as const })),
    ...(composeFile.test(file) ? matches(text, /^[ \t]{0,60}(?:env_file|"env_file")[ \t]{0,10}:/gm) : []).map((at) => ({
      at,
      why: 'compose-env-file' as const,
    })),
  ];
}

const matches = (text: string, pattern: RegExp): number[] => Array.from(text.matchAll(pattern), ({ index }) => index);

/** What makes a reader of `.env` win over the environment. */
function overrides(text: string): RegExp {
  const always = [
    String.raw`\bload_dotenv\s{0,5}\((?:[^()]|\([^()]{0,100}\)){0,250}?\boverride\s{0,5}=\s{0,5}True\b`,
    String.raw`\bDOTENV_(?:CONFIG_)?OVERRIDE\s{0,3}=\s{0,3}["']?(?:true|1)\b`,
    String.raw`\bdotenvx\s[^\n]{0,100}--overload\b`,
    String.raw`\b[Dd]otenv\.[Oo]verload\b|\bgodotenv\.Overload\b`,
  ];
  const withDotenv = [String.raw`\boverride["']?\s{0,5}:\s{0,5}true\b`];
  return new RegExp([...always, ...(text.includes('dotenv') ? withDotenv : [])].join('|'), 'gi');
}

/** Whether `--env-file` at this offset is docker's: compose's own only fills holes in its file, and Node's lets the environment win. */
function isDockerArgument(text: string, at: number): boolean {
  let start = text.lastIndexOf('\n', at - 1) + 1;
  while (start > 1 && at - start < 1000 && /\\\r?$/.test(text.slice(Math.max(0, start - 3), start - 1))) {
    start = text.lastIndexOf('\n', start - 2) + 1;
  }
  const command = text.slice(Math.max(start, at - 1000), at);
  return /\b(?:docker|podman|nerdctl)\b(?!-compose|["',\s]{1,10}compose\b)/.test(command);
}

/**
 * What can take an AWS pair's place in a `.env` file, from what reads the file: a profile where only the SDK does, references where a program
 * reads the names or the names are not AWS's own; refused where the file's text reaches the program whatever the environment says.
 */
export function decideDotenv(
  readers: Readers,
  { names, standard }: { names: readonly string[]; standard: boolean },
): 'profile' | 'references' | Refused {
  const [blocker] = readers.blocked;
  if (!blocker) return standard && readers.byName.length === 0 ? 'profile' : 'references';
  const values = {
    file: blocker.path,
    line: blocker.line,
    command: `keystow exec -- docker run ${names.map((name) => `-e ${name}`).join(' ')} …`,
  };
  if (blocker.why === 'override') {
    return refuse(
      'Line {line} of {file} lets the .env file win over the environment, so no reference in it would work. Take that option out and stow again, or delete the key from the file and start the program with its variables set: keystow exec -- …, in a container {command}.',
      values,
    );
  }
  return refuse(
    'Line {line} of {file} hands the .env file to a container as it is, so no reference in it would work. Delete the key from the file and start the container with {command}.',
    values,
  );
}
