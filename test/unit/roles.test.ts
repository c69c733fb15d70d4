import assert from 'node:assert/strict';
import test from 'node:test';
import { anyServedProfileIn, type ServedProfile, type ServedRoleProfile } from '../../src/credentials/profile.ts';
import {
  type AssumeDoors,
  assumedItem,
  assumeWithCode,
  MfaNeeded,
  mfaProfileOf,
  type RoleRequest,
  serveAssumedRole,
} from '../../src/credentials/role/assume.ts';
import type { AssumedRole } from '../../src/credentials/role/assumed-role.ts';
import { takeOverRoleProfile } from '../../src/credentials/role/take-over.ts';
import { serveRoleProfile } from '../../src/credentials/serve-profile.ts';
import { parseAwsFile } from '../../src/files/aws-files.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const key = sampleKeyPair('roles');
const launcher = '/opt/keystow';
const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const base = `[profile base]\nkeystow_access_key_id = ${key.accessKeyId}\nkeystow_mode = session\n`;
const section = (name: string, source: string, more = '') =>
  `[profile ${name}]\nkeystow_role_arn = ${arn(name)}\nkeystow_source_profile = ${source}\n${more}`;

function files(config: string, credentials = '') {
  return {
    config: parseAwsFile(config, '/aws/config', 'config'),
    credentials: parseAwsFile(credentials, '/aws/credentials', 'credentials'),
  };
}
const read = (config: string, name: string) => anyServedProfileIn(files(config).config, name);

test('a role profile holds our facts and the process, and none of the keys that the tools would take', () => {
  const role: AssumedRole = {
    arn: arn('team/ops'),
    externalId: 'partner/7',
    sessionName: 'ana@work',
    mfaSerial: 'arn:aws:iam::111122223333:mfa/ana',
    seconds: 7200,
  };
  const wanted = { name: 'ops', role, sourceProfile: 'base', region: 'eu-west-1', endpoint: 'http://127.0.0.1:4566' };
  const texts = serveRoleProfile(files(base), wanted, launcher);
  assert.equal(
    texts.config,
    `${base}\n[profile ops]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:4566\nkeystow_role_arn = ${role.arn}\nkeystow_source_profile = base\nkeystow_external_id = partner/7\nkeystow_role_session_name = ana@work\nkeystow_mfa_serial = ${role.mfaSerial}\nkeystow_duration_seconds = 7200\n`,
  );
  assert.equal(texts.credentials, '[ops]\ncredential_process = "/opt/keystow" credential-process --profile ops\n');
  const source: ServedProfile = { name: 'base', accessKeyId: key.accessKeyId, mode: 'session' };
  const expected: ServedRoleProfile = { name: 'ops', role, source, region: 'eu-west-1', endpoint: 'http://127.0.0.1:4566' };
  assert.deepEqual(texts.profile, expected);
  assert.deepEqual(read(texts.config, 'ops'), expected);
  for (const line of ['role_arn = x', 'sso_session = x', 'aws_access_key_id = x', 'credential_process = x', 'keystow_access_key_id = x']) {
    assert.throws(
      () => serveRoleProfile(files(`${base}\n[profile ops]\n${line}\n`), wanted, launcher),
      /gets its credentials through/,
      line,
    );
  }
});

test('a chain that cannot be is refused with file, line and remedy', () => {
  const chain = (names: readonly string[]) => names.map((name, i) => section(name, names[i + 1] ?? 'base')).join('');
  assert.equal(read(base + chain(['a', 'b', 'c', 'd', 'e']), 'a')?.name, 'a');
  const table: [config: string, words: RegExp][] = [
    [chain(['a', 'b', 'c', 'd', 'e', 'f']) + base, /profile f .*more than 5 roles take each other .*a → b → c → d → e → f/],
    [section('a', 'b') + section('b', 'a'), /profile b \(line 4\): the roles take each other as their source \(a → b → a\)/],
    [section('a', 'a'), /profile a \(line 1\): .*\(a → a\)/],
    [section('a', 'gone'), /profile a \(line 1\): its source, the profile gone, is not served by Keystow/],
    [`${section('a', 'plain')}[profile plain]\naws_access_key_id = x\n`, /its source, the profile plain, is not served by Keystow/],
    [
      base + section('b', 'base') + section('a', 'b', 'keystow_mfa_serial = arn:aws:iam::111122223333:mfa/ana\n'),
      /its source b has no key/,
    ],
    ['[profile a]\nkeystow_role_arn = role\nkeystow_source_profile = base\n', /keystow_role_arn is missing or cannot be right/],
    [`[profile a]\nkeystow_role_arn = ${arn('r')}\n`, /keystow_source_profile is missing/],
    [base + section('a', 'base', 'keystow_duration_seconds = 899\n'), /keystow_duration_seconds/],
    [base + section('a', 'base', 'keystow_role_session_name = a b\n'), /keystow_role_session_name/],
    [base + section('a', 'base', 'keystow_external_id = x\n'), /keystow_external_id/],
    [base + section('a', 'base', 'endpoint_url = nonsense\n'), /endpoint_url must be/],
  ];
  for (const [config, words] of table) {
    assert.throws(
      () => read(config, 'a'),
      (error: Error) => error.name === 'UserError' && /^\/aws\/config, /.test(error.message) && words.test(error.message),
      String(words),
    );
  }
});

