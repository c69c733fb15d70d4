import {
  CreateTokenCommand,
  type CreateTokenCommandInput,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import type { Grant, SignInFlow, SignInService, TokenAnswer } from '../credentials/sso/cloud.ts';
import type { SsoSession } from '../credentials/sso/sso-session.ts';
import { type CallOptions, clientConfiguration, hostOf } from './client.ts';
import { AwsFailure, awsFailure } from './failure.ts';

const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code';

// The answers of RFC 6749, 5.2 and RFC 8628, 3.5 as this service names them
// (https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html).
const expected: Readonly<Record<string, Exclude<TokenAnswer['kind'], 'tokens'>>> = {
  AuthorizationPendingException: 'pending',
  SlowDownException: 'slow-down',
  AccessDeniedException: 'denied',
  ExpiredTokenException: 'expired',
  InvalidGrantException: 'refused',
  InvalidClientException: 'refused',
  UnauthorizedClientException: 'refused',
};

/**
 * IAM Identity Center OIDC (https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/) by the SDK's client; `env` is read for proxies and
 * certificates only. Its methods throw AwsFailure.
 */
export function signInService(env: NodeJS.ProcessEnv): SignInService {
  return {
    async origin(session) {
      if (session.endpoint !== undefined) return session.endpoint.replace(/\/$/, '');
      return call(session, 'Authorize', {}, env, async (client) => {
        const { url } = client.config.endpointProvider({ Region: session.region, UseDualStack: false, UseFIPS: false });
        return url.href.replace(/\/$/, '');
      });
    },

    async register(session, flow, signal) {
      const answer = await call(session, 'RegisterClient', optional(signal), env, (client, options) =>
        client.send(
          new RegisterClientCommand({ clientName: 'Keystow', clientType: 'public', scopes: [...session.scopes], ...uses(session, flow) }),
          options,
        ),
      );
      const { clientId, clientSecret, clientSecretExpiresAt } = answer;
      if (!clientId || !clientSecret || !clientSecretExpiresAt) throw incomplete(session);
      return { clientId, clientSecret, expiresAt: new Date(clientSecretExpiresAt * 1000) };
    },

    async startDevice(session, { clientId, clientSecret }, signal) {
      const answer = await call(session, 'StartDeviceAuthorization', optional(signal), env, async (client, options) => {
        try {
          return await client.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl: session.startUrl }), options);
        } catch (error) {
          if (nameOf(error) === 'InvalidClientException' || nameOf(error) === 'UnauthorizedClientException') return undefined;
          throw error;
        }
      });
      if (answer === undefined) return undefined;
      const { deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval } = answer;
      if (!deviceCode || !userCode || !verificationUri) throw incomplete(session);
      return {
        deviceCode,
        userCode,
        address: verificationUri,
        addressWithCode: verificationUriComplete ?? verificationUri,
        expiresInSeconds: expiresIn ?? 600,
        // What RFC 8628, 3.2 says where nothing is said.
        intervalSeconds: interval || 5,
      };
    },

    async token(session, { clientId, clientSecret }, grant, signal) {
      // A code and a refresh token work once: asked again after a lost answer, they would seem to be refused.
      const options = { attempts: 1, ...optional(signal) };
      const answer = await call(session, 'CreateToken', options, env, async (client, sendOptions) => {
        try {
          return await client.send(new CreateTokenCommand({ clientId, clientSecret, ...grantInput(grant) }), sendOptions);
        } catch (error) {
          const kind = Object.hasOwn(expected, nameOf(error)) ? expected[nameOf(error)] : undefined;
          if (kind === undefined) throw error;
          return { kind };
        }
      });
      if ('kind' in answer) return answer;
      const { accessToken, expiresIn, refreshToken } = answer;
      if (!accessToken || !expiresIn) throw incomplete(session);
      return { kind: 'tokens', accessToken, expiresInSeconds: expiresIn, ...(refreshToken ? { refreshToken } : {}) };
    },
  };
}

/** What a client of each flow registers for, as the AWS CLI does; the redirect address has no port (RFC 8252, 7.3). */
function uses({ startUrl }: SsoSession, flow: SignInFlow) {
  if (flow === 'code') return { grantTypes: [deviceCodeGrant, 'refresh_token'] };
  return {
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: ['http://127.0.0.1/oauth/callback'],
    issuerUrl: startUrl,
  };
}

function grantInput(
  grant: Grant,
): Pick<CreateTokenCommandInput, 'grantType' | 'code' | 'codeVerifier' | 'redirectUri' | 'deviceCode' | 'refreshToken'> {
  switch (grant.kind) {
    case 'authorization':
      return { grantType: 'authorization_code', code: grant.code, codeVerifier: grant.verifier, redirectUri: grant.redirectUri };
    case 'device':
      return { grantType: deviceCodeGrant, deviceCode: grant.deviceCode };
    case 'refresh':
      return { grantType: 'refresh_token', refreshToken: grant.refreshToken };
  }
}

const service = 'IAM Identity Center';
const optional = (signal: AbortSignal | undefined): CallOptions => (signal === undefined ? {} : { signal });
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Runs one call with a client and closes its connections. Nothing is signed: the service is open to all. */
async function call<T>(
  session: SsoSession,
  action: string,
  options: CallOptions,
  env: NodeJS.ProcessEnv,
  run: (client: SSOOIDCClient, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  const place = { region: session.region, env, ...(session.endpoint === undefined ? {} : { endpoint: session.endpoint }) };
  let client: SSOOIDCClient | undefined;
  try {
    client = new SSOOIDCClient(await clientConfiguration(nobody, place, options));
    return await run(client, options.signal === undefined ? {} : { abortSignal: options.signal });
  } catch (error) {
    options.signal?.throwIfAborted();
    const host = hostOf(service, place);
    if (nameOf(error) === 'InvalidRequestException' || nameOf(error) === 'InvalidRequestRegionException') {
      throw new AwsFailure(
        'failed',
        '{host} does not take the sign-in {session}. Check its sso_start_url and sso_region: {startUrl}, {region}.',
        { host, session: session.name, startUrl: session.startUrl, region: session.region },
        { cause: error },
      );
    }
    throw awsFailure(error, { accessKeyId: '', action, host });
  } finally {
    client?.destroy();
  }
}

const nobody = { accessKeyId: '', secretAccessKey: '' };

function incomplete(session: SsoSession): AwsFailure {
  return new AwsFailure(
    'malformed',
    'What {host} answered is not an answer of AWS. Check the endpoint, and whether a proxy or a sign-in page stands between.',
    {
      host: hostOf(service, { region: session.region, env: {}, ...(session.endpoint === undefined ? {} : { endpoint: session.endpoint }) }),
    },
  );
}
