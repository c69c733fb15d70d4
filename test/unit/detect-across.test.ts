import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { halvesOf, type Placed, pairsAcross, settle } from '../../src/detect/pairs-across.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const key = sampleKeyPair('across');
const other = sampleKeyPair('across, another');
const id = `AWS_ACCESS_KEY_ID=${key.accessKeyId}\n`;
const secret = `export const secretAccessKey = '${key.secretAccessKey}';\n`;
const suspect = `export default { secret: '${key.secretAccessKey}' };\n`;

/** What is found in these files, told with their whole paths, each beside the others. */
function together(files: Readonly<Record<string, string>>): Record<string, readonly Placed[]> {
  const places = Object.entries(files).map(([path, text]) => {
    const found = detect(text, { suspects: true });
    const folders = path.split('/').slice(0, -1);
    const up = folders.map((_, index) => folders.slice(0, folders.length - index).join('/'));
    return { path, found, name: path.split('/').at(-1)!, folders: [...up, ''], halves: halvesOf(text, found) };
  });
  const partners = pairsAcross(places);
  return Object.fromEntries(places.map(({ path, found }, index) => [path, settle(found, partners[index]!)]));
}

/** For each file, what is found in it and in which file the other half stands. */
function told(files: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  const paths = Object.keys(files);
  return Object.fromEntries(
    Object.entries(together(files)).map(([path, found]) => [
      path,
      found.map(({ rule, elsewhere }) => `${rule} ${elsewhere ? paths[elsewhere.place] : '-'}`),
    ]),
  );
}

test('an id and its secret in two files of a folder name each other', () => {
  assert.deepEqual(told({ '.env': id, 'config.js': secret }), {
    '.env': ['aws-access-key-id config.js'],
    'config.js': ['aws-secret-access-key .env'],
  });
  const { '.env': found } = together({ '.env': id, 'config.js': secret });
  assert.equal(found?.[0]?.elsewhere?.finding.value, key.secretAccessKey);
});

test('a value whose name only fits is a secret beside a lone key id, and none without', () => {
  assert.deepEqual(detect(suspect), []);
  assert.deepEqual(told({ 'config.js': suspect }), { 'config.js': [] });
  assert.deepEqual(told({ '.env': id, 'config.js': suspect }), {
    '.env': ['aws-access-key-id config.js'],
    'config.js': ['aws-secret-access-key .env'],
  });
  const far = told({ 'one/.env': id, 'two/deep/config.js': suspect });
  assert.deepEqual(far, { 'one/.env': ['aws-access-key-id -'], 'two/deep/config.js': [] });
  const whole = `${id}AWS_SECRET_ACCESS_KEY=${other.secretAccessKey}\n`;
  assert.deepEqual(told({ '.env': whole, 'config.js': suspect })['config.js'], []);
});

test('a suspect whose name is another thing’s stays none beside a key id', () => {
  const texts = [
    `const stripeSecretKey = '${key.secretAccessKey}';`,
    `const clientSecret = '${key.secretAccessKey}';`,
    `const jwt = { secret: '${key.secretAccessKey}' };`.replace('secret', 'jwtSecret'),
    `integrity: '${key.secretAccessKey}'`,
    `const apiKey = '${key.secretAccessKey}';`,
    `const value = '${key.secretAccessKey}';`,
  ];
  for (const text of texts) assert.deepEqual(told({ '.env': id, 'config.js': text })['config.js'], [], text);
});

test('where two would do, neither is told; a secret that is one surely goes before one that only may be', () => {
  const second = secret.replace(key.secretAccessKey, other.secretAccessKey);
  assert.deepEqual(told({ '.env': id, 'a.js': secret, 'b.js': second }), {
    '.env': ['aws-access-key-id -'],
    'a.js': ['aws-secret-access-key -'],
    'b.js': ['aws-secret-access-key -'],
  });
  assert.deepEqual(told({ '.env': id, 'a.js': suspect, 'b.js': second }), {
    '.env': ['aws-access-key-id b.js'],
    'a.js': [],
    'b.js': ['aws-secret-access-key .env'],
  });
});

