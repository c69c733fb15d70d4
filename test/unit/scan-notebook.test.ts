import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toText } from '../../src/detect/report.ts';
import { scanText } from '../../src/scan/content.ts';
import { insideOf } from '../../src/scan/inside.ts';
import { readNotebook } from '../../src/scan/notebook.ts';
import { zipOf } from '../archives.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const notebooks = await insideOf({ archives: false, notebooks: true });
const lines = (text: string): string[] => text.split(/(?<=\n)/);
const code = (text: string, ...outputs: readonly object[]) => ({ cell_type: 'code', metadata: {}, source: lines(text), outputs });
const notebook = (...cells: readonly object[]): string => JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1);
const scanned = async (json: string, name = 'a.ipynb') => (await scanText(Buffer.from(json), name, notebooks)).findings;

/** What stands at a place of a text: lines and columns count from 1. */
const textAt = (text: string, { line, column, endColumn }: { line: number; column: number; endColumn: number }) =>
  text.split('\n')[line - 1]!.slice(column - 1, endColumn - 1);

test('a secret is told by its cell and line, and by its place in the file', async () => {
  const token = sampleGitHubToken('cell');
  const json = notebook({ cell_type: 'markdown', source: 'Notes' }, code(`import os\n\nname = "x"; token = "${token}"\n`));
  const [found, ...others] = await scanned(json);
  assert.deepEqual(found?.cell, { number: 2, line: 3, column: 22 });
  assert.equal(textAt(json, found!), token);
  assert.equal(others.length, 0);
  assert.match(toText([found!]), /^a\.ipynb:\d+:\d+: error: GitHub .*\], in cell 2, line 3\n$/);
});

test('a value that is cut by the JSON is found, and one in what a cell printed, colours and all', async () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('notebook');
  const [a, b] = [secretAccessKey.slice(0, 19), secretAccessKey.slice(19)];
  const cut = notebook(code(`key = "${accessKeyId}"\nsecret_access_key = ("${a}"\n    "${b}")\n`));
  const [id, secret] = await scanned(cut);
  assert.deepEqual([id?.cell?.line, secret?.cell?.line, secret?.cell?.column], [1, 2, 23]);
  assert.deepEqual([secret?.pairedWith, secret!.endLine - secret!.line], [id?.fingerprint, 1]);
  assert.equal((await scanText(Buffer.from(cut), 'a.ipynb')).findings.length, 1, 'as JSON its halves are too far apart');

  const token = sampleGitHubToken('printed');
  const coloured = `${token.slice(0, 8)}\u001b[39m\u001b[1;31m${token.slice(8)}`;
  const outputs = [
    { output_type: 'stream', name: 'stdout', text: ['first\n', `token ${token}\n`] },
    { output_type: 'error', ename: 'E', evalue: 'no', traceback: ['one', `two ${coloured}`] },
    { output_type: 'display_data', data: { 'image/png': 'iVBORw0KGgo=', 'text/plain': `\nT="${token}"` } },
  ];
  const printed = await scanned(notebook(code('print(1)', ...outputs)));
  assert.deepEqual(
    printed.map(({ cell }) => cell),
    [
      { number: 1, line: 2, column: 7, output: true },
      { number: 1, line: 2, column: 5, output: true },
      { number: 1, line: 2, column: 4, output: true },
    ],
  );
  assert.match(toText(printed), /, in the output of cell 1, line 2\n/);
});

test('an ignore comment counts for its line, also where the JSON has the cell in one string', async () => {
  const text = `a = "${sampleGitHubToken('one')}"\nb = "${sampleGitHubToken('two')}"  # keystow:ignore\n`;
  for (const source of [text, lines(text)]) {
    const found = await scanned(notebook({ cell_type: 'code', source }));
    assert.deepEqual(
      found.map(({ cell }) => cell?.line),
      [1],
    );
  }
});

test('the halves of a key in two cells, notebooks of version 3, and what is in no cell', async () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('cells');
  const [id, secret] = await scanned(notebook(code(`AWS_ACCESS_KEY_ID = "${accessKeyId}"`), code(`secret = "${secretAccessKey}"`)));
  assert.deepEqual([id?.cell?.number, secret?.cell?.number, secret?.pairedWith], [1, 2, id?.fingerprint]);
  const token = sampleGitHubToken('old');
  const old = JSON.stringify({ worksheets: [{ cells: [{ cell_type: 'code', input: [`t = "${token}"`] }] }], nbformat: 3 });
  assert.deepEqual((await scanned(old))[0]?.cell, { number: 1, line: 1, column: 6 });
  const outside = JSON.stringify({ cells: [code('x')], metadata: { token } });
  const [found] = await scanned(outside);
  assert.deepEqual([found?.cell, textAt(outside, found!)], [undefined, token]);
});

test('what only has the name of a notebook is a text; a notebook in an archive is one', async () => {
  const token = sampleGitHubToken('text');
  for (const text of [`{"cells": [{"source": "${token}"`, `[]\n${token}`, `{"cells": 1, "t": "${token}"}`]) {
    const [found] = await scanned(text);
    assert.deepEqual([found?.rule, found?.cell], ['github-personal-access-token', undefined]);
  }
  const zip = zipOf({ name: 'n.ipynb', content: notebook(code(`t = "${token}"`)) });
  const { findings } = await scanText(zip, 'a.zip', await insideOf({ archives: true, notebooks: true }));
  assert.deepEqual([findings[0]?.file, findings[0]?.cell?.line], ['a.zip!n.ipynb', 1]);
});

test('every character of a cell is where it is said to be in the file', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', '\\', '\n', '\t', '/', 'é', '\ud83d\ude00', '\u0001', '{', ']'),
    maxLength: 30,
  });
  const cell = fc.record({
    source: fc.oneof(text, fc.array(text, { maxLength: 4 })),
    outputs: fc.array(fc.record({ text }), { maxLength: 2 }),
  });
  const escaped = (json: string, all: boolean) =>
    all ? json.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : json;
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.boolean(), (cells, spaced, all) => {
      const json = escaped(JSON.stringify({ cells }, null, spaced ? 1 : undefined), all);
      const made = readNotebook(json)!;
      const texts = cells.flatMap(({ source, outputs }) => [[source].flat().join(''), ...outputs.map((output) => output.text)]);
      const wanted = texts.flatMap((one) => one.split(''));
      const inCells = made.text
        .split('')
        .flatMap((unit, at) => (made.inCell(at) === undefined ? [] : [{ unit, ...made.inFile(at, at + 1) }]));
      assert.deepEqual(
        inCells.map(({ unit }) => unit),
        wanted,
      );
      for (const { unit, start, end } of inCells) assert.equal(JSON.parse(`"${json.slice(start, end)}"`), unit);
    }),
    { numRuns: 300 * Number(process.env.RUNS ?? 1) },
  );
});

test('a long notebook, and a hostile one, take time in proportion', () => {
  const before = process.cpuUsage();
  readNotebook(notebook(code('x = "1"\n'.repeat(200_000))));
  readNotebook(`{"cells":[{"source":[${'"a",'.repeat(500_000)}"\\n"]}]}`);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 10_000_000, `${(user + system) / 1e6} s`);
});
