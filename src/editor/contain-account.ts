import * as vscode from 'vscode';
import type { ContainmentDoors } from '../containment/doors.ts';
import { type ContainmentPlan, type PlannedStep, planContainment } from '../containment/plan.ts';
import { type Containment, lookAgain, runContainment, takenBack } from '../containment/run.ts';
import { does, kindOf, undoes } from '../containment/steps.ts';
import { stepsToUndo, undoContainment as undo } from '../containment/undo.ts';
import type { NamedRecord } from '../containment/undo-file.ts';
import { profileOverviews } from '../credentials/overview.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import type { Machine } from '../machine.ts';
import { format, type Message, message, UserError } from '../message.ts';
import type { ActiveProfile } from './active-profile.ts';
import { documentFiles } from './document-files.ts';
import { inBackground, withErrorBoundary } from './error-boundary.ts';
import { confirmPreview, type Preview, type PreviewLine } from './preview.ts';
import { tilde } from './stowing.ts';
import { inWords, withoutIcons } from './words.ts';

/** `keystow.containAccount`: stops what runs away in the account of the window's profile, after a preview in which every step can be left out. */
export async function containAccount(machine: Machine, active: ActiveProfile, log: vscode.LogOutputChannel): Promise<void> {
  const doors = await machine.containmentDoors();
  const planned = async (profile: string) => {
    await goOn(profile, machine, log);
    const burning = await machine.burning(await machine.anyProfile(profile));
    const asking = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Looking at the users and every region…') };
    return vscode.window.withProgress(asking, () => planContainment(profile, { burning }, doors));
  };
  let plan = await planned((await servedAndActive(machine, active)) ?? (await pickProfile(machine)));
  let ticked = proposed(plan);
  await confirmPreview(async () =>
    preview(plan, ticked, {
      async user() {
        ticked = await tick(plan, ticked, 'IAM');
      },
      async functions() {
        ticked = await tick(plan, ticked, 'Lambda');
      },
      async profile() {
        plan = await planned(await pickProfile(machine));
        ticked = proposed(plan);
      },
    }),
  );
  const done = await withSteps(vscode.l10n.t('Containing the account'), doors, log, (stepping, signal) =>
    runContainment(plan, ticked, stepping, signal),
  );
  void withErrorBoundary(log, () => tellOutcome(done, machine, log));
  if (done.record.phase === 'stopped') return;
  void inBackground(log, async () => {
    const again = await lookAgain(done.path, doors);
    for (const step of again?.repeated ?? []) void vscode.window.showWarningMessage(inWords(takenBack(step)));
  });
}

/** `keystow.undoContainment`: gives back what a containment took, from its undo file. */
export async function undoContainment(machine: Machine, log: vscode.LogOutputChannel): Promise<void> {
  const { undoFiles } = await machine.containmentDoors();
  const all = (await undoFiles.list()).filter(({ record }) => stepsToUndo(record).length > 0);
  if (all.length === 0) throw new UserError('There is no containment on this machine that could be undone.');
  const picked = await vscode.window.showQuickPick(
    all.map((one) => ({
      label: vscode.l10n.t('Account {account}', { account: one.record.account }),
      description: new Date(one.record.at).toLocaleString(vscode.env.language),
      detail: withoutIcons(one.path),
      one,
    })),
    { title: vscode.l10n.t('Undo a Containment'), placeHolder: vscode.l10n.t('Newest first'), ignoreFocusOut: true },
  );
  if (!picked) throw new vscode.CancellationError();
  await undoFile(picked.one.path, machine, log);
}

/** At the start of the editor: a containment that was cut off is finished, or undone, if the person wants it. */
export async function offerToGoOn(machine: Machine, log: vscode.LogOutputChannel): Promise<void> {
  for (const { record, path } of await machine.cutOffContainments()) {
    const [finish, takeBack] = [vscode.l10n.t('Finish It'), vscode.l10n.t('Undo…')];
    const picked = await vscode.window.showWarningMessage(
      vscode.l10n.t('A containment of the account {account} was cut off in the middle. Its undo file: {file}', {
        account: record.account,
        file: path,
      }),
      finish,
      takeBack,
    );
    if (picked === finish) await goOn(record.profile, machine, log);
    if (picked === takeBack) await undoFile(path, machine, log);
  }
}

/** Finishes what was cut off for this profile, and says so. */
async function goOn(profile: string, machine: Machine, log: vscode.LogOutputChannel): Promise<void> {
  for (const { said, outcome } of await machine.finishContainments(profile)) {
    log.info(format(said));
    if (outcome === 'failed') void vscode.window.showWarningMessage(inWords(said));
    else void vscode.window.showInformationMessage(inWords(said));
  }
}

