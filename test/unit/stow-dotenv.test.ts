import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse as judge } from 'dotenv';
import fc from 'fast-check';
import { format } from '../../src/message.ts';
import { editDotenvPair, editDotenvSecret, findDotenvPair, parseDotenv } from '../../src/stow/dotenv.ts';
import { applyEdits, type Edited, type Refused } from '../../src/stow/edit.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { placeOf, withKeys } from '../stow-places.ts';

const asObject = (text: string) => Object.fromEntries(parseDotenv(text).map(({ name, value }) => [name, value]));

function textAfter(text: string, result: Edited | Refused): string {
  if ('refused' in result) assert.fail(format(result.refused));
  return applyEdits(text, result.edits);
}

function reasonOf(result: object): string {
  assert.ok('refused' in result);
  return format((result as Refused).refused);
}

test('a .env file is read as the package dotenv reads it', () => {
  const text = [
    '\uFEFFBASIC=basic',
    '',
    'EMPTY=',
    'SPACES =  around  ',
    "SINGLE='single # quotes'",
    'DOUBLE="double\\nquotes"',
    'BACKTICK=`it\'s "both"`',
    'export EXPORTED=yes # a comment',
    'COLON: yaml',
    'NEXT:',
    'line',
    'HASH=before#after',
    '# COMMENTED=out',
    'MANY="first',
    'second"',
    'UNCLOSED="open',
    'not an assignment',
    'dotted.name-x=1',
    'AGAIN=1',
    'AGAIN=2',
  ].join('\r\n');
  assert.deepEqual(asObject(text), judge(text));
  assert.equal(asObject(text).MANY, 'first\nsecond');
  assert.equal(asObject(text).UNCLOSED, '"open');
});

test('for any file, names and values are those of the package dotenv', () => {
  const piece = fc.constantFrom(
    ...[
      'A',
      'B_1',
      'c.d-e',
      'export',
      'export ',
      '=',
      ' = ',
      ':',
      ': ',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\r',
      '#',
      ' # c',
      "'",
      '"',
      '`',
      '\\',
      "\\'",
    ],
    ...['\\"', '\\n', '\\r', 'value', 'é', '😀', '\uFEFF', '$', '{', 'A=1\n', "B='x y'\n", 'C="x\ny" # z\n', '\n\n'],
  );
  const file = fc.array(piece, { maxLength: 24, size: 'max' }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(file, (text) => assert.deepEqual(asObject(text), judge(text))),
    { numRuns: 5000 },
  );
});

test('the range of a value holds what stands between the quotes, and the range of an entry its lines', () => {
  const text = 'A=1\nexport B = "two" # why\nC=3';
  const b = parseDotenv(text)[1]!;
  assert.equal(text.slice(b.nameStart, b.nameEnd), 'B');
  assert.equal(text.slice(b.valueStart, b.valueEnd), 'two');
  assert.equal(text.slice(b.start, b.end), 'export B = "two" # why\n');
  assert.equal(b.quote, '"');
});

test('reading takes time in proportion to the file', () => {
  const hard = [
    "A='\\'".repeat(40_000),
    'A\n'.repeat(100_000),
    `A=${' '.repeat(200_000)}x`,
    `A="${'\\"'.repeat(100_000)}`,
    '\n'.repeat(200_000),
  ];
  for (const text of hard) {
    const began = process.cpuUsage(); // the clock would count what else the machine does
    parseDotenv(text);
    const { user, system } = process.cpuUsage(began);
    assert.ok((user + system) / 1000 < 1000, text.slice(0, 20));
  }
});

const toProfile: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    'the first of the lines becomes the profile, the region stays',
    'DEBUG=1\nAWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\nAWS_REGION=eu-west-1\n',
    'DEBUG=1\nAWS_PROFILE=p\nAWS_REGION=eu-west-1\n',
  ],
  ['the secret may stand first', 'AWS_SECRET_ACCESS_KEY=«SECRET»\nX=1\nAWS_ACCESS_KEY_ID=«ID»', 'AWS_PROFILE=p\nX=1\n'],
  ['the session token goes', 'AWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\nAWS_SESSION_TOKEN=\nX=1\n', 'AWS_PROFILE=p\nX=1\n'],
  [
    'export, quotes and a comment stay',
    'export AWS_ACCESS_KEY_ID="«ID»" # the shop’s\nexport AWS_SECRET_ACCESS_KEY="«SECRET»"\n',
    'export AWS_PROFILE="p" # the shop’s\n',
  ],
  ['CRLF stays', 'AWS_ACCESS_KEY_ID=«ID»\r\nAWS_SECRET_ACCESS_KEY=«SECRET»\r\nX=1\r\n', 'AWS_PROFILE=p\r\nX=1\r\n'],
  ['a byte-order mark stays', '\uFEFFAWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n', '\uFEFFAWS_PROFILE=p\n'],
  [
    'a profile line is changed, not doubled',
    "AWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n# which one\nAWS_PROFILE='old'\n",
    "# which one\nAWS_PROFILE='p'\n",
  ],
  [
    'boto3’s older name of the profile is changed too',
    'AWS_DEFAULT_PROFILE=old\nAWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n',
    'AWS_DEFAULT_PROFILE=p\n',
  ],
  ['an empty profile line gets a value', 'AWS_PROFILE=\nAWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n', 'AWS_PROFILE=p\n'],
  [
    'a key that is only commented out stays',
    '#AWS_ACCESS_KEY_ID=old\nAWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n',
    '#AWS_ACCESS_KEY_ID=old\nAWS_PROFILE=p\n',
  ],
];

