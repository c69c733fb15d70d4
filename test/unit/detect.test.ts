import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, allRules, detect } from '../../src/detect/detect.ts';
import { prepare } from '../../src/detect/first-pass.ts';
import { catalogue, RuleSet } from '../../src/detect/rule-set.ts';
import type { AnyRule } from '../../src/detect/rules/rule.ts';
import { readPlaces } from '../../src/detect/second-pass.ts';
import { hostile, hostileInFiles, type OwnText, ownTexts } from '../adversarial-texts.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

const key = sampleKeyPair('detect');
const other = sampleKeyPair('another');
const temporaryId = key.accessKeyId.replace('AKIA', 'ASIA');
const credentials = `[default]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`;
const told = (text: string) => detect(text).map(({ rule, severity }) => `${rule} ${severity}`);

test('a key pair in a credentials file: exact ranges, severities, and each half names the other', () => {
  assert.deepEqual(detect(credentials), [
    {
      rule: 'aws-access-key-id',
      severity: 'information',
      start: credentials.indexOf('AKIA'),
      end: credentials.indexOf('AKIA') + 20,
      value: key.accessKeyId,
      pairedWith: 1,
    },
    {
      rule: 'aws-secret-access-key',
      severity: 'error',
      start: credentials.indexOf(key.secretAccessKey),
      end: credentials.indexOf(key.secretAccessKey) + 40,
      value: key.secretAccessKey,
      pairedWith: 0,
    },
  ]);
});

test('temporary credentials are warnings, their secret too', () => {
  const token = `IQoJb3JpZ2luX2Vj${key.secretAccessKey.repeat(6)}`;
  const text = `AWS_ACCESS_KEY_ID=${temporaryId}\nAWS_SECRET_ACCESS_KEY=${key.secretAccessKey}\nAWS_SESSION_TOKEN=${token}\n`;
  assert.deepEqual(told(text), ['aws-temporary-access-key-id warning', 'aws-secret-access-key warning', 'aws-session-token warning']);
});

test('a secret that its neighbour alone gives away needs the key id near it', () => {
  assert.deepEqual(told(`${key.accessKeyId},${key.secretAccessKey}`), ['aws-access-key-id information', 'aws-secret-access-key error']);
  assert.deepEqual(told(`${key.accessKeyId},${'\n'.repeat(400)}${key.secretAccessKey}`), ['aws-access-key-id information']);
  assert.deepEqual(told(`AKIAIOSFODNN7EXAMPLE,${key.secretAccessKey}`), []);
});

test('several pairs in one file go together as they stand, in any order and syntax', () => {
  const { accessKeyId: a, secretAccessKey: s } = key;
  const { accessKeyId: b, secretAccessKey: t } = other;
  const texts = [
    `[a]\naws_access_key_id=${a}\naws_secret_access_key=${s}\n[b]\naws_access_key_id=${b}\naws_secret_access_key=${t}\n`,
    `[{"secretAccessKey":"${s}","accessKeyId":"${a}"},{"secretAccessKey":"${t}","accessKeyId":"${b}"}]`,
    `Access key ID,Secret access key\n${a},${s}\n${b},${t}\n`,
    `[["${a}","${s}"],["${b}","${t}"]]`,
    `${s}\n${a}\n${t}\n${b}\n`,
    // ids first: their order tells, and names do
    `ids = ["${a}", "${b}"]\nsecrets = ["${s}", "${t}"]\n`,
    `${a} ${b}\n${s} ${t}\n`,
    `${s} ${t}\n\n${a} ${b}\n`,
    `PROD_AWS_ACCESS_KEY_ID=${a}\nDEV_AWS_ACCESS_KEY_ID=${b}\nPROD_AWS_SECRET_ACCESS_KEY=${s}\nDEV_AWS_SECRET_ACCESS_KEY=${t}\n`,
    `PROD_AWS_ACCESS_KEY_ID=${a}\nDEV_AWS_ACCESS_KEY_ID=${b}\nDEV_AWS_SECRET_ACCESS_KEY=${t}\nPROD_AWS_SECRET_ACCESS_KEY=${s}\n`,
    `PROD_AWS_ACCESS_KEY_ID=${a}\nDEV_AWS_SECRET_ACCESS_KEY=${t}\nDEV_AWS_ACCESS_KEY_ID=${b}\nPROD_AWS_SECRET_ACCESS_KEY=${s}\n`,
  ];
  for (const text of texts) {
    const found = detect(text);
    const partner = (value: string) => found[found.find((finding) => finding.value === value)?.pairedWith ?? -1]?.value;
    assert.deepEqual([partner(a), partner(s), partner(b), partner(t)], [s, a, t, b], text);
  }
});

