import { existsSync, fstatSync, readFileSync, realpathSync, writeFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ContainmentCommand } from './containment/command.ts';
import type { LoginDoors } from './credentials/sso-command.ts';
import { homeFolder } from './files/home.ts';
import { inFolder } from './files/in-folder.ts';
import { isFolder } from './files/is-folder.ts';
import { programOnPath } from './files/program.ts';
import { type Machine, machineOf } from './machine.ts';
import { format, type Message, UserError } from './message.ts';
import type { RotationCommand } from './rotation/command.ts';
import type { Terminal } from './scan/command.ts';
import { largestNamed, tooLarge } from './scan/too-large.ts';
import type { CommandDoors } from './stow/command.ts';

/** A verb of the command. What it prints on stdout is a result; words go to stderr. */
interface Verb {
  readonly usage: string;
  /** What its options mean, a line each. */
  readonly help?: string;
  /** The exit code. */
  run(args: readonly string[], machine: () => Machine): Promise<number>;
}

/** What starts this file, in the build. */
const program = (): string => inFolder(__dirname, 'cli.js');

const verbs: Readonly<Record<string, Verb>> = {
  'credential-process': {
    usage: 'credential-process --profile P',
    async run(args, machine) {
      const { profile } = options(this, args, { profile: { type: 'string' } }).values;
      if (profile === undefined) throw usageError(this);
      const here = machine();
      const credentials = await here.credentials(await here.anyProfile(profile));
      writeFileSync(1, `${JSON.stringify(credentials)}\n`); // process.stdout would load Node's streams and network first
      return 0;
    },
  },

  exec: {
    usage: 'exec [--profile P] [--env-file F] -- COMMAND…',
    async run(args, machine) {
      const end = args.indexOf('--');
      const own = end < 0 ? args : args.slice(0, end);
      const [command, ...rest] = end < 0 ? [] : args.slice(end + 1);
      const { values } = options(this, own, { profile: { type: 'string' }, 'env-file': { type: 'string' } });
      if (command === undefined) throw usageError(this);
      const { composeEnvironment } = await import('./credentials/environment.ts');
      const { CommandNotStarted, runCommand } = await import('./credentials/exec.ts');
      const { parseDotenv } = await import('./stow/dotenv.ts');
      const here = machine();
      const envFile = values['env-file'] === undefined ? undefined : await readEnvFile(values['env-file']);
      const env = await composeEnvironment(
        {
          parent: process.env,
          folder: realpathSync(process.cwd()),
          ...(envFile === undefined ? {} : { envFile }),
          ...(values.profile === undefined ? {} : { profile: await here.commandProfile(values.profile) }),
        },
        { parseEnvFile: parseDotenv, credentials: (profile) => profile.credentials(), resolve: here.resolve },
      );
      try {
        return await runCommand(command, rest, env);
      } catch (error) {
        if (!(error instanceof CommandNotStarted)) throw error;
        process.stderr.write(`keystow: ${error.message}\n`);
        return error.exitCode;
      }
    },
  },

  login: {
    usage: 'login P',
    async run(args, machine) {
      const { login } = await import('./credentials/sso-command.ts');
      const profile = onlyPositional(this, args);
      const here = machine();
      await login(profile, loginDoors(here));
      await finishContainments(here, profile);
      return 0;
    },
  },

  logout: {
    usage: 'logout P',
    async run(args, machine) {
      const { logout } = await import('./credentials/sso-command.ts');
      await logout(onlyPositional(this, args), loginDoors(machine()));
      return 0;
    },
  },

  profiles: {
    usage: 'profiles [--json]',
    async run(args, machine) {
      const { json } = options(this, args, { json: { type: 'boolean', default: false } }).values;
      const { listProfiles, profileLines } = await import('./credentials/sso-command.ts');
      const here = machine();
      const listed = await listProfiles(here.awsFiles, here.sso);
      writeNow(1, json ? `${JSON.stringify(listed)}\n` : profileLines(listed));
      return 0;
    },
  },

  scan: {
    usage:
      'scan [PATH…] [--staged | --history | --stdin NAME] [--format text|json|sarif] [--baseline F] [--write-baseline F [--reason TEXT]] [--no-ignore] [--archives] [--notebooks] [--rules F] [--generic] [--threads N]',
    help: `looks for secrets in files and folders, in this folder where no PATH is given.
  --staged              what git has staged and the last commit has not
  --history             every commit that a branch, a tag, a stash or HEAD reaches
  --stdin NAME          what is piped in, as a file of this name
  --format FORMAT       text, json or sarif
  --archives            also the files in zip, jar, whl, docx, tar, tar.gz, gz and archives like them
  --notebooks           the cells of .ipynb files, and what they printed, as people read them
  --baseline F          what this file accepts is not shown; else what lies in the folder, and above it
                        in its repository, counts: .keystow-baseline.jsonl, .gitleaksignore, .secrets.baseline
  --write-baseline F    accepts what is found, in this file
  --reason TEXT         why, for those who read that file
  --no-ignore           also what .gitignore and .keystowignore exclude; no baseline of a folder counts
  --rules F             also the rules of this file
  --generic             also values that only their names call secrets, weighed
  --threads N           looks at files on so many threads; 1 if not given
exit code: 0 nothing found, 1 findings, 2 could not run, or could not look at a file that is named or a part of the history
`,
    async run(args, machine) {
      const { values, positionals } = options(
        this,
        args,
        {
          format: { type: 'string', default: 'text' },
          staged: { type: 'boolean', default: false },
          history: { type: 'boolean', default: false },
          stdin: { type: 'string' },
          baseline: { type: 'string' },
          'write-baseline': { type: 'string' },
          reason: { type: 'string' },
          'no-ignore': { type: 'boolean', default: false },
          archives: { type: 'boolean', default: false },
          notebooks: { type: 'boolean', default: false },
          rules: { type: 'string' },
          generic: { type: 'boolean', default: false },
          threads: { type: 'string', default: '1' },
        },
        true,
      );
      const format = (['text', 'json', 'sarif'] as const).find((one) => one === values.format);
      const asked = [values.staged, values.history, values.stdin !== undefined].filter(Boolean).length;
      const threads = Number(values.threads);
      if (values.stdin === '') throw usageError(this, '--stdin needs a name for the text');
      const paths: readonly string[] = positionals;
      if (paths.includes('-')) throw usageError(this, 'What is piped in needs a name: --stdin NAME');
      if (values.stdin !== undefined && paths.length > 0) throw usageError(this, '--stdin and a PATH do not go together');
      if (values.reason !== undefined && values['write-baseline'] === undefined)
        throw usageError(this, '--reason goes with --write-baseline');
      if (asked > 1) throw usageError(this, '--staged, --history and --stdin do not go together');
      if (format === undefined) throw usageError(this, '--format is text, json or sarif');
      if (!Number.isInteger(threads) || threads < 1 || threads > 64) throw usageError(this, '--threads is a number from 1 to 64');
      const { loadRules, scanCommand } = await import('./scan/command.ts');
      const what =
        values.stdin !== undefined
          ? { text: await readStdin(), name: values.stdin }
          : values.staged
            ? ('staged' as const)
            : values.history
              ? ('history' as const)
              : ('files' as const);
      if (what === 'history' || (what === 'files' && (paths.length === 0 || paths.some(isFolder)))) {
        loadRules(); // what was compiled of them is of no use once there is another compiler
        await compileLess();
      }
      const { baseline, 'write-baseline': writeBaseline, 'no-ignore': noIgnore, reason, archives, notebooks, rules, generic } = values;
      return scanCommand(
        {
          paths,
          format,
          what,
          baseline,
          writeBaseline,
          reason,
          noIgnore,
          inside: { archives, notebooks },
          rules,
          generic,
          threads,
        },
        terminal(machine),
      );
    },
  },

  hook: {
    usage: 'hook install|remove [--yes]',
    async run(args, machine) {
      const { values, positionals } = options(this, args, { yes: { type: 'boolean', default: false } }, true);
      const action = (['install', 'remove'] as const).find((one) => positionals.length === 1 && one === positionals[0]);
      if (action === undefined) throw usageError(this);
      const { hookCommand } = await import('./scan/command.ts');
      const { askOnTerminal } = await import('./rotation/command.ts');
      if (action === 'install') await machine().ensureLauncher(program());
      await hookCommand(action, values.yes ? async () => 'y' : askOnTerminal, terminal(machine));
      return 0;
    },
  },

  stow: {
    usage: 'stow PATH… [--profile NAME] [--mode session|key] [--yes]',
    async run(args, machine) {
      const { values, positionals } = options(
        this,
        args,
        { profile: { type: 'string' }, mode: { type: 'string' }, yes: { type: 'boolean', default: false } },
        true,
      );
      const { profile } = values;
      const mode = (['session', 'key'] as const).find((one) => one === values.mode);
      if (positionals.length === 0 || mode !== values.mode) throw usageError(this);
      const { stowFiles } = await import('./stow/command.ts');
      const choices = { ...(profile === undefined ? {} : { profile }), ...(mode === undefined ? {} : { mode }) };
      const count = await stowFiles(positionals, choices, commandDoors(machine(), values.yes));
      process.stderr.write(`${count} stowed\n`);
      return 0;
    },
  },

  restore: {
    usage: 'restore ID [--yes]',
    async run(args, machine) {
      const { values, positionals } = options(this, args, { yes: { type: 'boolean', default: false } }, true);
      const [id, ...more] = positionals;
      if (id === undefined || more.length > 0) throw usageError(this);
      const { restore } = await import('./stow/command.ts');
      await restore(id, commandDoors(machine(), values.yes));
      return 0;
    },
  },

  spend: {
    usage: 'spend [P] [--json] [--watch]',
    async run(args, machine) {
      const { values, positionals } = options(
        this,
        args,
        { json: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
        true,
      );
      const [name = 'default', ...more] = positionals;
      if (more.length > 0) throw usageError(this);
      const { spend } = await import('./spend/command.ts');
      const { defaultAlertPerHour, defaultSettings, subjectOf } = await import('./spend/spend.ts');
      const here = machine();
      const profile = await here.anyProfile(name);
      await finishContainments(here, name);
      const ended = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
      const terminal = {
        print: (text: string) => process.stdout.write(`${text}\n`),
        say: (text: string) => process.stderr.write(`${text}\n`),
      };
      const choices = { ...values, alertPerHour: defaultAlertPerHour, settings: defaultSettings };
      return spend(subjectOf(profile), choices, here.spendDoors(profile), terminal, ended.signal);
    },
  },

  rotate: {
    usage: 'rotate P [--grace-days N] [--yes] | rotate --resume P | rotate --undo P [--yes]',
    async run(args, machine) {
      const { values, positionals } = options(
        this,
        args,
        {
          resume: { type: 'boolean', default: false },
          undo: { type: 'boolean', default: false },
          'grace-days': { type: 'string', default: '7' },
          yes: { type: 'boolean', default: false },
        },
        true,
      );
      const [profile, ...more] = positionals;
      const days = Number(values['grace-days']);
      if (profile === undefined || more.length > 0 || (values.resume && values.undo) || !(days >= 0 && days <= 365)) throw usageError(this);
      const { resumeRotate, rotate, undoRotate } = await import('./rotation/command.ts');
      const here = machine();
      await finishContainments(here, profile);
      const command = await rotationCommand(here, values.yes);
      if (values.resume) await resumeRotate(profile, command);
      else if (values.undo) await undoRotate(profile, command);
      else await rotate(profile, days, command);
      return 0;
    },
  },

  'disable-key': {
    usage: 'disable-key ID [--profile P] [--yes]',
    async run(args, machine) {
      const { values, positionals } = options(this, args, { profile: { type: 'string' }, yes: { type: 'boolean', default: false } }, true);
      const [id, ...more] = positionals;
      if (id === undefined || more.length > 0) throw usageError(this);
      const { disable } = await import('./rotation/command.ts');
      await disable(id, values.profile, await rotationCommand(machine(), values.yes));
      return 0;
    },
  },

  contain: {
    usage: 'contain P [--user NAME…] [--yes | --plan] | contain [P] --undo FILE [--yes]',
    async run(args, machine) {
      const { values, positionals } = options(
        this,
        args,
        {
          user: { type: 'string', multiple: true, default: [] },
          yes: { type: 'boolean', default: false },
          plan: { type: 'boolean', default: false },
          undo: { type: 'string' },
        },
        true,
      );
      const [profile, ...more] = positionals;
      if (more.length > 0 || (values.plan && values.yes) || (values.undo !== undefined && (values.plan || values.user.length > 0))) {
        throw usageError(this);
      }
      const { contain, planOnly, undo } = await import('./containment/command.ts');
      const here = machine();
      const command = await containmentCommand(here, values.yes);
      if (values.undo !== undefined) return undo(resolve(values.undo), profile, command);
      if (profile === undefined) throw usageError(this);
      const choices = { named: values.user, burning: await here.burning(await here.anyProfile(profile)) };
      return values.plan ? planOnly(profile, choices, command) : contain(profile, choices, command);
    },
  },

  simulate: {
    usage: 'simulate [--port N] [--scenario quiet|incident|FILE] [--began DURATION] [--record FILE]',
    async run(args) {
      const { values } = options(this, args, {
        port: { type: 'string', default: '0' },
        scenario: { type: 'string', default: 'quiet' },
        began: { type: 'string' },
        record: { type: 'string' },
      });
      const port = Number(values.port);
      if (!Number.isInteger(port) || port < 0 || port > 65535) throw usageError(this);
      const { simulate } = await import('./simulator/command.ts');
      const ended = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
      const { began, record } = values;
      const more = { ...(began === undefined ? {} : { began }), ...(record === undefined ? {} : { record }) };
      await simulate({ port, scenario: values.scenario, ...more }, { print: (line) => process.stdout.write(`${line}\n`) }, ended.signal);
      return 0;
    },
  },
};

const usage = () =>
  `usage:\n${Object.values(verbs)
    .map((verb) => `  keystow ${verb.usage}\n`)
    .join('')}  keystow --version\n`;

/** How a verb is used, behind the reason why it was not used so, if that is no matter of course. */
const usageError = (verb: Verb, reason?: string) =>
  reason === undefined
    ? new UserError('usage: keystow {usage}', { usage: verb.usage })
    : new UserError('{reason}\nusage: keystow {usage}', { reason, usage: verb.usage });

type OptionsConfig = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function options<const Config extends OptionsConfig>(verb: Verb, args: readonly string[], config: Config, allowPositionals = false) {
  try {
    return parseArgs({ args: [...args], options: config, allowPositionals, strict: true });
  } catch (error) {
    const reason = firstSentence((error as Error).message);
    throw usageError(
      verb,
      reason +
        didYouMean(
          /^Unknown option '(--[^']+)'/.exec(reason)?.[1],
          Object.keys(config).map((name) => `--${name}`),
        ),
    );
  }
}

