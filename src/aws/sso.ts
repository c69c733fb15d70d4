import { GetRoleCredentialsCommand, ListAccountRolesCommand, ListAccountsCommand, LogoutCommand, SSOClient } from '@aws-sdk/client-sso';
import type { Portal } from '../credentials/sso/cloud.ts';
import type { SsoSession } from '../credentials/sso/sso-session.ts';
import { type CallOptions, clientConfiguration, hostOf } from './client.ts';
import { AwsFailure, awsFailure } from './failure.ts';

/**
 * The portal of IAM Identity Center (https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/) by the SDK's client; `env` is read for
 * proxies and certificates only. Its methods throw AwsFailure.
 */
export function portal(env: NodeJS.ProcessEnv): Portal {
  return {
    async accounts(session, accessToken, page, signal) {
      const answer = await call(session, 'ListAccounts', optional(signal), env, (client, options) =>
        client.send(new ListAccountsCommand({ accessToken, maxResults: 100, ...(page === undefined ? {} : { nextToken: page }) }), options),
      );
      if (typeof answer === 'string') return 'signed-out';
      const items = (answer.accountList ?? []).flatMap(({ accountId, accountName = '', emailAddress = '' }) =>
        accountId ? [{ id: accountId, name: accountName, email: emailAddress }] : [],
      );
      return { items, ...(answer.nextToken ? { next: answer.nextToken } : {}) };
    },

    async roles(session, accessToken, accountId, page, signal) {
      const input = { accessToken, accountId, maxResults: 100, ...(page === undefined ? {} : { nextToken: page }) };
      const answer = await call(session, 'ListAccountRoles', optional(signal), env, (client, options) =>
        client.send(new ListAccountRolesCommand(input), options),
      );
      if (typeof answer === 'string') return answer;
      const items = (answer.roleList ?? []).flatMap(({ roleName }) => (roleName ? [roleName] : []));
      return { items, ...(answer.nextToken ? { next: answer.nextToken } : {}) };
    },

    async credentials(session, accessToken, accountId, roleName, signal) {
      const answer = await call(session, 'GetRoleCredentials', optional(signal), env, (client, options) =>
        client.send(new GetRoleCredentialsCommand({ accessToken, accountId, roleName }), options),
      );
      if (typeof answer === 'string') return answer;
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = answer.roleCredentials ?? {};
      if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) throw incomplete(session);
      // In milliseconds, unlike all other moments of AWS.
      return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) };
    },

    async logout(session, accessToken) {
      await call(session, 'Logout', {}, env, (client, options) => client.send(new LogoutCommand({ accessToken }), options));
    },
  };
}

const service = 'IAM Identity Center';
const optional = (signal: AbortSignal | undefined): CallOptions => (signal === undefined ? {} : { signal });

/** Runs one call with a client and closes its connections; only the token in it says who calls. */
async function call<T>(
  session: SsoSession,
  action: string,
  options: CallOptions,
  env: NodeJS.ProcessEnv,
  run: (client: SSOClient, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T | 'signed-out' | 'no-access'> {
  const place = placeOf(session, env);
  let client: SSOClient | undefined;
  try {
    client = new SSOClient(await clientConfiguration(nobody, place, { attempts: 3, ...options }));
    return await run(client, options.signal === undefined ? {} : { abortSignal: options.signal });
  } catch (error) {
    options.signal?.throwIfAborted();
    const name = error instanceof Error ? error.name : '';
    if (name === 'UnauthorizedException') return 'signed-out';
    if (name === 'ForbiddenException' || name === 'ResourceNotFoundException') return 'no-access';
    throw awsFailure(error, { accessKeyId: '', action, host: hostOf(service, place) });
  } finally {
    client?.destroy();
  }
}

const nobody = { accessKeyId: '', secretAccessKey: '' };

const placeOf = ({ region, endpoint }: SsoSession, env: NodeJS.ProcessEnv) => ({
  region,
  env,
  ...(endpoint === undefined ? {} : { endpoint }),
});

function incomplete(session: SsoSession): AwsFailure {
  return new AwsFailure(
    'malformed',
    'What {host} answered is not an answer of AWS. Check the endpoint, and whether a proxy or a sign-in page stands between.',
    { host: hostOf(service, placeOf(session, {})) },
  );
}
