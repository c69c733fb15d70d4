import type { Identity } from '../credentials/access-key.ts';
import { format, type Message, message, UserError } from '../message.ts';
import type { Burning } from './burning.ts';
import type { Acting, ContainmentDoors } from './doors.ts';
import { idOf, kindOf, type Step, stepKinds } from './steps.ts';
import { isQuarantined, readUsers, type Suspect, suspicion, type UserFacts, used } from './users.ts';

/** A step as a person decides about it. */
export interface PlannedStep {
  readonly id: string;
  readonly step: Step;
  /** Whether it is proposed. */
  readonly ticked: boolean;
  /** What goes on being paid without it, in US dollars an hour; undefined where nobody knows. */
  readonly perHour?: number;
  readonly because?: Message;
}

/** A containment as it is shown before anything is done. */
export interface ContainmentPlan {
  readonly profile: string;
  /** Who will act. */
  readonly identity: Identity;
  readonly endpoint?: string;
  /** The long-term key behind it, where there is one. */
  readonly keyId?: string;
  readonly steps: readonly PlannedStep[];
  /** What could not be read, and what burns money and has no step. */
  readonly missing: readonly { readonly what: Message; readonly why: Message }[];
  readonly notes: readonly Message[];
}

export interface PlanChoices {
  /** What burns money now; undefined where nobody knows. */
  readonly burning?: readonly Burning[] | undefined;
  /** Users whose keys a person says have leaked. */
  readonly named?: readonly string[];
}

/**
 * What containing the account of this profile would do, in the order in which it is done. Changes nothing. What cannot be read is named and keeps none of
 * the rest.
 * @throws UserError where the identity that would act is not clean, or AWS does not take it.
 */
export async function planContainment(profile: string, choices: PlanChoices, doors: ContainmentDoors): Promise<ContainmentPlan> {
  const { burning, named = [] } = choices;
  const acting = await doors.open(profile);
  const { cloud } = acting;
  const identity = await cloud.identity();
  if (named.includes('root')) throw rootCannotBeDenied(identity);
  const missing: { what: Message; why: Message }[] = [];
  const attempt = async <T>(what: Message, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missing.push({ what, why: error.said });
      return undefined;
    }
  };
  const survey = {
    cloud,
    users: suspects(await readOthers(identity, acting, named, attempt), choices, doors.now()),
    regions: (await attempt(message('the regions that the account has opted into'), cloud.regions())) ?? doors.usualRegions,
    burning,
    attempt,
  };
  for (const user of named) {
    if (!survey.users.some(({ name }) => name === user)) {
      throw new UserError('The account {account} has no user {user} with an access key.', { account: identity.account, user });
    }
  }
  const found = await Promise.all(stepKinds.map((kind) => kind.find(survey)));
  const steps = found.flat().map(({ facts, ...rest }) => ({ id: idOf(facts), step: facts, ...rest }));
  return {
    profile,
    identity,
    ...(acting.endpoint === undefined ? {} : { endpoint: acting.endpoint }),
    ...(acting.keyId === undefined ? {} : { keyId: acting.keyId }),
    steps,
    missing: [...missing, ...withoutSteps(burning ?? [])],
    notes: notesOn(identity, steps, burning),
  };
}

/** The users with access keys but the one who acts: an identity that took its own rights could not go on. */
async function readOthers(
  identity: Identity,
  acting: Acting,
  named: readonly string[],
  attempt: <T>(what: Message, reading: Promise<T>) => Promise<T | undefined>,
): Promise<readonly UserFacts[]> {
  const { cloud, keyId, profile } = acting;
  const names = await attempt(message('the users of the account'), cloud.users());
  const users = await readUsers(names ?? named, cloud, attempt);
  const self = userNameOf(identity);
  const own = users.find(({ name, keys }) => name === self || keys.some(({ accessKeyId }) => accessKeyId === keyId));
  if (own !== undefined && isQuarantined(own)) {
    throw new UserError(
      'AWS marks the key of {user} as leaked, and the profile {profile} acts with it: whoever else has it could take everything back. Contain with a profile of somebody else in the account {account}, for example one that signs in with IAM Identity Center.',
      { user: own.name, account: identity.account, profile },
    );
  }
  for (const user of named) if (user === self || user === own?.name) throw wouldDenyItself(user, identity, acting);
  return users.filter((user) => user !== own);
}

