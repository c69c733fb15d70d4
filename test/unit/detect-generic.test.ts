import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { allRules, detect, detectBytes, type Finding } from '../../src/detect/detect.ts';
import { recurs, standsTwice } from '../../src/detect/generic/repetition.ts';
import { genericRule } from '../../src/detect/generic/rule.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { withGeneric, withOwnRules } from '../../src/detect/rule-set.ts';
import { ownRules } from '../../src/detect/rules/own.ts';
import { base62, type Draw } from '../../src/detect/rules/rule.ts';
import { apply, hostile, textAndChanges } from '../adversarial-texts.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

const rules = withGeneric();
const found = (text: string, file?: string): Finding[] => detect(text, { rules, ...(file === undefined ? {} : { file }) });

let drawn = 0;
const draw: Draw = (alphabet, count) =>
  Array.from(
    { length: count },
    () => alphabet[createHash('sha256').update(`generic ${drawn++}`).digest().readUInt32BE() % alphabet.length],
  ).join('');

test('it finds what it should and nothing else, ten draws of each case; without being asked for it finds none', () => {
  for (let turn = 0; turn < 10; turn++) {
    const { ok, ng } = genericRule.cases(draw);
    const of = (text: string) => found(text).filter(({ rule }) => rule === genericRule.id).length;
    assert.deepEqual(
      ok.filter((text) => of(text) !== 1),
      [],
      'missed, or found twice',
    );
    assert.deepEqual(
      ng.filter((text) => of(text) !== 0),
      [],
      'found, but is none',
    );
    assert.ok(ok.every((text) => detect(text).every(({ rule }) => rule !== genericRule.id)));
  }
});

test('random secrets in a plain assignment: of 10,000 of 32 characters none is lost by chance, of 4,000 of 24 at most three', () => {
  const lost = (length: number, of: number) =>
    Array.from({ length: of }, () => `password = "${draw(base62, length)}"\n`).filter((text) => found(text).length !== 1);
  assert.deepEqual(lost(32, 10_000), []);
  assert.ok(lost(24, 4000).length <= 3);
});

test('what signs all sessions is a secret, the token of one is none', () => {
  const value = draw(base62, 40);
  assert.deepEqual(
    [`SESSION_SECRET=${value}\n`, `sessionSecret: "${value}"`, `session_token = "${value}"`].map((text) => found(text).length),
    [1, 1, 0],
  );
});

test('what a program, a template or a text writes beside such names is none', () => {
  const quiet = [
    'const token = await this.tokens.next(input2);',
    'token = lexer.token1 ?? other',
    'passwordLabel: "Your password, please"',
    'password: "Mot de passe :"',
    'DB_PASSWORD=$(cat /run/secrets/db)',
    'DB_PASSWORD=%DB_PASSWORD%',
    'password: {{ .Values.password }}',
    `password: \${{ secrets.DB_PASSWORD }}`,
    'password = os.environ["DB_PASSWORD"]',
    'password=<password>',
    'password: "********"',
    'password: "changeme123!"',
    'password: "Pa55w0rd!"',
    'password: admin',
    'secretName: my-database-secret-1',
    'token_url = "https://auth.shop.io/oauth/token2"',
    'private_key_path: /etc/ssl/private/server1.key',
    'PasswordLastUsed: "2016-09-08T21:47:36Z"',
    'tokenType: "Bearer"',
    '"Resource": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-Xy12Ab"',
    'passwordHash: "5f4dcc3b5aa765d61d8327deb882cf99"',
    'next_page_token = "CAEQAhgDIgR0ZXN0k8Zq"',
    'access_token: null',
    'secret = "0123456789012345678901234567"',
  ];
  assert.deepEqual(
    quiet.filter((text) => found(text).length > 0),
    [],
  );
});

test('forty hexadecimal digits, as commits have, need more than a name', () => {
  const commit = createHash('sha1').update('commit').digest('hex');
  assert.deepEqual(found(`token: ${commit}`), []);
  assert.deepEqual(found(`auth_token_sha = "${commit}"`), []);
});

test('the score is told: each weight in words, their total, and what is needed; it decides how bad a finding is', () => {
  const value = `k7${draw(base62, 22)}`;
  const [one] = found(`user = "app"\npassword = "${value}"\n`);
  assert.equal(one?.score?.needed, 2.5);
  const told = one!.score!.weights.map(({ text, weight }) => [text, weight] as const);
  assert.ok(told.some(([text, weight]) => text === 'The name says {word}.' && weight === 2));
  assert.ok(told.some(([text, weight]) => text === 'A user’s name stands beside it.' && weight > 0));
  assert.equal(one!.score!.total, Math.round(told.reduce((sum, [, weight]) => sum + weight, 0) * 10) / 10);
  assert.equal(one!.severity, 'warning');
  assert.ok(!JSON.stringify(one!.score).includes(value));
});