test('the nearest folder, the name of the variable and that of the environment decide', () => {
  const pairs = {
    'app/.env': id,
    'app/config.js': secret,
    'web/.env': id.replace(key.accessKeyId, other.accessKeyId),
    'web/config.js': secret.replace(key.secretAccessKey, other.secretAccessKey),
  };
  assert.deepEqual(Object.values(told(pairs)).flat(), [
    'aws-access-key-id app/config.js',
    'aws-secret-access-key app/.env',
    'aws-access-key-id web/config.js',
    'aws-secret-access-key web/.env',
  ]);
  const names = {
    'ids.env': `BILLING_${id}UPLOAD_${id.replace(key.accessKeyId, other.accessKeyId)}`,
    'secrets.env': `UPLOAD_AWS_SECRET_ACCESS_KEY=${other.secretAccessKey}\nBILLING_AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}\n`,
  };
  const { 'secrets.env': found = [] } = together(names);
  assert.deepEqual(
    found.map(({ elsewhere }) => elsewhere?.finding.value),
    [other.accessKeyId, key.accessKeyId],
  );
  assert.deepEqual(Object.values(told({ '.env.production': id, 'config.staging.js': secret })).flat(), [
    'aws-access-key-id -',
    'aws-secret-access-key -',
  ]);
  assert.deepEqual(
    Object.values(
      told({
        '.env.production': id,
        'config.prod.js': secret,
        'config.dev.js': secret.replace(key.secretAccessKey, other.secretAccessKey),
      }),
    ).flat(),
    ['aws-access-key-id config.prod.js', 'aws-secret-access-key .env.production', 'aws-secret-access-key -'],
  );
});

test('what stands beside its other half in one file says so for every other file that holds it', () => {
  const pair = `${id}AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}\n`;
  assert.deepEqual(told({ 'deploy/ci/.env': pair, 'src/old/config.js': secret, 'src/old/copy.js': suspect }), {
    'deploy/ci/.env': ['aws-access-key-id -', 'aws-secret-access-key -'],
    'src/old/config.js': ['aws-secret-access-key deploy/ci/.env'],
    'src/old/copy.js': ['aws-secret-access-key deploy/ci/.env'],
  });
  const copies = told({ 'a/.env': id, 'a/config.js': secret, 'b/config.js': secret });
  assert.deepEqual(copies['b/config.js'], ['aws-secret-access-key a/.env']);
});

test('the secret of a temporary id is temporary; halves in one file stay as they are', () => {
  const found = together({ '.env': id.replace('AKIA', 'ASIA'), 'config.js': secret });
  assert.deepEqual(
    Object.values(found).flatMap((all) => all.map(({ severity }) => severity)),
    ['warning', 'warning'],
  );
  const text = `${suspect}${'\n'.repeat(400)}[${`'${other.accessKeyId}','${other.secretAccessKey}'`}]\n`;
  const alone = together({ 'config.js': text })['config.js']!;
  assert.deepEqual(alone, detect(text));
});

test('of a text with more lone halves than can be told apart, only one that stands elsewhere beside its other half is joined', () => {
  const list = (count: number) => Array.from({ length: count }, (_, i) => `${sampleKeyPair(`list ${i}`).accessKeyId}\n`).join('');
  const joined = (ids: string) =>
    Object.values(told({ 'ids.txt': ids, 'config.js': secret, 'both.env': `${other.accessKeyId},${other.secretAccessKey}\n` }))
      .flat()
      .filter((one) => !one.endsWith('-'));
  assert.deepEqual(joined(key.accessKeyId), ['aws-access-key-id config.js', 'aws-secret-access-key ids.txt']);
  assert.deepEqual(joined(`${list(70)}${key.accessKeyId}\n${other.accessKeyId}\n`), ['aws-access-key-id both.env']);
});

test('an id that a log repeats is one, and its secret beside it is found', () => {
  for (const count of [1, 64, 65, 1000]) {
    const files = { 'trail.json': `${key.accessKeyId}\n`.repeat(count), 'config.js': suspect };
    assert.deepEqual(told(files)['config.js'], ['aws-secret-access-key trail.json'], `${count} times`);
  }
});

test('a folder of thousands of lone halves tells none of them, and hostile text takes a moment too', () => {
  const files = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => {
      const one = sampleKeyPair(`many ${i}`);
      return [`${i}.txt`, i % 2 ? `aws_secret_access_key=${one.secretAccessKey}` : one.accessKeyId];
    }),
  );
  const pieces = [key.accessKeyId, `${key.accessKeyId},${key.secretAccessKey}`, suspect];
  const hostile = Object.fromEntries(pieces.map((piece, i) => [`hostile ${i}`, `${piece}\n`.repeat(10_000)]));
  const texts = { ...files, ...hostile };
  const alone = milliseconds(() => Object.values(texts).map((text) => detect(text, { suspects: true })));
  let found: readonly Placed[] = [];
  const beside = milliseconds(() => {
    found = Object.values(together(files)).flat();
    together(hostile);
  });
  assert.equal(found.length, 1000);
  assert.ok(found.every(({ elsewhere }) => elsewhere === undefined));
  assert.ok(beside < 10 * alone, `${beside} ms, where looking at them alone takes ${alone}`);
});

function milliseconds(work: () => void): number {
  const began = process.cpuUsage(); // the clock would count what else the machine does
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
