import { Faults } from './faults.ts';
import { accountId, type RandomBytes, randomSource, secretAccessKey, sessionToken, uniqueId } from './identifiers.ts';
import { IdentityCenter } from './identity-center.ts';
import { managedPolicies } from './managed-policies.ts';
import { MfaDevice } from './mfa.ts';
import { type Policy, parsePolicy } from './policy.ts';
import {
  AccessKey,
  type AccessKeyStatus,
  accountOf,
  type LastUse,
  type Principal,
  type Role,
  type Session,
  type User,
} from './principals.ts';
import { Resources } from './resources.ts';
import type { Starter } from './resources-functions.ts';

const wholeMinute = (time: number) => new Date(time - (time % 60_000));

export interface WorldOptions {
  readonly clock?: (() => Date) | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly seed?: string | undefined;
  readonly consistencyDelayMs?: number | undefined;
}

/** One AWS account: what is in it, its clock, and what shall go wrong. Services change it as AWS would; tests may read and change it directly. */
export class World {
  readonly accountId: string;
  readonly region: string;
  readonly faults = new Faults();
  readonly iam: { readonly users: Map<string, User>; readonly roles: Map<string, Role>; readonly policies: Map<string, string> };
  /** Every long-term key that ever was, by its id. */
  readonly accessKeys = new Map<string, AccessKey>();
  readonly sessions = new Map<string, Session>();
  /** By serial number. */
  readonly mfaDevices = new Map<string, MfaDevice>();
  readonly identityCenter: IdentityCenter;
  /** What runs in the account and costs money. */
  readonly resources = new Resources();
  /** What runs in the other accounts that Identity Center has. */
  readonly #othersResources = new Map<string, Resources>();
  /** How long a new, changed or deleted key takes to be seen by the services. */
  consistencyDelayMs: number;
  readonly #clock: () => Date;
  readonly #random: RandomBytes;

