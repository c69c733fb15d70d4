import { createInterface } from 'node:readline/promises';
import { placeOf } from '../credentials/call-place.ts';
import { format, UserError } from '../message.ts';
import { disableKey } from './disable.ts';
import type { RotationDoors } from './doors.ts';
import { finishRotations } from './finish.ts';
import type { RotationRecord } from './journal.ts';
import { type KeyFacts, keptKey, planRotation, type RotationPlan } from './plan.ts';
import { resumeRotation, runRotation } from './run.ts';
import { undoRotation } from './undo.ts';

/** What the verbs `rotate` and `disable-key` need. */
export interface RotationCommand {
  readonly doors: RotationDoors;
  /** Words for the person. */
  say(text: string): void;
  /** Whether to go on without asking. */
  readonly yes: boolean;
  /** The person's answer to a question; `askOnTerminal` where there is one. */
  ask(question: string): Promise<string>;
}

/**
 * Finishes what an interrupted rotation of this profile left, and deletes its old key when the time has come; says so. For every verb that touches the
 * profile.
 * @returns whether a rotation was finished by that.
 */
export async function finishEarlier(profile: string, command: RotationCommand): Promise<boolean> {
  const finished = await finishRotations(progressing(command), profile);
  for (const { said } of finished) command.say(format(said));
  return finished.some(({ outcome }) => outcome === 'in grace');
}

/**
 * `keystow rotate P`: shows the plan, asks, and rotates; where such a rotation was interrupted, finishes that one.
 * @throws UserError where it cannot be done, or needs a choice that `--yes` cannot make.
 */
export async function rotate(profile: string, graceDays: number, command: RotationCommand): Promise<void> {
  const { doors, say } = command;
  if (await finishEarlier(profile, command)) return;
  const plan = await planRotation(profile, graceDays, doors);
  show(plan, command);
  const removeFirst = await choose(plan, command);
  if (!(await agreed('Rotate the key?', command))) return;
  const record = await runRotation(plan, removeFirst === undefined ? {} : { removeFirst }, progressing(command));
  say(outcome(record));
}

/** `keystow rotate --resume P`: finishes a rotation that was interrupted. @throws UserError where there is none, or it fails again. */
export async function resumeRotate(profile: string, command: RotationCommand): Promise<void> {
  const record = await resumeRotation(profile, progressing(command));
  command.say(record === undefined ? `the rotation of the profile ${profile} is over` : outcome(record));
}

/** `keystow rotate --undo P`: makes the old key the profile's key again. @throws UserError where the old key is deleted already. */
export async function undoRotate(profile: string, command: RotationCommand): Promise<void> {
  const record = await command.doors.journal.read(profile);
  if (record?.newKeyId !== undefined) {
    command.say(`${record.oldKeyId} will serve the profile ${profile} again, and ${record.newKeyId} will be deleted.`);
  }
  if (record !== undefined && !(await agreed('Undo the rotation?', command))) return;
  await undoRotation(profile, progressing(command));
  command.say(`the rotation of the profile ${profile} is undone`);
}

/**
 * `keystow disable-key ID`: makes a leaked key inactive, with the key of the profile that is named, or with itself where the keychain holds it.
 * @throws UserError where neither is there, or AWS refuses.
 */
export async function disable(accessKeyId: string, actingProfile: string | undefined, command: RotationCommand): Promise<void> {
  const { doors, say } = command;
  const serving = await doors.pointer.profilesOf(accessKeyId);
  const profile = actingProfile === undefined ? serving[0] : await doors.pointer.profile(actingProfile);
  if (profile === undefined) {
    throw new UserError(
      'No profile is served with the access key {accessKeyId}, so say which profile of its account shall act: --profile NAME.',
      { accessKeyId },
    );
  }
  const place = placeOf(profile);
  const acting = await keptKey(profile.accessKeyId, doors);
  say(`The access key ${accessKeyId} will be made inactive, acting as the profile ${profile.name} (${acting.accessKeyId}).`);
  if (place.endpoint !== undefined) say(`  AWS is asked at ${place.endpoint}`);
  for (const { name } of serving) say(`  the profile ${name} stops working: move another key into it afterwards`);
  if (!(await agreed('Make it inactive now?', command))) return;
  const disabled = await disableKey(accessKeyId, acting, place, doors);
  say(`${accessKeyId} is inactive. Sessions that were made with it before go on until they end.`);
  const user = disabled.userName === undefined ? '' : ` --user-name ${disabled.userName}`;
  say(`It can be undone: aws iam update-access-key${user} --access-key-id ${accessKeyId} --status Active`);
}

/** The person's answer on the terminal. @throws UserError where there is none. */
export async function askOnTerminal(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UserError('There is no terminal to ask on. Say --yes to go on without a question.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} `)).trim();
  } finally {
    terminal.close();
  }
}

const progressing = ({ doors, say }: RotationCommand): RotationDoors => ({ ...doors, progress: (step) => say(`  ${format(step)}`) });

async function agreed(question: string, { yes, ask }: RotationCommand): Promise<boolean> {
  return yes || /^y(?:es)?$/i.test(await ask(`${question} [y/N]`));
}

function show(plan: RotationPlan, { say }: RotationCommand): void {
  const { identity, place, current, profiles, graceDays, notes } = plan;
  say(`A new access key for ${identity.arn} in the place of ${described(current)}.`);
  say(`  profiles that will use it: ${profiles.map(({ name }) => name).join(', ')}`);
  if (place.endpoint !== undefined) say(`  AWS is asked at ${place.endpoint}`);
  say(`  the old key becomes inactive, and is deleted after ${graceDays} days; until then the rotation can be undone`);
  for (const note of notes) say(`  ${format(note)}`);
}

function described({ accessKeyId, active, ageDays, lastUse, inGrace }: KeyFacts): string {
  const used = lastUse.at === undefined ? 'never used' : `last used ${lastUse.at.toISOString().slice(0, 16)}Z by ${lastUse.service}`;
  const state = active ? 'active' : 'inactive';
  return `${accessKeyId} (${state}, ${ageDays} days old, ${used}${inGrace ? ', the old key of an earlier rotation' : ''})`;
}

async function choose({ profile, question }: RotationPlan, { say, yes, ask }: RotationCommand): Promise<string | undefined> {
  if (question === undefined) return undefined;
  const { choices } = question;
  const values = { profile, keys: choices.map(described).join('\n  ') };
  if (yes) {
    throw new UserError(
      'The user of the profile {profile} has two access keys, the most that IAM allows, and --yes does not choose one to delete. Run it without --yes to choose, or delete this one yourself if nothing needs it:\n  {keys}',
      values,
    );
  }
  say('The user already has two access keys, the most that IAM allows. This one would have to be deleted first, for good:');
  for (const key of choices) say(`  ${described(key)}`);
  const answer = await ask('Type the id of the key to delete, or nothing to stop:');
  const chosen = choices.find(({ accessKeyId }) => accessKeyId === answer);
  if (chosen === undefined) throw new UserError('No key was chosen, so nothing was done.');
  return chosen.accessKeyId;
}

function outcome({ profile, oldKeyId, newKeyId = '', deleteAfter = '' }: RotationRecord): string {
  return `the profile ${profile} uses ${newKeyId}; ${oldKeyId} is inactive and will be deleted after ${deleteAfter.slice(0, 10)}. To take it back: keystow rotate --undo ${profile}`;
}
