import { format } from '../message.ts';
import type { ContainmentDoors } from './doors.ts';
import { finishContainments } from './finish.ts';
import { type ContainmentPlan, type PlanChoices, planContainment, toJson } from './plan.ts';
import { type Containment, lookAgain, runContainment, takenBack } from './run.ts';
import { does, undoes } from './steps.ts';
import { stepsToUndo, undoContainment } from './undo.ts';

/** What the verb `contain` needs. */
export interface ContainmentCommand {
  readonly doors: ContainmentDoors;
  /** Takes results. */
  print(text: string): void;
  /** Words for the person. */
  say(text: string): void;
  /** Whether to go on without asking. */
  readonly yes: boolean;
  /** The person's answer to a question. @throws UserError where there is nobody to ask */
  ask(question: string): Promise<string>;
  /** Runs work that a person may stop: its signal is aborted when they do. */
  stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** `keystow contain P --plan`: prints what it would do, as JSON. @throws UserError where AWS does not take the profile's credentials. */
export async function planOnly(profile: string, choices: PlanChoices, { doors, print }: ContainmentCommand): Promise<number> {
  print(JSON.stringify(toJson(await planContainment(profile, choices, doors))));
  return 0;
}

/**
 * `keystow contain P`: finishes what was cut off, shows the plan, asks, contains, prints the path of the undo file, and reads back a minute later.
 * @returns the exit code: 1 where something could not be read or done, else 0.
 * @throws UserError where nothing can be done.
 */
export async function contain(profile: string, choices: PlanChoices, command: ContainmentCommand): Promise<number> {
  const { doors, say, print, stoppable } = command;
  await finishEarlier(profile, command);
  const plan = await planContainment(profile, choices, doors);
  const ids = await agreedSteps(plan, command);
  if (ids === undefined) return 0;
  if (ids.size === 0) {
    say('There is no step to do, so nothing was changed.');
    return plan.missing.length === 0 ? 0 : 1;
  }
  const done = await stoppable((signal) => runContainment(plan, ids, progressing(command), signal));
  print(done.path);
  sayOutcome(done, command);
  if (done.record.phase === 'stopped') return 1;
  const watched = await stoppable(async (signal) => {
    if (done.record.entries.every(({ step }) => step.kind === 'stop-function')) return undefined;
    say('Reading back once more in a minute what was changed in IAM. Ctrl+C ends the waiting; what was done stays.');
    return lookAgain(done.path, doors, signal);
  });
  if (watched !== undefined) sayRepeated(watched, command);
  return plan.missing.length + (watched ?? done).failed.length === 0 ? 0 : 1;
}

/**
 * `keystow contain --undo FILE`: shows what is given back, asks, and gives it back, acting as `profile` or as the one that contained.
 * @returns the exit code: 1 where something could not be given back, else 0.
 */
export async function undo(file: string, profile: string | undefined, command: ContainmentCommand): Promise<number> {
  const { doors, say, stoppable } = command;
  const record = await doors.undoFiles.read(file);
  const steps = stepsToUndo(record);
  if (steps.length === 0) {
    say('There is nothing left to undo.');
    return 0;
  }
  say(
    `The containment of the account ${record.account} of ${record.at.slice(0, 16)}Z will be undone, as the profile ${profile ?? record.profile}.`,
  );
  if (record.endpoint !== undefined) say(`  AWS is asked at ${record.endpoint}`);
  for (const step of steps) say(`  ${format(undoes(step))}`);
  if (!(await agreed('Undo it?', command))) return 0;
  const undone = await stoppable((signal) => undoContainment(file, progressing(command), profile, signal));
  for (const note of undone.left) say(format(note));
  for (const { step, why } of undone.failed) say(`failed: ${format(undoes(step))}: ${format(why)}`);
  if (undone.record.phase === 'undone') {
    say('Everything is as it was before.');
    return 0;
  }
  say(`Not everything was given back. To try the rest again: keystow contain --undo ${file}`);
  return 1;
}

/** Finishes what a containment of this profile that was cut off left; says so. For every verb that touches the profile. */
export async function finishEarlier(profile: string, command: Pick<ContainmentCommand, 'doors' | 'say' | 'stoppable'>): Promise<void> {
  const finished = await command.stoppable((signal) => finishContainments(progressing(command), profile, signal));
  for (const { said } of finished) command.say(format(said));
}

const progressing = ({ doors, say }: Pick<ContainmentCommand, 'doors' | 'say'>): ContainmentDoors => ({
  ...doors,
  progress: (step) => say(`  ${format(step)}`),
});

async function agreed(question: string, { yes, ask }: ContainmentCommand): Promise<boolean> {
  return yes || /^y(?:es)?$/i.test(await ask(`${question} [y/N]`));
}

/** The ids of the steps that a person agreed to; undefined where they did not. */
async function agreedSteps(plan: ContainmentPlan, command: ContainmentCommand): Promise<ReadonlySet<string> | undefined> {
  const { say, yes, ask } = command;
  const ids = new Set(plan.steps.filter(({ ticked }) => ticked).map(({ id }) => id));
  showHead(plan, say);
  for (;;) {
    for (const [index, { id, step, perHour = 0, because }] of plan.steps.entries()) {
      const rate = perHour > 0 ? `, $${perHour.toFixed(2)} an hour` : '';
      const why = because === undefined ? '' : ` (${format(because)})`;
      say(`${String(index + 1).padStart(4)} [${ids.has(id) ? 'x' : ' '}] ${format(does(step))}${rate}${why}`);
    }
    for (const { what, why } of plan.missing) say(`not covered: ${format(what)}: ${format(why)}`);
    if (yes || plan.steps.length === 0) return ids;
    const ticked = ids.size === 1 ? 'one step that is' : `${ids.size} steps that are`;
    const answer = await ask(`Contain the account by the ${ticked} ticked? y, or numbers of steps to tick or untick: [y/N]`);
    if (/^y(?:es)?$/i.test(answer)) return ids;
    const numbers = answer.split(/[\s,]+/).filter((text) => text !== '');
    const chosen = numbers.map((text) => plan.steps[Number(text) - 1]);
    if (chosen.length === 0 || chosen.includes(undefined)) return undefined;
    for (const one of chosen) if (!ids.delete(one!.id)) ids.add(one!.id);
  }
}

function showHead({ identity, endpoint, notes }: ContainmentPlan, say: (text: string) => void): void {
  say(`Containing the account ${identity.account}, acting as ${identity.arn}. Each step can be undone.`);
  if (endpoint !== undefined) say(`  AWS is asked at ${endpoint}`);
  for (const note of notes) say(`  ${format(note)}`);
}

function sayOutcome(done: Containment, command: ContainmentCommand): void {
  const { say } = command;
  const { record, path, failed } = done;
  const count = record.entries.filter(({ state }) => state === 'done' || state === 'needless').length;
  say(`${count} of ${record.entries.length} steps are done. To take it back: keystow contain --undo ${path}`);
  for (const { step, why } of failed) say(`failed: ${format(does(step))}: ${format(why)}`);
  sayRepeated(done, command);
  if (record.phase === 'stopped') say(`Stopped. To go on: keystow contain ${record.profile}`);
  else if (failed.length > 0) say(`To try again what failed: keystow contain ${record.profile}`);
}

function sayRepeated({ repeated }: Pick<Containment, 'repeated'>, { say }: ContainmentCommand): void {
  for (const step of repeated) say(format(takenBack(step)));
}