test('of two ids the one with the secret’s name has it, and not a nearer one that a comment calls old', () => {
  const { accessKeyId: a, secretAccessKey: s } = key;
  const text = `AWS_ACCESS_KEY_ID=${a}\n# old ${other.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${s}\n`;
  assert.deepEqual(
    detect(text).map(({ pairedWith }) => pairedWith),
    [2, undefined, 0],
  );
});

test('as many secrets stand behind as many ids, however many there are', () => {
  const keys = Array.from({ length: 20 }, (_, index) => sampleKeyPair(`of a table ${index}`));
  const text = `${keys.map((one) => one.accessKeyId).join('\n')}\n\n${keys.map((one) => `secret_access_key: ${one.secretAccessKey}`).join('\n')}\n`;
  assert.deepEqual(
    detect(text).map(({ pairedWith }) => pairedWith),
    Array.from({ length: 40 }, (_, index) => (index + 20) % 40),
  );
});

test('escapes and concatenation are undone: the value as it stands, and the credential that it means', () => {
  const secret = `${key.secretAccessKey.slice(0, 38)}/+`;
  const [encoded] = detect(`secretAccessKey=${encodeURIComponent(secret)}`);
  assert.deepEqual([encoded?.value, encoded?.credential], [encodeURIComponent(secret), secret]);
  const written = `'${secret.slice(0, 20)}' +\n      '${secret.slice(20)}'`;
  const [split] = detect(`const secretAccessKey = ${written};`);
  assert.deepEqual([split?.value, split?.credential], [written.slice(1, -1), secret]);
});

test('findings come in the order of the text, also after characters of two units', () => {
  const text = `😀 ${sampleGitHubToken('t')}\n${samplePrivateKey()}\n${credentials}`;
  const found = detect(text);
  assert.deepEqual(
    found.map(({ rule }) => rule),
    ['github-personal-access-token', 'private-key', 'aws-access-key-id', 'aws-secret-access-key'],
  );
  for (const { start, end, value } of found) assert.equal(text.slice(start, end), value);
});

test('a disabled rule reports nothing but still serves as evidence', () => {
  const found = detect(`${key.accessKeyId}:${key.secretAccessKey}`, { disabledRules: new Set(['aws-access-key-id']) });
  assert.deepEqual(
    found.map(({ rule, pairedWith }) => [rule, pairedWith]),
    [['aws-secret-access-key', undefined]],
  );
  const temporary = detect(`${temporaryId}:${key.secretAccessKey}`, { disabledRules: new Set(['aws-temporary-access-key-id']) });
  assert.deepEqual(
    temporary.map(({ severity }) => severity),
    ['warning'],
  );
});

