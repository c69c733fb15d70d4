import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { allRules, detect, detectBytes, roomFor, whichMayHold } from '../../src/detect/detect.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { base32, base62, base64, base64url, type Draw } from '../../src/detect/rules/rule.ts';
import { apply } from '../adversarial-texts.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

// The files in which the tools of clouds and registries keep their credentials, as these tools write them: who scans a home folder or a backup sees them.

let drawn = 0;
const draw: Draw = (alphabet, count) =>
  Array.from({ length: count }, () => alphabet[createHash('sha256').update(`files ${drawn++}`).digest()[0]! % alphabet.length]).join('');

/** A credential that the rule finds, from its own cases. */
function sample(id: string): string {
  const [text] = allRules()
    .find((rule) => rule.id === id)!
    .cases(draw).ok as readonly [string];
  return detect(text).find(({ rule }) => rule === id)!.value;
}

const hex = '0123456789abcdef';
const uuid = () => [8, 4, 4, 4, 12].map((count) => draw(hex, count)).join('-');
const { accessKeyId, secretAccessKey } = sampleKeyPair('files');
const temporaryId = accessKeyId.replace('AKIA', 'ASIA');
const sessionToken = `IQoJb3JpZ2luX2Vj${draw(base64, 400)}`;
const pem = samplePrivateKey();
const login = (password: string) => Buffer.from(`ci:${password}`).toString('base64');
const password = () => `${draw(base62, 18)}a7Z`;

