import type { Identity } from '../credentials/access-key.ts';

/** A long-term access key of a user. */
export interface UserKey {
  readonly accessKeyId: string;
  readonly active: boolean;
}

/** When and for what a key was last used; AWS tells the minute. */
export interface KeyUse {
  readonly at: Date;
  /** As signatures name it: `lambda`. */
  readonly service: string;
  readonly region: string;
}

/** A function of Lambda and what of the account's concurrency is kept for it; undefined where nothing is. */
export interface FunctionLimit {
  readonly name: string;
  readonly memoryMb: number;
  readonly reserved: number | undefined;
}

/**
 * An account as the identity that acts may see and change it. A call that failed throws a UserError that says why. What changes something may be done
 * again, and gives false where the thing is not there.
 */
export interface ContainmentCloud {
  /** Who acts. */
  identity(): Promise<Identity>;
  users(): Promise<readonly string[]>;
  /** Undefined where there is no such user. */
  keys(userName: string): Promise<readonly UserKey[] | undefined>;
  /** Undefined where the key was never used. */
  lastUse(accessKeyId: string): Promise<KeyUse | undefined>;
  setKeyActive(userName: string, accessKeyId: string, active: boolean): Promise<boolean>;
  /** The ARNs of the managed policies; undefined where there is no such user. */
  attachedPolicies(userName: string): Promise<readonly string[] | undefined>;
  attachPolicy(userName: string, policyArn: string): Promise<boolean>;
  detachPolicy(userName: string, policyArn: string): Promise<boolean>;
  /** The regions that the account may use. */
  regions(): Promise<readonly string[]>;
  functions(region: string): Promise<readonly FunctionLimit[]>;
  /** What is reserved for one function; undefined where there is no such function. */
  reserved(region: string, name: string): Promise<{ readonly reserved: number | undefined } | undefined>;
  /** At most so many invocations run at once; undefined gives the function back to the account's common concurrency. */
  reserve(region: string, name: string, reserved: number | undefined): Promise<boolean>;
}
