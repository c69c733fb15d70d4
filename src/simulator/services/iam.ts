import * as v from 'valibot';
import { parsePolicy } from '../policy.ts';
import type { AccessKey, User } from '../principals.ts';
import { query } from '../protocols/query.ts';
import { type Context, integer, operation, type Service, text } from '../service.ts';
import { invalidToken } from '../signature.ts';
import { type Output, type OutputRecord, ServiceError } from '../wire.ts';
import type { World } from '../world.ts';

const accessKeysPerUser = 2;
const attachedPoliciesPerUser = 10;

const name = (maximum: number) => text(1, maximum, /^[\w+=,.@-]+$/);
const userName = name(128);
const policyName = name(128);
const policyArn = text(20, 2048, /^[\u0020-\u00FF]+$/);
const accessKeyId = text(16, 128, /^\w+$/);
const paging = { Marker: v.optional(v.string()), MaxItems: v.optional(integer(1, 1000), 100) };

const noSuchEntity = (words: string) => new ServiceError('NoSuchEntity', 404, words);
const limitExceeded = (quota: string, limit: number) =>
  new ServiceError('LimitExceeded', 409, `Cannot exceed quota for ${quota}: ${limit}`);
const deleteConflict = (what: string) => new ServiceError('DeleteConflict', 409, `Cannot delete entity, must ${what} first.`);

function findUser(world: World, wanted: string): User {
  const user = world.iam.users.get(wanted);
  if (!user) throw noSuchEntity(`The user with name ${wanted} cannot be found.`);
  return user;
}

/** The user that is named, or else the caller. */
function userOf(wanted: string | undefined, { world, caller }: Context): User {
  if (wanted !== undefined) return findUser(world, wanted);
  if (caller.principal.kind === 'user') return caller.principal;
  throw new ServiceError('ValidationError', 400, 'Must specify userName when calling with non-User credentials');
}

/** The resource that policies are asked about: the user's ARN, whether or not there is such a user. */
function userArn({ UserName }: { UserName?: string | undefined }, context: Context): string {
  const { world } = context;
  const known = UserName === undefined || world.iam.users.has(UserName);
  return known ? userOf(UserName, context).arn : `arn:aws:iam::${world.accountId}:user/${UserName}`;
}

function keyOf(user: User, wanted: string, world: World): AccessKey {
  const key = world.keysOf(user).find((it) => it.accessKeyId === wanted);
  if (!key) throw noSuchEntity(`The Access Key with id ${wanted} cannot be found.`);
  return key;
}

