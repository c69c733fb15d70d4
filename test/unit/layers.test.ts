import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';

// Who may import whom, as CONTRIBUTING.md says it. A wrong import is written into a copy of the house, and the linter and the build must refuse it.

const mayImport: Readonly<Record<string, readonly string[]>> = {
  detect: [],
  files: [],
  simulator: [],
  keychain: ['files'],
  credentials: ['files'],
  stow: ['detect', 'credentials', 'files'],
  scan: ['detect', 'files'],
  rotation: ['credentials', 'files'],
  spend: ['credentials', 'files'],
  containment: ['credentials', 'files'],
  aws: ['stow', 'credentials', 'rotation', 'spend', 'containment', 'files'],
  editor: ['detect', 'scan', 'stow', 'credentials', 'rotation', 'spend', 'containment', 'files'],
};
const rooms = Object.keys(mayImport);

/** Packages with one door each. */
const doors: Readonly<Record<string, readonly string[]>> = {
  vscode: ['editor', 'src/extension.ts'],
  keytar: ['keychain'],
  'keytar/lib/keytar.js': ['keychain'],
  '@aws-sdk/client-sts': ['aws'],
  '@aws-sdk/core/client': ['aws'],
  'aws-sdk': [],
};

interface Probe {
  readonly where: string;
  readonly module: string;
  readonly allowed: boolean;
}

const up = (file: string): string => '../'.repeat(file.split('/').length - 2) || './';

/** What a file may and may not take, as a room or as one of the files beside the rooms. */
function probesOf(where: string, file: string, allowed: readonly string[], above: Readonly<Record<string, boolean>>): Probe[] {
  const others = rooms.filter((room) => room !== where).map((room) => [`${up(file)}${room}/any.ts`, allowed.includes(room)] as const);
  const roots = Object.entries(above).map(([name, yes]) => [`${up(file)}${name}`, yes] as const);
  const packages = Object.entries(doors).map(([name, open]) => [name, open.includes(where)] as const);
  return [...others, ...roots, ...packages].map(([module, yes]) => ({ where: file, module, allowed: yes }));
}

const roots = { 'extension.ts': false, 'cli.ts': false, 'guard.ts': false };
const shared = { 'machine.ts': true, 'message.ts': true };
const allBut = (...without: readonly string[]): string[] => rooms.filter((room) => !without.includes(room));

const probes = [
  ...rooms.flatMap((room) => {
    const forEditor = room === 'editor';
    const above = { ...roots, cli: false, 'machine.ts': forEditor, 'message.ts': room !== 'detect' };
    return [`src/${room}/probe.ts`, `src/${room}/inner/probe.ts`].flatMap((file) => probesOf(room, file, mayImport[room]!, above));
  }),
  ...probesOf('src/extension.ts', 'src/extension.ts', rooms, { 'cli.ts': false, 'guard.ts': false, ...shared }),
  ...probesOf('src/cli.ts', 'src/cli.ts', allBut('editor'), { 'extension.ts': false, 'guard.ts': false, ...shared }),
  ...probesOf('src/machine.ts', 'src/machine.ts', allBut('editor', 'simulator'), roots),
];

const house = mkdtempSync(join(tmpdir(), 'keystow-layers-'));
after(() => rmSync(house, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true });
  writeFileSync(join(house, file), text);
}

const biome = resolve('node_modules/@biomejs/biome/bin/biome');