function suspects(users: readonly UserFacts[], { burning, named = [] }: PlanChoices, now: Date): readonly Suspect[] {
  return users.map((user) => {
    const why = named.includes(user.name) ? message('you say that its key leaked') : suspicion(user, burning, now);
    return { ...user, leaked: why !== undefined, because: why ?? used(user, now) };
  });
}

/** The name of the user that an identity is; undefined for a role's session and for root. */
export function userNameOf({ arn }: Pick<Identity, 'arn'>): string | undefined {
  return /^arn:[\w-]+:iam::\d*:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}

const isRoot = ({ arn }: Pick<Identity, 'arn'>): boolean => arn.endsWith(':root');

/** @throws UserError where a step would take the rights of the identity that acts, or disable the key that it got them with. */
export function refuseItself(steps: readonly Step[], identity: Identity, acting: Acting): void {
  const self = userNameOf(identity);
  for (const step of steps) {
    const user = kindOf(step).denies?.(step);
    const itsKey = acting.keyId !== undefined && kindOf(step).where(step).resource === acting.keyId;
    if (user !== undefined && (user === self || itsKey)) throw wouldDenyItself(user, identity, acting);
  }
}

function wouldDenyItself(user: string, { account }: Identity, { profile }: Acting): UserError {
  return new UserError(
    'The profile {profile} acts by the rights of {user}, which would be taken, so it cannot contain: it could neither finish nor undo it. Contain with a profile of somebody else in the account {account}, for example one that signs in with IAM Identity Center.',
    { profile, user, account },
  );
}

function rootCannotBeDenied({ account }: Identity): UserError {
  return new UserError(
    'No policy can deny the root user of the account {account}. If its key leaked, sign in to the AWS console as root, delete the key under Security credentials, and change the password.',
    { account },
  );
}

function withoutSteps(burning: readonly Burning[]): ContainmentPlan['missing'] {
  const known = new Set(stepKinds.map(({ service }) => service));
  return burning
    .filter(({ service, perHour }) => perHour > 0 && !known.has(service))
    .map(({ service, region, perHour }) => ({
      what: message('{service} in {region}', { service, region }),
      why: message('Keystow cannot stop it yet ({amount} an hour): stop it in the AWS console, in that region.', {
        amount: `$${perHour.toFixed(2)}`,
      }),
    }));
}

function notesOn(identity: Identity, steps: readonly PlannedStep[], burning: readonly Burning[] | undefined): Message[] {
  const notes: Message[] = [];
  const self = userNameOf(identity);
  if (self !== undefined) {
    notes.push(message('{user} acts and keeps its rights. If its own key leaked, contain with another profile.', { user: self }));
  }
  if (isRoot(identity)) {
    notes.push(
      message(
        'This profile has a key of the root user, whom no policy can deny. If that key leaked, delete it in the AWS console, under Security credentials.',
      ),
    );
  }
  if (burning === undefined) {
    notes.push(message('What each region spends is not known: look at the spend first, and the plan says what each step stops.'));
  }
  if (steps.some(({ step }) => step.kind === 'stop-function')) {
    notes.push(message('What runs already goes on to its end, 15 minutes at most.'));
  }
  return notes;
}

/** The plan as `keystow contain --plan` prints it; rates are US dollars an hour, and absent where nobody knows. */
export function toJson({ identity, steps, missing }: ContainmentPlan): object {
  return {
    account: identity.account,
    steps: steps.map(({ id, step, ticked, perHour }) => {
      const { action, service, where } = kindOf(step);
      const rate = perHour === undefined ? {} : { perHour: Math.round(perHour * 10_000) / 10_000 };
      return { id, action, service, ...where(step), undoable: true, ticked, ...rate };
    }),
    missing: missing.map(({ what, why }) => ({ what: format(what), why: format(why) })),
  };
}
