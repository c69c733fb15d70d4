import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DetectOptions, detect, detectBytes } from '../../src/detect/detect.ts';
import { prepare } from '../../src/detect/first-pass.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { report, toText } from '../../src/detect/report.ts';
import { catalogue, RuleSet, withGeneric, withOwnRules } from '../../src/detect/rule-set.ts';
import { ownRules, type Problem } from '../../src/detect/rules/own.ts';
import { toSarif } from '../../src/detect/sarif.ts';
import { format } from '../../src/message.ts';
import { apply, plain, textAndChanges } from '../adversarial-texts.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const acme = { id: 'acme-token', pattern: '\\bACME-[A-Z0-9]{20}\\b', keywords: ['ACME-'] };
const named = { id: 'shop-key', pattern: '(?i)shop[_-]?key\\s*[:=]\\s*["\']?([a-z0-9]{24})\\b', keywords: ['shop'], severity: 'warning' };
const sample = `ACME-Q7P2${sampleKeyPair('acme').accessKeyId.slice(4)}`;

function rulesOf(...written: unknown[]) {
  const { rules, problems } = ownRules(written, 'the setting', catalogue);
  assert.deepEqual(problems.map(format), []);
  return withOwnRules(rules);
}

const found = (text: string, options: DetectOptions) =>
  detect(text, options).map(({ rule, severity, value }) => `${rule} ${severity} ${value}`);

test('a rule finds the first group of its pattern, or the whole, beside what the catalogue finds', () => {
  const rules = rulesOf(acme, named);
  const token = sampleGitHubToken('own');
  const text = `const a = "${sample}";\nSHOP_KEY: '${'k3j9'.repeat(6)}'\ntoken = ${token}\n`;
  assert.deepEqual(found(text, { rules }), [
    `acme-token error ${sample}`,
    `shop-key warning ${'k3j9'.repeat(6)}`,
    `github-personal-access-token error ${token}`,
  ]);
  assert.deepEqual(found(text, {}), [`github-personal-access-token error ${token}`]);
  assert.deepEqual(found(text, { rules, disabledRules: new Set(['acme-token']) }).length, 2);
  assert.deepEqual(found(`${sample} # keystow:ignore\n`, { rules }), []);
  assert.deepEqual(found(`${sample}0`, { rules }), [], 'the word goes on');
  const whole = rulesOf({ ...named, group: 0 });
  assert.deepEqual(found(`shop-key=${'k3j9'.repeat(6)}`, { rules: whole }), [`shop-key warning shop-key=${'k3j9'.repeat(6)}`]);
});

test('as many rules as there may be, with as many and as long keywords as they may have, all count', () => {
  const keyword = (rule: number, index: number): string => `${rule}/${index}/`.padEnd(64, `${rule * 31 + index * 7},`);
  const written = Array.from({ length: 100 }, (_, rule) => ({
    id: `rule-${rule}`,
    pattern: `=([a-z]{10})${rule}\\b`,
    keywords: Array.from({ length: 20 }, (_, index) => keyword(rule, index)),
  }));
  const rules = rulesOf(...written);
  assert.deepEqual(found(`${keyword(0, 0)}=abcdefghij0\n${keyword(99, 19)}=qrstuvwxyz99\n`, { rules }), [
    'rule-0 error abcdefghij',
    'rule-99 error qrstuvwxyz',
  ]);
});

test('a keyword may stand before the secret or in it, on another line too, and each one is looked at', () => {
  const rules = rulesOf({ id: 'hex-pin', pattern: '\\b[0-9a-f]{16}\\b', keywords: ['vault pin'] });
  const pin = (seed: string) =>
    sampleKeyPair(seed)
      .secretAccessKey.replace(/[^0-9a-f]/g, '')
      .repeat(9)
      .slice(0, 16);
  const [first, second] = [pin('one'), pin('two')];
  const text = `commit 0123456789abcdef\nVault PIN\n\n  ${first}\n${'x\n'.repeat(300)}# vault pin: ${second}\n`;
  assert.deepEqual(found(text, { rules }), [`hex-pin error ${first}`, `hex-pin error ${second}`]);
  assert.deepEqual(found(`vault pin ${'.'.repeat(300)} ${first}`, { rules }), [], 'too far behind');
  const lines = rulesOf({ id: 'line-key', pattern: '^key ([a-z]{12})$', keywords: ['key '] });
  assert.deepEqual(found(`a\nkey abcdefghijkl\r\nb`.replace('\r', ''), { rules: lines }), ['line-key error abcdefghijkl']);
  assert.deepEqual(found('my key abcdefghijkl', { rules: lines }), []);
});

