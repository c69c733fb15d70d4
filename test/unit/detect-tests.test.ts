// A private key in a file of tests or examples: told, but not as one that opens a server.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { report, toText } from '../../src/detect/report.ts';
import { rulePage } from '../../src/detect/rule-page.ts';
import { privateKeyRules } from '../../src/detect/rules/private-key.ts';
import { toSarif } from '../../src/detect/sarif.ts';
import { testsIn } from '../../src/detect/test-files.ts';
import { scan } from '../../src/scan/files.ts';
import { sampleGitHubToken, samplePrivateKey } from '../sample-keys.ts';

const isOfTests = (path: string): boolean => testsIn(path, '')(0);

test('a path calls its file one of tests or examples by a folder or by the name of a program', () => {
  const ofTests = [
    'test/server.key',
    'pkg/testdata/ca.pem',
    'src/__tests__/sign.ts',
    'spec/fixtures/id_rsa',
    'examples/tls/key.pem',
    'integration-tests/certs/key.pem',
    'test_data/key.pem',
    'testutil/pki/key.pem',
    'testcerts/private.key',
    'packages\\tls\\Tests\\key.pem',
    'tls/key_test.go',
    'tls/test_key.py',
    'src/test-key.c',
    'docs/tls.md',
    'src/sign.spec.ts',
    'src/SignTest.java',
    'src/SignIT.java',
    't/lib-gpg/keyring.gpg',
    'regress/rsa_openssh.prv',
    'fuzz/certs.h',
    'benches/pem.rs',
    'tools/selftests/key.pem',
    'src/benchmark-tls.c',
    'src/pem_benchmark.rs',
    'src/KeyBenchmark.java',
    'src/rsa_test_keys.rs',
    'lib/crypto-selftests-pk.c',
  ];
  const others = [
    'server.key',
    'config/production.pem',
    'contest/key.pem',
    'latest/key.pem',
    'testimonials/key.pem',
    'certs/test.example.com.key',
    'src/attest.ts',
    'src/latest.go',
    'specification/key.pem',
    '/home/me/test/shop/server.key',
    'C:\\test\\shop\\server.key',
    '../test/server.key',
    'letsencrypt/live/docs.example.org/privkey.pem',
    'ssl/api.test.company.com/tls.key',
    'hosts/sample.io/id_rsa',
    'src/EditIT.ts',
    't-mobile/key.pem',
    'at/server.key',
    'workbench/key.pem',
    'src/latest_keys.rs',
    'src/tester_keys.c',
    'bin/audIT.sh',
  ];
  assert.deepEqual(
    ofTests.filter((path) => !isOfTests(path)),
    [],
  );
  assert.deepEqual(
    others.filter((path) => isOfTests(path)),
    [],
  );
});

test('no path makes its reading long', () => {
  const before = process.cpuUsage();
  for (const part of ['test-', 'bench_', 'a.', 'tests_', '_test.', 'aTest']) isOfTests(part.repeat(20_000));
  const { user } = process.cpuUsage(before);
  assert.ok(user < 500_000, `${user} µs`);
});

test('a private key of tests is told at Information in text, JSON and SARIF, and its rule’s page says so', () => {
  const key = samplePrivateKey();
  const told = (file: string) => report(key, detect(key, { file }), file);
  assert.deepEqual(
    [told('tls/server.key'), told('tls/testdata/server.key'), report(key, detect(key), 'tests/x.key')].map(([one]) => [
      one?.severity,
      one?.inTests,
    ]),
    [
      ['error', undefined],
      ['information', true],
      ['error', undefined],
    ],
  );
  assert.match(toText(told('tests/server.key')), /^tests\/server\.key:1:1: information: .* in a test or an example\n$/);
  const [{ results }] = JSON.parse(toSarif(told('tests/server.key'))).runs;
  assert.equal(results[0].level, 'note');
  assert.match(results[0].message.text, /, in a test or an example$/);
  assert.match(rulePage(privateKeyRules()[0]!), /In a file of tests or examples, as its path tells: Information/);
});

