import { type Node, parseTree } from 'jsonc-parser';
import { profileNameProblem } from '../credentials/serve-profile.ts';
import { type AwsFilePaths, awsFilePaths } from '../files/aws-files.ts';
import { UserError } from '../message.ts';
import { parseDotenv } from '../stow/dotenv.ts';

// Which folder's programs get AWS_PROFILE, decided from facts: nothing here asks the editor.

/** That a folder says itself whom its programs act as. */
export interface OwnSetting {
  /** As people know it: `.env`, `launch.json` … */
  readonly file: string;
  readonly variable: string;
  readonly value: string;
}

export interface FolderFacts {
  readonly trusted: boolean;
  /** The setting `keystow.terminal.provideProfile`. */
  readonly provide: boolean;
  /** The profile that a person chose for the folder. */
  readonly chosen: string | undefined;
  /** Whether the AWS files that the folder's terminals read have a section of it. */
  readonly hasSection: boolean;
  readonly own: readonly OwnSetting[];
}

/** The profile that new terminals, tasks and programs of a folder get, or why none. */
export type Provided =
  | { readonly profile: string }
  | { readonly because: 'not trusted' | 'switched off' | 'nobody chose' | 'no section' }
  | { readonly because: 'own setting'; readonly own: OwnSetting };

/** Sets a profile only where a person chose it, its section is there, and the folder does not say another; a folder that names the same one agrees. */
export function providedProfile({ trusted, provide, chosen, hasSection, own }: FolderFacts): Provided {
  if (!trusted) return { because: 'not trusted' };
  if (!provide) return { because: 'switched off' };
  if (!chosen) return { because: 'nobody chose' };
  if (!hasSection) return { because: 'no section' };
  const other = own.find(({ variable, value }) => !profileVariables.includes(variable) || value !== chosen);
  return other === undefined ? { profile: chosen } : { because: 'own setting', own: other };
}

const profileVariables: readonly string[] = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
/** With a key beside a profile some SDKs take the one and some the other. */
const ownVariables: readonly string[] = [...profileVariables, 'AWS_ACCESS_KEY_ID'];

/** The files in a folder that can say whom its programs act as. */
export const ownFiles = ['.env', '.vscode/launch.json', '.vscode/tasks.json'] as const;

/** What one of `ownFiles` says; nothing where it names neither a profile nor a key. */
export function ownSettingsIn(file: (typeof ownFiles)[number], text: string): OwnSetting[] {
  const name = file.split('/').at(-1)!;
  const variables = file === '.env' ? parseDotenv(text) : jsonVariables(text);
  return variables.flatMap(({ name: variable, value }) =>
    ownVariables.includes(variable) && value !== '' ? [{ file: name, variable, value }] : [],
  );
}

/** The variables of every `env` object, and of every `environment` list as the debugger of C++ has it. What cannot be parsed is looked at as far as it can. */
function jsonVariables(text: string): { readonly name: string; readonly value: string }[] {
  const root = parseTree(text.replace(/^\uFEFF/, ' '), [], { allowTrailingComma: true });
  return root === undefined ? [] : variablesBelow(root);
}

function variablesBelow(node: Node): { readonly name: string; readonly value: string }[] {
  const children = node.children ?? [];
  if (node.type !== 'property') return children.flatMap(variablesBelow);
  const [key, value] = children;
  if (value?.type === 'object' && key?.value === 'env') {
    return properties(value).flatMap(([name, one]) => (one.type === 'string' ? [{ name, value: String(one.value) }] : []));
  }
  if (value?.type === 'array' && key?.value === 'environment') {
    return (value.children ?? []).flatMap((item) => {
      const { name, value: text } = Object.fromEntries(properties(item));
      return name?.type === 'string' && text?.type === 'string' ? [{ name: String(name.value), value: String(text.value) }] : [];
    });
  }
  return value === undefined ? [] : variablesBelow(value);
}

const properties = (object: Node): [string, Node][] =>
  (object.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [[String(key.value), value] as [string, Node]] : [],
  );

/** Variables as a setting gives them to terminals; `null` takes one away. */
export type TerminalSetting = Readonly<Record<string, string | null>>;

/** The AWS files that the tools in a folder's terminals read. */
export function terminalAwsFiles(inherited: NodeJS.ProcessEnv, setting: TerminalSetting, folder: string, home: string): AwsFilePaths {
  const env: NodeJS.ProcessEnv = { ...inherited };
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) {
    const value = setting[name];
    if (value === null) delete env[name];
    else if (value !== undefined) env[name] = filled(value, inherited, folder, home);
  }
  return awsFilePaths(env, home);
}

/** What the setting of the terminals itself says. */
export function ownSettingsOfTerminals(setting: TerminalSetting): OwnSetting[] {
  return ownVariables.flatMap((variable) => {
    const value = setting[variable];
    return value ? [{ file: 'settings.json', variable, value }] : [];
  });
}

const filled = (value: string, env: NodeJS.ProcessEnv, folder: string, home: string): string =>
  value.replace(/\$\{(?:(workspaceFolder)|(userHome)|env:(\w{1,200}))\}/g, (_, isFolder, isHome, name: string) =>
    isFolder ? folder : isHome ? home : (env[name] ?? ''),
  );

/** What sets a variable in a shell. @throws UserError for a profile whose name would have to be quoted */
export function commandThatSets(variable: string, profile: string, shell: string): string {
  const problem = profileNameProblem(profile);
  if (problem !== undefined) throw new UserError(problem.text, problem.values);
  const program = shell.split(/[\\/]/).at(-1)!.toLowerCase();
  if (/^(?:pwsh|powershell)/.test(program)) return `$env:${variable} = '${profile}'`;
  return program.startsWith('cmd') ? `set ${variable}=${profile}` : `export ${variable}=${profile}`;
}

/** A debug configuration as far as it is looked at. */
export interface Launch {
  readonly type: string;
  readonly request?: string;
  readonly [property: string]: unknown;
}

/** The debuggers whose `env` is the program's environment, and where their programs run unless `console` says it. */
const usualConsole: Readonly<Record<string, string>> = {
  node: 'internalConsole',
  'pwa-node': 'internalConsole',
  go: 'internalConsole',
  coreclr: 'internalConsole',
  debugpy: 'integratedTerminal',
  python: 'integratedTerminal',
  java: 'integratedTerminal',
};

/** Whether a program is started outside the terminal, which would have given it the profile, by a configuration that does not say whom it acts as. */
export function wantsProfile({ type, request, console: where, env }: Launch): boolean {
  if (request !== 'launch' || !Object.hasOwn(usualConsole, type)) return false;
  if ((where ?? usualConsole[type]) === 'integratedTerminal') return false;
  const own = typeof env === 'object' && env !== null ? (env as Readonly<Record<string, unknown>>) : {};
  return ownVariables.every((name) => own[name] === undefined);
}

/** The files from which a configuration takes more variables. */
export function envFilesOf({ envFile }: Launch): string[] {
  return [envFile].flat().filter((file): file is string => typeof file === 'string' && file !== '');
}
