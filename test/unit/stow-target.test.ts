import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { knownSecrets } from '../../src/detect/known-secrets.ts';
import { halvesOf, pairsAcross, settle } from '../../src/detect/pairs-across.ts';
import { allRules } from '../../src/detect/rules/catalogue.ts';
import type { Draw } from '../../src/detect/rules/rule.ts';
import { format } from '../../src/message.ts';
import { environmentReading, stowObstacle, targetOf } from '../../src/stow/target.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

const { accessKeyId, secretAccessKey } = sampleKeyPair();
const obstacle = (text: string, path: string, languageId = 'plaintext') => {
  const findings = detect(text);
  assert.ok(findings.length > 0, 'nothing found');
  const said = stowObstacle(findings, findings.at(-1)!, { path, text, languageId });
  return said && format(said);
};

test('what can be stowed meets no obstacle, and what cannot says why before anything is planned', () => {
  const pair = `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`;
  assert.equal(obstacle(pair, '/p/.env'), undefined);
  assert.equal(obstacle(`GITHUB_TOKEN=${sampleGitHubToken()}`, '/p/.env'), undefined);
  assert.equal(obstacle(`GITHUB_TOKEN="${sampleGitHubToken()}"`, '/p/app.py'), undefined);
  assert.equal(obstacle(`GITHUB_TOKEN="${sampleGitHubToken()}"`, '/p/app', 'python'), undefined);
  assert.match(obstacle(`token: ${sampleGitHubToken()}`, '/p/values.yaml') ?? '', /^A file of this kind holds its values as they are/);
  assert.match(obstacle(`GITHUB_TOKEN=${sampleGitHubToken()}`, '/p/notes') ?? '', /^No edit of this file would surely work\./);
  assert.match(obstacle(samplePrivateKey(), '/p/server.pem') ?? '', /^No edit of this file would surely work\./);
  assert.match(obstacle(`AWS_SECRET_ACCESS_KEY=${secretAccessKey}`, '/p/.env') ?? '', /^Only one half of an AWS key/);
  for (const [path, why] of [
    ['/p/Dockerfile', /not in a command that a shell runs/],
    ['/p/values.yaml', /^A file of this kind holds its values/],
    ['/p/notes', /^No edit of this file would surely work\./],
  ] as const) {
    assert.match(obstacle(pair, path) ?? '', why, path);
  }
  assert.equal(
    obstacle(`[prod]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`, '/p/credentials'),
    undefined,
  );
  assert.match(obstacle(pair.replace('AKIA', 'ASIA'), '/p/.env') ?? '', /^This credential is temporary/);
});

test('what a text says of itself is an obstacle too, and then nothing is offered to read the secret from', () => {
  const token = sampleGitHubToken();
  const refused: readonly (readonly [path: string, text: string, why: RegExp])[] = [
    ['/p/login', `#!/usr/bin/env fish\nset -x GITHUB_TOKEN ${token}\n`, /^No edit of this file would surely work\./],
    ['/p/login.csh', `setenv GITHUB_TOKEN ${token}\n`, /^No edit of this file would surely work\./],
    ['/p/Dockerfile', `FROM x\nENV GITHUB_TOKEN=${token}\n`, /^Whoever has the image can read what line/],
    ['/p/Dockerfile', `FROM x\nLABEL token="${token}"\n`, /not in a command that a shell runs/],
    ['/p/page.jsx', `export const A = () => <B token="${token}" />;\n`, /^A program that runs in a browser/],
    ['/p/page.js', `document.querySelector('a').token = '${token}';\n`, /^A program that runs in a browser/],
    ['/p/A.kt', `import android.os.Bundle\nval token = "${token}"\n`, /^An Android app has no environment/],
    ['/p/settings.xml', `<a><password>${token}</password></a>\n`, /^A file of this kind holds its values/],
  ];
  for (const [path, text, why] of refused) {
    assert.match(obstacle(text, path, 'shellscript') ?? '', why, path);
    const [finding] = detect(text);
    const file = { path, text, languageId: 'shellscript' };
    assert.equal(environmentReading(targetOf([finding!], finding!), file), undefined, path);
  }
  assert.equal(obstacle(`FROM x\nRUN curl -H "Authorization: Bearer ${token}" y\n`, '/p/Dockerfile'), undefined);
  assert.equal(obstacle(`import fs from 'node:fs';\nexport const A = () => <B token="${token}" />;\n`, '/p/page.jsx'), undefined);
});

