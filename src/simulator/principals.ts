import type { Policy } from './policy.ts';

export interface Principal {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: Date;
  /** Inline policies by name, as the texts that were put. */
  readonly inlinePolicies: Map<string, string>;
  /** ARNs of managed policies. */
  readonly attachedPolicies: Set<string>;
}

export interface User extends Principal {
  readonly kind: 'user';
}

export interface Role extends Principal {
  readonly kind: 'role';
  readonly trustPolicy: string;
  readonly maxSessionSeconds: number;
}

export type AccessKeyStatus = 'Active' | 'Inactive';

export interface LastUse {
  readonly at: Date;
  readonly service: string;
  readonly region: string;
}

/** A long-term access key and all that it went through: IAM answers with its newest state, signatures are checked against an earlier one. */
export class AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly user: User;
  readonly createdAt: Date;
  lastUse: LastUse | undefined;
  readonly #states: { readonly at: Date; readonly status: AccessKeyStatus | 'Deleted' }[];

  constructor(accessKeyId: string, secret: string, user: User, createdAt: Date, status: AccessKeyStatus) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secret;
    this.user = user;
    this.createdAt = createdAt;
    this.#states = [{ at: createdAt, status }];
  }

  get status(): AccessKeyStatus | 'Deleted' {
    return this.#states.at(-1)!.status;
  }

  /** What a service saw that learns of every change with the delay; undefined where it had not heard of the key. */
  statusAt(time: Date): AccessKeyStatus | 'Deleted' | undefined {
    return this.#states.findLast(({ at }) => at <= time)?.status;
  }

  change(status: AccessKeyStatus | 'Deleted', at: Date): void {
    this.#states.push({ at, status });
  }
}

/** Temporary credentials of a user (GetSessionToken) or of a role (AssumeRole). */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly principal: User | Role;
  /** The name that an assumed role's session was given. */
  readonly name: string | undefined;
  readonly issuedAt: Date;
  readonly expiration: Date;
  /** What the session is narrowed to. */
  readonly policy: Policy | undefined;
  /** Whether a code of an MFA device was given for it. */
  readonly mfa: boolean;
}

/** The account that a user or role belongs to. */
export const accountOf = ({ arn }: Pick<User | Role, 'arn'>): string => arn.split(':')[4]!;