async function undoFile(path: string, machine: Machine, log: vscode.LogOutputChannel): Promise<void> {
  const doors = await machine.containmentDoors();
  const record = await doors.undoFiles.read(path);
  await confirmPreview(async () => previewUndo({ path, record }));
  const undone = await withSteps(vscode.l10n.t('Undoing the containment'), doors, log, (stepping, signal) =>
    undo(path, stepping, undefined, signal),
  );
  const notes = [...undone.left.map(inWords), ...undone.failed.map(({ why }) => inWords(why))];
  for (const { step, why } of undone.failed) log.warn(`${format(undoes(step))}: ${format(why)}`);
  for (const note of undone.left) log.info(format(note));
  if (undone.record.phase !== 'undone') {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Not everything was given back; run Undo Containment… again for the rest. {reason}', { reason: notes[0] ?? '' }),
    );
  } else if (notes.length > 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The containment is undone. {reason}', { reason: notes.join(' ') }));
  } else {
    void vscode.window.showInformationMessage(vscode.l10n.t('The containment is undone: everything is as it was before.'));
  }
}

async function servedAndActive(machine: Machine, active: ActiveProfile): Promise<string | undefined> {
  const name = await active.current();
  return name !== undefined && (await servedNames(machine)).includes(name) ? name : undefined;
}

async function servedNames(machine: Machine): Promise<readonly string[]> {
  const all = profileOverviews(await readProfileFiles(machine.awsFiles, documentFiles.read));
  return all.filter(({ served }) => served !== undefined).map(({ name }) => name);
}

