import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { type Message, message, UserError } from '../message.ts';
import { programOnPath } from './program.ts';

/** Runs git in one folder. */
export interface Git {
  /** What the command prints. @throws UserError where git fails, or says nothing within the time limit. */
  run(args: readonly string[], options?: GitOptions): Promise<Buffer>;
  /** The same, in pieces as they come: for what may be larger than memory. */
  stream(args: readonly string[], options?: GitOptions): AsyncGenerator<Buffer>;
  /**
   * The same as `run` while this thread waits, which takes half the CPU: Node's streams and pipes are more than what git does for a commit. Undefined where it prints more than
   * `mostBytes`, or takes longer than `longestMs`: then `run` or `stream` may do it. Where that is not given, it may go on for as long as `run` lets it say nothing. Not for a thread that anybody else waits for, such as the editor's.
   * @throws UserError where git fails, or says nothing within the time limit.
   */
  runBlocking(
    args: readonly string[],
    options: { readonly input?: string; readonly mostBytes: number; readonly longestMs?: number },
  ): Buffer | undefined;
}

export interface GitOptions {
  /** What the command reads. */
  readonly input?: string | AsyncIterable<string>;
  readonly signal?: AbortSignal;
  /** It looks through all commits, of which there may be a million, before it says something: it may take twenty times as long. */
  readonly ofAllCommits?: boolean;
}

/**
 * The one way to git. The configuration of a repository can name programs, hosts and hooks: none of them is run, nothing is fetched, nothing is
 * written. Still never to be used in a folder that the person does not trust.
 * Where it said nothing for too long once, it is not called again: each call would wait as long, as git hangs where its files do.
 * `repository`: whether it is the one that the folder lies in, or the one that the environment names, as git does for its hooks; `longestMs`: how long git may say nothing, 30 s where it is not given.
 * (https://git-scm.com/docs/git#_environment_variables, https://git-scm.com/docs/git-config)
 * @throws UserError where there is no git on the PATH.
 */