test('an ignore comment on the line, ours or another scanner’s, or on the line before', () => {
  const line = `const secretAccessKey = '${key.secretAccessKey}';`;
  const ignored = [
    `${line} // keystow:ignore`,
    `// keystow:ignore\n${line}`,
    `  <!-- keystow:ignore -->\r\n${line}`,
    `${line} // gitleaks:allow`,
    `${line} # betterleaks:allow`,
    `${line} # trufflehog:ignore`,
    `${line} # kingfisher:ignore`,
    `${line} # kingfisher:allow`,
    `${line} # pragma: allowlist secret`,
    `# pragma: allowlist nextline secret\n${line}`,
    `${line} // secretlint-disable-line`,
    `// secretlint-disable-next-line\n${line}`,
    `${line} // ggignore`,
    // up to where it is turned on again, or to the end
    `// secretlint-disable\n${'x\n'.repeat(3000)}${line}`,
    `// secretlint-disable\n// secretlint-enable\n# secretlint-disable -- of the tests\n${line}\n\n${samplePrivateKey()}# secretlint-enable\n`,
    `<!-- secretlint-disable --> ${line}`,
    samplePrivateKey().replace('\n', ' # keystow:ignore\n'),
    `# keystow:ignore\n${samplePrivateKey()}`,
    `${samplePrivateKey().trim()} # keystow:ignore`,
    // behind the end of a string of several lines
    `text = """\n${line}\n"""  # kingfisher:ignore`,
    `text = f('''\n${line}\n\n  ''')  # keystow:ignore`,
    `const text = \`\n${line}\n\`; // gitleaks:allow`,
    `const key = \`${samplePrivateKey()}\`; // gitleaks:allow`,
  ];
  assert.deepEqual(
    ignored.filter((text) => detect(text).length > 0),
    [],
  );
  const stillFound = [
    `run(); // keystow:ignore\n${line}`,
    `${line}\n// keystow:ignore`,
    `// gitleaks:allow\n${line}`,
    `// keystow:ignore\n\n${line}`,
    `${line}\n// secretlint-disable\n`,
    `// secretlint-disable\n// secretlint-enable\n${line}`,
    `/* secretlint-disable @secretlint/secretlint-rule-github */\n${line}`,
    `// secretlint-disable-line\n${line}`,
    `// secretlint-disabled\n${line}`,
    // a sentence, a value or a name with the word in it is no such comment
    ...[
      'Write `secretlint-disable` in a comment.',
      '"# secretlint-disable"',
      'See # secretlint-disable.',
      'https://example.com/#secretlint-disable?x',
    ].map((mention) => `${mention}\n${line}`),
    ...['{"comment":"secretlint-disable"}', 'npm i eslint-plugin-secretlint-disable', 'secretlint-disable is off'].map(
      (mention) => `${mention}\n${line}`,
    ),
    // the string begins behind the secret
    `${'a line\n'.repeat(500)}key = "${line}"\nother = f(\n\`; // keystow:ignore`,
    `${line}\ntext = """\n"""  # keystow:ignore`,
    `text = """\n"""\n${line}\nother = f("""\n""") # keystow:ignore`,
    `text = """\n${line}\n""" + other\n# keystow:ignore`,
  ];
  assert.deepEqual(
    stillFound.filter((text) => detect(text).length === 0),
    [],
  );
});

test('a comment that names rules of secretlint speaks of what these find on its line or the next, or in its string of several lines', () => {
  const line = `const secretAccessKey = '${key.secretAccessKey}';`;
  const [aws, github] = ['@secretlint/secretlint-rule-aws', '@secretlint/secretlint-rule-github'];
  const commented = (names: string) => [
    `${line} // secretlint-disable-line ${names}`,
    `// secretlint-disable-next-line ${names}\n${line}`,
    `// secretlint-disable-next-line ${names}\r\n${line}`,
    `<!-- secretlint-disable-next-line ${names} -->\n${line}`,
    `text = """\n${line}\n""" # secretlint-disable-line ${names} -- of the tests`,
  ];
  for (const names of [aws, `${github}, ${aws}`]) for (const text of commented(names)) assert.deepEqual(detect(text), []);
  for (const text of commented(github)) assert.equal(detect(text).length, 1, text);
  for (const text of commented(github)) assert.deepEqual(detect(text.replace(line, `${line} // gitleaks:allow`)), []);
});

