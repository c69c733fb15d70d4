import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect, detectBytes } from '../../src/detect/detect.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { decode } from '../../src/detect/rules/encoded.ts';
import { sampleJwt } from '../../src/detect/rules/jwt.ts';
import { draw, sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

// Credentials in a text that is in base64: found where that stands, and called what they are.

const { accessKeyId, secretAccessKey } = sampleKeyPair('encoded');
const token = sampleGitHubToken('encoded');
const pem = samplePrivateKey();
const password = `${draw('abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ', 14)}a7Z`;
const encoded = (text: string): string => Buffer.from(text).toString('base64');
const credentialsFile = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
const dockerConfig = { auths: { 'ghcr.io': { auth: encoded(`ci:${password}`) } } };
const serviceAccount = {
  type: 'service_account',
  project_id: 'shop',
  private_key_id: draw('0123456789abcdef', 40),
  private_key: pem,
  client_email: 'ci@shop.iam.gserviceaccount.com',
};
const kubeconfig = `users:\n- name: admin\n  user:\n    client-key-data: ${encoded(pem)}\n`;

const rulesIn = (text: string): string[] => detect(text).map(({ rule }) => rule);

test('the values of a Kubernetes Secret are told as they would be if they were not encoded, by their own form or by their names', () => {
  const values: Readonly<Record<string, readonly [value: string, ...rules: string[]]>> = {
    AWS_ACCESS_KEY_ID: [accessKeyId, 'aws-access-key-id'],
    AWS_SECRET_ACCESS_KEY: [secretAccessKey, 'aws-secret-access-key'],
    'with-a-line-end': [`${token}\n`, 'github-personal-access-token'],
    DATABASE_URL: [`postgres://app:${password}@db.shop.io/main`, 'database-url-password'],
    DATADOG_API_KEY: [draw('0123456789abcdef', 32), 'datadog-api-key'],
    '.dockerconfigjson': [JSON.stringify(dockerConfig), 'docker-registry-auth'],
    'service-account.json': [JSON.stringify(serviceAccount, null, 2), 'google-service-account-key'],
    'tls.key': [pem, 'private-key'],
    kubeconfig: [kubeconfig, 'private-key'],
    token: [
      sampleJwt(draw, { iss: 'kubernetes/serviceaccount', sub: 'system:serviceaccount:shop:ci' }),
      'kubernetes-service-account-token',
    ],
    credentials: [credentialsFile, 'aws-secret-access-key'],
    namespace: ['production-and-more'],
    password: ['password'],
    url: ['postgres://user:password@localhost:5432/main'],
    template: ['AWS_SECRET_ACCESS_KEY=<your secret access key>'],
  };
  const entries = Object.entries(values);
  const data = entries.map(([name, [value]]) => `  ${name}: ${encoded(value)}\n`).join('');
  const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n${data}type: Opaque\n`;
  const expected = entries.flatMap(([, [, ...rules]]) => rules);
  assert.deepEqual(rulesIn(secret), expected);
  const listed = `items:\n- ${secret.trimEnd().replaceAll('\n', '\r\n  ')}`;
  assert.deepEqual(rulesIn(listed), expected);
  const found = detect(secret);
  for (const { value } of found) assert.ok(secret.includes(`: ${value}\n`), 'the value is all of the base64');
  const [id, key] = found;
  assert.equal(id!.pairedWith, 1);
  assert.equal(key!.credential, secretAccessKey);
});

test('a file in a variable, whatever stands before what tells it', () => {
  const files: Readonly<Record<string, readonly [content: string, rule: string]>> = {
    CREDENTIALS: [credentialsFile, 'aws-secret-access-key'],
    ENV_FILE: [`DEBUG=true\nAWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`, 'aws-secret-access-key'],
    GCP_SA_KEY: [JSON.stringify(serviceAccount, null, 2), 'google-service-account-key'],
    DOCKER_AUTH_CONFIG: [JSON.stringify(dockerConfig, null, '\t'), 'docker-registry-auth'],
    KUBECONFIG_DATA: [kubeconfig, 'private-key'],
    LOGIN: [`x-access-token:${token}`, 'github-personal-access-token'],
  };
  for (const [name, [content, rule]] of Object.entries(files)) {
    for (const before of ['', '\n', '# ', '#\n\n', `# ${'-'.repeat(2000)}\n`]) {
      const value = encoded(before + content);
      for (const text of [`${name}=${value}\n`, `{"${name}": "${value}"}`, `echo ${value} | base64 -d`]) {
        assert.deepEqual(rulesIn(text), [rule], `${name} behind ${before.length} characters`);
      }
    }
  }
});

