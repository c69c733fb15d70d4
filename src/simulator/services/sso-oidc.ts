import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { SsoClient, SsoSession } from '../identity-center.ts';
import { restJson } from '../protocols/rest-json.ts';
import { type UnsignedContext, type UnsignedService, unsignedOperation } from '../service.ts';
import { type OutputRecord, ServiceError } from '../wire.ts';
import { ssoPage } from './sso-pages.ts';

const oidcErrors = {
  AccessDeniedException: 'access_denied',
  AuthorizationPendingException: 'authorization_pending',
  ExpiredTokenException: 'expired_token',
  InvalidClientException: 'invalid_client',
  InvalidClientMetadataException: 'invalid_client_metadata',
  InvalidGrantException: 'invalid_grant',
  InvalidRedirectUriException: 'invalid_redirect_uri',
  InvalidRequestException: 'invalid_request',
  InvalidScopeException: 'invalid_scope',
  SlowDownException: 'slow_down',
  UnauthorizedClientException: 'unauthorized_client',
  UnsupportedGrantTypeException: 'unsupported_grant_type',
} as const;

const refuse = (code: keyof typeof oidcErrors, text: string) => new ServiceError(code, code === 'InvalidClientException' ? 401 : 400, text);
const refused = (problem: string) => refuse('InvalidRequestException', problem);

const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const grantTypes = ['authorization_code', 'refresh_token', deviceCodeGrant];
const registrationSeconds = 90 * 24 * 3600;

const registerClient = unsignedOperation({
  refused,
  input: v.strictObject({
    clientName: v.pipe(v.string(), v.nonEmpty()),
    clientType: v.string(),
    scopes: v.optional(v.array(v.string()), []),
    redirectUris: v.optional(v.array(v.string()), []),
    grantTypes: v.optional(v.array(v.string())),
    issuerUrl: v.optional(v.string()),
  }),
  run(input, { world }) {
    const center = world.identityCenter;
    if (input.clientType !== 'public') throw refuse('InvalidClientMetadataException', 'The client type must be public.');
    const foreign = input.grantTypes?.find((type) => !grantTypes.includes(type));
    if (foreign !== undefined) throw refuse('UnsupportedGrantTypeException', `The grant type ${foreign} is not supported.`);
    if (input.scopes.some((scope) => !['sso:account:access', 'openid', 'aws'].includes(scope))) {
      throw refuse('InvalidScopeException', 'Invalid scope.');
    }
    if (input.redirectUris.some((uri) => !isLoopback(uri))) {
      throw refuse('InvalidRedirectUriException', 'The redirect URI must be an address of 127.0.0.1.');
    }
    if (input.grantTypes?.includes('authorization_code')) {
      if (input.redirectUris.length === 0)
        throw refuse('InvalidRedirectUriException', 'The grant type authorization_code needs a redirect URI.');
      if (input.issuerUrl !== center.startUrl) throw refused('The issuer URL is not that of this instance.');
    }
    const issued = seconds(world.now());
    const client: SsoClient = {
      id: center.token(16),
      secret: center.token(96),
      name: input.clientName,
      scopes: input.scopes,
      grantTypes: input.grantTypes,
      redirectUris: input.redirectUris,
      expiresAt: new Date((issued + registrationSeconds) * 1000),
    };
    center.clients.set(client.id, client);
    return {
      clientId: client.id,
      clientSecret: client.secret,
      clientIdIssuedAt: issued,
      clientSecretExpiresAt: issued + registrationSeconds,
    };
  },
});

const startDeviceAuthorization = unsignedOperation({
  refused,
  input: v.strictObject({ clientId: v.string(), clientSecret: v.string(), startUrl: v.string() }),
  run({ startUrl, ...given }, context) {
    const { world, origin } = context;
    const center = world.identityCenter;
    const client = clientOf(given, context);
    mayUse(client, deviceCodeGrant);
    if (startUrl !== center.startUrl) throw refused('The start URL is not that of this instance.');
    const deviceCode = center.token(64);
    const userCode = center.userCode();
    const expiresAt = new Date(world.now().getTime() + center.requestSeconds * 1000);
    center.requests.set(deviceCode, { client, expiresAt, device: { userCode } });
    return {
      deviceCode,
      userCode,
      verificationUri: `${origin}/device`,
      verificationUriComplete: `${origin}/device?user_code=${userCode}`,
      expiresIn: center.requestSeconds,
      interval: center.pollSeconds,
    };
  },
});

const createToken = unsignedOperation({
  refused,
  input: v.strictObject({
    clientId: v.string(),
    clientSecret: v.string(),
    grantType: v.string(),
    deviceCode: v.optional(v.string()),
    code: v.optional(v.string()),
    codeVerifier: v.optional(v.string()),
    redirectUri: v.optional(v.string()),
    refreshToken: v.optional(v.string()),
    scope: v.optional(v.array(v.string())),
  }),
  run({ grantType, ...input }, context) {
    const client = clientOf(input, context);
    const take = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined;
    if (!take) throw refuse('UnsupportedGrantTypeException', `The grant type ${grantType} is not supported.`);
    mayUse(client, grantType);
    return tokensOf(take(client, input, context), context);
  },
});