test('the kind of the file weighs: a configuration for, an example, a test or a program’s texts against', () => {
  const text = `token: ${draw('0123456789abcdef', 32)}\n`;
  const total = (file: string) => found(text, file)[0]?.score?.total ?? 0;
  assert.ok(total('deploy/values.yaml') > total('src/main.js'));
  assert.ok(total('src/main.js') > 0);
  for (const file of ['test/login.py', 'docs/setup.rst', 'src/login.spec.ts', 'locales/fr.json', 'README.md'])
    assert.equal(total(file), 0, file);
});

test('what a rule of the catalogue or of a person finds is not found again', () => {
  const token = sampleGitHubToken('generic');
  assert.deepEqual(
    found(`github_token = "${token}"`).map(({ rule }) => rule),
    ['github-personal-access-token'],
  );
  const own = ownRules([{ id: 'mine', pattern: 'acme_[a-z0-9]{20}', keywords: ['acme_'] }], 'it', rules);
  const text = `password = "acme_${draw('0123456789abcdefghijklmnopqrstuvwxyz', 20)}"`;
  assert.deepEqual(
    detect(text, { rules: withOwnRules(own.rules, rules) }).map(({ rule }) => rule),
    ['mine'],
  );
  assert.ok(!allRules().some(({ id }) => id === genericRule.id), 'it is not in the catalogue that is always on');
});

test('after any changes, and in the bytes of a text, the findings are those of the whole text', () => {
  const pieces = fc.constantFrom(
    'password = "',
    'password = "k7Hq29vLxPz83nWd"\n',
    "secret: '",
    'DB_PASSWORD=',
    'k7Hq29vLxPz83nWd',
    '"',
    "'",
    ' # example\n',
    'user=app ',
    '</password>',
    '<password>',
  );
  const options = { rules, file: 'app.env' };
  let of = 0;
  fc.assert(
    fc.property(
      textAndChanges,
      fc.array(fc.tuple(pieces, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 20 }),
      (given, more) => {
        let { text } = given;
        const live = new LiveText(text, options);
        const added = more.map(([inserted, at]) => ({ at, inserted }));
        for (const one of given.changes) {
          text = apply(text, one);
          live.change(one);
          assert.deepEqual(live.findings(), detect(text, options));
        }
        for (const { at, inserted } of added) {
          const change = { offset: Math.floor(at * text.length), removed: 0, inserted };
          text = apply(text, change);
          live.change(change);
          const expected = detect(text, options);
          assert.deepEqual(live.findings(), expected);
          of += expected.filter(({ rule }) => rule === genericRule.id).length;
        }
        const whole = text.toWellFormed();
        assert.deepEqual(
          detectBytes(Buffer.from(whole), 'utf-8', () => whole, options),
          detect(whole, options),
        );
      },
    ),
    { numRuns: 100 },
  );
  assert.ok(of > 100, `${of} findings only`);
});

test('what repeats itself is told as an expression that refers to what it found tells it', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'abcab', 'xyzw'), { maxLength: 16, size: 'max' }).map((parts) => parts.join(''));
  let repeating = 0;
  fc.assert(
    fc.property(text, (one) => {
      const twice = /(.{4,})\1/.test(one);
      if (twice) repeating++;
      assert.equal(standsTwice(one, 4), twice, one);
      assert.equal(recurs(one, 1, 4), /(.)\1{3}/.test(one), one);
      assert.equal(recurs(one, 2, 4), /(..)\1{3}/.test(one), one);
    }),
    { numRuns: 3000 },
  );
  assert.ok(repeating > 100 && repeating < 2900, `${repeating}`);
});

test('what many values show alike is weighed once, for all of them', () => {
  const count = 3000;
  const text = Array.from({ length: count }, () => `pwd=${draw(base62, 9)}7x\n`).join('');
  const scores = detect(text, { rules }).map(({ score }) => score);
  assert.ok(scores.length > count / 2, `${scores.length} found`);
  assert.ok(new Set(scores).size < count / 10, `${new Set(scores).size} made`);
});

test('256 KB of hostile text take no longer than other text', () => {
  const more = {
    pwd: 'pwd',
    'pwd=': 'pwd=',
    'secret: "': 'secret: "',
    'password="k7Hq29vLxPz83nWd" ': 'password="k7Hq29vLxPz83nWd" ',
    '<password>': '<password>',
    "token:'{": "token:'{",
    'long values': `password="${'Zk7qX2mB9vLc4RtY8wPs3NdF6hJg1'.repeat(10).slice(0, 290)}";`,
  };
  for (const [name, piece] of Object.entries({ ...hostile, ...more })) {
    const text = piece.repeat(Math.ceil(2 ** 18 / piece.length));
    const before = process.cpuUsage();
    detect(text, { rules });
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_000_000, `${name}: ${(user + system) / 1000} ms`);
  }
});