test('a block that names rules of secretlint hides what these find, and nothing else', () => {
  const aws = `const secretAccessKey = '${key.secretAccessKey}';`;
  const github = sampleGitHubToken('blocks');
  const text = (comment: string, enabled = '// secretlint-enable') => `${comment}\n${aws}\n${github}\n${enabled}\n${samplePrivateKey()}`;
  const rules = (...of: Parameters<typeof text>) => detect(text(...of)).map(({ rule }) => rule);
  const [ofAws, ofGithub, ofKey] = ['aws-secret-access-key', 'github-personal-access-token', 'private-key'];
  const [awsRule, githubRule] = ['@secretlint/secretlint-rule-aws', '@secretlint/secretlint-rule-github'];
  assert.deepEqual(rules(`// secretlint-disable ${awsRule}`), [ofGithub, ofKey]);
  assert.deepEqual(rules(`/* secretlint-disable ${githubRule} -- of the tests */`), [ofAws, ofKey]);
  assert.deepEqual(rules(`<!-- secretlint-disable ${githubRule} , ${awsRule}-->`), [ofKey]);
  assert.deepEqual(rules(`# secretlint-disable ${awsRule}\n# secretlint-disable ${githubRule}`), [ofKey]);
  assert.deepEqual(rules('# secretlint-disable @secretlint/secretlint-rule-privatekey', ''), [ofAws, ofGithub]);
  const both = `# secretlint-disable ${awsRule},${githubRule}\n# secretlint-enable`;
  assert.deepEqual(rules(`${both} ${awsRule}`), [ofAws, ofKey], 'turned on again by its name');
  assert.deepEqual(rules(both), [ofAws, ofGithub, ofKey]);
  assert.deepEqual(
    rules(`# secretlint-disable ${awsRule}\n# secretlint-disable\n# secretlint-enable ${githubRule}`),
    [ofGithub, ofKey],
    'still off',
  );
  for (const none of [
    `secretlint-disable ${awsRule}`,
    `# secretlint-disable ${awsRule} is off`,
    '# secretlint-disable @secretlint/secretlint-rule-constructor',
  ]) {
    assert.deepEqual(rules(none), [ofAws, ofGithub, ofKey], none);
  }
});