function page(
  member: string,
  items: readonly Output[],
  { Marker, MaxItems }: { Marker?: string | undefined; MaxItems: number },
): OutputRecord {
  const start = Marker === undefined ? 0 : Number(Buffer.from(Marker, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw new ServiceError('InvalidInput', 400, 'Invalid Marker.');
  const end = start + MaxItems;
  const IsTruncated = end < items.length;
  return {
    [member]: items.slice(start, end),
    IsTruncated,
    Marker: IsTruncated ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}

const described = (user: User) => ({ Path: user.path, UserName: user.name, UserId: user.id, Arn: user.arn, CreateDate: user.createdAt });

const getUser = operation({
  input: v.strictObject({ UserName: v.optional(userName) }),
  resource: userArn,
  run: ({ UserName }, context) => ({ User: described(userOf(UserName, context)) }),
});

const listUsers = operation({
  input: v.strictObject({ PathPrefix: v.optional(v.string(), '/'), ...paging }),
  resource: ({ PathPrefix }, { world }) => `arn:aws:iam::${world.accountId}:user${PathPrefix}`,
  run(input, { world }) {
    const users = [...world.iam.users.values()].filter(({ path }) => path.startsWith(input.PathPrefix));
    return page('Users', users.map(described), input);
  },
});

const createUser = operation({
  input: v.strictObject({ UserName: name(64), Path: v.optional(text(1, 512, /^\/(?:[\u0021-\u007E]+\/)?$/), '/') }),
  resource: ({ UserName, Path }, { world }) => `arn:aws:iam::${world.accountId}:user${Path}${UserName}`,
  run({ UserName, Path }, { world }) {
    // Names are unique in an account without regard to case.
    const taken = [...world.iam.users.keys()].some((known) => known.toLowerCase() === UserName.toLowerCase());
    if (taken) throw new ServiceError('EntityAlreadyExists', 409, `User with name ${UserName} already exists.`);
    return { User: described(world.createUser(UserName, { path: Path })) };
  },
});

const deleteUser = operation({
  input: v.strictObject({ UserName: userName }),
  resource: userArn,
  run({ UserName }, { world }) {
    const user = findUser(world, UserName);
    if (world.keysOf(user).length > 0) throw deleteConflict('delete access keys');
    if (user.attachedPolicies.size > 0) throw deleteConflict('detach all policies');
    if (user.inlinePolicies.size > 0) throw deleteConflict('delete policies');
    world.iam.users.delete(UserName);
    return undefined;
  },
});

const createAccessKey = operation({
  input: v.strictObject({ UserName: v.optional(userName) }),
  resource: userArn,
  run({ UserName }, context) {
    const { world } = context;
    const user = userOf(UserName, context);
    if (world.keysOf(user).length >= accessKeysPerUser) throw limitExceeded('AccessKeysPerUser', accessKeysPerUser);
    const key = world.createAccessKey(user.name);
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        SecretAccessKey: key.secretAccessKey,
        CreateDate: key.createdAt,
      },
    };
  },
});

const listAccessKeys = operation({
  input: v.strictObject({ UserName: v.optional(userName), ...paging }),
  resource: userArn,
  run(input, context) {
    const user = userOf(input.UserName, context);
    const keys = context.world.keysOf(user).map((key) => ({
      UserName: user.name,
      AccessKeyId: key.accessKeyId,
      Status: key.status,
      CreateDate: key.createdAt,
    }));
    return page('AccessKeyMetadata', keys, input);
  },
});

const updateAccessKey = operation({
  input: v.strictObject({
    UserName: v.optional(userName),
    AccessKeyId: accessKeyId,
    Status: v.picklist(['Active', 'Inactive'], 'Member must satisfy enum value set: [Active, Inactive]'),
  }),
  resource: userArn,
  run({ UserName, AccessKeyId, Status }, context) {
    keyOf(userOf(UserName, context), AccessKeyId, context.world);
    context.world.changeAccessKey(AccessKeyId, Status);
    return undefined;
  },
});

const deleteAccessKey = operation({
  input: v.strictObject({ UserName: v.optional(userName), AccessKeyId: accessKeyId }),
  resource: userArn,
  run({ UserName, AccessKeyId }, context) {
    keyOf(userOf(UserName, context), AccessKeyId, context.world);
    context.world.changeAccessKey(AccessKeyId, 'Deleted');
    return undefined;
  },
});

const getAccessKeyLastUsed = operation({
  input: v.strictObject({ AccessKeyId: accessKeyId }),
  resource: ({ AccessKeyId }, { world }) => world.accessKeys.get(AccessKeyId)?.user.arn ?? '*',
  run({ AccessKeyId }, { world }) {
    const user = world.accessKeys.get(AccessKeyId)?.user;
    if (!user) throw noSuchEntity(`The Access Key with id ${AccessKeyId} cannot be found.`);
    const lastUse = world.lastUseOf(keyOf(user, AccessKeyId, world));
    return {
      UserName: user.name,
      AccessKeyLastUsed: { LastUsedDate: lastUse?.at, ServiceName: lastUse?.service ?? 'N/A', Region: lastUse?.region ?? 'N/A' },
    };
  },
});

const putUserPolicy = operation({
  input: v.strictObject({
    UserName: userName,
    PolicyName: policyName,
    PolicyDocument: text(1, 131_072, /^[\u0009\u000A\u000D\u0020-\u00FF]+$/),
  }),
  resource: userArn,
  run({ UserName, PolicyName, PolicyDocument }, { world }) {
    const user = findUser(world, UserName);
    if (!parsePolicy(PolicyDocument, 'identity')) throw new ServiceError('MalformedPolicyDocument', 400, 'Syntax errors in policy.');
    user.inlinePolicies.set(PolicyName, PolicyDocument);
    world.policiesChanged(user);
    return undefined;
  },
});

function inlinePolicy(user: User, wanted: string): string {
  const document = user.inlinePolicies.get(wanted);
  if (document === undefined) throw noSuchEntity(`The user policy with name ${wanted} cannot be found.`);
  return document;
}

const getUserPolicy = operation({
  input: v.strictObject({ UserName: userName, PolicyName: policyName }),
  resource: userArn,
  run({ UserName, PolicyName }, { world }) {
    const document = inlinePolicy(findUser(world, UserName), PolicyName);
    return { UserName, PolicyName, PolicyDocument: percentEncode(document) };
  },
});

/** As RFC 3986 wants it, which is how IAM answers policies. */
function percentEncode(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

const listUserPolicies = operation({
  input: v.strictObject({ UserName: userName, ...paging }),
  resource: userArn,
  run: (input, { world }) => page('PolicyNames', [...findUser(world, input.UserName).inlinePolicies.keys()], input),
});

const deleteUserPolicy = operation({
  input: v.strictObject({ UserName: userName, PolicyName: policyName }),
  resource: userArn,
  run({ UserName, PolicyName }, { world }) {
    const user = findUser(world, UserName);
    inlinePolicy(user, PolicyName);
    user.inlinePolicies.delete(PolicyName);
    world.policiesChanged(user);
    return undefined;
  },
});

const attachUserPolicy = operation({
  input: v.strictObject({ UserName: userName, PolicyArn: policyArn }),
  resource: userArn,
  run({ UserName, PolicyArn }, { world }) {
    const user = findUser(world, UserName);
    if (!world.iam.policies.has(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
    const attached = new Set(user.attachedPolicies).add(PolicyArn);
    if (attached.size > attachedPoliciesPerUser) throw limitExceeded('PoliciesPerUser', attachedPoliciesPerUser);
    user.attachedPolicies.add(PolicyArn);
    world.policiesChanged(user);
    return undefined;
  },
});

const detachUserPolicy = operation({
  input: v.strictObject({ UserName: userName, PolicyArn: policyArn }),
  resource: userArn,
  run({ UserName, PolicyArn }, { world }) {
    const user = findUser(world, UserName);
    if (!user.attachedPolicies.delete(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    world.policiesChanged(user);
    return undefined;
  },
});

const listAttachedUserPolicies = operation({
  input: v.strictObject({ UserName: userName, PathPrefix: v.optional(v.literal('/')), ...paging }),
  resource: userArn,
  run(input, { world }) {
    const arns = [...findUser(world, input.UserName).attachedPolicies];
    const policies = arns.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
    return page('AttachedPolicies', policies, input);
  },
});

const getAccountSummary = operation({
  input: v.strictObject({}),
  resource: () => '*',
  run: (_, { world }) => ({
    SummaryMap: new Map([
      ['Users', world.iam.users.size],
      ['Roles', world.iam.roles.size],
      ['AccessKeysPerUserQuota', accessKeysPerUser],
      ['AttachedPoliciesPerUserQuota', attachedPoliciesPerUser],
      ['AccountAccessKeysPresent', 0],
      ['AccountMFAEnabled', 0],
      ['MFADevices', world.mfaDevices.size],
    ]),
  }),
});

/** AWS Identity and Access Management (https://docs.aws.amazon.com/IAM/latest/APIReference/). */
export const iam: Service = {
  signingName: 'iam',
  actionPrefix: 'iam',
  protocols: [query('2010-05-08', 'https://iam.amazonaws.com/doc/2010-05-08/')],
  admit({ principal, session }) {
    // Credentials of GetSessionToken reach IAM only with MFA.
    if (session && !session.mfa && principal.kind === 'user') throw invalidToken();
  },
  operations: {
    GetUser: getUser,
    ListUsers: listUsers,
    CreateUser: createUser,
    DeleteUser: deleteUser,
    CreateAccessKey: createAccessKey,
    ListAccessKeys: listAccessKeys,
    UpdateAccessKey: updateAccessKey,
    DeleteAccessKey: deleteAccessKey,
    GetAccessKeyLastUsed: getAccessKeyLastUsed,
    PutUserPolicy: putUserPolicy,
    GetUserPolicy: getUserPolicy,
    ListUserPolicies: listUserPolicies,
    DeleteUserPolicy: deleteUserPolicy,
    AttachUserPolicy: attachUserPolicy,
    DetachUserPolicy: detachUserPolicy,
    ListAttachedUserPolicies: listAttachedUserPolicies,
    GetAccountSummary: getAccountSummary,
  },
};
