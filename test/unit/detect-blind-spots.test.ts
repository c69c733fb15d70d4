import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { sampleJwt } from '../../src/detect/rules/jwt.ts';
import type { Draw } from '../../src/detect/rules/rule.ts';
import { sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

// The places at which scanners are known to be blind, or to see what is not there: one example each. The rules' own cases have more.

let drawn = 0;
const draw: Draw = (alphabet, count) =>
  Array.from({ length: count }, () => alphabet[createHash('sha256').update(`blind ${drawn++}`).digest()[0]! % alphabet.length]).join('');
const hex = (count: number) => draw('0123456789abcdef', count);
const base62 = (count: number) => draw('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', count);

const { accessKeyId: id, secretAccessKey: secret } = sampleKeyPair('blind spots');
const [head, tail] = [secret.slice(0, 20), secret.slice(20)];
const pem = samplePrivateKey();

const paired: Readonly<Record<string, string>> = {
  'the CSV of the console': `Access key ID,Secret access key\r\n${id},${secret}\r\n`,
  'ENV of a Dockerfile': `ENV AWS_ACCESS_KEY_ID ${id}\nENV AWS_SECRET_ACCESS_KEY ${secret}\n`,
  'the arguments of a builder': `AwsBasicCredentials.builder().accessKeyId("${id}")\n  .secretAccessKey("${secret}").build()`,
  'a concatenation over two lines': `const id = '${id}';\nconst secretAccessKey = '${head}' +\n  '${tail}';`,
  'an encoded address': `s3://${id}:${encodeURIComponent(secret)}@bucket`,
  'JSON in a string of JSON': JSON.stringify({ body: JSON.stringify({ accessKeyId: id, secretAccessKey: secret }) }),
  'prose in a comment': `# the CI user is ${id} and its key is ${secret}.`,
};

for (const [name, text] of Object.entries(paired)) {
  test(`${name}: id and secret are found, as a pair`, () => {
    const found = detect(text);
    assert.deepEqual(found.map(({ rule }) => rule).sort(), ['aws-access-key-id', 'aws-secret-access-key']);
    assert.ok(found.every(({ pairedWith }) => pairedWith !== undefined));
  });
}

const alone: Readonly<Record<string, readonly [text: string, rule: string]>> = {
  'a well-named secret alone': [`aws_secret_access_key = ${secret}`, 'aws-secret-access-key'],
  'a secret beside an id without the prefix, as MinIO has': [
    `AWS_ACCESS_KEY_ID=${base62(20).toUpperCase()}\nAWS_SECRET_ACCESS_KEY=${secret}`,
    'aws-secret-access-key',
  ],
  'a secret that a variable of Terraform has for a default': [
    `variable "aws_secret_key" {\n  type      = string\n  sensitive = true\n  default   = "${secret}"\n}\n`,
    'aws-secret-access-key',
  ],
  'a key of a provider that a variable of Terraform has for a default': [
    `variable "datadog_api_key" {\n  description = "The key of the agents"\n  type = string\n  default = "${hex(32)}"\n}\n`,
    'datadog-api-key',
  ],
  'a key of a provider that what describes a variable of Terraform tells': [
    `variable "dd" {\n  description = "datadog api key"\n  default = "${hex(32)}"\n}\n`,
    'datadog-api-key',
  ],
  'the password of an address that a shell takes for a default': [
    `url: \${DATABASE_URL:-postgres://app:${base62(14)}a7Z@db.shop.io/main}`,
    'database-url-password',
  ],
  'a connection string without quotes': [
    `DATABASE=Server=tcp:db.shop.io,1433;Database=main;User ID=app;Password=${base62(14)}a7Z;Encrypt=true\n`,
    'connection-string-password',
  ],
  'a connection string in YAML, which begins with its server': [
    `database: Data Source=db.shop.io;User ID=app;Password=${base62(14)}a7Z\n`,
    'connection-string-password',
  ],
  'the second key of obsutil': [
    `endpoint=obs.cn-north-4.myhuaweicloud.com\nak=${base62(20).toUpperCase()}\nsk=${base62(37)}aZ5\n`,
    'huawei-secret-access-key',
  ],
  'an S3-compatible secret of another length': [`S3_SECRET_KEY=${base62(29)}aZ5`, 's3-compatible-secret-key'],
  'an S3-compatible secret of 64 hexadecimal digits': [`R2_SECRET_ACCESS_KEY=${hex(64)}`, 's3-compatible-secret-key'],
};

for (const [name, [text, rule]] of Object.entries(alone)) {
  test(`${name} is found`, () => {
    assert.deepEqual(
      detect(text).map((one) => `${one.rule} ${one.severity}`),
      [`${rule} error`],
    );
  });
}

test('a token that is a segment of a path is found; what may be base64 itself is part of some', () => {
  const tokens = [
    `glpat-${base62(18)}a7`,
    `sk_live_${base62(98)}a7`,
    `xoxb-${draw('123456789', 12)}-${draw('123456789', 13)}-${base62(24)}`,
    `AIza${base62(15)}-_${base62(18)}`,
  ];
  for (const token of tokens) {
    for (const text of [`https://hooks.shop.io/v1/${token}/run`, `/srv/${token}/log`])
      assert.deepEqual(
        detect(text).map(({ value }) => value),
        [token],
      );
  }
  assert.deepEqual(detect(`${base62(30)}/AIza${base62(35)}/${base62(30)}`), []);
});

test('beside a service of a compose file the password that everybody starts it with is none, and a random one is, as the same file runs in production', () => {
  const compose = (password: string, user: string) =>
    `services:\n  db:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: ${password}\n  app:\n    environment:\n      DATABASE_URL: postgres://${user}:${password}@db:5432/shop\n`;
  for (const password of [
    'postgres',
    'example',
    'shop',
    'shop123',
    'shop_password',
    'devpassword',
    'postgrespassword',
    '!ChangeMe!',
    '1qaz@WSX',
  ])
    assert.deepEqual(detect(compose(password, 'shop')), [], password);
  assert.deepEqual(
    detect(compose(`${base62(14)}a7Z`, 'shop')).map(({ rule, severity }) => `${rule} ${severity}`),
    ['database-password error', 'database-url-password error'],
  );
});

test('what a command sets is called what its name says, and not by the words of the command', () => {
  const uuid = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const commands: readonly (readonly [string, string?])[] = [
    [`fly secrets set DATADOG_SITE_TAG=${hex(32)}`],
    [`fly secrets set -a shop DATADOG_API_KEY=${hex(32)}`, 'datadog-api-key'],
    [`supabase secrets set AWS_SECRET_ACCESS_KEY=${secret}`, 'aws-secret-access-key'],
    [`heroku config:set OTHER_KEY=${uuid}`],
    [`heroku config:set HEROKU_API_KEY=${uuid}`, 'heroku-api-key-legacy'],
    [`netlify env:set OTHER_API_KEY ${base62(43)}`],
    [`netlify env:set NETLIFY_AUTH_TOKEN ${base62(43)}`, 'netlify-token-legacy'],
    [`vercel env add OTHER_TOKEN production <<< ${base62(24)}`],
    [`vercel env add VERCEL_TOKEN production <<< ${base62(24)}`, 'vercel-token-legacy'],
    [`vercel env add OTHER production --token ${base62(24)}`, 'vercel-token-legacy'],
    [`snyk config set token=${uuid}`, 'snyk-token'],
    [`sentry-cli config set auth.token ${hex(64)}`, 'sentry-token-legacy'],
    [`railway variables --set "OTHER_TOKEN=${uuid}"`],
    [`railway variables --set "RAILWAY_TOKEN=${uuid}"`, 'railway-token'],
    [`npx wrangler secret put OTHER_KEY <<< ${base62(40)}`, 'secret-command-value'],
    [`gh secret set CLOUDFLARE_TOKEN --body ${base62(40)}`, 'cloudflare-api-token-legacy'],
  ];
  for (const [command, rule] of commands)
    assert.deepEqual(
      detect(`${command}\n`).map((one) => one.rule),
      rule === undefined ? [] : [rule],
      command.slice(0, 50),
    );
});

test('a key is found as clients of its service are given it', () => {
  const key = () => hex(32);
  const ways = [
    () => `client := datadog.NewClient("${key()}")`,
    () => `const client = new DatadogClient('${key()}');`,
    () => `client = Datadog::Client.new("${key()}")`,
    () => `Datadog.configure do |config|\n  config.api_key = '${key()}'\nend\n`,
    () => `builder.Configuration["Datadog:ApiKey"] = "${key()}";`,
    () => `settings['datadog_options']['api_key'] = '${key()}'`,
  ];
  for (const way of ways) {
    const text = way();
    assert.deepEqual([text, detect(text).map(({ rule }) => rule)], [text, ['datadog-api-key']]);
  }
  for (const text of [
    `const metric = new DatadogMetric('${key()}');`,
    `datadog.trace("${key()}")`,
    `new OtherClient('${key()}', datadog)`,
    `const id = datadog["${key()}"];`,
    `tags["datadog:revision"] = "${key()}";`,
  ])
    assert.deepEqual([text, detect(text)], [text, []]);
});

test('a key id alone is no secret: information', () => {
  assert.deepEqual(
    detect(id).map(({ severity }) => severity),
    ['information'],
  );
});

const quiet: Readonly<Record<string, string>> = {
  'forty hexadecimal digits beside the word secret': `secret: ${hex(40)}\nconst awsSecret = "${hex(40)}";`,
  'identifiers of AWS': ['AIDA', 'AROA', 'AGPA', 'ANPA', 'ASCA'].map((prefix) => `${prefix}${id.slice(4)}`).join(' '),
  'what a hand writes for 32 hexadecimal digits': ['00112233445566778899aabbccddeeff', 'aaaabbbbccccddddeeeeffff00001111']
    .map((value) => `DATADOG_API_KEY=${value}\nAZURE_OPENAI_API_KEY=${value}\n`)
    .join(''),
  'the UUID of examples': 'HEROKU_API_KEY=123e4567-e89b-12d3-a456-426614174000\nNPM_TOKEN=11111111-2222-3333-4444-555555555555',
  'an identifier in a property list': `<key>HerokuAppId</key>\n<string>${[8, 4, 4, 4, 12].map(hex).join('-')}</string>`,
  'a placeholder': 'AWS_SECRET_ACCESS_KEY=<your secret access key>',
  'a secret that is cut short': `AWS_SECRET_ACCESS_KEY="${base62(32)}aZ5…AK"`,
  'MinIO as it is installed': 'AWS_ACCESS_KEY_ID=minioadmin\nAWS_SECRET_ACCESS_KEY=minioadmin',
  'a private key that is a template': `-----BEGIN PRIVATE KEY-----\n\${key}\n-----END PRIVATE KEY-----`,
  'a private key that is cut': `${pem.slice(0, 60)}…\n-----END PRIVATE KEY-----`,
  'a token without a signature': sampleJwt(draw, { sub: 'somebody', exp: 4_000_000_000 }, 'none'),
  'keys of others on the lines of one command': `docker run -e DATADOG_SITE=eu \\\n  -e CACHE_KEY=${hex(32)} \\\n  -e TWILIO_ACCOUNT_SID=$S \\\n  -e APP_AUTH_TOKEN=${hex(32)} shop`,
  'a password that is none': 'password = "changeme"\npassword: admin',
};

for (const [name, text] of Object.entries(quiet)) {
  test(`${name}: quiet`, () => {
    assert.deepEqual(detect(text), []);
  });
}

test('of the values in the block of a provider each is found, where a value of its stands before the block too', () => {
  const values = [1, 2, 3].map(() => draw('0123456789abcdef', 32));
  const text = `mixpanel_secret=${values[0]}\nmixpanel:\n  api_secret: ${values[1]}\n  # those of the other project, of which some are old\n  secret: ${values[2]}\n`;
  assert.deepEqual(
    detect(text).map(({ rule, start, end }) => [rule, text.slice(start, end)]),
    values.map((value) => ['mixpanel-secret', value]),
  );
});

test('of signed addresses with a comma between them each is found', () => {
  const addresses = ['a', 'b'].map(
    (name) =>
      `https://${name}.io/x?X-Amz-Signature=${hex(64)}&X-Amz-Date=20260101T000000Z&X-Amz-Expires=9999999999&X-Amz-Credential=${id}%2F20260101%2Fs3`,
  );
  assert.deepEqual(
    detect(`urls=${addresses.join(',')},end`)
      .filter(({ rule }) => rule === 'aws-presigned-url')
      .map(({ value }) => value),
    addresses,
  );
});

test('a shared access signature of Azure is told without an address, in a connection string and of a resource', () => {
  const sig = `${base62(43)}%3D`;
  const shared = `sv=2024-11-04&ss=bq&srt=sco&sp=rw&se=2099-01-01T00%3A00%3A00Z&sig=${sig}`;
  const ofQueue = `sr=https%3a%2f%2fshop.servicebus.windows.net%2forders&sig=${sig}&se=4070908800&skn=send`;
  const ofDevice = `sr=shop.azure-devices.net%2Fdevices%2Fdoor&sig=${sig}&se=4070908800`;
  const written: readonly (readonly [string, string])[] = [
    [`SAS_TOKEN=${shared}\n`, shared],
    [
      `BlobEndpoint=https://shop.blob.core.windows.net/;QueueEndpoint=https://shop.queue.core.windows.net/;SharedAccessSignature=${shared}`,
      shared,
    ],
    [`Authorization: SharedAccessSignature ${ofQueue}\n`, ofQueue],
    [`"SharedAccessSignature ${ofDevice}"`, ofDevice],
    [`to=https://shop.blob.core.windows.net/a?${shared} `, `https://shop.blob.core.windows.net/a?${shared}`],
  ];
  for (const [text, value] of written) {
    const found = detect(text).filter(({ rule }) => rule === 'azure-sas');
    assert.deepEqual(
      found.map((one) => one.value),
      [value],
      text,
    );
  }
});

test('a database in an address is that of any adapter', () => {
  for (const scheme of ['mysql2', 'trilogy', 'postgis']) {
    const password = `${base62(14)}a7Z`;
    assert.deepEqual(
      detect(`DATABASE_URL=${scheme}://app:${password}@db.shop.io/main\n`).map(({ rule, value }) => [rule, value]),
      [['database-url-password', password]],
    );
  }
});

test('entropy loses hardly a real key: of 10,000 random secrets with their name, three at most', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const missed = Array.from({ length: 10_000 }, () => `aws_secret_access_key = ${draw(alphabet, 40)}\n`).filter(
    (text) => detect(text).length !== 1,
  );
  assert.ok(missed.length <= 3, `${missed.length} missed`);
});