export function openGit(
  folder: string,
  env: NodeJS.ProcessEnv,
  repository: 'of the folder' | 'of the environment' = 'of the folder',
  longestMs = longestSilentMs,
): Git {
  const program = gitProgram(env);
  let silence: UserError | undefined;
  const wasSilent = (args: readonly string[]): UserError => {
    silence = failed(args, message('it said nothing for too long'));
    return silence;
  };
  const quietly = { ...(repository === 'of the folder' ? withoutRepository(env) : env), ...quiet };
  const common = (input: unknown) =>
    ({
      cwd: folder,
      env: quietly,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    }) satisfies SpawnOptions;
  const start = (args: readonly string[], { input, signal }: GitOptions): ChildProcess =>
    spawn(program, [...harmless, ...args], { ...common(input), ...(signal === undefined ? {} : { signal }) });

  async function* stream(args: readonly string[], options: GitOptions = {}): AsyncGenerator<Buffer> {
    if (silence) throw silence;
    const child = start(args, options);
    const ended = new Promise<Pick<Ended, 'code' | 'signal' | 'error'>>((resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, error }));
      child.once('close', (code, signal) => resolve({ code, signal, error: undefined }));
    });
    let complaint = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < longestComplaint) complaint += text;
    });
    const fed = options.input === undefined ? undefined : feed(child, options.input);
    fed?.catch(() => child.kill('SIGKILL')); // what was to be read ends in the middle: git would wait for more
    let silent = false;
    const listen = () =>
      setTimeout(
        () => {
          silent = true;
          child.kill('SIGKILL');
        },
        longestMs * (options.ofAllCommits ? 20 : 1),
      );
    let limit = listen();
    try {
      for await (const piece of child.stdout!) {
        clearTimeout(limit); // what is made of the piece takes none of git's time
        yield piece;
        limit = listen();
      }
      await fed;
      const end = await ended;
      options.signal?.throwIfAborted();
      if (silent) throw wasSilent(args);
      throwIfFailed(args, { ...end, complaint });
    } finally {
      clearTimeout(limit);
      child.kill('SIGKILL'); // whoever stops reading half-way wants no more of it
    }
  }

  return {
    stream,
    async run(args, options) {
      const pieces: Buffer[] = [];
      for await (const piece of stream(args, options)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    runBlocking(args, { input, mostBytes, longestMs: given }) {
      if (silence) throw silence;
      const limits = { timeout: given ?? longestMs, killSignal: 'SIGKILL', maxBuffer: mostBytes } as const;
      const { error, status, signal, stdout, stderr } = spawnSync(program, [...harmless, ...args], {
        ...common(input),
        ...limits,
        ...(input === undefined ? {} : { input }),
      });
      const { code } = (error ?? {}) as NodeJS.ErrnoException;
      if (code === 'ETIMEDOUT' && given === undefined && stdout.length === 0) throw wasSilent(args);
      if (code === 'ENOBUFS' || code === 'ETIMEDOUT') return undefined;
      // git that ends before it has read all says itself why
      throwIfFailed(args, { code: status, signal, error: code === 'EPIPE' ? undefined : error, complaint: stderr?.toString('utf8') ?? '' });
      return stdout;
    },
  };
}

/** How git ended, and what it said on stderr. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error: Error | undefined;
  readonly complaint: string;
}

/** What is said where git failed. @throws UserError that says it */
function throwIfFailed(args: readonly string[], { code, signal, error, complaint }: Ended): void {
  if (error) throw failed(args, error.message);
  const [, owned] = /detected dubious ownership in repository at '(.*)'/.exec(complaint) ?? [];
  if (owned !== undefined) {
    throw new UserError(
      'git does not open {folder}, as it belongs to another user. If you trust it, allow it: git config --global --add safe.directory {folder}',
      { folder: owned },
    );
  }
  if (/^warning: lazy fetching disabled|from promisor remote$/m.test(complaint)) {
    throw new UserError(
      'git does not have here what {command} reads, as this is a partial clone. Fetch all of it: git fetch --refetch --no-filter',
      {
        command: args[0] ?? '',
      },
    );
  }
  if (/^fatal: not a git repository \(or any/m.test(complaint)) {
    throw new UserError('This folder lies in no git repository. Go to one, or make one: git init');
  }
  if (/^fatal: this operation must be run in a work tree$/m.test(complaint)) {
    throw new UserError('No files of a repository are checked out in this folder, as in a bare one. Go to a clone or a worktree.');
  }
  if (code !== 0) throw failed(args, reasonIn(complaint) || (signal ?? `exit ${code}`));
}

const longestComplaint = 4096;
const longestSilentMs = 30_000;

/** Settings of the command line win over those of a repository. */
const harmless = [
  '--no-pager',
  '--literal-pathspecs',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.quotePath=false',
    'protocol.allow=never',
    'submodule.recurse=false',
  ].flatMap((setting) => ['-c', setting]),
];

/** No lock, no question, no fetch of an object that a partial clone left behind, no history but that of the commits themselves, paths as they are, English. */
const quiet = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
  GIT_GLOB_PATHSPECS: '0',
  GIT_NOGLOB_PATHSPECS: '0',
  GIT_ICASE_PATHSPECS: '0',
  LC_ALL: 'C',
};

/** What names a repository or a part of it, for one that a hook of another repository, or an editor that its commit opened, asks about. (`git rev-parse --local-env-vars`) */
const namesRepository = new Set([
  'GIT_DIR',
  'GIT_COMMON_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_PREFIX',
]);

const withoutRepository = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !namesRepository.has(name)));

/** By absolute path: a file `git` of the folder is never run. */
function gitProgram(env: NodeJS.ProcessEnv): string {
  const program = programOnPath(process.platform === 'win32' ? 'git.exe' : 'git', env);
  if (program === undefined) throw new UserError('git was not found on the PATH. Install it, then try again.');
  return program;
}

async function feed(child: ChildProcess, input: string | AsyncIterable<string>): Promise<void> {
  const pipe = child.stdin!;
  // git that ends early closes the pipe: why it did is in what it says at its end
  const closed = new Promise<void>((resolve) => pipe.once('error', () => resolve()).once('close', () => resolve()));
  if (typeof input === 'string') {
    pipe.end(input);
    return;
  }
  for await (const piece of input) {
    if (pipe.destroyed) return;
    if (!pipe.write(piece)) await Promise.race([new Promise((resolve) => pipe.once('drain', resolve)), closed]);
  }
  pipe.end();
}

/** Why git ended: warnings, as of a home that may not be read, stand before it. */
function reasonIn(complaint: string): string {
  const lines = complaint.split('\n');
  return (lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines[0]!).replace(/^fatal: /, '');
}

const failed = (args: readonly string[], reason: string | Message): UserError =>
  new UserError('git {command} failed: {reason}', { command: args[0] ?? '', reason });