/** Node adds how an argument is written that begins with a dash, which hardly anybody means. */
const firstSentence = (text: string): string => text.replace(/\.\s.*$/s, '');

/** A question that names what somebody meant who wrote this; nothing where nothing is like it. */
function didYouMean(written: string | undefined, known: readonly string[]): string {
  const meant = written === undefined ? undefined : known.find((one) => isLike(written, one));
  return meant === undefined ? '' : `. Did you mean ${meant}?`;
}

/** Whether two words are the same but for a letter that is missing, wrong or too many, or for two that are swapped or so. */
function isLike(one: string, other: string): boolean {
  let begin = 0;
  while (begin < one.length && one[begin] === other[begin]) begin++;
  let [end, otherEnd] = [one.length, other.length];
  while (end > begin && otherEnd > begin && one[end - 1] === other[otherEnd - 1]) [end, otherEnd] = [end - 1, otherEnd - 1];
  return Math.max(end, otherEnd) - begin <= 2;
}

function onlyPositional(verb: Verb, args: readonly string[]): string {
  const [name, ...more] = options(verb, args, {}, true).positionals;
  if (name === undefined || more.length > 0) throw usageError(verb);
  return name;
}

function loginDoors({ anyProfile, roles }: Machine): LoginDoors {
  return {
    profile: anyProfile,
    roles,
    say: (text) => process.stderr.write(`${text}\n`),
    async ask(question) {
      if (!process.stdin.isTTY) throw new UserError('There is no terminal to ask for the code on. Run the command in a terminal.');
      const { askOnTerminal } = await import('./rotation/command.ts');
      return askOnTerminal(question);
    },
  };
}