test('a keyword counts when it stands there whole, however far another text begins as it does', () => {
  const rules = rulesOf({ id: 'deploy', pattern: '\\b[a-z]{12}\\b', keywords: ['deployment_token', 'deployment_key'] });
  assert.deepEqual(found('deployment_name = abcdefghijkl', { rules }), []);
  assert.deepEqual(found('deployment_key = abcdefghijkl', { rules }), ['deploy error abcdefghijkl']);
  const far = `abcdefghijkl deployment_name${'.'.repeat(300)}deployment_token`;
  assert.deepEqual(found(far, { rules }), [], 'too far before the keyword');
  assert.deepEqual(found(`${far} mnopqrstuvwx`, { rules }), ['deploy error mnopqrstuvwx']);
  const between = `deployment_token${'.'.repeat(300)} abcdefghijkl ${'.'.repeat(300)}deployment_token`;
  assert.deepEqual(found(between, { rules }), [], 'too far from both keywords');
});

test('all secrets behind one keyword are found, each once, as far as it reaches', () => {
  const rules = rulesOf({ id: 'pin', pattern: '\\b[0-9]{8}\\b', keywords: ['pins', 'vault'] });
  const pin = (index: number): string => `${10_000_000 + index * 7919}`;
  const list = (count: number): string[] => Array.from({ length: count }, (_, index) => pin(index));
  const values = (text: string) => detect(text, { rules }).map(({ value }) => value);
  assert.deepEqual(values(`pins: ${list(3).join(', ')}`), list(3));
  const few = values(`pins: ${list(100).join(' ')}`);
  assert.deepEqual(few, list(few.length), 'those that begin up to 256 characters behind it');
  assert.equal(few.length, 28);
  const lines = list(1000).map((one, index) => (index % 20 === 0 ? `pins ${one}` : one));
  assert.deepEqual(values(lines.join('\n')), list(1000), 'a keyword a stretch, over many of these');
  for (let apart = 900; apart < 1300; apart += 7) {
    const text = `pins ${pin(1)}${' '.repeat(apart)}${pin(2)} vault ${pin(3)} ${pin(4)}`;
    assert.deepEqual(values(text), [pin(1), pin(3), pin(4)], `${apart} apart`);
  }
  const inside = rulesOf({ ...acme, keywords: ['list', 'acme-'] });
  const tokens = list(60).map((one) => `ACME-${one}AB${one}QR`);
  assert.deepEqual(
    detect(`list\n${tokens.join('\n')}`, { rules: inside }).map(({ value }) => value),
    tokens,
  );
});