interface TokenInput {
  readonly deviceCode?: string | undefined;
  readonly code?: string | undefined;
  readonly codeVerifier?: string | undefined;
  readonly redirectUri?: string | undefined;
  readonly refreshToken?: string | undefined;
}

const grants: Readonly<Record<string, (client: SsoClient, input: TokenInput, context: UnsignedContext) => SsoSession>> = {
  authorization_code(client, { code = '', codeVerifier = '', redirectUri }, { world }) {
    const center = world.identityCenter;
    const request = center.requests.get(code);
    // A code is good for one try, also for a wrong one.
    if (request?.browser && request.user !== undefined) center.requests.delete(code);
    const { browser, user } = request ?? {};
    if (!request || !browser || user === undefined || request.client !== client || request.expiresAt <= world.now()) {
      throw refuse('InvalidGrantException', 'The authorization code is not known, or no longer.');
    }
    if (redirectUri !== browser.redirectUri)
      throw refuse('InvalidGrantException', 'The redirect URI is not that of the authorization request.');
    const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
    if (!/^[\w.~-]{43,128}$/.test(codeVerifier) || challenge !== browser.challenge) {
      throw refuse('InvalidGrantException', 'The code verifier does not match the code challenge.');
    }
    return center.signIn(client, user, world.now());
  },

  refresh_token(client, { refreshToken }, { world }) {
    const center = world.identityCenter;
    const session = [...center.sessions].find((one) => refreshToken !== undefined && one.refreshToken === refreshToken);
    if (!session || session.client !== client) throw refuse('InvalidGrantException', 'Invalid refresh token provided');
    if (session.endsAt <= world.now()) throw refuse('InvalidGrantException', 'The session of the refresh token is over.');
    center.renew(session, world.now());
    return session;
  },

  [deviceCodeGrant](client, { deviceCode = '' }, { world }) {
    const center = world.identityCenter;
    const now = world.now();
    const request = center.requests.get(deviceCode);
    if (!request?.device || request.client !== client) throw refuse('InvalidGrantException', 'Invalid device code provided');
    if (request.expiresAt <= now) throw refuse('ExpiredTokenException', 'The device code is over.');
    if (request.denied) throw refuse('AccessDeniedException', 'The person has denied the request.');
    const { asked } = request;
    request.asked = now;
    if (asked && now.getTime() - asked.getTime() < center.pollSeconds * 900) {
      throw refuse('SlowDownException', 'The client asks more often than it was told to.');
    }
    if (request.user === undefined) throw refuse('AuthorizationPendingException', 'The person has not answered yet.');
    center.requests.delete(deviceCode);
    return center.signIn(client, request.user, now);
  },
};

function clientOf({ clientId, clientSecret }: { clientId: string; clientSecret: string }, { world }: UnsignedContext): SsoClient {
  const client = world.identityCenter.clients.get(clientId);
  if (!client || client.secret !== clientSecret || client.expiresAt <= world.now()) {
    throw refuse('InvalidClientException', 'Invalid client provided');
  }
  return client;
}

function mayUse({ grantTypes: registered }: SsoClient, grantType: string): void {
  if (registered && !registered.includes(grantType)) {
    throw refuse('UnauthorizedClientException', `The client is not registered for the grant type ${grantType}.`);
  }
}

function tokensOf({ accessToken, accessTokenExpires, refreshToken }: SsoSession, { world }: UnsignedContext): OutputRecord {
  const expiresIn = Math.round((accessTokenExpires.getTime() - world.now().getTime()) / 1000);
  return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken };
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

function isLoopback(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && hostname === '127.0.0.1';
}

/** IAM Identity Center OIDC (https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/), and the pages that a person's browser shows. */
export const ssoOidc: UnsignedService = {
  signingName: 'sso-oauth',
  actionPrefix: 'sso-oauth',
  unsigned: true,
  protocols: [
    restJson(
      {
        RegisterClient: { method: 'POST', path: '/client/register' },
        StartDeviceAuthorization: { method: 'POST', path: '/device_authorization' },
        CreateToken: { method: 'POST', path: '/token' },
      },
      ({ code, message }) => ({
        error: Object.hasOwn(oidcErrors, code) ? oidcErrors[code as keyof typeof oidcErrors] : 'server_error',
        error_description: message,
      }),
    ),
  ],
  operations: { RegisterClient: registerClient, StartDeviceAuthorization: startDeviceAuthorization, CreateToken: createToken },
  page: ssoPage,
};