test('a value on several lines, as base64 and PEM break them, is one value, however the lines are joined', () => {
  const files: Readonly<Record<string, readonly [content: string, rule: string]>> = {
    'a private key': [pem, 'private-key'],
    'a service account': [JSON.stringify(serviceAccount, null, 2), 'google-service-account-key'],
    'a configuration of Docker': [JSON.stringify({ ...dockerConfig, detachKeys: 'ctrl-e' }), 'docker-registry-auth'],
    credentials: [credentialsFile, 'aws-secret-access-key'],
  };
  for (const [name, [content, rule]] of Object.entries(files)) {
    for (const width of [64, 76]) {
      const lines = encoded(content).match(new RegExp(`.{1,${width}}`, 'g'))!;
      const texts = [
        `${lines.join('\n')}\n`,
        `key: |\r\n  ${lines.join('\r\n  ')}\r\nother: value\r\n`,
        `data:\n  file: >-\n    ${lines.join('\n    ')}\n  name: d29yZHMgYW5kIG1vcmU=\n`,
        `const file = '${lines.join("' +\n  '")}';`,
        `{"file": "${lines.join('\\n')}\\n"}`,
        `# ${lines.join('\n# ')}\n`,
      ];
      for (const text of texts) {
        const found = detect(text);
        assert.deepEqual(
          found.map((one) => one.rule),
          [rule],
          `${name} in lines of ${width}: ${text.slice(0, 20)}`,
        );
        assert.ok(found[0]!.value.endsWith(lines.at(-1)!), 'all lines of it');
      }
    }
  }
});

test('values beside each other are values of their own, and what follows a value is no part of it', () => {
  const values = ['one', 'two', 'three'].map((name) => encoded(`GITHUB_=${sampleGitHubToken(name)}`));
  assert.equal(values[0]!.length, 64, 'as long as a line of PEM');
  for (const text of [
    JSON.stringify(values),
    JSON.stringify(values, null, 2),
    values.join('\n'),
    values.map((one) => `"${one}"`).join(' '),
  ]) {
    assert.deepEqual(
      detect(text).map(({ value }) => value),
      values,
      text,
    );
  }
  for (const behind of ['# data\n', 'Done\n', '---\n', '> note\n']) {
    assert.deepEqual(
      detect(`CONTENT=${values[0]}\n${behind}`).map(({ value }) => value),
      [values[0]],
      behind,
    );
  }
  for (const before of ['my-creds-', 'FOO_', '--creds-']) assert.equal(detect(`${before}${values[0]}`)[0]!.value, values[0], before);
});

test('a line in base64 below a value of a Secret is part of it only farther in than its key', () => {
  const value = encoded(`GITHUB_=${sampleGitHubToken('alone')}`);
  const [rest, other] = [encoded('\nand some more'), encoded('and some more words')];
  const valueOf = (below: string) => detect(`data:\n  token: ${value}\n${below}\n`).map((one) => one.value);
  assert.equal(value.length, 64);
  assert.deepEqual(valueOf(`    ${rest}`), [`${value}\n    ${rest}`]);
  for (const indent of ['', '  ']) assert.deepEqual(valueOf(`${indent}${other}`), [value]);
});

test('what a line in the block of a Secret holds that is no value of it, or no text, is looked at like any other, whatever values follow', () => {
  const [id, address] = [encoded(accessKeyId), encoded(`postgres://app:${password}@db.shop.io/main`)];
  const behind = `  name: ${encoded('words and more')}\n`;
  assert.deepEqual(rulesIn(`data:\n  # was ${address}\n${behind}`), ['database-url-password']);
  assert.deepEqual(rulesIn(`data:\n  AWS_ACCESS_KEY_ID:${id}\n${behind}`), ['aws-access-key-id']);
  assert.deepEqual(rulesIn(`data:\n  archive: ${encoded(`\0\0\0${accessKeyId}\0`)}\n${behind}`), ['aws-access-key-id']);
});

