// The files of a folder that a stow looks at and never writes: whatever their encoding, none of them stands in its way.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskFiles } from '../../src/stow/disk-files.ts';
import { workspaceFiles } from '../../src/stow/workspace-files.ts';

test('files with a byte order mark, in UTF-16 or in Latin-1 are read, and one that is no text is left out', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-workspace-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = "read('GITHUB_TOKEN'); // é\n";
  const contents: readonly (readonly [string, Uint8Array])[] = [
    ['latin.js', Buffer.from(program, 'latin1')],
    ['mark.cs', Buffer.from(`\ufeff${program}`)],
    ['none.py', Buffer.from([0, 1, 2, 3])],
    ['plain.js', Buffer.from(program)],
    ['wide.ps1', Buffer.from(`\ufeff${program}`, 'utf16le')],
  ];
  for (const [name, content] of contents) writeFileSync(join(folder, name), content);
  const files = await workspaceFiles(folder, diskFiles.read);
  assert.deepEqual(
    files.map(({ path, text }) => [path, text]).sort(),
    ['latin.js', 'mark.cs', 'plain.js', 'wide.ps1'].map((name) => [name, program]),
  );
});