const terminal = (machine: () => Machine): Terminal => ({
  cwd: process.cwd(),
  env: process.env,
  platform: process.platform,
  worker: inFolder(__dirname, 'scan/worker.mjs'),
  hasColours: () =>
    !process.env.NO_COLOR && process.env.TERM !== 'dumb' && fstatSync(1).isCharacterDevice() && process.stdout.isTTY === true, // https://no-color.org
  ownCommand() {
    if (programOnPath('keystow', process.env) !== undefined) return 'keystow';
    const { launcher } = machine().places;
    return existsSync(launcher) ? `"${launcher}"` : 'keystow';
  },
  now: () => new Date(),
  ownSecrets: () => machine().ownSecrets(),
  print: (text) => writeNow(1, text),
  say: (text) => writeNow(2, `${text}\n`),
});

let streamsWrite = false;

/** Writes to stdout or stderr without Node's streams, which take 4 ms of CPU to load: only what a pipe does not take at once goes through them. */
function writeNow(to: 1 | 2, text: string): void {
  let left = Buffer.from(text);
  try {
    while (left.length > 0) left = left.subarray(writeSync(to, left));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') return; // who reads it has read enough, as `head` does
    if (code !== 'EAGAIN') throw error;
    streamsWrite = true;
    (to === 1 ? process.stdout : process.stderr).write(left);
  }
}