test('a token that stands as it is where the values of a Secret would, as in a ConfigMap or in the answer of an API, is found', () => {
  const jwt = sampleJwt(draw, { iss: 'kubernetes/serviceaccount', sub: 'system:serviceaccount:shop:ci' });
  for (const text of [
    `kind: ConfigMap\ndata:\n  token: ${jwt}\n`,
    `kind: ConfigMap\ndata:\n  config: |\n    users:\n    - name: ci\n    # ${jwt}\n`,
    `data:\n  name: ${encoded('words and more')} # ${jwt}\n`,
    JSON.stringify({ data: { token: jwt } }),
    JSON.stringify({ data: { name: encoded('words and more'), token: jwt } }),
  ])
    assert.deepEqual(rulesIn(text), ['kubernetes-service-account-token'], text);
});

test('what looks like a word in base 64, and has not the characters before it that such a word would have, is none', () => {
  for (const bytes of ['', ' ', '# ']) {
    const value = encoded(`${bytes}${token}\n`);
    assert.deepEqual(rulesIn(`CONTENT=${value}\n`), ['github-personal-access-token']);
    for (let cut = 1; cut < 4; cut++) for (const before of ['', ' ', '="']) assert.deepEqual(rulesIn(before + value.slice(cut)), []);
  }
});

test('a Secret as JSON, with a comment behind its key, or with the values as blocks', () => {
  const url = `postgres://app:${password}@db.shop.io/main`;
  const data = { AWS_SECRET_ACCESS_KEY: encoded(secretAccessKey), empty: '', DATABASE_URL: encoded(url) };
  const secret = { apiVersion: 'v1', data, kind: 'Secret' };
  const block = (mark: string) =>
    `data: # of the shop\n  AWS_SECRET_ACCESS_KEY: ${mark}\n    ${data.AWS_SECRET_ACCESS_KEY}\n  DATABASE_URL: ${data.DATABASE_URL}\n`;
  for (const text of [JSON.stringify(secret), JSON.stringify(secret, null, 4), block('>-'), block('|')])
    assert.deepEqual(rulesIn(text), ['aws-secret-access-key', 'database-url-password'], text);
});

test('a secret, an address or a login alone in a text in base64, in either alphabet', () => {
  const contents: Readonly<Record<string, string>> = {
    'aws-secret-access-key': `#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`,
    'database-url-password': `# \u00bf\u00ff?>~\nDATABASE_URL=mongodb+srv://app:${password}@db.shop.io/main\n`,
    'netrc-password': `machine git.shop.io login ci password ${password}\n`,
    'npmrc-password': `//npm.shop.io/:_auth=${encoded(`ci:${password}`)}\n`,
  };
  for (const [rule, content] of Object.entries(contents)) {
    for (const alphabet of ['base64', 'base64url'] as const) {
      const value = Buffer.from(`\u00ff\u00fb\u00ef\n${content}`, 'latin1').toString(alphabet);
      const found = detect(`CONTENT=${value}\n`);
      assert.deepEqual(
        found.map((one) => one.rule),
        [rule],
      );
      assert.equal(found[0]!.value, value);
    }
  }
});

