import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { AccessKey, Identity } from '../credentials/access-key.ts';
import { placeOf } from '../credentials/call-place.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import { detect } from '../detect/detect.ts';
import { halvesOf, type Placed, pairsAcross, settle } from '../detect/pairs-across.ts';
import type { AwsFilePaths } from '../files/aws-files.ts';
import { format, message, UserError } from '../message.ts';
import { diskFiles } from './disk-files.ts';
import { loadParser } from './grammar.ts';
import { planUnderOwnName, type StoredItems } from './item-name.ts';
import type { StowRecord } from './journal.ts';
import { plaintextProfiles, secretsOfItem } from './plaintext.ts';
import { type PlanDoors, type Proposal, planMove, planStow, resolvesFrom, type StowChoices } from './plan.ts';
import { planRestore, recoverStows, runRestore } from './restore.ts';
import { afterwards, runStow, type StowDoors, type StowPlan } from './run.ts';
import { stowObstacle, targetOf } from './target.ts';
import { workspaceFiles } from './workspace-files.ts';

/** What the verbs `stow` and `restore` need of the machine. */
export interface CommandDoors {
  readonly awsFiles: AwsFilePaths;
  readonly launcher: string;
  readonly grammars: string;
  readonly keychain: StoredItems;
  identityOfKey(key: AccessKey, place: { region: string; endpoint?: string }): Promise<Identity>;
  stowDoors(files: StowDoors['files'], acted?: Identity): Promise<StowDoors>;
  ensureLauncher(): Promise<void>;
  /** Words for the person. */
  say(text: string): void;
  /** Whether to go on without asking. */
  readonly yes: boolean;
}

/**
 * `keystow stow PATH…`: takes every pair and token out of the files, one after another; of the AWS files, every profile's key.
 * @returns how many were stowed.
 * @throws UserError where one cannot be, after those before it.
 */
export async function stowFiles(paths: readonly string[], choices: StowChoices, doors: CommandDoors): Promise<number> {
  await recover(doors);
  await doors.ensureLauncher();
  const files: string[] = [];
  for (const path of paths) {
    const file = await realpath(resolve(path)).catch((error: NodeJS.ErrnoException) => {
      throw new UserError('There is no file {path}. Check its spelling.', { path }, { cause: error });
    });
    files.push(file);
  }
  let count = 0;
  for (const file of files) {
    while (await stowNext(file, files, choices, doors)) count++;
  }
  return count;
}

/** What is found in the first of these files, with the other half of a key where that stands in another of them. */
async function findingsIn(path: string, files: readonly string[]): Promise<readonly Placed[]> {
  const all = [path, ...files.filter((file) => file !== path)];
  const places = [];
  for (const file of all) {
    const text = (await diskFiles.read(file)) ?? '';
    const found = detect(text, { suspects: true });
    // whoever names them together says that they belong together
    places.push({ name: basename(file), folders: [dirname(file), ''], halves: halvesOf(text, found), found });
  }
  return settle(places[0]!.found, pairsAcross(places)[0]!);
}

/** One stow changes the text, so the next one looks at it anew. */
async function stowNext(path: string, given: readonly string[], choices: StowChoices, doors: CommandDoors): Promise<boolean> {
  const files = await readProfileFiles(doors.awsFiles, diskFiles.read);
  if (path === (await real(doors.awsFiles.credentials)) || path === (await real(doors.awsFiles.config))) {
    const [profile] = plaintextProfiles(files);
    if (!profile) return false;
    return agree(planMove(profile, choices, { awsFiles: files, launcher: doors.launcher, id: randomUUID }), path, doors);
  }
  const text = (await diskFiles.read(path)) ?? '';
  const findings = await findingsIn(path, given);
  const languageId = languages[extname(path)] ?? 'plaintext';
  const usable = findings.filter(({ severity }) => severity === 'error');
  const finding = usable.find((one) => stowObstacle(findings, one, { path, text, languageId }) === undefined) ?? usable[0];
  if (!finding) return false;
  const folder = await realpath(process.cwd());
  const home = path.startsWith(`${folder}${sep}`) ? folder : dirname(path);
  let others: ReturnType<PlanDoors['workspaceFiles']> | undefined;
  const planDoors: PlanDoors = {
    awsFiles: files,
    launcher: doors.launcher,
    folder: home,
    envFile: async () => ({ path: join(home, '.env'), text: (await diskFiles.read(join(home, '.env'))) ?? '' }),
    // a plan asks more than once
    workspaceFiles: () => (others ??= workspaceFiles(home, diskFiles.read)),
    parser: (grammar) => loadParser(doors.grammars, grammar),
    resolves: (packageName) => resolvesFrom(path, packageName),
    id: randomUUID,
  };
  const target = targetOf(findings, finding);
  const plan = (chosen: StowChoices) => planStow({ path, text, languageId }, target, chosen, planDoors);
  return agree(await planUnderOwnName(target, choices, plan, doors.keychain), path, doors);
}

