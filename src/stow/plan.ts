import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { AccessKey } from '../credentials/access-key.ts';
import { keyAccount, keyContent } from '../credentials/keys.ts';
import { type ProfileFiles, type ServedProfile, type ServingMode, servedProfileIn, servedProfiles } from '../credentials/profile.ts';
import { keyReferences, standardKeyNames } from '../credentials/references.ts';
import { describeProfile, profileNameProblem, serveProfile } from '../credentials/serve-profile.ts';
import { type AwsFile, findProfile, parseAwsFile, valueOf } from '../files/aws-files.ts';
import { type Message, UserError } from '../message.ts';
import { editDotenvPair, editDotenvSecret, findDotenvPair, isDotenv, parseDotenv } from './dotenv.ts';
import { type Edited, editsBetween, type FileChange, type KeyPairPlace, type Refused, type Replacement, type SecretPlace } from './edit.ts';
import { type EnvironmentChange, environmentChange, type Wanted } from './environment/change.ts';
import { variableFor } from './environment/variable.ts';
import { type Grammar, grammarOf, isJson, type SourceParser } from './grammar.ts';
import { editJavaScript } from './javascript.ts';
import { editJsonEnvironment } from './json.ts';
import type { PlaintextProfile } from './plaintext.ts';
import { editPython } from './python.ts';
import { decideDotenv, findReaders, type WorkspaceFile } from './readers.ts';
import type { StowPlan } from './run.ts';

/** A file with a secret in it, as the person sees it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly languageId: string;
}

/** What is to be stowed, found by `targetOf`. */
export type StowTarget =
  | { readonly kind: 'key pair'; readonly pair: KeyPairPlace }
  /** A secret access key whose id stands in another file, and stays there. */
  | { readonly kind: 'key half'; readonly key: AccessKey; readonly place: SecretPlace }
  | {
      readonly kind: 'secret';
      readonly group: string;
      /** The second half of its reference, where the secret is stowed already. */
      readonly item?: string;
      readonly rule: string;
      readonly what: string;
      readonly place: SecretPlace;
    };

/** What a person may decide in the preview. */
export interface StowChoices {
  readonly profile?: string;
  readonly mode?: ServingMode;
  /** `environment`: the program reads the key from its environment, and no profile of the SDK's. */
  readonly replacement?: Replacement | 'environment';
  /** The second half of a secret's reference. */
  readonly itemName?: string;
}

/** What a plan is made of. */
export interface PlanDoors {
  readonly awsFiles: ProfileFiles;
  readonly launcher: string;
  /** The real path of the workspace folder, or of the file's own folder. */
  readonly folder: string;
  /** The `.env` file of the folder, empty where there is none yet. */
  readonly envFile: () => Promise<{ readonly path: string; readonly text: string }>;
  /** The folder's files that may read a `.env` file's variables. */
  readonly workspaceFiles: () => Promise<Iterable<WorkspaceFile>>;
  readonly parser: (grammar: Grammar) => Promise<SourceParser>;
  /** Whether this package can be imported from the file. */
  readonly resolves: (packageName: string) => boolean;
  readonly id: () => string;
}

/** What can be done, for the preview; without a `plan` nothing can, and `refused` says why. */
export interface Proposal {
  readonly plan?: StowPlan;
  readonly refused?: Message;
  readonly profile?: ServedProfile & { readonly isNew: boolean };
  readonly notes: readonly Message[];
  readonly runAfterwards?: string;
  readonly needsPackage?: string;
  /** The program is one whose credentials argument can also go altogether. */
  readonly replacement?: Replacement;
  /** The variables that the file reads from now on. */
  readonly variables?: readonly string[];
  /** The program cannot use a session, so the mode is not to choose. */
  readonly keyOnly?: boolean;
  /** The file's program takes the profile from its environment, so the folder's profile matters to it. */
  readonly readsProfileVariable?: boolean;
}

/** The plan for a pair or a secret in a file of a project. */
export function planStow(file: SourceFile, target: StowTarget, choices: StowChoices, doors: PlanDoors): Promise<Proposal> {
  if (target.kind === 'secret') return planSecret(file, target, choices, doors);
  return target.kind === 'key pair' ? planKeyPair(file, target.pair, choices, doors) : planKeyHalf(file, target, choices, doors);
}

