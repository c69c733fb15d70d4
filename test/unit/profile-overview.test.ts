import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inheritedNotes } from '../../src/credentials/inherited.ts';
import { profileOverview, profileOverviews, signInOf } from '../../src/credentials/overview.ts';
import { timeLeft } from '../../src/credentials/sso/time-left.ts';
import { parseAwsFile } from '../../src/files/aws-files.ts';
import { format } from '../../src/message.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const { accessKeyId } = sampleKeyPair('overview');

const config = parseAwsFile(
  `[default]
region = eu-west-1
[profile cli]
sso_session = company
sso_account_id = 111122223333
sso_role_name = ReadOnly
[profile native]
role_arn = arn:aws:iam::111122223333:role/a
source_profile = default
[profile sso]
region = eu-west-3
keystow_sso_session = company
keystow_account_id = 111122223333
keystow_role_name = ReadOnly
[profile by-sso]
keystow_role_arn = arn:aws:iam::444455556666:role/b
keystow_source_profile = sso
[profile kept]
keystow_access_key_id = ${accessKeyId}
[profile broken]
keystow_sso_session = nowhere
keystow_account_id = 111122223333
keystow_role_name = ReadOnly
[profile bare]
[sso-session company]
sso_start_url = https://company.awsapps.com/start
sso_region = eu-west-1
`,
  '/home/a/.aws/config',
  'config',
);
const credentials = parseAwsFile(
  `[default]\naws_access_key_id = x\n[other]\ncredential_process = /opt/other\n`,
  '/home/a/.aws/credentials',
  'credentials',
);

test('every profile of both files is listed with what gives its credentials, and one that cannot be read hides none', () => {
  const listed = profileOverviews({ config, credentials });
  assert.deepEqual(
    listed.map((one) => [one.name, one.own ?? (one.problem ? 'problem' : 'served'), signInOf(one)?.name, one.region]),
    [
      ['bare', 'none', undefined, undefined],
      ['broken', 'problem', undefined, undefined],
      ['by-sso', 'served', 'company', undefined],
      ['cli', 'sso', undefined, undefined],
      ['default', 'key', undefined, 'eu-west-1'],
      ['kept', 'served', undefined, undefined],
      ['native', 'role', undefined, undefined],
      ['other', 'process', undefined, undefined],
      ['sso', 'served', 'company', 'eu-west-3'],
    ],
  );
  assert.match(format(listed[1]!.problem!), /has no section \[sso-session nowhere\]/);
  assert.deepEqual(profileOverview({ config, credentials }, 'other'), listed[7]);
  assert.equal(profileOverview({ config, credentials }, 'company'), undefined);
});

test('what is left of a sign-in: whole minutes, then nothing or another token', () => {
  const now = new Date('2026-11-23T10:00:00.000Z');
  const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const table: [number, boolean, ReturnType<typeof timeLeft>][] = [
    [3600, true, { kind: 'minutes', minutes: 60 }],
    [3599, false, { kind: 'minutes', minutes: 59 }],
    [60, false, { kind: 'minutes', minutes: 1 }],
    [59, true, { kind: 'renews' }],
    [59, false, { kind: 'signed-out' }],
    [-1, true, { kind: 'renews' }],
  ];
  for (const [seconds, renewable, left] of table)
    assert.deepEqual(timeLeft({ until: inSeconds(seconds), renewable }, now), left, `${seconds}`);
  assert.deepEqual(timeLeft(undefined, now), { kind: 'signed-out' });
});

test('keys or a profile in the environment of the editor are named, with who uses which', () => {
  const notes = (env: NodeJS.ProcessEnv, chosen?: string) => inheritedNotes(env, chosen).map(format);
  const { secretAccessKey } = sampleKeyPair('overview');
  assert.deepEqual(notes({}), []);
  assert.deepEqual(notes({ AWS_PROFILE: '' }, 'a'), []);
  assert.deepEqual(notes({ AWS_PROFILE: 'a' }, 'a'), []);
  assert.match(notes({ AWS_PROFILE: 'a' }).join(), /AWS_PROFILE=a: tools in its terminals use that profile/);
  assert.match(notes({ AWS_PROFILE: 'a' }, 'b').join(), /AWS_PROFILE=a; new terminals get b instead/);
  const [keys] = notes({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }, 'b');
  assert.match(keys!, /boto3 and most SDKs use those keys/);
  assert.ok(!keys!.includes(secretAccessKey));
});