for (const [what, template, after] of toProfile) {
  test(`.env to a profile: ${what}`, () => {
    const { text, pair } = withKeys(template);
    const result = editDotenvPair(text, pair, { profile: 'p', shape: 'profile', fileName: '.env' });
    assert.equal(textAfter(text, result), after);
  });
}

test('.env to a profile: a name that needs quotes gets them', () => {
  const { text, pair } = withKeys('AWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n');
  const after = textAfter(text, editDotenvPair(text, pair, { profile: "ann's #1", shape: 'profile', fileName: '.env' }));
  assert.equal(after, 'AWS_PROFILE="ann\'s #1"\n');
  assert.deepEqual(judge(after), { AWS_PROFILE: "ann's #1" });
});

test('.env to a profile: says that other machines need the profile, and whether the region comes from it', () => {
  const keys = 'AWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n';
  for (const [template, takesRegion] of [
    [keys, true],
    [`${keys}AWS_DEFAULT_REGION=eu-west-1\n`, undefined],
  ] as const) {
    const { text, pair } = withKeys(template);
    const result = editDotenvPair(text, pair, { profile: 'p', shape: 'profile', fileName: '.env' });
    assert.ok(!('refused' in result));
    assert.equal(format(result.notes[0]!), 'On other machines and in CI, the profile p must exist.');
    assert.equal(result.takesRegionFromProfile, takesRegion);
    assert.equal(result.runAfterwards, undefined);
  }
});

test('.env to references: each value becomes one, in its quotes, and the command to start with is shown', () => {
  const { text, pair } = withKeys('S3_KEY="«ID»" # shop\r\nexport S3_SECRET=\'«SECRET»\'\r\nAWS_SESSION_TOKEN=x\r\n');
  const result = editDotenvPair(text, pair, { profile: 'shop', shape: 'references', fileName: '.env.local' });
  const after = textAfter(text, result);
  assert.equal(after, 'S3_KEY="keystow://shop/access-key-id" # shop\r\nexport S3_SECRET=\'keystow://shop/secret-access-key\'\r\n');
  assert.deepEqual(judge(after), { S3_KEY: 'keystow://shop/access-key-id', S3_SECRET: 'keystow://shop/secret-access-key' });
  assert.equal((result as Edited).runAfterwards, 'keystow exec --env-file .env.local -- …');
});

test('.env to a profile is refused for names that no SDK reads', () => {
  const { text, pair } = withKeys('S3_KEY=«ID»\nS3_SECRET=«SECRET»\n');
  assert.equal(findDotenvPair(text, pair) && (findDotenvPair(text, pair) as { standard: boolean }).standard, false);
  assert.match(
    reasonOf(editDotenvPair(text, pair, { profile: 'p', shape: 'profile', fileName: '.env' })),
    /^S3_KEY and S3_SECRET are not the names/,
  );
});

test('.env is refused where the key is a part of a value, stands twice, or moved', () => {
  const options = { profile: 'p', shape: 'references', fileName: '.env' } as const;
  const part = withKeys('X=1\nURL=s3://«ID»:«SECRET»@bucket\n');
  assert.match(reasonOf(editDotenvPair(part.text, part.pair, options)), /line 2 is not the whole value/);
  const twice = withKeys('AWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\nAWS_ACCESS_KEY_ID=other\n');
  assert.match(reasonOf(editDotenvPair(twice.text, twice.pair, options)), /AWS_ACCESS_KEY_ID stands on line 1 and again on line 3/);
  const moved = withKeys('AWS_ACCESS_KEY_ID=«ID»\nAWS_SECRET_ACCESS_KEY=«SECRET»\n');
  assert.match(reasonOf(editDotenvPair(`# new\n${moved.text}`, moved.pair, options)), /has changed since/);
});

test('no refusal holds the secret', () => {
  const keys = sampleKeyPair();
  const { text, pair } = withKeys('URL=s3://«ID»:«SECRET»@bucket\n', keys);
  const result = editDotenvPair(text, pair, { profile: 'p', shape: 'references', fileName: '.env' });
  assert.ok(!JSON.stringify(result).includes(keys.secretAccessKey) && !JSON.stringify(result).includes(keys.accessKeyId));
});

test('a GitHub token becomes a reference, in its quotes', () => {
  const token = sampleGitHubToken();
  const text = `X=1\nGITHUB_TOKEN="${token}"\n`;
  const result = editDotenvSecret(text, placeOf(text, token), 'keystow://github/ci-token', { fileName: '.env' });
  assert.equal(textAfter(text, result), 'X=1\nGITHUB_TOKEN="keystow://github/ci-token"\n');
  assert.equal((result as Edited).runAfterwards, 'keystow exec --env-file .env -- …');
  const url = `REMOTE=https://${token}@github.com/a/b\n`;
  assert.match(
    reasonOf(editDotenvSecret(url, placeOf(url, token), 'keystow://github/ci-token', { fileName: '.env' })),
    /line 1 is not the whole value/,
  );
});
