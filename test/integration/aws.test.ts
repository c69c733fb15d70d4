import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { AwsPlace } from '../../src/aws/client.ts';
import { AwsFailure, type FailureKind } from '../../src/aws/failure.ts';
import { listAccessKeys } from '../../src/aws/iam.ts';
import { proxyFor } from '../../src/aws/proxy.ts';
import { callerIdentity, getSessionToken } from '../../src/aws/sts.ts';
import type { AccessKey } from '../../src/credentials/access-key.ts';
import { type SimulatorOptions, startSimulator } from '../../src/simulator/server.ts';
import { sampleKeyPair } from '../sample-keys.ts';
import { selfSignedCertificate } from './aws-certificate.ts';

const run = promisify(execFile);

async function simulated(t: TestContext, options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  t.after(() => simulator.stop());
  const place: AwsPlace = { region: 'eu-west-1', endpoint: simulator.endpoint, env: {} };
  const keyOf = (user: string): AccessKey => simulator.accessKeys.find((key) => key.user === user)!;
  return { ...simulator, place, demo: keyOf('demo'), reader: keyOf('reader') };
}

async function failsAs(kind: FailureKind, work: Promise<unknown>, words: RegExp): Promise<void> {
  const failure = await work.then(
    () => assert.fail('no failure'),
    (error: unknown) => error,
  );
  assert.ok(failure instanceof AwsFailure, String(failure));
  assert.equal(failure.kind, kind, failure.message);
  assert.match(failure.message, words);
  assert.ok(!failure.message.includes('\n'));
}

test('a key says who it is, gives a session, and the session says the same', async (t) => {
  const { place, demo, world } = await simulated(t);
  const identity = await callerIdentity(demo, place);
  assert.equal(identity.account, world.accountId);
  assert.equal(identity.arn, `arn:aws:iam::${world.accountId}:user/demo`);

  const session = await getSessionToken(demo, place, 60);
  assert.match(session.accessKeyId, /^ASIA/);
  assert.ok(Math.abs(session.expiration.getTime() - Date.now() - 3_600_000) < 10_000);
  assert.deepEqual(await callerIdentity(session, place), identity);
});

test('a long-term key lists the keys of its user; a session without MFA may not', async (t) => {
  const { place, demo, world } = await simulated(t);
  world.createAccessKey('demo', { status: 'Inactive' });
  const keys = await listAccessKeys(demo, place);
  assert.deepEqual(
    keys.map(({ userName, active }) => [userName, active]),
    [
      ['demo', true],
      ['demo', false],
    ],
  );
  assert.equal(keys[0]?.accessKeyId, demo.accessKeyId);
  await failsAs(
    'refused',
    listAccessKeys(await getSessionToken(demo, place, 60), place),
    /refuses the session ASIA.*ListAccessKeys may not be called in a session/,
  );
});

test('a key that is wrong, unknown, inactive or deleted is refused by name', async (t) => {
  const { place, demo, reader, world } = await simulated(t);
  const refused = (key: AccessKey, code: string) =>
    failsAs(
      'refused',
      callerIdentity(key, place),
      new RegExp(`^127\\.0\\.0\\.1:\\d+ refuses the access key ${key.accessKeyId} \\(${code}\\)`),
    );
  await refused({ ...demo, secretAccessKey: sampleKeyPair().secretAccessKey }, 'SignatureDoesNotMatch');
  await refused(sampleKeyPair(), 'InvalidClientTokenId');
  world.changeAccessKey(reader.accessKeyId, 'Inactive');
  await refused(reader, 'InvalidClientTokenId');
  world.changeAccessKey(demo.accessKeyId, 'Deleted');
  await refused(demo, 'InvalidClientTokenId');
});

test('a session that is over is refused', async (t) => {
  const { place, demo } = await simulated(t);
  const session = await getSessionToken(demo, place, 15);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 16 * 60_000 });
  await failsAs('refused', callerIdentity(session, place), /refuses the session ASIA\w+ \(ExpiredToken\)/);
});

test('what a policy forbids is denied, and the action is named', async (t) => {
  const { place, demo, world } = await simulated(t);
  world.iam.users.get('demo')?.attachedPolicies.clear();
  await failsAs('denied', listAccessKeys(demo, place), /may not call ListAccessKeys \(AccessDenied\)/);
});

test('a wrong clock is named as such', async (t) => {
  for (const minutes of [-60, 60]) {
    const { place, demo } = await simulated(t, { clock: () => new Date(Date.now() + minutes * 60_000) });
    await failsAs('clock', getSessionToken(demo, place, 60), /clock of this machine is wrong/);
  }
});