test('a profile whose role the tools assume is taken over, when its source is served', () => {
  const native = (more = '') => `[profile ops]\n# mine\nrole_arn = ${arn('ops')}\nsource_profile = base\nregion = eu-west-1\n${more}`;
  const facts = `keystow_role_arn = ${arn('ops')}\nkeystow_source_profile = base\n`;
  const plain = takeOverRoleProfile(files(base + native()), 'ops', launcher);
  assert.equal(plain.config, `${base}[profile ops]\n# mine\nregion = eu-west-1\n${facts}`);
  assert.equal(plain.credentials, '[ops]\ncredential_process = "/opt/keystow" credential-process --profile ops\n');
  assert.deepEqual(read(plain.config, 'ops'), plain.profile);

  const mfa = 'arn:aws:iam::111122223333:mfa/ana';
  const full = native(`external_id = abc\nrole_session_name = ana\nmfa_serial = ${mfa}\nduration_seconds = 3600\n`);
  const { role } = takeOverRoleProfile(files(base + full), 'ops', launcher).profile;
  assert.deepEqual(role, { arn: arn('ops'), externalId: 'abc', sessionName: 'ana', mfaSerial: mfa, seconds: 3600 });

  const inCredentials = takeOverRoleProfile(files(base, `[ops]\nrole_arn = ${arn('ops')}\nsource_profile = base\n`), 'ops', launcher);
  assert.equal(inCredentials.credentials, '[ops]\ncredential_process = "/opt/keystow" credential-process --profile ops\n');
  assert.equal(inCredentials.config, `${base}\n[profile ops]\n${facts}`);

  const chained = `${base}[profile next]\nrole_arn = ${arn('next')}\nsource_profile = ops\n`;
  assert.throws(
    () => takeOverRoleProfile(files(chained + native()), 'next', launcher),
    /its source, the profile ops, is not served by Keystow. .*take it over first/,
  );
  const first = takeOverRoleProfile(files(chained + native()), 'ops', launcher);
  assert.equal(takeOverRoleProfile(files(first.config, first.credentials), 'next', launcher).profile.source.name, 'ops');

  for (const [config, words] of [
    [base, /profile ops has no role_arn/],
    [base + native('aws_access_key_id = x\n'), /line 9: .*through aws_access_key_id/],
    [base + native('credential_process = x\n'), /through credential_process/],
    [base + native('web_identity_token_file = x\n'), /through web_identity_token_file/],
    [`${base}[profile ops]\nrole_arn = ${arn('ops')}\ncredential_source = Environment\n`, /source_profile is missing/],
    [native().replace('base', 'ops'), /with its own keys/],
    [native().replace(arn('ops'), 'ops'), /role_arn is missing or cannot be right/],
  ] as const) {
    assert.throws(() => takeOverRoleProfile(files(config), 'ops', launcher), { name: 'UserError', message: words });
  }
});