  constructor(options: WorldOptions = {}) {
    this.#clock = options.clock ?? (() => new Date());
    this.#random = randomSource(options.seed);
    this.accountId = options.account ?? accountId(this.#random);
    this.region = options.region ?? 'us-east-1';
    this.consistencyDelayMs = options.consistencyDelayMs ?? 0;
    const managed = Object.entries(managedPolicies).map(([name, text]) => [`arn:aws:iam::aws:policy/${name}`, text] as const);
    this.iam = { users: new Map(), roles: new Map(), policies: new Map(managed) };
    this.identityCenter = new IdentityCenter(this.#random);
  }

  now(): Date {
    return this.#clock();
  }

  /** What runs in the account of a user or role. */
  resourcesOf(principal: User | Role): Resources {
    const account = accountOf(principal);
    const known = account === this.accountId ? this.resources : this.#othersResources.get(account);
    const resources = known ?? new Resources();
    if (!known) this.#othersResources.set(account, resources);
    return resources;
  }

  newInstanceId(): string {
    return `i-${this.#random(9).toString('hex').slice(1)}`;
  }

  createUser(name: string, options: { path?: string; createdAt?: Date } = {}): User {
    const user: User = { kind: 'user', ...this.#principal('user', 'AIDA', name, options) };
    this.iam.users.set(name, user);
    return user;
  }

  createRole(name: string, options: { path?: string; createdAt?: Date; trustPolicy: string; maxSessionSeconds?: number }): Role {
    const { trustPolicy, maxSessionSeconds = 3600 } = options;
    const role: Role = { kind: 'role', ...this.#principal('role', 'AROA', name, options), trustPolicy, maxSessionSeconds };
    this.iam.roles.set(name, role);
    return role;
  }

  /** The role that IAM Identity Center makes of a permission set in one of its accounts; IAM's own lists do not show it. */
  createReservedRole(permissionSet: string, account: string, options: { createdAt?: Date; maxSessionSeconds?: number } = {}): Role {
    const name = `AWSReservedSSO_${permissionSet}_${this.#random(8).toString('hex')}`;
    const principal = this.#principal('role', 'AROA', name, { ...options, path: '/aws-reserved/sso.amazonaws.com/', account });
    return { kind: 'role', ...principal, trustPolicy: '{}', maxSessionSeconds: options.maxSessionSeconds ?? 3600 };
  }

  #principal(
    kind: 'user' | 'role',
    prefix: 'AIDA' | 'AROA',
    name: string,
    options: { path?: string; createdAt?: Date; account?: string },
  ): Principal {
    const { path = '/', createdAt = this.now(), account = this.accountId } = options;
    return {
      name,
      path,
      id: uniqueId(prefix, account, this.#random),
      arn: `arn:aws:iam::${account}:${kind}${path}${name}`,
      createdAt,
      inlinePolicies: new Map(),
      attachedPolicies: new Set(),
    };
  }

  /** The user's new key. @throws Error if there is no such user */
  createAccessKey(userName: string, options: { createdAt?: Date; status?: AccessKeyStatus } = {}): AccessKey {
    const user = this.iam.users.get(userName);
    if (!user) throw new Error(`The simulated account has no user ${userName}.`);
    const { createdAt = this.now(), status = 'Active' } = options;
    const key = new AccessKey(uniqueId('AKIA', this.accountId, this.#random), secretAccessKey(this.#random), user, createdAt, status);
    this.accessKeys.set(key.accessKeyId, key);
    return key;
  }

  /** Makes a key active, inactive or deleted, now. @throws Error if there is no such key */
  changeAccessKey(accessKeyId: string, status: AccessKeyStatus | 'Deleted'): void {
    const key = this.accessKeys.get(accessKeyId);
    if (!key) throw new Error(`The simulated account has no access key ${accessKeyId}.`);
    key.change(status, this.now());
  }

  /** Gives a user a virtual MFA device. */
  addMfaDevice(user: User): MfaDevice {
    const device = new MfaDevice(`arn:aws:iam::${this.accountId}:mfa/${user.name}`, user, this.#random(20));
    this.mfaDevices.set(device.serial, device);
    return device;
  }

  /** The keys that a user has, inactive ones included, oldest first. */
  keysOf(user: User): readonly AccessKey[] {
    return [...this.accessKeys.values()].filter((key) => key.user === user && key.status !== 'Deleted');
  }

  /** To be called after each change of the policies of a user or role: what is started from outside with its key may fail from now on. */
  policiesChanged(principal: User | Role): void {
    for (const starter of this.#starters()) if (starter.key.user === principal) starter.policiesChanged();
  }

  #starters(): readonly Starter[] {
    return this.resources.functions.flatMap(({ settings }) => settings.schedule?.by ?? []);
  }

  /** Notes that a long-term key signed a request; IAM says the moment to the minute. */
  recordUse(accessKeyId: string, service: string, region: string): void {
    const key = this.accessKeys.get(accessKeyId);
    if (key) key.lastUse = { at: wholeMinute(this.now().getTime()), service, region };
  }

  /** The last use of a key, in a request or from outside to start functions. */
  lastUseOf(key: AccessKey): LastUse | undefined {
    const now = this.now().getTime();
    return this.resources.functions.reduce<LastUse | undefined>((last, fn) => {
      const { by } = fn.settings.schedule ?? {};
      const at = by?.key === key ? fn.lastAttempt(now) : undefined;
      const use = at !== undefined && by ? { at: wholeMinute(at), service: 'lambda', region: by.region } : undefined;
      return use && use.at.getTime() > (last?.at.getTime() ?? 0) ? use : last;
    }, key.lastUse);
  }

  createSession(principal: User | Role, seconds: number, options: { name?: string; policy?: Policy; mfa?: boolean } = {}): Session {
    const issuedAt = this.now();
    const session: Session = {
      accessKeyId: uniqueId('ASIA', accountOf(principal), this.#random),
      secretAccessKey: secretAccessKey(this.#random),
      sessionToken: sessionToken(this.#random),
      principal,
      name: options.name,
      issuedAt,
      expiration: new Date(issuedAt.getTime() + seconds * 1000),
      policy: options.policy,
      mfa: options.mfa ?? false,
    };
    this.sessions.set(session.accessKeyId, session);
    return session;
  }

  /** Whether the user or role still is in the account, and not another of the same name. */
  exists(principal: User | Role): boolean {
    const all: ReadonlyMap<string, User | Role> = principal.kind === 'user' ? this.iam.users : this.iam.roles;
    if (all.get(principal.name) === principal) return true;
    return [...this.identityCenter.accounts.values()].some(({ roles }) => [...roles.values()].some((role) => role === principal));
  }

  /** The inline and attached policies of a user or role. */
  policiesOf(principal: User | Role): readonly Policy[] {
    const attached = [...principal.attachedPolicies].flatMap((arn) => this.iam.policies.get(arn) ?? []);
    return [...principal.inlinePolicies.values(), ...attached].flatMap((text) => parsePolicy(text, 'identity') ?? []);
  }

  /** Whether the services have seen this key become usable, and nothing else since. */
  isUsable(key: AccessKey): boolean {
    return key.statusAt(new Date(this.now().getTime() - this.consistencyDelayMs)) === 'Active';
  }
}