function commandDoors(machine: Machine, yes: boolean): CommandDoors {
  return {
    ...machine,
    launcher: machine.places.launcher,
    grammars: inFolder(__dirname, 'grammars'),
    ensureLauncher: () => machine.ensureLauncher(program()),
    say: (text) => process.stderr.write(`${text}\n`),
    yes,
  };
}

async function rotationCommand(machine: Machine, yes: boolean): Promise<RotationCommand> {
  const { askOnTerminal } = await import('./rotation/command.ts');
  return { doors: await machine.rotationDoors(), say: (text) => process.stderr.write(`${text}\n`), yes, ask: askOnTerminal };
}

/** Finishes what a containment of this profile that was cut off left, and says so; where it cannot, the verb that was asked for goes on. */
async function finishContainments(machine: Machine, profile: string): Promise<void> {
  try {
    for (const { said } of await machine.finishContainments(profile)) process.stderr.write(`${format(said)}\n`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}

async function containmentCommand(machine: Machine, yes: boolean): Promise<ContainmentCommand> {
  const { askOnTerminal } = await import('./rotation/command.ts');
  return {
    doors: await machine.containmentDoors(),
    print: (text) => process.stdout.write(`${text}\n`),
    say: (text) => process.stderr.write(`${text}\n`),
    yes,
    ask: askOnTerminal,
    async stoppable(work) {
      const ended = new AbortController();
      const end = () => ended.abort();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
      try {
        return await work(ended.signal);
      } finally {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
      }
    },
  };
}

async function readEnvFile(path: string): Promise<{ folder: string; text: string }> {
  try {
    return { folder: realpathSync(dirname(resolve(path))), text: await readFile(path, 'utf8') };
  } catch (error) {
    throw new UserError('The file {file} cannot be read: {reason}', { file: path, reason: (error as Error).message }, { cause: error });
  }
}

async function readStdin(): Promise<Uint8Array | Message> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of process.stdin as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > largestNamed) return tooLarge(largestNamed);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const verb = name !== undefined && Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (name === '--help' || name === '-h' || name === 'help') {
    writeNow(1, usage());
    return 0;
  }
  if (name === '--version') {
    const { version } = JSON.parse(readFileSync(inFolder(__dirname, '..', 'package.json'), 'utf8'));
    writeNow(1, `keystow ${version}\n`);
    return 0;
  }
  if (name === undefined) throw new UserError('{usage}', { usage: usage().trimEnd() });
  if (verb === undefined) {
    const reason = `There is no verb ${name}${didYouMean(name, Object.keys(verbs)) || '.'}`;
    throw new UserError('{reason}\n{usage}', { reason, usage: usage().trimEnd() });
  }
  const end = args.indexOf('--');
  if ((end < 0 ? args : args.slice(0, end)).some((one) => one === '--help' || one === '-h')) {
    writeNow(1, `usage: keystow ${verb.usage}\n${verb.help ?? ''}`);
    return 0;
  }
  return verb.run(args, () => machineOf(process.env, process.platform, homeFolder(process.env, process.platform), true));
}