test('a password in SQL is told as the database has it: quotes in it undone, pieces put together, in a string of its own too', () => {
  const [first, last] = [base62(6), `${base62(6)}a7Z`];
  const passwords = (text: string) =>
    detect(text).flatMap((one) => (one.rule === 'sql-user-password' ? [[one.value, one.credential ?? one.value]] : []));
  const written: readonly (readonly [string, string, string])[] = [
    [`ALTER USER app IDENTIFIED BY '${first}${last}';`, `${first}${last}`, `${first}${last}`],
    [`ALTER USER app IDENTIFIED BY '${first}''${last}';`, `${first}''${last}`, `${first}'${last}`],
    [`CREATE LOGIN app WITH PASSWORD = N'${first}' + N'${last}';`, `${first}' + N'${last}`, `${first}${last}`],
    [`ALTER ROLE app PASSWORD '${first}'\n  || '${last}';`, `${first}'\n  || '${last}`, `${first}${last}`],
    [`EXECUTE 'ALTER ROLE app PASSWORD ''${first}''''${last}''';`, `${first}''''${last}`, `${first}'${last}`],
    [`CREATE USER a IDENTIFIED BY 'short', b IDENTIFIED BY '${first}${last}';`, `${first}${last}`, `${first}${last}`],
    [`CREATE USER a IDENTIFIED BY '', b IDENTIFIED BY '${first}${last}';`, `${first}${last}`, `${first}${last}`],
  ];
  for (const [text, value, credential] of written) assert.deepEqual(passwords(text), [[value, credential]], text);
  assert.deepEqual(passwords(`CREATE USER app IDENTIFIED BY '${first}${last}`), [], 'an open string');
  assert.deepEqual(passwords(`#!/bin/csh\n  set password='${first}${last}' # of the shop\n`), [], 'a variable of csh');
});

test('of random passwords without quotes hardly one is taken for the name of something', () => {
  const passwords = Array.from({ length: 1000 }, () => `${base62(14)}a7Z`);
  const text = passwords.map((password, index) => `service${index}:\n  db_password: ${password}\n`).join('\n');
  const missed = passwords.length - detect(text).length;
  assert.ok(missed <= 5, `${missed} of ${passwords.length} are missed`);
});
