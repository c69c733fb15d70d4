import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { LiveText } from '../../src/detect/live-text.ts';
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

test('what is encoded and no credential: quiet', () => {
  const certificate = `-----BEGIN CERTIFICATE-----\n${encoded(draw('abc', 300))}\n-----END CERTIFICATE-----\n`;
  const source = `const marker = '-----BEGIN '; const id = 'AKIA'; const key = "glpat-" + value; // ${'x'.repeat(300)}`;
  const texts = {
    certificate: `certificate-authority-data: ${encoded(certificate)}`,
    'inline source map': `//# sourceMappingURL=data:application/json;base64,${encoded(JSON.stringify({ version: 3, sourcesContent: [source] }))}`,
    'documentation’s key': `data:\n  AWS_SECRET_ACCESS_KEY: ${encoded('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')}\n`,
    'encrypted values': `spec:\n  encryptedData:\n    password: ${draw('ABCDEFabcdef0123456789', 400)}\n`,
    'what is not in the block': `data:\n  a: b\nother: ${encoded(password)}\n`,
    'a list of another kind': `data:\n  - ${encoded(secretAccessKey)}\n`,
  };
  for (const [name, text] of Object.entries(texts)) assert.deepEqual(rulesIn(text), [], name);
});

test('a Secret that is typed: after each letter the findings are those of the whole text', () => {
  const before = '# a Secret\n'.repeat(300);
  const typed = `data:\n  a: ${encoded(token)}\n  b: ${encoded(`[default]\naws_access_key_id=${accessKeyId}\n`)}\n`;
  const live = new LiveText(before + before);
  let text = before + before;
  for (const [index, letter] of Array.from(typed).entries()) {
    const offset = before.length + index;
    text = text.slice(0, offset) + letter + text.slice(offset);
    live.change({ offset, removed: 0, inserted: letter });
    assert.deepEqual(live.findings(), detect(text));
  }
  assert.equal(live.findings().length, 2);
});
