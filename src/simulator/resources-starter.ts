import { conditionsOf } from './caller.ts';
import { evaluate } from './policy.ts';
import type { AccessKey, User } from './principals.ts';
import type { Starter } from './resources-functions.ts';
import type { World } from './world.ts';

/**
 * Somebody outside who starts a function again and again with a user's key: it starts while the services take that key and the user's policies allow it.
 * Like all that runs, this can be asked of any moment.
 */
export class KeyUser implements Starter {
  readonly key: AccessKey;
  readonly region: string;
  readonly #world: World;
  readonly #functionArn: string;
  /** Whether the policies allowed it since each moment, oldest first. */
  readonly #verdicts: { readonly since: number; readonly allowed: boolean }[];

  /** Acts with the first key of the user. @throws Error where it has none */
  constructor(world: World, user: User, functionName: string, region: string) {
    const [key] = world.keysOf(user);
    if (!key) throw new Error(`The simulated user ${user.name} has no access key.`);
    this.key = key;
    this.region = region;
    this.#world = world;
    this.#functionArn = `arn:aws:lambda:${region}:${world.accountId}:function:${functionName}`;
    this.#verdicts = [{ since: Number.NEGATIVE_INFINITY, allowed: this.#allowed() }];
  }

  policiesChanged(): void {
    this.#verdicts.push({ since: this.#world.now().getTime(), allowed: this.#allowed() });
  }

  #allowed(): boolean {
    const caller = { accessKeyId: this.key.accessKeyId, principal: this.key.user, session: undefined };
    const conditions = conditionsOf(caller, this.#world, this.region);
    const question = { action: 'lambda:InvokeFunction', resource: this.#functionArn, conditions };
    return evaluate(this.#world.policiesOf(this.key.user), question) === 'allowed';
  }

  hasKey(time: number): boolean {
    return this.key.statusAt(new Date(time - this.#world.consistencyDelayMs)) === 'Active';
  }

  mayStart(time: number): boolean {
    return this.hasKey(time) && this.#verdicts.findLast(({ since }) => since <= time)!.allowed;
  }
}