/** The lines of each file that the layer rules refuse. */
function refusedLines(files: Readonly<Record<string, readonly string[]>>): Record<string, number[]> {
  cpSync('biome.json', join(house, 'biome.json'));
  for (const [file, lines] of Object.entries(files)) write(file, `${lines.join('\n')}\n`);
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'src'], {
    cwd: house,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.match(stdout, /^\{/, stderr);
  const refused: Record<string, number[]> = Object.fromEntries(Object.keys(files).map((file) => [file, []]));
  for (const { category, location } of JSON.parse(stdout).diagnostics) {
    if (/noRestrictedImports|noCommonJs/.test(category)) refused[location.path]?.push(location.start.line);
  }
  rmSync(join(house, 'src'), { recursive: true });
  return refused;
}

test('every room of the house is in the table, so that no room is without rules', () => {
  const found = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(
    found.map(({ name }) => name).filter((name) => !rooms.includes(name)),
    [],
  );
});

test(`the linter lets every right import pass and refuses every wrong one (${probes.length} tried)`, () => {
  const files = Object.groupBy(probes, ({ where }) => where) as Record<string, Probe[]>;
  const refused = refusedLines(
    Object.fromEntries(
      Object.entries(files).map(([file, all]) => [file, all.map(({ module }, i) => `import * as probe${i} from '${module}';`)]),
    ),
  );
  const wrong = Object.entries(files).flatMap(([file, all]) =>
    all.flatMap(({ module, allowed }, i) => {
      const passed = !refused[file]!.includes(i + 1);
      return passed === allowed ? [] : [`${file} takes ${module}: ${passed ? 'passed' : 'refused'}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('a wrong import is refused in whatever form it is written', () => {
  const forms = [
    `import { callerIdentity } from '../aws/sts.ts';`,
    `import type { AwsPlace } from '../aws/client.ts';`,
    `import { type AwsPlace as Place } from '../aws/client.ts';`,
    `import '../aws/sts.ts';`,
    `export * from '../aws/sts.ts';`,
    `export { callerIdentity as again } from '../aws/sts.ts';`,
    `const late = await import('../aws/sts.ts');`,
    `const common = require('../aws/sts.ts');`,
    `import bare from '../aws/sts';`,
    `import around from '../../src/aws/sts.ts';`,
  ];
  const refused = refusedLines({ 'src/stow/probe.ts': forms });
  assert.deepEqual(new Set(refused['src/stow/probe.ts']), new Set(forms.map((_, i) => i + 1)));
});

/** A way from a file back to itself, by what each imports; undefined where there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const from = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = from(next, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = from(file, []);
    if (circle) return circle;
  }
  return undefined;
}

test('no file imports itself, through others or for a type alone: what two of them share has a file of its own', () => {
  assert.deepEqual(
    circleIn(
      new Map([
        ['a', ['c', 'b']],
        ['b', ['c', 'd']],
        ['c', []],
        ['d', ['b']],
      ]),
    ),
    ['b', 'd', 'b'],
  );
  const imports = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, to]) => join(dirname(file), to!));
  const files = globSync('src/**/*.ts');
  const all = new Map(files.map((file) => [file, imports(file)]));
  assert.ok([...all.values()].flat().length > files.length, 'the imports were not read');
  assert.equal(circleIn(all)?.join(' → '), undefined);
});

test('what the command reaches cannot import vscode: it does not build', () => {
  for (const part of ['src', 'build.mjs', 'notices.mjs']) cpSync(part, join(house, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(house, 'node_modules'), 'junction');
  writeFileSync(join(house, 'src/machine.ts'), "import 'vscode';\n", { flag: 'a' });
  const { status, stderr } = spawnSync(process.execPath, ['build.mjs'], { cwd: house, encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /Could not resolve "vscode"[\s\S]*src\/machine\.ts/);
});

test('the command asks for nothing that Node 20 has not: only the editor is sure of a newer one', () => {
  const files = globSync('src/**/*.ts').filter((file) => !/^src[/\\](?:editor[/\\]|extension\.ts)/.test(file));
  assert.ok(files.length > 100);
  const newer = /\b(?:(?:Map|Object)\.groupBy|Promise\.(?:withResolvers|try)|Array\.fromAsync|RegExp\.escape)\(/;
  assert.deepEqual(
    files.filter((file) => newer.test(readFileSync(file, 'utf8'))),
    [],
  );
});