async function planKeyPair(file: SourceFile, pair: KeyPairPlace, choices: StowChoices, doors: PlanDoors): Promise<Proposal> {
  const key = { accessKeyId: pair.accessKeyId.value, secretAccessKey: pair.secretAccessKey.value };
  return planKey(file, key, (profile) => editOf(file, pair, profile, choices, doors), choices, doors);
}

/** The id is no secret and stays where it is; the program that brings both together cannot use a session, whose id is another. */
async function planKeyHalf(
  file: SourceFile,
  target: StowTarget & { kind: 'key half' },
  choices: StowChoices,
  doors: PlanDoors,
): Promise<Proposal> {
  const edit = async (profile: string): Promise<FoundEdit | Refused> => {
    const reference = keyReferences(profile).secretAccessKey;
    if (!isDotenv(file.path)) {
      return editEnvironment(
        file,
        [{ place: target.place, variable: standardKeyNames.secretAccessKey, reference: () => reference }],
        doors,
      );
    }
    const edited = editDotenvSecret(file.text, target.place, reference, { fileName: basename(file.path) });
    return 'refused' in edited ? edited : { edited, references: [reference], keyOnly: true };
  };
  return planKey(file, target.key, edit, choices, doors);
}

async function planKey(
  file: SourceFile,
  key: AccessKey,
  edit: (profile: string) => Promise<FoundEdit | Refused>,
  choices: StowChoices,
  doors: PlanDoors,
): Promise<Proposal> {
  const { name, existing } = profileFor(key, choices, doors);
  const found = await edit(name);
  if ('refused' in found) return { refused: found.refused, notes: [] };
  const { edited, references, keyOnly = false, environment } = found;
  const mode = keyOnly ? 'key' : (choices.mode ?? existing?.mode ?? 'session');
  const profile = existing === undefined ? newProfile(name, key, mode, file, edited, doors) : { ...existing, mode, isNew: false };
  const served = serveProfile(doors.awsFiles, profile, doors.launcher);
  const { config, credentials } = doors.awsFiles;
  return {
    plan: {
      id: doors.id(),
      what: 'AWS access key',
      item: { account: keyAccount(key.accessKeyId), content: keyContent(key) },
      secrets: [key.secretAccessKey],
      key,
      profile,
      additions: [changeOf(config, served.config), changeOf(credentials, served.credentials), ...(environment?.additions ?? [])].filter(
        ({ edits }) => edits.length > 0,
      ),
      removals: environment?.removals ?? [{ path: file.path, before: file.text, edits: edited.edits }],
      folder: doors.folder,
      references,
    },
    profile,
    ...(environment === undefined ? {} : { variables: environment.variables }),
    notes: edited.notes,
    keyOnly,
    ...(edited.runAfterwards === undefined ? {} : { runAfterwards: edited.runAfterwards }),
    ...(edited.needsPackage === undefined ? {} : { needsPackage: edited.needsPackage }),
    ...(found.replacement === undefined ? {} : { replacement: found.replacement }),
    ...(found.readsProfileVariable === undefined ? {} : { readsProfileVariable: found.readsProfileVariable }),
  };
}

async function planSecret(
  file: SourceFile,
  target: StowTarget & { kind: 'secret' },
  choices: StowChoices,
  doors: PlanDoors,
): Promise<Proposal> {
  const { group, what, rule, place } = target;
  const named = (name: string) => {
    const item = choices.itemName ?? target.item ?? plain(name);
    if (/^[\w.-]{1,100}$/.test(item)) return `${group}/${item}`;
    throw new UserError('The name {name} cannot be used: only letters, digits, dots, hyphens and underscores.', { name: item });
  };
  const project = basename(doors.folder);
  const secretPlan = (account: string, value: string, changes: Pick<StowPlan, 'additions' | 'removals'>): StowPlan => ({
    id: doors.id(),
    what,
    item: { account, content: value },
    secrets: [value],
    ...changes,
    folder: doors.folder,
    references: [`keystow://${account}`],
  });
  if (isDotenv(file.path)) {
    const account = named(project);
    const edited = editDotenvSecret(file.text, place, `keystow://${account}`, { fileName: basename(file.path) });
    if ('refused' in edited) return { refused: edited.refused, notes: [] };
    const { edits, notes, runAfterwards } = edited;
    return {
      plan: secretPlan(account, place.value, { additions: [], removals: [{ path: file.path, before: file.text, edits }] }),
      notes,
      ...(runAfterwards === undefined ? {} : { runAfterwards }),
    };
  }
  const accountOf = (variable: string) => named(`${project}-${variable.toLowerCase().replaceAll('_', '-')}`);
  const wanted = {
    place,
    variable: variableFor(file.text, place, rule),
    reference: (variable: string) => `keystow://${accountOf(variable)}`,
  };
  const changed = await environmentChange(file, [wanted], doors);
  if ('refused' in changed) return { refused: changed.refused, notes: [] };
  const { edited, variables, values } = changed;
  return {
    plan: secretPlan(accountOf(variables[0]!), values[0]!, changed),
    notes: edited.notes,
    variables,
    ...(edited.runAfterwards === undefined ? {} : { runAfterwards: edited.runAfterwards }),
  };
}

