// What the simulator's Identity Center refuses, asked by the unmodified SDK clients and by a browser that misbehaves.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { GetRoleCredentialsCommand, ListAccountRolesCommand, ListAccountsCommand, LogoutCommand, SSOClient } from '@aws-sdk/client-sso';
import { CreateTokenCommand, RegisterClientCommand, SSOOIDCClient, StartDeviceAuthorizationCommand } from '@aws-sdk/client-sso-oidc';
import { startSimulator } from '../../src/simulator/server.ts';
import { answerPage } from '../sign-in-page.ts';

const redirectUri = 'http://127.0.0.1:4711/oauth/callback';
const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code';

async function started(t: TestContext) {
  const time = { aheadMs: 0 };
  const simulator = await startSimulator({ clock: () => new Date(Date.now() + time.aheadMs) });
  const { endpoint, world } = simulator;
  const config = { region: 'eu-west-1', endpoint, maxAttempts: 1, credentials: { accessKeyId: '', secretAccessKey: '' } };
  const oidc = new SSOOIDCClient(config);
  const portal = new SSOClient(config);
  t.after(async () => {
    oidc.destroy();
    portal.destroy();
    await simulator.stop();
  });
  const center = world.identityCenter;

  const register = async (more: object = {}) => {
    const { clientId, clientSecret } = await oidc.send(
      new RegisterClientCommand({
        clientName: 'A <tool>',
        clientType: 'public',
        scopes: ['sso:account:access'],
        grantTypes: ['authorization_code', 'refresh_token', deviceCodeGrant],
        redirectUris: ['http://127.0.0.1/oauth/callback'],
        issuerUrl: center.startUrl,
        ...more,
      }),
    );
    return { clientId: clientId!, clientSecret: clientSecret! };
  };
  const verifier = randomBytes(32).toString('base64url');
  const authorizeAddress = (clientId: string, more: Record<string, string> = {}) =>
    `${endpoint}/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      state: 's',
      scopes: 'sso:account:access',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    })}`;
  /** The code that the person's browser would bring back. */
  const codeFor = async (clientId: string) => {
    await answerPage(authorizeAddress(clientId), 'allow').catch(() => {}); // nobody listens at the redirect address
    return [...center.requests].find(([, request]) => request.user !== undefined)![0];
  };
  const token = (input: object) => oidc.send(new CreateTokenCommand(input as ConstructorParameters<typeof CreateTokenCommand>[0]));
  return { time, oidc, portal, world, center, endpoint, register, authorizeAddress, codeFor, verifier, token };
}

const refused =
  (name: string, status = 400) =>
  (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status]);
    return true;
  };

test('an authorization code works once, with its verifier, its redirect address and its client', async (t) => {
  const { register, codeFor, token, verifier, center } = await started(t);
  const client = await register();
  const other = await register();
  const good = { ...client, grantType: 'authorization_code', codeVerifier: verifier, redirectUri };
  const wrong = [
    { codeVerifier: randomBytes(32).toString('base64url') },
    { codeVerifier: undefined },
    { redirectUri: redirectUri.replace('4711', '4712') },
    { ...other },
    { code: 'unknown' },
  ];
  for (const change of wrong) {
    center.requests.clear();
    const code = await codeFor(client.clientId);
    await assert.rejects(token({ ...good, code, ...change }), refused('InvalidGrantException'));
  }
  center.requests.clear();
  const code = await codeFor(client.clientId);
  const answer = await token({ ...good, code });
  assert.deepEqual([answer.tokenType, answer.expiresIn], ['Bearer', 3600]);
  await assert.rejects(token({ ...good, code }), refused('InvalidGrantException'));
  await assert.rejects(token({ ...good, clientSecret: 'wrong', code }), refused('InvalidClientException', 401));
});