/** By file: what it holds, and the rules that must find just that. */
const files: Readonly<Record<string, readonly [text: string, ...rules: string[]]>> = {
  '~/.aws/credentials': [
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n\n[mfa]\naws_access_key_id=${temporaryId}\naws_secret_access_key=${draw(base64, 40)}\naws_session_token=${sessionToken}\n`,
    'aws-access-key-id',
    'aws-secret-access-key',
    'aws-temporary-access-key-id',
    'aws-secret-access-key',
    'aws-session-token',
  ],
  '~/.aws/cli/cache/….json': [
    JSON.stringify({
      Credentials: {
        AccessKeyId: temporaryId,
        SecretAccessKey: draw(base64, 40),
        SessionToken: sessionToken,
        Expiration: '2026-11-24T12:00:00+00:00',
      },
      AssumedRoleUser: { AssumedRoleId: `AROA${draw(base32, 16)}:cli`, Arn: 'arn:aws:sts::123456789012:assumed-role/ci/cli' },
      ResponseMetadata: { RequestId: uuid(), HTTPStatusCode: 200 },
    }),
    'aws-temporary-access-key-id',
    'aws-secret-access-key',
    'aws-session-token',
  ],
  '~/.aws/sso/cache/….json': [
    JSON.stringify({
      startUrl: 'https://shop.awsapps.com/start',
      region: 'eu-west-1',
      accessToken: sample('aws-sso-token'),
      expiresAt: '2026-11-24T12:00:00Z',
    }),
    'aws-sso-token',
  ],
  '~/.aws/login/cache/….json': [
    JSON.stringify({
      accessToken: { accessKeyId: temporaryId, secretAccessKey: draw(base64, 40), sessionToken, accountId: '123456789012' },
      clientId: 'arn:aws:signin:::devtools/same-device',
      refreshToken: `ASOR${draw(base64url, 300)}`,
    }),
    'aws-temporary-access-key-id',
    'aws-secret-access-key',
    'aws-session-token',
    'aws-sign-in-token',
  ],
  'console, accessKeys.csv': [
    `\ufeffAccess key ID,Secret access key\r\n${accessKeyId},${secretAccessKey}\r\n`,
    'aws-access-key-id',
    'aws-secret-access-key',
  ],
  '~/.s3cfg': [
    `[default]\naccess_key = ${accessKeyId}\naccess_token = \nbucket_location = US\nsecret_key = ${secretAccessKey}\nuse_https = True\n`,
    'aws-access-key-id',
    'aws-secret-access-key',
  ],
  '~/.boto': [
    `[Credentials]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\ngs_access_key_id = GOOG1E${draw(`${base32}0189`, 55)}\ngs_secret_access_key = ${draw(base64, 40)}\n`,
    'aws-access-key-id',
    'aws-secret-access-key',
    'google-hmac-key-id',
    'google-hmac-secret',
  ],
  'gcloud, application_default_credentials.json': [
    JSON.stringify(
      {
        account: '',
        client_id: `764086051850-${draw('abcdefghijklmnopqrstuvwxyz0123456789', 32)}.apps.googleusercontent.com`,
        client_secret: `d-${'FL95Q19q7MQmFpd7hHD0Ty'}`,
        quota_project_id: 'shop',
        refresh_token: `1//0${draw(base64url, 100)}`,
        type: 'authorized_user',
        universe_domain: 'googleapis.com',
      },
      null,
      2,
    ),
    'google-refresh-token',
  ],
  'Google service account': [
    JSON.stringify(
      {
        type: 'service_account',
        project_id: 'shop',
        private_key_id: draw(hex, 40),
        private_key: pem,
        client_email: 'ci@shop.iam.gserviceaccount.com',
      },
      null,
      2,
    ),
    'google-service-account-key',
  ],
  '~/.azure/accessTokens.json of a service principal': [
    JSON.stringify([{ servicePrincipalId: uuid(), servicePrincipalTenant: uuid(), accessToken: sample('azure-entra-client-secret') }]),
    'azure-entra-client-secret',
  ],
  '~/.kube/config': [
    `apiVersion: v1\nusers:\n- name: admin\n  user:\n    client-certificate-data: ${Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64')}\n    client-key-data: ${Buffer.from(pem).toString('base64')}\n- name: ci\n  user:\n    token: ${sample('kubernetes-service-account-token')}\n`,
    'private-key',
    'kubernetes-service-account-token',
  ],
  '~/.docker/config.json': [
    JSON.stringify(
      { auths: { 'https://index.docker.io/v1/': { auth: login(password()) }, 'ghcr.io': { auth: login(sampleGitHubToken()) } } },
      null,
      '\t',
    ),
    'docker-registry-auth',
    'docker-registry-auth',
  ],
  '~/.netrc': [`machine api.heroku.com\n  login me@shop.io\n  password ${sample('heroku-api-key')}\n`, 'heroku-api-key'],
  '~/.npmrc': [
    `//registry.npmjs.org/:_authToken=${sample('npm-token')}\n//npm.shop.io/:_auth=${login(password())}\n`,
    'npm-token',
    'npmrc-password',
  ],
  '~/.pypirc': [
    `[distutils]\nindex-servers =\n    pypi\n    private\n\n[pypi]\nusername = __token__\npassword = ${sample('pypi-token')}\n\n[private]\nrepository = https://pypi.shop.io/\nusername = ci\npassword = ${password()}\n`,
    'pypi-token',
    'pypirc-password',
  ],
  '~/.cargo/credentials.toml': [`[registry]\ntoken = "cio${draw(base62, 32)}"\n`, 'crates-io-token'],
  '~/.gem/credentials': [`---\n:rubygems_api_key: rubygems_${draw(hex, 48)}\n`, 'rubygems-token'],
  '~/.m2/settings.xml': [
    `<settings>\n  <servers>\n    <server>\n      <id>releases</id>\n      <username>ci</username>\n      <password>${password()}</password>\n    </server>\n  </servers>\n</settings>\n`,
    'maven-settings-password',
  ],
  'nuget.config': [
    `<packageSourceCredentials>\n  <shop>\n    <add key="Username" value="ci" />\n    <add key="ClearTextPassword" value="${password()}" />\n  </shop>\n</packageSourceCredentials>\n`,
    'nuget-config-password',
  ],
  'gh, hosts.yml': [
    `github.com:\n    oauth_token: ${sampleGitHubToken().replace('ghp_', 'gho_')}\n    user: me\n    git_protocol: https\n`,
    'github-oauth-token',
  ],
  '~/.git-credentials': [
    `https://me:${sampleGitHubToken()}@github.com\nhttps://ci:${sample('gitlab-personal-access-token')}@gitlab.com\n`,
    'github-personal-access-token',
    'gitlab-personal-access-token',
  ],
  'glab, config.yml': [
    `hosts:\n    gitlab.com:\n        token: ${sample('gitlab-personal-access-token')}\n        api_host: gitlab.com\n`,
    'gitlab-personal-access-token',
  ],
  'doctl, config.yaml': [`access-token: dop_v1_${draw(hex, 64)}\nauth-contexts: {}\ncontext: default\n`, 'digitalocean-token'],
  'hcloud, cli.toml': [`active_context = "shop"\n\n[[contexts]]\nname = "shop"\ntoken = "${draw(base62, 64)}"\n`, 'hetzner-cli-token'],
  'linode-cli': [
    `[DEFAULT]\ndefault-user = me\n\n[me]\ntoken = ${draw(hex, 64)}\nregion = eu-central\ntype = g6-nanode-1\nimage = linode/debian12\n`,
    'linode-cli-token',
  ],
  '~/.vultr-cli.yaml': [`api-key: ${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 36)}\n`, 'vultr-cli-api-key'],
  'sentry.properties': [
    `defaults.url=https://sentry.io/\ndefaults.org=shop\ndefaults.project=app\nauth.token=${draw(hex, 64)}\n`,
    'sentry-properties-token',
  ],
  'newrelic.yml': [`common: &default_settings\n  license_key: ${draw(hex, 40)}\n  app_name: Shop\n`, 'new-relic-agent-license-key'],
  'vultr-cli.yaml': [`vultr-api-key: ${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 36)}\n`, 'vultr-api-key'],
  'scw, config.yaml': [
    `access_key: SCW${draw('ABCDEFGHJKMNPQRSTVWXYZ0123456789', 17)}\nsecret_key: ${uuid()}\ndefault_region: fr-par\n`,
    'scaleway-access-key',
    'scaleway-secret-key',
  ],
  'exoscale.toml': [
    `defaultaccount = "shop"\n[[accounts]]\n  key = "EXO${draw(hex, 24)}"\n  name = "shop"\n  secret = "${draw(base64url, 43)}"\n`,
    'exoscale-api-key',
    'exoscale-api-secret',
  ],
  'ovh.conf': [
    `[default]\nendpoint=ovh-eu\n\n[ovh-eu]\napplication_key=${draw(hex, 16)}\napplication_secret=${draw(hex, 32)}\nconsumer_key=${draw(hex, 32)}\n`,
    'ovh-secret',
    'ovh-secret',
  ],
  '~/.aliyun/config.json': [
    JSON.stringify(
      {
        current: 'default',
        profiles: [
          {
            name: 'default',
            mode: 'AK',
            access_key_id: `LTAI5t${draw(base62, 18)}`,
            access_key_secret: `${draw(base62, 27)}aZ5`,
            region_id: 'eu-central-1',
          },
        ],
      },
      null,
      '\t',
    ),
    'alibaba-access-key-id',
    'alibaba-access-key-secret',
  ],
  '~/.tccli/default.credential': [
    JSON.stringify({ secretId: `AKID${draw(base62, 32)}`, secretKey: `${draw(base62, 29)}aZ5` }, null, 4),
    'tencent-secret-id',
    'tencent-secret-key',
  ],
  'yc, config.yaml': [
    `current: default\nprofiles:\n  default:\n    token: y0_${draw(base64url, 55)}\n    cloud-id: b1g${draw(hex, 17)}\n`,
    'yandex-oauth-token',
  ],
  'yc, static key': [
    `access_key:\n  id: aje${draw(hex, 17)}\n  key_id: YCAJE${draw(base64url, 20)}\nsecret: YCP${draw(base64url, 37)}\n`,
    'yandex-static-key-secret',
  ],
  '~/.fly/config.yml': [
    `access_token: fm2_${draw(base64, 600)},fm2_${draw(base64, 500)}\nlast_login: 2026-01-01T00:00:00Z\n`,
    'fly-token',
    'fly-token',
  ],
  'vercel, auth.json of older ones': [
    JSON.stringify(
      {
        '// Note': 'This is your Vercel credentials file. DO NOT SHARE!',
        '// Docs': 'https://vercel.com/docs/project-configuration#global-configuration/auth-json',
        token: `${draw(base62, 21)}a7Z`,
      },
      null,
      2,
    ),
    'vercel-cli-token',
  ],
  'vercel, auth.json': [JSON.stringify({ token: `vca_${draw(base62, 56)}` }, null, 2), 'vercel-token'],
  'netlify, config.json': [
    JSON.stringify({ userId: draw(hex, 24), users: { a: { auth: { token: `nfc_${draw(base62, 36)}`, github: {} } } } }),
    'netlify-token',
  ],
  'wrangler, .dev.vars': [`CLOUDFLARE_API_TOKEN=${draw(base64url, 40)}\n`, 'cloudflare-api-token-legacy'],
  'supabase, access-token': [`sbp_${draw(hex, 40)}`, 'supabase-management-token'],
  '~/.databrickscfg': [
    `[DEFAULT]\nhost = https://dbc-a1b2c3d4-e5f6.cloud.databricks.com\ntoken = dapi${draw(hex, 32)}\n`,
    'databricks-token',
  ],
  '~/.vault-token': [`hvs.${draw(base62, 90)}`, 'vault-token'],
  '~/.terraform.d/credentials.tfrc.json': [
    JSON.stringify({ credentials: { 'app.terraform.io': { token: `${draw(base62, 14)}.atlasv1.${draw(base62, 67)}` } } }, null, 2),
    'terraform-cloud-token',
  ],
  '~/.pulumi/credentials.json': [
    JSON.stringify({ current: 'https://api.pulumi.com', accessTokens: { 'https://api.pulumi.com': `pul-${draw(hex, 40)}` } }, null, 4),
    'pulumi-token',
  ],
  '~/.doppler/.doppler.yaml': [
    `scoped:\n  /:\n    token: dp.ct.${draw(base62, 40)}\n    api-host: https://api.doppler.com\n`,
    'doppler-token',
  ],
  'op, session': [`OP_SERVICE_ACCOUNT_TOKEN=ops_eyJ${draw(base64url, 800)}\n`, 'onepassword-service-account-token'],
  '~/.config/huggingface/token': [`hf_${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 34)}`, 'huggingface-token'],
  '~/.sentryclirc': [`[auth]\ntoken=${sample('sentry-token')}\n`, 'sentry-token'],
  '~/.ssh/id_ed25519': [pem, 'private-key'],
};