interface FoundEdit {
  readonly edited: Edited;
  readonly references: readonly string[];
  readonly keyOnly?: boolean;
  readonly replacement?: Replacement;
  readonly readsProfileVariable?: boolean;
  readonly environment?: EnvironmentChange;
}

async function editOf(
  file: SourceFile,
  pair: KeyPairPlace,
  profile: string,
  choices: StowChoices,
  doors: PlanDoors,
): Promise<FoundEdit | Refused> {
  const { path, text, languageId } = file;
  if (isDotenv(path)) return editDotenv(file, pair, profile, doors);
  if (isJson(path)) return withoutReferences(editJsonEnvironment(text, path, pair, { profile }));
  const grammar = grammarOf(languageId);
  if (grammar === undefined || choices.replacement === 'environment') return editEnvironment(file, wantedOf(pair, profile), doors);
  const choice = choices.replacement ?? 'profile';
  const parser = await doors.parser(grammar);
  const credentialProvidersResolvable = doors.resolves('@aws-sdk/credential-providers');
  const edited =
    grammar === 'python'
      ? editPython(text, pair, { profile, choice, parser })
      : editJavaScript(text, pair, { profile, choice, parser, credentialProvidersResolvable });
  if (!('refused' in edited)) return withoutReferences(edited, choice);
  // what is no argument of the SDK's may still be an expression, which reads the environment instead
  const environment = await editEnvironment(file, wantedOf(pair, profile), doors);
  return 'refused' in environment ? edited : environment;
}

/** A key comes from variables of the environment under the names that every SDK looks for. */
function wantedOf(pair: KeyPairPlace, profile: string): Wanted[] {
  const references = keyReferences(profile);
  return [
    { place: pair.accessKeyId, variable: standardKeyNames.accessKeyId, reference: () => references.accessKeyId },
    { place: pair.secretAccessKey, variable: standardKeyNames.secretAccessKey, reference: () => references.secretAccessKey },
  ];
}

async function editEnvironment(file: SourceFile, wanted: readonly Wanted[], doors: PlanDoors): Promise<FoundEdit | Refused> {
  const environment = await environmentChange(file, wanted, doors);
  if ('refused' in environment) return environment;
  return { edited: environment.edited, references: environment.references, keyOnly: true, environment };
}

const withoutReferences = (edited: Edited | Refused, replacement?: Replacement): FoundEdit | Refused =>
  'refused' in edited ? edited : { edited, references: [], ...(replacement === undefined ? {} : { replacement }) };

async function editDotenv({ path, text }: SourceFile, pair: KeyPairPlace, profile: string, doors: PlanDoors): Promise<FoundEdit | Refused> {
  const variables = findDotenvPair(text, pair);
  if ('refused' in variables) return variables;
  const names = [variables.accessKeyId.name, variables.secretAccessKey.name];
  const readers = findReaders(await doors.workspaceFiles(), names);
  const shape = decideDotenv(readers, { names, standard: variables.standard });
  if (typeof shape === 'object') return shape;
  const edited = editDotenvPair(text, pair, { profile, shape, fileName: basename(path) });
  if ('refused' in edited) return edited;
  if (shape === 'profile') return { edited, references: [], readsProfileVariable: true };
  // a program that takes id and secret by name does not know of a session's third part
  return { edited, references: Object.values(keyReferences(profile)), keyOnly: true };
}