test('a refresh token works once; the access token before it ends', async (t) => {
  const { register, codeFor, token, verifier, portal, time, center } = await started(t);
  const client = await register();
  const first = await token({
    ...client,
    grantType: 'authorization_code',
    codeVerifier: verifier,
    redirectUri,
    code: await codeFor(client.clientId),
  });
  const refresh = (refreshToken = '') => token({ ...client, grantType: 'refresh_token', refreshToken });
  const second = await refresh(first.refreshToken);
  await assert.rejects(refresh(first.refreshToken), refused('InvalidGrantException'));
  await assert.rejects(portal.send(new ListAccountsCommand({ accessToken: first.accessToken })), refused('UnauthorizedException', 401));
  assert.equal((await portal.send(new ListAccountsCommand({ accessToken: second.accessToken }))).accountList?.length, 2);
  time.aheadMs = center.accessTokenSeconds * 1000;
  await assert.rejects(portal.send(new ListAccountsCommand({ accessToken: second.accessToken })), refused('UnauthorizedException', 401));
  time.aheadMs = center.sessionSeconds * 1000;
  await assert.rejects(refresh(second.refreshToken), refused('InvalidGrantException'));
});

test('a device code waits for the person, and slows down who asks too often', async (t) => {
  const { register, oidc, token, center, time } = await started(t);
  const client = await register({ scopes: [], grantTypes: undefined, redirectUris: undefined, issuerUrl: undefined });
  const start = () => oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl: center.startUrl }));
  const ask = (deviceCode = '') => token({ ...client, grantType: deviceCodeGrant, deviceCode });
  const { deviceCode, userCode, verificationUri, verificationUriComplete, interval } = await start();
  assert.deepEqual([interval, verificationUriComplete], [1, `${verificationUri}?user_code=${userCode}`]);
  await assert.rejects(ask(deviceCode), refused('AuthorizationPendingException'));
  await assert.rejects(ask(deviceCode), refused('SlowDownException'));
  assert.match((await answerPage(verificationUriComplete!, 'allow')).text, /Request allowed/);
  time.aheadMs += 1000;
  const { refreshToken, expiresIn } = await ask(deviceCode);
  assert.deepEqual([refreshToken, expiresIn], [undefined, 8 * 3600], 'registered without scopes');
  await assert.rejects(ask(deviceCode), refused('InvalidGrantException'));

  const denied = await start();
  await answerPage(denied.verificationUriComplete!, 'deny');
  await assert.rejects(ask(denied.deviceCode), refused('AccessDeniedException'));
  const late = await start();
  time.aheadMs += center.requestSeconds * 1000;
  await assert.rejects(ask(late.deviceCode), refused('ExpiredTokenException'));
  assert.equal((await answerPage(late.verificationUriComplete!, 'allow')).status, 400);
  await assert.rejects(
    oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl: 'https://other.awsapps.com/start' })),
    refused('InvalidRequestException'),
  );
});

test('a client registers for what it may ask', async (t) => {
  const { register, token, oidc, center } = await started(t);
  const wrong: [object, string][] = [
    [{ clientType: 'confidential' }, 'InvalidClientMetadataException'],
    [{ scopes: ['everything'] }, 'InvalidScopeException'],
    [{ redirectUris: ['http://example.com/oauth/callback'] }, 'InvalidRedirectUriException'],
    [{ grantTypes: ['password'] }, 'UnsupportedGrantTypeException'],
    [{ issuerUrl: 'https://other.awsapps.com/start' }, 'InvalidRequestException'],
    [{ clientName: '' }, 'InvalidRequestException'],
  ];
  for (const [change, name] of wrong) await assert.rejects(register(change), refused(name));
  const client = await register({ grantTypes: ['authorization_code'] });
  await assert.rejects(token({ ...client, grantType: 'refresh_token', refreshToken: 'x' }), refused('UnauthorizedClientException'));
  await assert.rejects(
    oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl: center.startUrl })),
    refused('UnauthorizedClientException'),
  );
});

