import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bundledPackages, thirdPartyNotices } from '../../notices.mjs';

const root = mkdtempSync(join(tmpdir(), 'keystow-notices-'));
after(() => rmSync(root, { recursive: true }));

const ownLicense = 'MIT words\n\nCopyright (c) us\n\nPermission';
const apache = 'Apache License\nthe terms\n   END OF TERMS AND CONDITIONS\n   Copyright 2019 Somebody\n';

function packageFolder(manifest: object, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'package-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3', ...manifest }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The notices of a package with this manifest and these files, beside one with Apache's license. */
function noticesOf(manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const beside = packageFolder({ name: 'another', license: 'Apache-2.0' }, { 'LICENSE.txt': apache, NOTICE: 'Made by Somebody' });
  return thirdPartyNotices({ folders: [beside, packageFolder({ name: 'some-package', ...manifest }, files)], grammars: [], ownLicense });
}

test('a package is the last of a path, whatever it lies in', () => {
  const inputs = { 'src/cli.ts': {}, 'node_modules/a/x.js': {}, 'node_modules/a/node_modules/@b/c/d/e.js': {}, 'node_modules/a/y.js': {} };
  assert.deepEqual(bundledPackages([{ inputs }, { inputs: {} }]), ['node_modules/a', 'node_modules/a/node_modules/@b/c']);
});

test('a package stands there with its version, its license and its NOTICE; one license stands there once', () => {
  const text = noticesOf({ license: 'Apache-2.0' }, { LICENSE: apache.replace('Somebody', 'Somebody Else') });
  assert.match(text, /\nanother 1\.2\.3 \(Apache-2\.0\)\n {4}Copyright 2019 Somebody\n {4}Made by Somebody\n/);
  assert.match(text, /\nsome-package 1\.2\.3 \(Apache-2\.0\)\n {4}Copyright 2019 Somebody Else\n/);
  assert.match(text, /\nanother 1\.2\.3\n(.+\n)*some-package 1\.2\.3\n-+\n\nApache License\nthe terms\n/);
  assert.equal(text.split('the terms').length, 2);
});

test('a package without the text of its license gets the words of MIT and its author’s name, or Apache’s', () => {
  assert.match(
    noticesOf({ license: 'MIT', author: { name: 'A. Person' } }),
    /\nsome-package 1\.2\.3\n-+\n\nMIT words\n\nCopyright \(c\) A\. Person\n\nPermission\n/,
  );
  assert.match(noticesOf({ license: 'Apache-2.0', author: 'A. Person' }), /\nsome-package 1\.2\.3 \(Apache-2\.0\)\n {4}A\. Person\n/);
});

test('what nobody may ship stops the build: no license, another license, no text and no author, an unknown grammar', () => {
  assert.throws(() => noticesOf({}), /has the license undefined, which is not among/);
  assert.throws(() => noticesOf({ license: 'GPL-3.0-only' }, { LICENSE: 'text' }), /has the license GPL-3\.0-only/);
  assert.throws(() => noticesOf({ license: 'MIT' }), /neither its license nor its author/);
  assert.throws(() => noticesOf({ license: 'ISC', author: 'A. Person' }), /does not hold its license, ISC/);
  const nothing = { folders: [], grammars: [], ownLicense };
  assert.throws(() => thirdPartyNotices({ ...nothing, grammars: ['cobol'] }), /Nobody is named for the grammar cobol/);
  assert.throws(() => thirdPartyNotices(nothing), /no text of the license of apache-libcloud 3/);
});
