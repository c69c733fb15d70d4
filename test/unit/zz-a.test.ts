// A scan looks at many files together. What it finds in them, and what it skips, is what it finds in each by itself.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { mostTexts } from '../../src/detect/detect.ts';
import { type Scanned, Scanning, type ScanOptions } from '../../src/scan/content.ts';
import { scan } from '../../src/scan/files.ts';
import { tooLarge } from '../../src/scan/too-large.ts';
import { adversarialBytes, adversarialText, plain } from '../adversarial-texts.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

const maxBytes = 400_000;

/** What a scan of a folder of these files tells, and what it tells where each file is looked at by itself. */
async function bothWays(t: TestContext, contents: readonly Buffer[], options: ScanOptions = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'keystow-together-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const alone = new Scanning(options, true);
  mkdirSync(join(cwd, 'in'));
  for (const [index, content] of contents.entries()) {
    const file = `in/${String(index).padStart(5, '0')}.txt`;
    writeFileSync(join(cwd, file), content);
    alone.look(content.length > maxBytes ? tooLarge(maxBytes) : content, file);
  }
  alone.pairUp();
  const onFile: string[] = [];
  const together = await scan(['in'], { ...options, cwd, maxBytes, onFile: (file) => onFile.push(file) });
  rmSync(cwd, { recursive: true });
  const told = ({ findings, skipped, files, bytes }: Scanned) => ({ findings, skipped, files, bytes });
  assert.equal(onFile.length, together.files);
  return { together: told(together), alone: told(alone) };
}

test('any files: the same findings, in the same order, the same skipped', async (t) => {
  const content = fc.oneof(
    adversarialBytes,
    adversarialText.map((text) => Buffer.from(text)),
    fc.nat(60).map((length) => Buffer.alloc(length, ' ')),
    fc
      .tuple(fc.constantFrom(3, 6, 12, 20), adversarialText)
      .map(([times, text]) => Buffer.from(plain.slice(times) + plain.repeat(times) + text)),
  );
  let found = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(content, { maxLength: 40, size: 'max' }), async (contents) => {
      const { together, alone } = await bothWays(t, contents);
      assert.deepEqual(together, alone);
      found += alone.findings.length;
    }),
    { numRuns: 1600 },
  );
  assert.ok(found > 200, `${found} findings only`);
});

test('more small files than are looked at together, with something at the end of some and at the beginning of the next', async (t) => {
  const token = sampleGitHubToken('together');
  const contents = Array.from({ length: 2 * mostTexts + 7 }, (_, index) => {
    if (index % 100 === 0) return Buffer.from(`T=${token}`);
    if (index % 100 === 1) return Buffer.from(token.slice(4));
    return index % 100 === 2 ? Buffer.from(token.slice(0, 4)) : Buffer.from('ghp'.slice(0, index % 4));
  });
  const { together, alone } = await bothWays(t, contents);
  assert.equal(together.findings.length, 21);
  assert.deepEqual(together, alone);
});

test('a file that fills the room exactly, one that is one byte too large, and those behind it', async (t) => {
  const token = Buffer.from(`\nT=${sampleGitHubToken('exactly')}\n`);
  const ofSize = (size: number) => Buffer.concat([Buffer.alloc(size - token.length, 'x \n'), token]);
  const sizes = [512 * 1024, 512 * 1024 - 1, 512 * 1024 - 40, maxBytes, maxBytes + 1, 256 * 1024, 60];
  const { together, alone } = await bothWays(t, sizes.map(ofSize));
  assert.deepEqual(together, alone);
  assert.equal(together.findings.length, 3);
  assert.equal(together.skipped.length, 4);
});