test('a program in Rust holds its own tests, and the key of the program above them is none of these', () => {
  const severities = (file: string) =>
    detect(`const KEY: &str = "${samplePrivateKey()}";\n\n#[cfg(test)]\nmod tests {\n    const KEY: &str = "${samplePrivateKey()}";\n}\n`, {
      file,
    }).map(({ severity }) => severity);
  assert.deepEqual(severities('src/sign.rs'), ['error', 'information']);
  assert.deepEqual(severities('src/sign.txt'), ['error', 'error']);
});

test('a block of tests in Rust may be seen by others, or built only with some features', () => {
  const severitiesBelow = (head: string) =>
    detect(`${head} {\n    const KEY: &str = "${samplePrivateKey()}";\n}\n`, { file: 'src/sign.rs' }).map(({ severity }) => severity);
  const heads = [
    '#[cfg(test)]\npub(crate) mod tests',
    '#[cfg(test)]\npub(in crate::sign) mod tests',
    '#[cfg(all(test, feature = "sso"))]\nmod sso_tests',
  ];
  assert.deepEqual(heads.flatMap(severitiesBelow), ['information', 'information', 'information']);
  assert.deepEqual(severitiesBelow('#[cfg(any(test, feature = "mock"))]\nmod keys'), ['error']);
});

test('in Rust it is the block of tests that counts: what is said of tests before a program, or stands behind them, is none', () => {
  const program = [
    'const FIRST: u8 = 0; // tests are behind #[cfg(test)]',
    '#[cfg(test)]',
    'mod others;',
    'const SECOND: u8 = 0;',
    'mod inner {',
    '    #[cfg(test)]',
    '    #[allow(dead_code)]',
    '    mod tests {',
    '        fn third() {',
    '        }',
    '    }',
    '    const FOURTH: u8 = 0;',
    '}',
    '#[cfg(test)]',
    'mod tests {',
    '    const FIFTH: u8 = 0;',
    '}',
    'const SIXTH: u8 = 0;',
  ].join('\n');
  const isOfTests = testsIn('src/main.rs', program);
  assert.deepEqual(
    ['FIRST', 'SECOND', 'third', 'FOURTH', 'FIFTH', 'SIXTH'].filter((word) => isOfTests(program.indexOf(word))),
    ['third', 'FIFTH'],
  );
});

test('an example in Rust stands in a doc comment, which is run as a test, and a key in any other is none', () => {
  const severities = ['/// ', '    //! let key = "', '// ', 'const KEY: &str = "'].map((before) => {
    const program = `use key;\n${before}${samplePrivateKey()
      .trimEnd()
      .replaceAll('\n', `\n${/^ *\/+!? /.exec(before)?.[0] ?? ''}`)}`;
    return detect(program, { file: 'src/sign.rs' }).map(({ severity }) => severity);
  });
  assert.deepEqual(severities, [['information'], ['information'], ['error'], ['error']]);
});

test('a program in Rust is read once for all that is found in it', () => {
  let read = 0;
  const text = {
    slice: () => {
      read++;
      return '#[cfg(test)]\nmod tests {\n}\n';
    },
  };
  const isOfTests = testsIn('src/main.rs', text);
  assert.deepEqual([0, 20, 23, 24, 900].map(isOfTests), [true, true, true, false, false]);
  assert.equal(read, 1);
});

test('other secrets keep their severity there, and so does a document that is typed in', () => {
  const token = sampleGitHubToken('tests');
  assert.deepEqual(
    detect(`${samplePrivateKey()}\n${token}`, { file: 'test/keys.ts' }).map(({ severity }) => severity),
    ['information', 'error'],
  );
  const document = new LiveText(samplePrivateKey(), { file: 'test/a.key' });
  document.change({ offset: 0, removed: 0, inserted: 'key:\n' });
  assert.deepEqual(
    document.findings().map(({ severity, inTests }) => [severity, inTests]),
    [['information', true]],
  );
});

test('a scan goes by the path from the folder where it runs', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'keystow-tests-'));
  t.after(() => rmSync(home, { recursive: true }));
  const cwd = join(home, 'test/shop');
  for (const file of ['server.key', 'tests/server.key']) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), samplePrivateKey());
  }
  const { findings } = await scan(['.'], { cwd });
  assert.deepEqual(
    findings.map(({ file, severity }) => `${file} ${severity}`),
    ['server.key error', 'tests/server.key information'],
  );
});