test('one fault is tried again; a lasting one is told', async (t) => {
  const { place, demo, world } = await simulated(t);
  for (const kind of ['throttling', 'internal-failure', 'bad-gateway', 'lost-answer'] as const) {
    world.faults.add('sts:GetCallerIdentity', { kind });
    assert.ok(await callerIdentity(demo, place), kind);
  }
  world.faults.add('sts:GetCallerIdentity', { kind: 'throttling' }, 2);
  await failsAs('throttled', callerIdentity(demo, place), /too many requests/);
  world.faults.add('sts:GetCallerIdentity', { kind: 'internal-failure' }, 2);
  await failsAs('unreachable', callerIdentity(demo, place), /InternalFailure/);
  world.faults.add('sts:GetCallerIdentity', { kind: 'bad-gateway' }, 2);
  await failsAs('malformed', callerIdentity(demo, place), /HTTP 502/);
  world.faults.add('sts:GetCallerIdentity', { kind: 'throttling' });
  await failsAs('throttled', callerIdentity(demo, place, { attempts: 1 }), /too many requests/);
});

test('a slow endpoint is given up when told', async (t) => {
  const { place, demo, world } = await simulated(t);
  world.faults.add('sts:GetSessionToken', { kind: 'delay', milliseconds: 30_000 });
  const began = performance.now();
  await failsAs('unreachable', getSessionToken(demo, place, 60, { signal: AbortSignal.timeout(100) }), /does not answer/);
  assert.ok(performance.now() - began < 15_000);
});