test('the files of the tools of clouds and registries', () => {
  const wrong = Object.entries(files).flatMap(([name, [text, ...expected]]) => {
    const found = detect(text, { now: Date.UTC(2026, 0, 1) }).map(({ rule }) => rule);
    return found.join() === expected.join() ? [] : [`${name}: ${found.join(' ')} instead of ${expected.join(' ')}`];
  });
  assert.deepEqual(wrong, []);
});

test('a password in an export is told as the password manager has it', () => {
  const secret = `${password()}&<"\\'\u00e9`;
  const entities = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replace("'", '&#39;')
    .replace('\u00e9', '&#xE9;');
  for (const text of [
    `<String>\n<Key>Password</Key>\n<Value>${entities}</Value>\n</String>\n`,
    JSON.stringify({ login: { username: 'me', password: secret, totp: null } }, null, 2),
  ])
    assert.deepEqual(
      detect(text).map(({ credential }) => credential),
      [secret],
      text,
    );
  const wrong = detect(`<Key>Password</Key><Value>${password()}&#x110000;&eacute;</Value>`);
  assert.equal(wrong.length, 1);
  assert.equal(wrong[0]!.credential, undefined);
});

test('the key of Rails is found that is all that its file holds, by the name of the file', () => {
  const key = draw(hex, 32);
  const foundIn = (file: string, text: string) => {
    const found = detect(text, { file });
    const bytes = Buffer.from(text);
    assert.deepEqual(
      detectBytes(bytes, 'ascii', () => text, { file }),
      found,
    );
    roomFor({}, bytes.length).set(bytes);
    if (found.length > 0) assert.deepEqual(whichMayHold([{ begin: 0, end: bytes.length, encoding: 'ascii', file }], {}), [true]);
    return found.map(({ rule, value }) => `${rule} ${value}`);
  };
  for (const file of ['master.key', 'shop/config/master.key', 'config/credentials/production.key', 'config\\credentials\\ci.key'])
    for (const end of ['', '\n', '\r\n']) assert.deepEqual(foundIn(file, key + end), [`rails-master-key ${key}`], file);
  for (const file of ['webmaster.key', 'config/master.key.enc', 'config/other.key', 'credentials/production.key'])
    assert.deepEqual(foundIn(file, key), [], file);
  for (const text of [`${key}0`, `${key}\n\n`, ` ${key}`, key.toUpperCase(), '0'.repeat(32), '0123456789abcdef'.repeat(2), ''])
    assert.deepEqual(foundIn('config/master.key', text), [], text);
});