test('a rule hides nothing that the catalogue finds, whatever it matches', () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('hidden');
  const text = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\nend = ${sample}\n`;
  const rules = rulesOf(
    acme,
    { id: 'all', pattern: '[\\s\\S]{1,100}', keywords: ['aws', 'key'], severity: 'information' },
    { id: 'value', pattern: '= ([^ \\n]+)', keywords: ['secret'], severity: 'information' },
  );
  assert.deepEqual(detect(text, { rules }).slice(0, 2), detect(text));
  assert.deepEqual(found(text, { rules }).slice(2), [`acme-token error ${sample}`]);
  const without = {
    rules: rulesOf(acme, { id: 'mine', pattern: 'AKIA[A-Z2-7]{16}', keywords: ['akia'] }),
    disabledRules: new Set(['aws-access-key-id']),
  };
  assert.deepEqual(found(accessKeyId, without), [`mine error ${accessKeyId}`], 'a rule that is off hides none either');
});

test('what is wrong with a rule is said with its place and the remedy, and stops no other', () => {
  const why = (written: unknown) => {
    const { rules, problems } = ownRules([written, acme], 'the setting', catalogue);
    assert.deepEqual(
      rules.map(({ id }) => id),
      ['acme-token'],
    );
    assert.equal(problems.length, 1);
    return format(problems[0] as Problem);
  };
  assert.equal(why('text'), 'Rule 1 of the setting is left out: it has to be an object with id, pattern, keywords.');
  assert.match(why({ ...named, id: 'Shop Key' }), /^Rule 1 \(Shop Key\) of the setting is left out: its id has to be of small letters/);
  assert.match(why({ ...named, id: 'aws-access-key-id' }), /its id is that of a rule of Keystow/);
  assert.match(why({ ...named, pattern: '(' }), /its pattern is none of RE2, .*: missing closing \): `\(`\.$/);
  assert.match(why({ ...named, pattern: 'a(?=b)' }), /neither ahead nor behind/);
  assert.match(why({ ...named, pattern: '' }), /no pattern/);
  assert.match(why({ ...named, pattern: 'x*' }), /without any character/);
  assert.match(why({ ...named, pattern: `${'x'.repeat(1001)}` }), /longer than 1000 characters/);
  assert.match(why({ ...named, pattern: '([a-z]{100}){9}' }), /comes to \d+ steps, and 500 are possible/);
  assert.match(why({ ...named, keywords: [] }), /it needs keywords, 20 at most/);
  assert.match(why({ ...named, keywords: ['ab'] }), /3 to 64 ASCII characters, and ab is not/);
  assert.match(why({ ...named, keywords: ['clé de'] }), /ASCII/);
  assert.match(why({ ...named, severity: 'high' }), /one of error, warning, information/);
  assert.match(why({ ...named, group: 2 }), /from 0, the whole, to 1/);
  assert.match(why({ ...named, message: '' }), /its message has to be a text/);
  assert.match(why({ ...named, regex: 'x' }), /a rule has no regex. It may have id, pattern/);
  const twice = ownRules([acme, acme], 'the setting', catalogue);
  assert.match(format(twice.problems[0]!), /^Rule 2 \(acme-token\) .* the same id/);
  assert.match(format(ownRules([acme], 'it', withOwnRules(twice.rules)).problems[0]!), /the same id/);
  assert.equal(
    ownRules(
      Array.from({ length: 102 }, (_, i) => ({ ...acme, id: `a${i}` })),
      'it',
      catalogue,
    ).problems.length,
    2,
  );
});

test('reports, text and SARIF name the rule as its person does, and hold no secret', () => {
  const rules = rulesOf({ ...acme, name: 'ACME\u001b[2J token', message: 'Orders anvils.' });
  const reports = report(sample, detect(sample, { rules }), 'a.txt');
  assert.match(toText(reports, { rules }), /^a\.txt:1:1: error: ACME\ufffd\[2J token ….{4} \[acme-token\]\n$/);
  const [{ tool }] = JSON.parse(toSarif(reports, rules)).runs;
  assert.equal(tool.driver.rules[0].fullDescription.text, 'Orders anvils.');
  assert.ok(!toSarif(reports, rules).includes(sample));
  const short = rulesOf({ id: 'pin', pattern: 'pin ([0-9]{4})', keywords: ['pin '] });
  const [pin] = report('pin 4711', detect('pin 4711', { rules: short }), 'a.txt');
  assert.equal(pin?.redacted, '…1', 'of a short one no more than a quarter');
});

test('without rules of its own a set is the catalogue itself', () => {
  assert.equal(withOwnRules([]), catalogue);
});

test('rules beside others make none of those before a text leads to one, and take no id of theirs', () => {
  let made = 0;
  const theirs = rulesOf(named).added;
  const group = {
    size: 1,
    rules() {
      made++;
      return theirs;
    },
  };
  const others = new RuleSet([group], prepare(theirs));
  const { rules, problems } = ownRules([acme], 'the setting', others);
  assert.equal(problems.length, 0);
  const both = withGeneric(withOwnRules(rules, others));
  assert.deepEqual(found(sample, { rules: both }), [`acme-token error ${sample}`]);
  assert.equal(both.find('no-such-rule'), undefined);
  assert.equal(made, 0);
  assert.equal(both.find(named.id), theirs[0]);
  assert.equal(made, 1);
});

const several = rulesOf(
  acme,
  named,
  { id: 'secret-word', pattern: 'secret[^\\n]{0,30}', keywords: ['secret'] },
  { id: 'any-hex', pattern: '\\b[0-9a-zA-Z]{16,40}\\b', keywords: ['key', 'aws '] },
  { id: 'two-lines', pattern: '(?s)begin.{1,200}?end', keywords: ['begin'] },
);

test('after any changes, and in the bytes of a text, the findings are those of the whole text', () => {
  let of = 0;
  const options = { rules: several };
  fc.assert(
    fc.property(textAndChanges, ({ text: first, changes }) => {
      let text = first;
      const live = new LiveText(text, options);
      for (const one of changes) {
        text = apply(text, one);
        live.change(one);
        const expected = detect(text, options);
        assert.deepEqual(live.findings(), expected);
        of += expected.filter(({ rule }) => several.find(rule)?.rank).length;
      }
      const whole = text.toWellFormed();
      assert.deepEqual(
        detectBytes(Buffer.from(whole), 'utf-8', () => whole, options),
        detect(whole, options),
      );
    }),
    { numRuns: 100 },
  );
  assert.ok(of > 500, `${of} findings of own rules only`);
});

test('a rule that takes too long is left out after a few places, before anybody who types has waited for long', () => {
  const costly = { id: 'costly', pattern: '(?:([a-z]{1,20})([a-z]{1,20})([a-z]{1,20})(!)|abc)', group: 4, keywords: ['abc'] };
  const said: Problem[] = [];
  const [rule] = ownRules([costly], 'here', catalogue, (problem) => said.push(problem)).rules;
  const text = 'abc'.repeat(1000);
  let places = 0;
  for (; said.length === 0; places++) rule!.check(text, 0, 3);
  assert.equal(rule!.check(text, 0, 3), undefined);
  assert.ok(places < 50, `${places} places`);
});

test('256 KB of hostile text cost a rule time in proportion, and what it found stays inside the text', () => {
  const hostile = {
    keywords: 'acme-',
    matches: `${sample} `,
    'almost a match': `ACME-${'A'.repeat(19)} `,
    'a long word': 'acme-A',
    'far apart': `acme-${plain.slice(0, 300)}`,
  };
  for (const [name, piece] of Object.entries(hostile)) {
    const text = piece.repeat(Math.ceil(2 ** 18 / piece.length));
    const before = process.cpuUsage();
    const all = detect(text, { rules: several });
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_000_000, `${name}: ${(user + system) / 1000} ms`);
    assert.ok(all.every(({ start, end }) => start < end && end <= text.length));
  }
});