async function listening<S extends Server>(t: TestContext, server: S): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('what does not speak the protocol is told apart from what does not answer', async (t) => {
  const key = sampleKeyPair();
  const answers: Record<string, RequestListener> = {
    'a sign-in page': (_, response) => response.setHeader('content-type', 'text/html').end('<html><body>Sign in</body></html>'),
    'a broken page': (_, response) => response.setHeader('content-type', 'text/html').end('<html><p>Sign in<br>'),
    'an error page': (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Forbidden</h1>'),
    'no page': (_, response) => response.writeHead(404).end(),
    JSON: (_, response) => response.end('{"Account":"1"}'),
    nothing: (_, response) => response.end(),
  };
  for (const [what, answer] of Object.entries(answers)) {
    await t.test(what, async (each) => {
      const place = { region: 'eu-west-1', endpoint: `http://127.0.0.1:${await listening(each, createServer(answer))}`, env: {} };
      await failsAs('malformed', callerIdentity(key, place), /is not an answer of AWS/);
      await failsAs('malformed', getSessionToken(key, place, 60), /is not an answer of AWS/);
    });
  }
  await t.test('no server', async () => {
    await failsAs('unreachable', callerIdentity(key, { region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', env: {} }), /ECONNREFUSED/);
  });
  await t.test('no such host', async () => {
    await failsAs(
      'unreachable',
      callerIdentity(key, { region: 'eu-west-1', endpoint: 'http://host.invalid', env: {} }),
      /host\.invalid does not answer/,
    );
  });
});

test('a certificate that nobody vouches for is refused, whatever the environment says; AWS_CA_BUNDLE can vouch, and a proxy changes nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'aws-tls-'));
  t.after(() => rm(folder, { recursive: true }));
  const identity = selfSignedCertificate();
  const bundle = join(folder, 'bundle.pem');
  await writeFile(bundle, identity.cert);
  const answer =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn</Arn><UserId>u</UserId><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
  const port = await listening(
    t,
    createTlsServer(identity, (_, response) => response.setHeader('content-type', 'text/xml').end(answer)),
  );
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const onward = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    onward.pipe(socket).pipe(onward);
    for (const end of [onward, socket]) end.on('error', () => {});
  });
  const proxyPort = await listening(t, proxy);

  const ask = async (env: NodeJS.ProcessEnv) => {
    const program = `
      import { callerIdentity } from ${JSON.stringify(new URL('../../src/aws/sts.ts', import.meta.url).href)};
      const place = { region: 'eu-west-1', endpoint: 'https://127.0.0.1:${port}', env: process.env };
      await callerIdentity({ accessKeyId: 'AKIA0000000000000000', secretAccessKey: 'x' }, place).then((who) => console.log(who.arn), (error) => console.log(error.kind, error.message));
    `;
    return (
      await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], { env: { PATH: process.env.PATH, ...env } })
    ).stdout;
  };
  assert.match(await ask({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }), /^unreachable .*DEPTH_ZERO_SELF_SIGNED_CERT/);
  assert.equal(await ask({ AWS_CA_BUNDLE: bundle }), 'arn\n');
  const proxied = { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}` };
  assert.match(await ask({ ...proxied, NODE_TLS_REJECT_UNAUTHORIZED: '0' }), /^unreachable .*DEPTH_ZERO_SELF_SIGNED_CERT/);
  assert.equal(await ask({ ...proxied, NODE_EXTRA_CA_CERTS: bundle }), 'arn\n');
  assert.ok(asked.length > 0 && asked.every((url) => url === `127.0.0.1:${port}`), String(asked));
  assert.match(await ask({ AWS_CA_BUNDLE: join(folder, 'missing') }), /^unreachable The file .*missing/);
});

test('the usual variables name the proxy, and who is asked without one', () => {
  const sts = new URL('https://sts.eu-west-1.amazonaws.com');
  const proxy = { HTTPS_PROXY: 'http://proxy:3128' };
  assert.equal(proxyFor(sts, {}), undefined);
  assert.equal(proxyFor(sts, proxy), 'http://proxy:3128');
  assert.equal(proxyFor(sts, { HTTPS_PROXY: 'http://upper', https_proxy: 'lower:1' }), 'http://lower:1');
  assert.equal(proxyFor(sts, { ALL_PROXY: 'http://all' }), 'http://all');
  assert.equal(proxyFor(sts, { HTTP_PROXY: 'http://proxy' }), undefined);
  for (const list of ['*', 'amazonaws.com', '.amazonaws.com', '*.amazonaws.com', 'x, AMAZONAWS.com', 'sts.eu-west-1.amazonaws.com:443']) {
    assert.equal(proxyFor(sts, { ...proxy, NO_PROXY: list }), undefined, list);
  }
  for (const list of ['', 'aws.com', 'amazonaws.com:8443', 'sts.eu-west-1', 'com.example']) {
    assert.equal(proxyFor(sts, { ...proxy, no_proxy: list }), 'http://proxy:3128', list);
  }
});

test('inherited variables and the shared config file steer nothing', async (t) => {
  const { endpoint, demo } = await simulated(t);
  const folder = await mkdtemp(join(tmpdir(), 'aws-hostile-'));
  t.after(() => rm(folder, { recursive: true }));
  const config = join(folder, 'config');
  await writeFile(
    config,
    '[default]\nservices = none\nregion = xx\nendpoint_url = http://127.0.0.1:1\nmax_attempts = many\nretry_mode = odd\nuse_fips_endpoint = maybe\nuse_dualstack_endpoint = maybe\ndefaults_mode = odd\nsigv4a_signing_region_set = x\nauth_scheme_preference = none\ndisable_clock_skew_correction = maybe\n',
  );
  const env = {
    PATH: process.env.PATH,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: config,
    AWS_PROFILE: 'none',
    AWS_ACCESS_KEY_ID: 'wrong',
    AWS_SECRET_ACCESS_KEY: 'wrong',
    AWS_SESSION_TOKEN: 'wrong',
    AWS_REGION: 'wrong',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
    AWS_USE_FIPS_ENDPOINT: 'maybe',
    AWS_USE_DUALSTACK_ENDPOINT: 'maybe',
    AWS_MAX_ATTEMPTS: 'many',
    AWS_RETRY_MODE: 'odd',
    AWS_DEFAULTS_MODE: 'odd',
    AWS_AUTH_SCHEME_PREFERENCE: 'none',
    AWS_SIGV4A_SIGNING_REGION_SET: 'x',
    AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'maybe',
    AWS_SDK_UA_APP_ID: 'x'.repeat(100),
  };
  const source = (path: string) => JSON.stringify(new URL(`../../src/aws/${path}`, import.meta.url).href);
  const program = `
    import { clientConfiguration } from ${source('client.ts')};
    import { callerIdentity } from ${source('sts.ts')};
    import { GetCallerIdentityCommand, STSClient } from ${JSON.stringify(import.meta.resolve('@aws-sdk/client-sts'))};
    const [accessKeyId, secretAccessKey, endpoint] = process.argv.slice(1);
    const key = { accessKeyId, secretAccessKey };
    const { arn } = await callerIdentity(key, { region: 'eu-west-1', endpoint, env: process.env });
    let sent;
    const requestHandler = { handle: async (request) => { sent = request; throw new Error('not sent'); } };
    const client = new STSClient({ ...(await clientConfiguration(key, { region: 'eu-west-1', env: process.env })), requestHandler });
    await client.send(new GetCallerIdentityCommand({})).catch(() => {});
    console.log(JSON.stringify({ arn, host: sent.protocol + '//' + sent.hostname, signed: sent.headers.authorization, token: sent.headers['x-amz-security-token'], agent: sent.headers['user-agent'] }));
  `;
  const args = ['--input-type=module', '-e', program, demo.accessKeyId, demo.secretAccessKey, endpoint];
  const { stdout, stderr } = await run(process.execPath, args, { env });
  const { arn, host, signed, token, agent } = JSON.parse(stdout);
  assert.match(arn, /:user\/demo$/);
  assert.equal(host, 'https://sts.eu-west-1.amazonaws.com');
  assert.match(signed, new RegExp(`Credential=${demo.accessKeyId}/\\d{8}/eu-west-1/sts/aws4_request`));
  assert.equal(token, undefined);
  assert.match(agent, /app\/keystow/);
  assert.equal(stderr, '');
});
