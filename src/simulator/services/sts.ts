import * as v from 'valibot';
import { accessDenied, arnOf, authorize, conditionsOf, userIdOf } from '../caller.ts';
import { evaluateTrust, type Policy, parsePolicy } from '../policy.ts';
import { accountOf, type Role, type Session } from '../principals.ts';
import { query } from '../protocols/query.ts';
import { type Context, integer, operation, type Service, text, validationError } from '../service.ts';
import { type OutputRecord, ServiceError } from '../wire.ts';

const getCallerIdentity = operation({
  input: v.strictObject({}),
  resource: undefined,
  run: (_, { caller }) => ({ Arn: arnOf(caller), UserId: userIdOf(caller), Account: accountOf(caller.principal) }),
});

const mfaInput = {
  SerialNumber: v.optional(text(9, 256, /^[\w+=/:,.@-]*$/)),
  TokenCode: v.optional(text(6, 6, /^\d*$/)),
};

const getSessionToken = operation({
  input: v.strictObject({
    DurationSeconds: v.optional(integer(900, 129_600), 43_200),
    ...mfaInput,
  }),
  resource: undefined,
  run({ DurationSeconds, ...given }, context) {
    const { world, caller } = context;
    if (caller.session) throw new ServiceError('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
    const mfa = checkMfa(given, context);
    return { Credentials: credentials(world.createSession(caller.principal, DurationSeconds, { mfa })) };
  },
});

/** Whether a good code of the caller's own device was given; false where none was. @throws ServiceError for a code that is none */
function checkMfa(
  { SerialNumber, TokenCode }: { SerialNumber?: string | undefined; TokenCode?: string | undefined },
  { world, caller }: Context,
): boolean {
  if (SerialNumber === undefined && TokenCode === undefined) return false;
  const device = world.mfaDevices.get(SerialNumber ?? '');
  if (device?.user !== caller.principal) {
    throw mfaFailed(', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.');
  }
  if (TokenCode === undefined || !device.takes(TokenCode, world.now())) throw mfaFailed(' with invalid MFA one time pass code. ');
  return true;
}

const mfaFailed = (why: string) => new ServiceError('AccessDenied', 403, `MultiFactorAuthentication failed${why}`);

const chainedSeconds = 3600;

const assumeRole = operation({
  input: v.strictObject({
    RoleArn: text(20, 2048, /^[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD]+$/),
    RoleSessionName: text(2, 64, /^[\w+=,.@-]*$/),
    DurationSeconds: v.optional(integer(900, 43_200), 3600),
    ExternalId: v.optional(text(2, 1224, /^[\w+=,.@:/-]*$/)),
    Policy: v.optional(v.string()),
    ...mfaInput,
  }),
  resource: undefined,
  run({ RoleArn, RoleSessionName, DurationSeconds, ExternalId, Policy, ...given }, context) {
    const { world, caller } = context;
    const role = [...world.iam.roles.values()].find(({ arn }) => arn === RoleArn);
    if (!role) throw accessDenied(caller, context.action, RoleArn);
    const mfa = checkMfa(given, context);
    checkTrust(role, ExternalId, mfa, context);
    if (caller.principal.kind === 'role' && DurationSeconds > chainedSeconds) {
      throw new ServiceError(
        'ValidationError',
        400,
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      );
    }
    if (DurationSeconds > role.maxSessionSeconds) {
      throw new ServiceError('ValidationError', 400, 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    }
    const policy = Policy === undefined ? undefined : sessionPolicy(Policy);
    const session = world.createSession(role, DurationSeconds, { name: RoleSessionName, mfa, ...(policy && { policy }) });
    const assumed = { accessKeyId: session.accessKeyId, principal: role, session };
    return { Credentials: credentials(session), AssumedRoleUser: { AssumedRoleId: userIdOf(assumed), Arn: arnOf(assumed) } };
  },
});

/** Asks the role whom it trusts and, unless it names the caller, the caller's own policies too. */
function checkTrust(role: Role, externalId: string | undefined, mfa: boolean, { world, caller, region, action }: Context): void {
  const conditions = conditionsOf(caller, world, region);
  if (externalId !== undefined) conditions.set('sts:externalid', externalId);
  if (mfa) conditions.set('aws:multifactorauthpresent', 'true');
  const question = { action, resource: role.arn, conditions };
  const trust = parsePolicy(role.trustPolicy, 'trust');
  const verdict = trust ? evaluateTrust(trust, caller.principal.arn, world.accountId, question) : 'not allowed';
  if (verdict === 'delegated') authorize(caller, world, question);
  else if (verdict !== 'allowed') throw accessDenied(caller, action, role.arn);
}

function sessionPolicy(document: string): Policy {
  const policy = parsePolicy(document, 'identity');
  if (!policy) throw new ServiceError('MalformedPolicyDocument', 400, 'Syntax errors in policy.');
  if (document.length > 2048) {
    throw validationError([{ member: 'Policy', value: document, constraint: 'Member must have length less than or equal to 2048' }]);
  }
  return policy;
}

function credentials(session: Session): OutputRecord {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: session.expiration,
  };
}

/** AWS Security Token Service (https://docs.aws.amazon.com/STS/latest/APIReference/). */
export const sts: Service = {
  signingName: 'sts',
  actionPrefix: 'sts',
  protocols: [query('2011-06-15', 'https://sts.amazonaws.com/doc/2011-06-15/')],
  operations: { GetCallerIdentity: getCallerIdentity, GetSessionToken: getSessionToken, AssumeRole: assumeRole },
};