/** A vault, a keychain and an AWS that keep everything in memory, and count. */
function memory() {
  const stored = new Map<string, string>();
  const time = { now: new Date('2026-11-23T10:00:00.000Z') };
  const asked: (RoleRequest & { readonly acting: string })[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  const notAsked = () => assert.fail('not asked');
  const doors: AssumeDoors = {
    vault: {
      read: async (name) => stored.get(name),
      write: async (name, content) => void stored.set(name, content),
      remove: async (name) => void stored.delete(name),
    },
    keys: { read: async (id) => (id === key.accessKeyId ? key : undefined) },
    signInService: notAsked,
    portal: notAsked,
    assumer: async () => ({
      async assumeRole(acting, _, request) {
        asked.push({ ...request, acting: acting.accessKeyId });
        const expiration = new Date(time.now.getTime() + request.minutes * 60_000);
        return { ...sampleKeyPair(`assumed ${asked.length}`), sessionToken: `t${asked.length}`, expiration };
      },
    }),
    lock: (_, work) => {
      const turn = queue.then(work);
      queue = turn.catch(() => {});
      return turn;
    },
    clock: () => time.now,
    sessionMinutes: 60,
  };
  const at = (clock: string) => {
    time.now = new Date(`2026-11-23T${clock}.000Z`);
  };
  return { doors, stored, asked, at };
}

const profileOf = (config: string, name: string) => read(config, name) as ServedRoleProfile;

test('a chain is renewed where it must be, and a session is served until less than 16 minutes are left', async () => {
  const config =
    base + section('a', 'base', 'keystow_duration_seconds = 10800\n') + section('b', 'a', 'keystow_duration_seconds = 10800\n');
  const { doors, asked, at, stored } = memory();
  const serve = (name: string) => serveAssumedRole(profileOf(config, name), doors);
  const first = await serve('b');
  assert.deepEqual(
    asked.map(({ arn: role, minutes, acting }) => [role, minutes, acting.slice(0, 4)]),
    [
      [arn('a'), 180, 'AKIA'],
      [arn('b'), 60, 'AKIA'],
    ],
  );
  assert.equal(asked[0]?.acting, key.accessKeyId);
  assert.equal(asked[1]?.acting, (await serve('a')).AccessKeyId);
  at('10:44:00');
  assert.deepEqual(await serveAssumedRole(profileOf(config, 'b'), { ...doors, assumer: () => assert.fail('loaded') }), first);
  at('10:44:01');
  await serve('b');
  assert.deepEqual(
    asked.slice(2).map(({ arn: role }) => role),
    [arn('b')],
  );
  at('12:58:00');
  await serve('b');
  assert.deepEqual(
    asked.slice(3).map(({ arn: role }) => role),
    [arn('b')],
    'two minutes of a are enough to take b',
  );
  await serve('a');
  assert.equal(asked.length, 5, 'and too few for tools');
  assert.deepEqual([...stored.keys()], [assumedItem(key.accessKeyId)]);
});

test('another role, external id, session name, length, region or source never gets the session of the first', async () => {
  const { doors, asked } = memory();
  const variants = [
    section('a', 'base'),
    section('a', 'base', 'keystow_external_id = x1\n'),
    section('a', 'base', 'keystow_role_session_name = n1\n'),
    section('a', 'base', 'keystow_duration_seconds = 7200\n'),
    section('a', 'base', 'region = eu-west-1\n'),
    section('a', 'base', 'endpoint_url = http://127.0.0.1:1\n'),
    section('a', 'c'),
  ];
  for (const variant of variants) {
    const profile = profileOf(base + section('c', 'base') + variant, 'a');
    const served = await serveAssumedRole(profile, doors);
    assert.deepEqual(await serveAssumedRole(profile, doors), served);
  }
  assert.equal(asked.length, variants.length + 1);
  assert.equal(asked[3]?.minutes, 120);
});

test('a code is asked of the profile that names the device, and serves all that come from it', async () => {
  const config = base + section('a', 'base', 'keystow_mfa_serial = arn:aws:iam::111122223333:mfa/ana\n') + section('b', 'a');
  const { doors, asked, stored } = memory();
  const needs = (error: Error) => error instanceof MfaNeeded && error.profile === 'a' && error.serial.endsWith('mfa/ana');
  await assert.rejects(serveAssumedRole(profileOf(config, 'b'), doors), needs);
  const wanting = mfaProfileOf(profileOf(config, 'b'))!;
  assert.equal(wanting.name, 'a');
  assert.equal(mfaProfileOf(profileOf(base + section('x', 'base'), 'x')), undefined);
  for (const code of ['', '12345', '1234567', '12345a']) await assert.rejects(assumeWithCode(wanting, code, doors), /has six digits/);
  assert.equal(asked.length, 0);
  assert.deepEqual(await assumeWithCode(wanting, '123456', doors), { until: new Date('2026-11-23T11:00:00.000Z') });
  assert.deepEqual(asked[0]?.mfa, { serial: wanting.role.mfaSerial, code: '123456' });
  await serveAssumedRole(profileOf(config, 'b'), doors);
  assert.equal(asked[1]?.mfa, undefined);

  stored.set(assumedItem(key.accessKeyId), 'damaged');
  await assert.rejects(serveAssumedRole(profileOf(config, 'b'), doors), needs);
});