test('the authorize page goes back to registered loopback addresses only, at any port', async (t) => {
  const { register, authorizeAddress, endpoint } = await started(t);
  const { clientId } = await register();
  const status = async (more: Record<string, string>) => (await fetch(authorizeAddress(clientId, more))).status;
  assert.equal(await status({}), 200);
  assert.equal(await status({ redirect_uri: 'http://127.0.0.1:1/oauth/callback' }), 200);
  for (const redirect_uri of [
    'http://127.0.0.1:4711/other',
    'http://127.0.0.1:4711/oauth/callback?x',
    'http://127.0.0.1:4711/oauth/callback#x',
    'http://user@127.0.0.1:4711/oauth/callback',
    'https://127.0.0.1:4711/oauth/callback',
    'http://localhost:4711/oauth/callback',
    'http://127.0.0.1.example.com/oauth/callback',
    'javascript:1',
    '',
  ]) {
    assert.equal(await status({ redirect_uri }), 400, redirect_uri);
  }
  assert.equal(await status({ client_id: 'unknown' }), 400);
  assert.equal(await status({ code_challenge_method: 'plain' }), 400);
  assert.equal(await status({ code_challenge: 'short' }), 400);
  assert.equal(await status({ scopes: 'openid' }), 400);

  const page = await fetch(authorizeAddress(clientId));
  const html = await page.text();
  assert.match(html, /<h1>Allow A &#60;tool&#62;\?<\/h1>/);
  assert.match(page.headers.get('content-security-policy')!, /default-src 'none'.*frame-ancestors 'none'/);
  const request = /name="request" value="([^"]+)"/.exec(html)![1]!;
  const press = (origin: string | undefined, answer = 'deny') =>
    fetch(`${endpoint}/authorize`, {
      method: 'POST',
      body: new URLSearchParams({ request, answer, user: 'demo@example.com' }),
      redirect: 'manual',
      headers: origin === undefined ? {} : { Origin: origin },
    });
  assert.equal((await press('https://example.com')).status, 403);
  assert.equal((await press('null')).status, 403);
  const back = await press(endpoint);
  assert.deepEqual([back.status, back.headers.get('location')], [303, `${redirectUri}?error=access_denied&state=s`]);
  assert.equal((await press(endpoint)).status, 400, 'a page is answered once');
  assert.equal((await fetch(`${endpoint}/token`, { method: 'POST', body: '{}', headers: { Origin: endpoint } })).status, 403);
});

test('the portal gives accounts, roles and credentials to who holds a token, until Logout', async (t) => {
  const { center, portal, world } = await started(t);
  const client = { id: 'c', secret: 's', name: 'c', scopes: [], grantTypes: undefined, redirectUris: [], expiresAt: new Date(8.64e15) };
  const { accessToken } = center.signIn(client, 'demo@example.com', world.now());
  const first = await portal.send(new ListAccountsCommand({ accessToken, maxResults: 1 }));
  const second = await portal.send(new ListAccountsCommand({ accessToken, maxResults: 1, nextToken: first.nextToken }));
  assert.deepEqual(
    [...first.accountList!, ...second.accountList!].map(({ accountName }) => accountName),
    ['Demo', 'Sandbox'],
  );
  assert.equal(second.nextToken, undefined);
  await assert.rejects(portal.send(new ListAccountsCommand({ accessToken, nextToken: 'made up' })), refused('InvalidRequestException'));
  await assert.rejects(portal.send(new ListAccountRolesCommand({ accessToken, accountId: '1' })), refused('InvalidRequestException'));
  const role = { accessToken, accountId: world.accountId, roleName: 'ReadOnly' };
  const { roleCredentials } = await portal.send(new GetRoleCredentialsCommand(role));
  assert.ok(Math.abs(roleCredentials!.expiration! - Date.now() - 3600_000) < 60_000, 'in milliseconds');
  await assert.rejects(portal.send(new GetRoleCredentialsCommand({ ...role, roleName: 'Owner' })), refused('ForbiddenException', 403));
  await portal.send(new LogoutCommand({ accessToken }));
  await assert.rejects(portal.send(new GetRoleCredentialsCommand(role)), refused('UnauthorizedException', 401));
});
