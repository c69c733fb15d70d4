import * as v from 'valibot';
import type { SsoAccount, SsoSession } from '../identity-center.ts';
import { restJson } from '../protocols/rest-json.ts';
import { integer, type UnsignedContext, type UnsignedService, unsignedOperation } from '../service.ts';
import { type OutputRecord, ServiceError } from '../wire.ts';

const refused = (problem: string) => new ServiceError('InvalidRequestException', 400, problem);
const noAccess = () => new ServiceError('ForbiddenException', 403, 'No access');

const accessToken = v.pipe(v.string(), v.nonEmpty());
const accountId = v.pipe(v.string(), v.regex(/^\d{12}$/, 'Member must satisfy regular expression pattern: \\d{12}'));
const page = { nextToken: v.optional(v.string()), maxResults: v.optional(integer(1, 100)) };

const listAccounts = unsignedOperation({
  refused,
  input: v.strictObject({ accessToken, ...page }),
  run(input, context) {
    sessionOf(input.accessToken, context);
    const { items, nextToken } = paged([...context.world.identityCenter.accounts.values()], input, context);
    return { accountList: items.map(({ id, name, email }) => ({ accountId: id, accountName: name, emailAddress: email })), nextToken };
  },
});

const listAccountRoles = unsignedOperation({
  refused,
  input: v.strictObject({ accessToken, accountId, ...page }),
  run(input, context) {
    sessionOf(input.accessToken, context);
    const { items, nextToken } = paged([...accountOf(input.accountId, context).roles.keys()], input, context);
    return { roleList: items.map((roleName) => ({ roleName, accountId: input.accountId })), nextToken };
  },
});

const getRoleCredentials = unsignedOperation({
  refused,
  input: v.strictObject({ accessToken, accountId, roleName: v.string() }),
  run(input, context) {
    const { user } = sessionOf(input.accessToken, context);
    const role = accountOf(input.accountId, context).roles.get(input.roleName);
    if (!role) throw noAccess();
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = context.world.createSession(role, role.maxSessionSeconds, {
      name: user,
    });
    return { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiration.getTime() } };
  },
});

const logout = unsignedOperation({
  refused,
  input: v.strictObject({ accessToken }),
  run(input, context): OutputRecord | undefined {
    context.world.identityCenter.sessions.delete(sessionOf(input.accessToken, context));
    return undefined;
  },
});

function sessionOf(token: string, { world }: UnsignedContext): SsoSession {
  const session = world.identityCenter.sessionOf(token, world.now());
  if (!session) throw new ServiceError('UnauthorizedException', 401, 'Session token not found or invalid');
  return session;
}

function accountOf(id: string, { world }: UnsignedContext): SsoAccount {
  const account = world.identityCenter.accounts.get(id);
  if (!account) throw noAccess();
  return account;
}

/** A part of a list, and the token for the next. */
function paged<Item>(
  all: readonly Item[],
  { nextToken, maxResults }: { nextToken?: string | undefined; maxResults?: number | undefined },
  { world }: UnsignedContext,
): { items: readonly Item[]; nextToken: string | undefined } {
  const [, offset] = nextToken === undefined ? ['', '0'] : (/^from-(\d{1,6})$/.exec(Buffer.from(nextToken, 'base64url').toString()) ?? []);
  if (offset === undefined) throw refused('Invalid next token');
  const start = Number(offset);
  const end = start + (maxResults ?? world.identityCenter.pageSize);
  return { items: all.slice(start, end), nextToken: end < all.length ? Buffer.from(`from-${end}`).toString('base64url') : undefined };
}

const token = { accessToken: 'x-amz-sso_bearer_token' };
const pageQuery = { nextToken: 'next_token', maxResults: 'max_result' };

/** The portal of IAM Identity Center (https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/). */
export const ssoPortal: UnsignedService = {
  signingName: 'awsssoportal',
  actionPrefix: 'sso',
  unsigned: true,
  protocols: [
    restJson({
      ListAccounts: { method: 'GET', path: '/assignment/accounts', headers: token, query: pageQuery },
      ListAccountRoles: { method: 'GET', path: '/assignment/roles', headers: token, query: { accountId: 'account_id', ...pageQuery } },
      GetRoleCredentials: {
        method: 'GET',
        path: '/federation/credentials',
        headers: token,
        query: { accountId: 'account_id', roleName: 'role_name' },
      },
      Logout: { method: 'POST', path: '/logout', headers: token },
    }),
  ],
  operations: { ListAccounts: listAccounts, ListAccountRoles: listAccountRoles, GetRoleCredentials: getRoleCredentials, Logout: logout },
};