/**
 * Does without the optimising compiler, whose work takes a tenth of the CPU of a scan of 24,000 files and is paid back by none of them: the kernel is WebAssembly,
 * which it does not concern. To load what it takes costs 3 ms, which one file is not worth. Not in Electron, which may forbid it.
 */
async function compileLess(): Promise<void> {
  if (process.versions.electron !== undefined) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--no-turbofan');
  // what is kept of the compiled functions is for the next process, which begins without
  process.prependOnceListener('exit', () => setFlagsFromString('--turbofan'));
}

/**
 * Ends this process at once. A question to a silent keychain holds a thread for as long as D-Bus waits, most of a minute, and process.exit() waits
 * for that thread: only another program in the place of this one does not.
 */
function end(code: number): never {
  if (process.platform !== 'win32') process.execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
  process.exit(code);
}

/** Is it what the system refused, such as a full disk, and no fault of this program? Its message names the call and the path. */
const isOfSystem = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
    // what the whole start made need not be taken apart piece by piece, where a commit waits and all is written
    if (process.argv[2] === 'scan' && !streamsWrite) process.exit();
  },
  (error: unknown) => {
    // a verb that finds things says 1 when it does: what could not run is 2; an SDK that asks for credentials wants 1
    const code = process.argv[2] === 'credential-process' ? 1 : 2;
    process.stderr.write(`keystow: ${error instanceof UserError || isOfSystem(error) ? error.message : (error as Error).stack}\n`);
    end(code);
  },
);