async function agree(proposal: Proposal, path: string, doors: CommandDoors): Promise<boolean> {
  const { plan, refused, notes, runAfterwards, needsPackage } = proposal;
  if (!plan) throw new UserError('{file}: {reason}', { file: path, reason: format(refused ?? message('nothing can be done')) });
  const acted = await check(plan, doors);
  doors.say(
    `${basename(path)}: ${plan.what} → keychain item ${plan.item.account}${plan.profile ? `, profile ${plan.profile.name} (${plan.profile.mode})` : ''}`,
  );
  if (plan.profile?.endpoint) doors.say(`  AWS is asked at ${plan.profile.endpoint}`);
  for (const { path: changed } of [...plan.additions, ...plan.removals]) doors.say(`  changes ${changed}`);
  if (runAfterwards) doors.say(`  from now on start the program so: ${runAfterwards}`);
  if (needsPackage) doors.say(`  the program needs the package ${needsPackage}, which is not installed yet`);
  for (const note of notes) doors.say(`  ${format(note)}`);
  if (!doors.yes && !(await confirmed('Move it to the keychain?'))) return false;
  await runStow(plan, await doors.stowDoors(diskFiles, acted));
  doors.say(format(afterwards));
  return true;
}

/** In a script nobody can choose to go on without the proof, so a key that AWS does not answer for is an error there. */
async function check({ key, profile }: StowPlan, doors: CommandDoors): Promise<Identity | undefined> {
  if (!key) return undefined;
  const place = placeOf(profile ?? {});
  try {
    return await doors.identityOfKey(key, place);
  } catch (error) {
    if (doors.yes || !(error instanceof UserError)) throw error;
    doors.say(error.message);
    if (await confirmed('Nothing proves that the reference will work. Stow it all the same?')) return undefined;
    throw error;
  }
}

/** `keystow restore ID`: puts a stowed secret back into its file. @throws UserError where there is no such stow. */
export async function restore(id: string, doors: CommandDoors): Promise<void> {
  await recover(doors);
  const here = await doors.stowDoors(diskFiles);
  const records = await here.journal.list();
  const record = records.find((one) => one.id === id && one.state === 'done');
  if (!record) {
    const known = records.filter(({ state }) => state === 'done').map((one) => `${one.id}  ${one.at}  ${nameOf(one)}`);
    throw new UserError('There is no stow {id}. These can be undone:\n{known}', { id, known: known.join('\n') || '(none)' });
  }
  const changes = await planRestore(record, here, secretsOfItem);
  for (const { path } of changes) doors.say(`changes ${path}`);
  const question = record.account === undefined ? 'Give the files back what was there?' : 'Put the secret back in plain text?';
  if (!doors.yes && !(await confirmed(question))) return;
  await runRestore(record, changes, here);
}

/** What an interrupted stow left behind is taken back first, and said. */
async function recover(doors: CommandDoors): Promise<void> {
  for (const record of await recoverStows(await doors.stowDoors(diskFiles), secretsOfItem))
    doors.say(`an interrupted stow of ${nameOf(record)} was taken back`);
}

const nameOf = ({ account, profile }: StowRecord): string => account ?? `the profile ${profile ?? ''}`;

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError('There is no terminal to ask on. Say --yes to go on without a question.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

const real = (path: string) => realpath(path).catch(() => path);

/** VS Code's language ids, by the endings of the languages that a stow can edit. */
const languages: Readonly<Record<string, string>> = {
  '.js': 'javascript',
  '.cjs': 'javascript',
  '.mjs': 'javascript',
  '.jsx': 'javascriptreact',
  '.ts': 'typescript',
  '.cts': 'typescript',
  '.mts': 'typescript',
  '.tsx': 'typescriptreact',
  '.py': 'python',
};