/** The profile that serves this key already, or the one to make. */
function profileFor(key: AccessKey, choices: StowChoices, doors: PlanDoors): { name: string; existing?: ServedProfile } {
  const { config, credentials } = doors.awsFiles;
  if (choices.profile === undefined) {
    const same = servedProfiles(config).find(({ accessKeyId }) => accessKeyId === key.accessKeyId);
    if (same) return { name: same.name, existing: same };
  }
  const name = choices.profile ?? freeProfileName(plain(basename(doors.folder)), doors.awsFiles);
  const problem = profileNameProblem(name);
  if (problem) throw new UserError(problem.text, problem.values);
  const existing = servedProfileIn(findProfile(config, name), name);
  if (existing?.accessKeyId === key.accessKeyId) return { name, existing };
  if (existing ?? findProfile(config, name) ?? findProfile(credentials, name)) {
    throw new UserError('A profile {profile} exists already and has another key. Choose another name.', { profile: name });
  }
  return { name };
}

/** A new section takes from the profile used so far what the program took from it: its endpoint, and its region where the program names none. */
function newProfile(
  name: string,
  key: AccessKey,
  mode: ServingMode,
  file: SourceFile,
  edited: Edited,
  doors: PlanDoors,
): ServedProfile & { isNew: true } {
  const variables = isDotenv(file.path)
    ? new Map(parseDotenv(file.text).map((entry) => [entry.name, entry.value]))
    : new Map<string, string>();
  const soFar = findProfile(doors.awsFiles.config, variables.get('AWS_PROFILE') ?? 'default');
  const endpoint = variables.get('AWS_ENDPOINT_URL') ?? valueOf(soFar, 'endpoint_url');
  const region = edited.takesRegionFromProfile ? valueOf(soFar, 'region') : undefined;
  return {
    name,
    accessKeyId: key.accessKeyId,
    mode,
    isNew: true,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** The plan that moves a profile's key out of the AWS files: the `credential_process` line takes the place of the keys. */
export function planMove(
  { name, key }: PlaintextProfile,
  choices: Pick<StowChoices, 'mode'>,
  doors: Pick<PlanDoors, 'awsFiles' | 'launcher' | 'id'>,
): Proposal {
  const { config, credentials } = doors.awsFiles;
  const section = findProfile(config, name);
  const endpoint = valueOf(section, 'endpoint_url');
  const region = valueOf(section, 'region') ?? valueOf(findProfile(credentials, name), 'region');
  const profile: ServedProfile & { isNew: boolean } = {
    name,
    accessKeyId: key.accessKeyId,
    mode: choices.mode ?? 'session',
    isNew: false,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const described = parseAwsFile(describeProfile(config, profile), config.path, 'config');
  const served = serveProfile({ config: described, credentials }, profile, doors.launcher);
  const secrets = secretsIn([config, credentials], name);
  return {
    plan: {
      id: doors.id(),
      what: 'AWS access key',
      item: { account: keyAccount(key.accessKeyId), content: keyContent(key) },
      secrets,
      key,
      profile,
      additions: [changeOf(config, described.text)],
      removals: [changeOf(described, served.config), changeOf(credentials, served.credentials)].filter(({ edits }) => edits.length > 0),
      references: [],
    },
    profile,
    notes: [],
  };
}

function secretsIn(files: readonly AwsFile[], name: string): string[] {
  const values = files.map((file) => valueOf(findProfile(file, name), 'aws_secret_access_key')).filter((value) => value !== undefined);
  if (new Set(values).size > 1) {
    throw new UserError('The profile {profile} has one key in {first} and another in {second}. Keep the one that is good, then move it.', {
      profile: name,
      first: files[1]!.path,
      second: files[0]!.path,
    });
  }
  return [...new Set(values)];
}

/** Whether a package can be imported from a file. */
export function resolvesFrom(file: string, packageName: string): boolean {
  try {
    createRequire(file).resolve(packageName);
    return true;
  } catch {
    return false; // resolve says only by throwing that there is none
  }
}

function changeOf(file: AwsFile, after: string): FileChange {
  return { path: file.path, before: file.text, edits: editsBetween(file.text, after) };
}

function freeProfileName(wanted: string, { config, credentials }: ProfileFiles): string {
  const taken = (name: string) => findProfile(config, name) !== undefined || findProfile(credentials, name) !== undefined;
  let name = wanted;
  for (let i = 2; taken(name); i++) name = `${wanted}-${i}`;
  return name;
}

/** A folder's name as a name that every AWS tool understands. */
function plain(name: string): string {
  return (
    name
      .replace(/[^\w.-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'project'
  );
}
