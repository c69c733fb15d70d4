import type { AccessKey, Identity } from '../credentials/access-key.ts';
import type { ServedProfile } from '../credentials/profile.ts';
import type { Message } from '../message.ts';
import type { RotationJournal } from './journal.ts';

/** Where the calls of a rotation go: a region, and an endpoint that is not AWS's own. */
export interface KeyPlace {
  readonly region: string;
  readonly endpoint?: string;
}

/** An access key as IAM lists it. */
export interface ListedKey {
  readonly accessKeyId: string;
  readonly active: boolean;
  readonly created: Date;
}

/** The last use of a key: whose key it is, and when, by which service and where it was used; no `at` where it never was. */
export interface LastUse {
  readonly userName: string;
  readonly at?: Date;
  readonly service?: string;
  readonly region?: string;
}

/**
 * The access keys of an account, as whoever the acting key belongs to may see and change them. A call that failed throws a UserError; where it has a
 * `kind`, that says why: `refused` (the acting key), `denied` (a policy), `clock`, or anything else that may pass.
 */
export interface KeyCloud {
  /** Who the key acts as. */
  identity(key: AccessKey): Promise<Identity>;
  /** The keys of the acting key's own user. */
  list(acting: AccessKey): Promise<readonly ListedKey[]>;
  /** A new key of the acting key's own user. Asked once: where no answer came, a key may have been made all the same. */
  create(acting: AccessKey): Promise<AccessKey>;
  /** Makes a key active or inactive; of another user where one is named. False where there is no such key. */
  setActive(acting: AccessKey, accessKeyId: string, active: boolean, userName?: string): Promise<boolean>;
  /** Deletes a key of the acting key's own user, for good. False where there is no such key. */
  remove(acting: AccessKey, accessKeyId: string): Promise<boolean>;
  /** Undefined where there is no such key. */
  lastUse(acting: AccessKey, accessKeyId: string): Promise<LastUse | undefined>;
}

/** Which key each served profile uses. */
export interface KeyPointer {
  /** @throws UserError where the profile is not served by Keystow. */
  profile(name: string): Promise<ServedProfile>;
  profilesOf(accessKeyId: string): Promise<readonly ServedProfile[]>;
  /** Lets every profile of one key use the other, in one atomic write. */
  flip(from: string, to: string): Promise<void>;
}

/** The pace of a rotation. */
export interface RotationPace {
  /** So many calls in a row must succeed with a key before it counts as usable: IAM is eventually consistent. */
  readonly proofs: number;
  readonly betweenProofsMs: number;
  readonly provenWithinMs: number;
  /** How long a tool may take between learning of a key and having used it: no key that was served until now is made inactive before. */
  readonly settleMs: number;
  /** Between two tries of a call that failed. */
  readonly retryMs: number;
}

/** `settleMs` is a little more than the longest time in which the broker answers a tool. */
export const usualPace: RotationPace = { proofs: 5, betweenProofsMs: 1_000, provenWithinMs: 120_000, settleMs: 20_000, retryMs: 3_000 };

/** The outside world as a rotation needs it. */
export interface RotationDoors {
  cloud(place: KeyPlace): KeyCloud;
  readonly keychain: {
    read(account: string): Promise<string | undefined>;
    write(account: string, secret: string): Promise<void>;
    remove(account: string): Promise<boolean>;
  };
  readonly pointer: KeyPointer;
  /** Drops the stored session of this profile with this key. */
  forgetSession(profile: ServedProfile): Promise<void>;
  readonly journal: RotationJournal;
  /**
   * Runs the work while no other process rotates, of whatever profile: profiles may share a key or a user, and what one rotation made must not look
   * to another like something that nobody knows. @throws UserError after `waitMs`.
   */
  exclusively<T>(work: () => Promise<T>, waitMs: number): Promise<T>;
  readonly now: () => Date;
  pause(milliseconds: number): Promise<void>;
  readonly pace: RotationPace;
  /** Hears what happens, one sentence a step. */
  readonly progress?: (step: Message) => void;
}