test('the key of Rails alone in its file is found while it is written', () => {
  const key = draw(hex, 32);
  const options = { file: 'config/master.key' };
  const live = new LiveText('', options);
  let text = '';
  for (const change of [
    { offset: 0, removed: 0, inserted: key.slice(0, 31) },
    { offset: 31, removed: 0, inserted: key.slice(31) },
    { offset: 32, removed: 0, inserted: '\n' },
    { offset: 33, removed: 0, inserted: 'words\n'.repeat(2000) },
    { offset: 33, removed: 12_000, inserted: '' },
    { offset: 0, removed: 1, inserted: '' },
  ]) {
    live.change(change);
    text = apply(text, change);
    assert.deepEqual(live.findings(), detect(text, options), text.slice(0, 40));
  }
});

test('the line of a .netrc in a program’s string ends where the string does; what describes such a line holds none', () => {
  const secret = password();
  const found = detect(`const line = "machine git.shop.io login ci password ${secret}",source="observed";\n`);
  assert.deepEqual(
    found.map(({ value }) => value),
    [secret],
  );
  assert.deepEqual(detect('format:"machine HOST login USER password PASSWORD",source:"a1B2c3D4e5",severity:"error"\n'), []);
});

test('each of two databases whose settings stand right below one another has its own password', () => {
  const [one, two] = [password(), password()];
  const found = detect(`database: one\nuser: app\npassword: ${one}\ndatabase: two\nuser: app\npassword: ${two}\n`);
  assert.deepEqual(
    found.map(({ value }) => value),
    [one, two],
  );
});

test('the login of a provider in Terraform below what tells a repository is none of .pypirc', () => {
  const secret = password();
  const found = detect(
    `repository = https://pypi.shop.io/\nprovider "postgresql" {\n  host     = "db.shop.io"\n  username = "admin"\n  password = "${secret}"\n}\n`,
  );
  assert.deepEqual(
    found.map(({ rule, value }) => [rule, value]),
    [['terraform-password', secret]],
  );
});