test('what a hover asks of a text takes time in proportion to its length', () => {
  const token = sampleGitHubToken();
  const hostile: readonly (readonly [path: string, line: string])[] = [
    ['/p/A.java', '\n'],
    ['/p/a.js', '\n'],
    ['/p/a.jsx', '<a '],
    ['/p/a.rs', '\n'],
    ['/p/a.sh', '#!'],
    ['/p/profiles.yml', '\n'],
    ['/p/settings.xml', '<settings '],
    ['/p/Dockerfile', 'RUN \\\n'],
  ];
  for (const [path, line] of hostile) {
    const text = `${line.repeat(1_000_000 / line.length)}"${token}"`;
    const [finding] = detect(text);
    const began = performance.now();
    stowObstacle([finding!], finding!, { path, text, languageId: 'plaintext' });
    assert.ok(performance.now() - began < 1000, `${path}: ${performance.now() - began} ms`);
  }
});

test('a text in base64 is stowed as it stands, since whoever reads the file takes it so; but not an access key', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const value = encoded(samplePrivateKey());
  const findings = detect(`SIGNING_KEY=${value}\n`);
  const target = targetOf(findings, findings[0]!);
  assert.deepEqual(target.kind === 'secret' && { rule: target.rule, value: target.place.value }, { rule: 'private-key', value });
  const pair = encoded(`[default]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`);
  assert.match(obstacle(`CREDENTIALS=${pair}`, '/p/.env') ?? '', /^The secret is written with escapes, in base64 or in several parts/);
  const parts = `const secretAccessKey = '${secretAccessKey.slice(0, 20)}' + '${secretAccessKey.slice(20)}';`;
  assert.match(obstacle(parts, '/p/app.js') ?? '', /^The secret is written with escapes/);
});

test('a secret of any rule gets a group that no access key has', () => {
  const draw: Draw = (alphabet, count) => Array.from({ length: count }, (_, i) => alphabet[(i * 17 + (i >> 3)) % alphabet.length]).join('');
  for (const rule of allRules().filter(({ severity, temporary }) => severity === 'error' && !temporary)) {
    const findings = rule
      .cases(draw)
      .ok.flatMap((text) => detect(text).filter((one) => one.rule === rule.id && one.credential === undefined));
    const [finding] = findings;
    if (!finding || rule.id === 'aws-secret-access-key') continue;
    const target = targetOf([finding], finding);
    assert.ok(target.kind === 'secret' && target.group !== 'aws', rule.id);
    assert.match(target.group, /^[a-z0-9-]+$/);
  }
});

test('a secret that is stowed already gets the reference that it has, and one in another form says what to do', () => {
  const token = sampleGitHubToken();
  const value = `${secretAccessKey}~${secretAccessKey.slice(0, 9)}`;
  const known = knownSecrets(
    [
      { secret: token, owner: { kind: 'reference', name: 'keystow://github/shop' } },
      { secret: value, owner: { kind: 'reference', name: 'keystow://acme/shop' } },
      { secret: secretAccessKey, owner: { kind: 'profile', name: 'prod' } },
    ],
    randomBytes(32),
  );
  const target = (text: string) => {
    const found = detect(text, { known });
    assert.equal(found.length, 1);
    return targetOf(found, found[0]!);
  };
  const reference = (text: string) => {
    const found = target(text);
    return found.kind === 'secret' && [found.group, found.item];
  };
  assert.deepEqual(reference(`T=${token}\n`), ['github', 'shop']);
  assert.deepEqual(reference(`X=${value}\n`), ['acme', 'shop']);
  assert.throws(() => target(Buffer.from(value).toString('base64')), /^UserError: This is a secret of your own in another form/);
  assert.throws(() => target(Buffer.from(secretAccessKey).toString('base64')), /^UserError: This is the key of the profile prod\./);
});

test('of a key in two files, its secret is stowed where it stands, and its id says where to', () => {
  const texts = [`AWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`, `const accessKeyId = '${accessKeyId}';\n`];
  const places = texts.map((text) => {
    const found = detect(text);
    return { name: 'one', folders: ['/p'], found, halves: halvesOf(text, found) };
  });
  const partners = pairsAcross(places);
  const [secret, id] = places.flatMap(({ found }, index) => settle(found, partners[index]!));
  assert.deepEqual(targetOf([secret!], secret!), {
    kind: 'key half',
    key: { accessKeyId, secretAccessKey },
    place: { start: 22, end: 62, value: secretAccessKey },
  });
  const file = (path: string) => ({ path, text: '', languageId: 'plaintext' });
  assert.equal(stowObstacle([secret!], secret!, file('/p/config.js')), undefined);
  assert.match(stowObstacle([secret!], secret!, file('/p/config.toml'))?.text ?? '', /^A file of this kind holds its values as they are/);
  assert.match(stowObstacle([id!], id!, file('/p/app.js'))?.text ?? '', /^The secret of this access key id stands in another file\./);
});