test('what is encoded and no credential: quiet', () => {
  const certificate = `-----BEGIN CERTIFICATE-----\n${encoded(draw('abc', 300))}\n-----END CERTIFICATE-----\n`;
  const source = `const marker = '-----BEGIN '; const id = 'AKIA'; const key = "glpat-" + value; // ${'x'.repeat(300)}`;
  const texts = {
    certificate: `certificate-authority-data: ${encoded(certificate)}`,
    'inline source map': `//# sourceMappingURL=data:application/json;base64,${encoded(JSON.stringify({ version: 3, sourcesContent: [source] }))}`,
    'documentation’s key': `data:\n  AWS_SECRET_ACCESS_KEY: ${encoded('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')}\n`,
    'encrypted values': `spec:\n  encryptedData:\n    password: ${draw('ABCDEFabcdef0123456789', 400)}\n`,
    'what is not in the block': `data:\n  a: b\nother: ${encoded(password)}\n`,
    'lines of other lengths': `${encoded(`#${pem}`).slice(0, 76)}\n${'d29y'.repeat(30)}\n`,
    'data of another kind': JSON.stringify({
      data: { id: encoded('Product:1234567890'), name: 'a name' },
      secret: encoded(secretAccessKey),
    }),
    'a list of another kind': `data:\n  - ${encoded(secretAccessKey)}\n`,
  };
  for (const [name, text] of Object.entries(texts)) assert.deepEqual(rulesIn(text), [], name);
});

test('a Secret that is typed: after each letter the findings are those of the whole text', () => {
  const before = '# a Secret\n'.repeat(300);
  const lines = encoded(credentialsFile).match(/.{1,76}/g)!;
  const typed = `data: # ours\n  c: |\n    ${lines.join('\n    ')}\n  a: ${encoded(token)}\n  b: ${encoded(`[default]\naws_access_key_id=${accessKeyId}\n`)}\n`;
  const live = new LiveText(before + before);
  let text = before + before;
  for (const [index, letter] of Array.from(typed).entries()) {
    const offset = before.length + index;
    text = text.slice(0, offset) + letter + text.slice(offset);
    live.change({ offset, removed: 0, inserted: letter });
    assert.deepEqual(live.findings(), detect(text));
  }
  assert.equal(live.findings().length, 3);
});

test('a comment of any length behind the key of a Secret: its bytes and a change of it say what the text says', () => {
  const behind = 'no secret\n'.repeat(3000);
  for (const length of [20, 990, 4000, 4100, 9000, 40_000]) {
    const text = `data: # ${'x'.repeat(length)}\n  DATADOG_API_KEY: ${encoded(draw('0123456789abcdef', 32))}\n${behind}`;
    const found = detect(text);
    if (length < 1000) assert.equal(found.length, 1);
    assert.deepEqual(
      detectBytes(Buffer.from(text), 'utf-8', () => text),
      found,
    );
    const live = new LiveText(`\n${text}`);
    live.change({ offset: 0, removed: 1, inserted: '' });
    assert.deepEqual(live.findings(), found);
  }
});

test('a long value of a Secret in JSON is found once its quote is written', () => {
  const text = `{"data": {"file": "${encoded(`${'a line of the file\n'.repeat(200)}AWS_SECRET_ACCESS_KEY: ${secretAccessKey}\n`)}}}`;
  const offset = text.length - 2;
  const live = new LiveText(text);
  live.change({ offset, removed: 0, inserted: '"' });
  assert.deepEqual(live.findings(), detect(`${text.slice(0, offset)}"}}`));
});

test('what is in base 64 is decoded as Node does it, of any length and wherever it stands', () => {
  for (const content of ['', 'x', 'ab', 'abc', 'naïve €', '\0\u007f', `${'AKIA'.repeat(50)}é`]) {
    for (const bytes of [Buffer.from(content), Buffer.from(content, 'latin1')]) {
      const value = bytes.toString('base64');
      for (let end = value.length; end >= 0; end--) {
        const cut = value.slice(0, end);
        assert.equal(decode(`name: ${cut}, `, 6, 6 + end), Buffer.from(cut, 'base64').toString('utf8'));
      }
    }
  }
});

test('what is too deep in base 64 to be looked into is not read for each word in it', () => {
  const deepest = encoded('AKIAAA').repeat(1500);
  const text = Array.from({ length: 48 }, (_, i) => encoded(`ghp_ ${encoded(`ghp_${i} ${deepest}`)}`)).join(' ');
  const times = [0, 1, 2].map(() => {
    const before = process.cpuUsage();
    detect(text);
    return process.cpuUsage(before).user;
  });
  assert.ok(Math.min(...times) < 300_000, `${times} \u00b5s for ${text.length} units`);
});