async function pickProfile(machine: Machine): Promise<string> {
  const names = await servedNames(machine);
  if (names.length === 0) {
    throw new UserError('Keystow serves no profile yet that could contain the account. Sign in with one first: Keystow: Add Profile…');
  }
  const picked = await vscode.window.showQuickPick(
    names.map((name) => ({ label: withoutIcons(name), name })),
    {
      title: vscode.l10n.t('Contain Account'),
      placeHolder: vscode.l10n.t('Which profile acts? It must not be the one whose key leaked.'),
      ignoreFocusOut: true,
    },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.name;
}

const proposed = ({ steps }: ContainmentPlan): ReadonlySet<string> => new Set(steps.filter((step) => step.ticked).map(({ id }) => id));

const ofService = (plan: ContainmentPlan, service: 'IAM' | 'Lambda') => plan.steps.filter(({ step }) => kindOf(step).service === service);

/** The steps of one service, to leave some out; the others stay as they are. */
async function tick(plan: ContainmentPlan, ticked: ReadonlySet<string>, service: 'IAM' | 'Lambda'): Promise<ReadonlySet<string>> {
  const steps = ofService(plan, service);
  const picked = await vscode.window.showQuickPick(
    steps.map((one) => ({
      label: withoutIcons(inWords(does(one.step))),
      detail: [one.because && inWords(one.because), rateOf(one)].filter(Boolean).join(' · '),
      picked: ticked.has(one.id),
      id: one.id,
    })),
    {
      canPickMany: true,
      title: service === 'IAM' ? vscode.l10n.t('Whose key leaked?') : vscode.l10n.t('Which functions shall stop?'),
      placeHolder: vscode.l10n.t('What is not ticked is left alone'),
      matchOnDetail: true,
      ignoreFocusOut: true,
    },
  );
  if (!picked) return ticked;
  const others = [...ticked].filter((id) => !steps.some((one) => one.id === id));
  return new Set([...others, ...picked.map(({ id }) => id)]);
}

function rateOf({ perHour = 0 }: PlannedStep): string | undefined {
  return perHour >= 0.005 ? vscode.l10n.t('{amount} an hour', { amount: `$${perHour.toFixed(2)}` }) : undefined;
}

interface Changes {
  user(): Promise<void>;
  functions(): Promise<void>;
  profile(): Promise<void>;
}

function preview(plan: ContainmentPlan, ticked: ReadonlySet<string>, change: Changes): Preview {
  const { identity, endpoint, profile, missing, notes } = plan;
  const chosen = plan.steps.filter(({ id }) => ticked.has(id));
  const count = (service: 'IAM' | 'Lambda') => {
    const all = ofService(plan, service);
    return { count: all.filter(({ id }) => ticked.has(id)).length, all: all.length };
  };
  const happens: PreviewLine[] = [];
  const say = (icon: string, text: Message, more: Partial<PreviewLine> = {}) => happens.push({ icon, text, ...more });
  say('account', message('{arn} acts, by the profile {profile}', { arn: identity.arn, profile }), { change: change.profile });
  if (endpoint !== undefined) say('globe', message('AWS is asked at {endpoint}', { endpoint }));
  if (ofService(plan, 'IAM').length > 0) {
    say('checklist', message('Keys and users: {count} of {all} steps. Enter: change', count('IAM')), { change: change.user });
  }
  if (ofService(plan, 'Lambda').length > 0) {
    say('checklist', message('Functions: {count} of {all}. Enter: leave some alone', count('Lambda')), { change: change.functions });
  }
  for (const one of chosen) say(kindOf(one.step).service === 'IAM' ? 'key' : 'debug-pause', does(one.step), detailOf(one));
  for (const { what, why } of missing) say('warning', message('Not covered: {what}: {why}', { what, why }));
  for (const note of notes) say('info', note);
  say('history', message('Each step can be undone, from a file that is written before the first one: Undo Containment…'));
  return {
    title: message('Contain the account {account}', { account: identity.account }),
    ...(chosen.length === 0 ? {} : { go: goOf(chosen.length) }),
    happens,
    choices: [],
    changes: [],
  };
}

const goOf = (count: number): Message =>
  count === 1 ? message('Contain it now by this one step') : message('Contain it now by these {count} steps', { count });

function detailOf({ perHour = 0, because }: PlannedStep): { detail?: Message } {
  if (perHour >= 0.005) return { detail: message('{amount} an hour', { amount: `$${perHour.toFixed(2)}` }) };
  return because === undefined ? {} : { detail: because };
}

function previewUndo({ path, record }: NamedRecord): Preview {
  const happens: PreviewLine[] = [
    { icon: 'account', text: message('The profile {profile} acts, as it did then', { profile: record.profile }) },
  ];
  if (record.endpoint !== undefined)
    happens.push({ icon: 'globe', text: message('AWS is asked at {endpoint}', { endpoint: record.endpoint }) });
  for (const step of stepsToUndo(record)) happens.push({ icon: 'discard', text: undoes(step) });
  happens.push({ icon: 'file', text: message('All of it is read from {file}', { file: tilde(path) }) });
  return {
    title: message('Undo the containment of the account {account}', { account: record.account }),
    go: message('Give it all back'),
    happens,
    choices: [],
    changes: [],
  };
}

async function tellOutcome({ path, record, failed, repeated }: Containment, machine: Machine, log: vscode.LogOutputChannel): Promise<void> {
  for (const { step, why } of failed) log.warn(`${format(does(step))}: ${format(why)}`);
  for (const step of repeated) void vscode.window.showWarningMessage(inWords(takenBack(step)));
  const values = {
    account: record.account,
    count: record.entries.filter(({ state }) => state === 'done' || state === 'needless').length,
    all: record.entries.length,
    file: path,
    reason: failed[0] === undefined ? '' : inWords(failed[0].why),
  };
  const said =
    record.phase === 'stopped'
      ? vscode.l10n.t('Stopped after {count} of {all} steps; Contain Account… goes on from there. Undo file: {file}', values)
      : failed.length > 0
        ? vscode.l10n.t('{count} of {all} steps are done. The first that failed: {reason} The log has them all. Undo file: {file}', values)
        : vscode.l10n.t('The account {account} is contained: {count} steps are done. Undo file: {file}', values);
  const [takeBack, showLog] = [vscode.l10n.t('Undo…'), vscode.l10n.t('Show Log')];
  const picked =
    failed.length > 0 || record.phase === 'stopped'
      ? await vscode.window.showWarningMessage(said, takeBack, showLog)
      : await vscode.window.showInformationMessage(said, takeBack);
  if (picked === takeBack) await undoFile(path, machine, log);
  if (picked === showLog) log.show();
}

/** Shows each step while it is done, and writes it into the log; Cancel stops after the steps under way. */
function withSteps<T>(
  title: string,
  doors: ContainmentDoors,
  log: vscode.LogOutputChannel,
  work: (doors: ContainmentDoors, signal: AbortSignal) => Promise<T>,
): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (bar, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    let shown = 0;
    const progress = (step: Message, over: number, all: number) => {
      log.info(format(step));
      const percent = (100 * over) / Math.max(1, all);
      bar.report({ message: inWords(step), increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    };
    return work({ ...doors, progress }, stop.signal);
  });
}