test('blocks that name many rules cost what they hide little', () => {
  const lines = `${key.accessKeyId}\n`.repeat(20_000);
  const names = Array.from({ length: 64 }, (_, index) => `@secretlint/secretlint-rule-x${index}`);
  const disabling = [0, 16, 32, 48].map((at) => `# secretlint-disable ${names.slice(at, at + 16)}\n`).join('');
  const took = (text: string): number => {
    const times = Array.from({ length: 7 }, () => {
      const before = process.cpuUsage();
      assert.equal(detect(text).length, 20_000);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...times);
  };
  const [plain, inBlock] = [took(lines), took(disabling + lines)];
  assert.ok(inBlock < 4 * plain, `${inBlock / 1000} ms, without ${plain / 1000} ms`);
});

test('the account of a key id, by a published example of the encoding', () => {
  assert.equal(accountOf(['ASIA', 'QNZGKIQY56', 'JQ7WML'].join('')), '029608264753');
  assert.equal(accountOf('AKIAIOSFODNN7EXAMPLE'), undefined);
  assert.equal(accountOf(`AIDA${key.accessKeyId.slice(4)}`), undefined);
  assert.equal(accountOf('AKIA'), undefined);
});

/** How often rules were asked about a text, and how many units they read on from there, as they say it. */
function work(text: string): number {
  const places = catalogue.firstPass.matcher.look(text);
  let read = 0;
  const next = new Map<AnyRule, number>();
  readPlaces(catalogue, text, places, (rule, end, readTo) => {
    read += readTo - Math.max(end, next.get(rule) ?? 0);
    next.set(rule, readTo);
  });
  return places.ends.length + places.runs.length + read;
}

test('hostile text is work in proportion to its length: no rule reads a part of it twice', () => {
  for (const [name, piece] of Object.entries(hostile)) {
    const text = piece.repeat(Math.ceil(2 ** 17 / piece.length));
    const [quarter, whole] = [work(text.slice(0, 2 ** 15)), work(text)];
    assert.ok(whole <= 4.2 * quarter + 5000, `${name}: ${quarter}, then ${whole}`);
    // each rule that looks into base 64 looks for its end
    assert.ok(whole <= 8 * text.length, `${name}: ${whole}`);
  }
});

// By CPU, beside the others, since the machine may be slow or busy: a rule that took the entropy of the next kilobytes at each place would take twenty times as long.
test('no rule’s own texts, repeated, take many times as long as those of the others', () => {
  const size = 2 ** 12;
  const cpuOf = ({ made }: OwnText, times: number): number => {
    const text = made(size);
    const tries = Array.from({ length: times }, () => {
      const before = process.cpuUsage();
      detect(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...tries);
  };
  const texts = ownTexts().filter(({ name }) => !/, (?:apart|cut|half|with another end)$/.test(name));
  const measured = texts.map((one) => ({ one, cpu: cpuOf(one, 1) })).sort((a, b) => a.cpu - b.cpu);
  const usual = measured[measured.length >> 1]!.cpu;
  const slow = measured.filter(({ one, cpu }) => cpu > 10 * usual && cpuOf(one, 9) > 10 * usual);
  assert.deepEqual(
    slow.map(({ one }) => one.name),
    [],
  );
});

test('of escaped addresses one behind the other, the first one’s host ending with the scheme of the next, each password is found', () => {
  const passwords = [key, other].map(({ secretAccessKey }) => `aB3${secretAccessKey.replace(/\W/g, '').slice(0, 14)}`);
  const text = passwords.map((password) => `postgres%3a%2f%2fapp%3a${password}%40db.shop.io.`).join('');
  assert.deepEqual(
    detect(text).map(({ rule, value }) => `${rule} ${value}`),
    passwords.map((password) => `database-url-password ${password}`),
  );
});

// A generous bound, of CPU since the machine may be busy; what is quadratic takes minutes. The benchmark measures closely.
test('1 MB of hostile text takes no longer than other text', () => {
  const inAnyFile = Object.entries(hostile).map(([name, piece]) => ({ name, piece, options: {} }));
  const inFiles = Object.entries(hostileInFiles).map(([name, { piece, file }]) => ({ name, piece, options: { file } }));
  for (const { name, piece, options } of [...inAnyFile, ...inFiles]) {
    const text = piece.repeat(Math.ceil(2 ** 20 / piece.length));
    const before = process.cpuUsage();
    detect(text, options);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_500_000, `${name}: ${(user + system) / 1000} ms`);
  }
});

test('a password whose signs are escaped is told as it stands, and what it means', () => {
  const end = key.secretAccessKey.replace(/\W/g, '').slice(0, 14);
  const [written, meant] = [`aB3\\u0026\\"${end}\\\\`, `aB3&"${end}\\`];
  for (const text of [
    `{"schema_version": 0, "attributes": {"password": "${written}"}}`,
    `{"password": {"sensitive": true, "type": "string", "value": "${written}"}}`,
    `{"db_password": "${written}"}`,
  ]) {
    assert.deepEqual(
      detect(text).map(({ value, credential }) => [value, credential]),
      [[written, meant]],
      text,
    );
  }
});

test('rules are made only where a text leads to one of them', () => {
  const rules = allRules();
  let made = 0;
  const make = () => {
    made++;
    return rules;
  };
  const set = new RuleSet([{ size: rules.length, rules: make }], prepare(rules));
  assert.deepEqual(detect('const plain = value;\n'.repeat(40), { rules: set }), []);
  assert.equal(made, 0);
  assert.equal(detect(`const it = '${sampleGitHubToken('made')}';`, { rules: set }).length, 1);
  assert.equal(made, 1);
});
