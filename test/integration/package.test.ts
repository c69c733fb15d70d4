// What a person downloads: the VSIX that `npm run package` made.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { Metafile } from 'esbuild';
import { allRules, detect } from '../../src/detect/detect.ts';
import type { Draw } from '../../src/detect/rules/rule.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { filesOfZip } from '../zip.ts';

const vsix = 'out/keystow.vsix';
const files = await filesOfZip(vsix);
const notices = files.get('extension/THIRD_PARTY_NOTICES')?.toString() ?? '';

/** The kinds of files that belong into it; whatever is none of these came in by mistake. */
const belongs = [
  /^(\[Content_Types\]\.xml|extension\.vsixmanifest)$/,
  /^extension\/(package\.json|package\.nls(\.fr)?\.json|readme\.md|changelog\.md|LICENSE\.txt|THIRD_PARTY_NOTICES)$/,
  /^extension\/l10n\/bundle\.l10n\.fr\.json$/,
  /^extension\/media\/([a-z-]+\/)*[a-z-]+\.(png|svg|md)$/,
  /^extension\/dist\/(extension|wiring|detection|rules|cli|verbs|scan|own-secrets|secret-service)\.js$/,
  /^extension\/dist\/([a-z-]+\/)*[a-z-]+\.mjs$/,
  /^extension\/dist\/shared\/[A-Z0-9]{8}\.mjs$/,
  /^extension\/dist\/grammars\/tree-sitter(\.js|\.wasm|-[a-z]+\.wasm\.br)$/,
  /^extension\/dist\/prebuilds\/[a-z0-9-]+\/keytar\.node$/,
];

test(`the VSIX holds what belongs into it and nothing else: ${files.size} files, ${Math.round(statSync(vsix).size / 1000)} KB`, () => {
  assert.deepEqual(
    [...files.keys()].filter((name) => !belongs.some((kind) => kind.test(name))),
    [],
  );
  const unused = belongs.filter((kind) => ![...files.keys()].some((name) => kind.test(name)));
  assert.deepEqual(unused, []);
});

/** Of ELF, Mach-O and PE files: the number of the machine that they are for (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html, <mach/machine.h>, the PE format's machine types). */
const machines: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  linux: { arm: 40, x64: 62, arm64: 183 },
  darwin: { x64: 0x01000007, arm64: 0x0100000c },
  win32: { x64: 0x8664, arm64: 0xaa64 },
};

function machineOf(platform: string, binary: Buffer): number {
  if (platform === 'linux') return binary.readUInt16LE(18);
  return platform === 'darwin' ? binary.readUInt32LE(4) : binary.readUInt16LE(binary.readUInt32LE(60) + 4);
}

test('each binary of the keychain is one that Node looks for, and for the machine that its folder names', () => {
  const binaries = [...files].flatMap(([name, binary]) => {
    const [, platform, architecture] = /\/prebuilds\/([^-]+)-([^/]+)\/keytar\.node$/.exec(name) ?? [];
    return platform === undefined ? [] : [{ platform, architecture: architecture!, binary }];
  });
  assert.deepEqual(
    binaries.map(({ platform, architecture, binary }) => [platform, architecture, machineOf(platform, binary)]).sort(),
    Object.entries(machines)
      .flatMap(([platform, of]) => Object.entries(of).map(([architecture, machine]) => [platform, architecture, machine]))
      .sort(),
  );
});

test('the built detection, which makes a rule only where a text leads to it, finds in every rule’s own texts what the sources find', () => {
  const built = createRequire(import.meta.url)(resolve('dist/detection.js')) as { readonly detect: { readonly detect: typeof detect } };
  const draw: Draw = (alphabet, count) => Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('');
  const now = Date.now();
  for (const rule of allRules()) {
    const { ok, ng } = rule.cases(draw);
    for (const text of [...ok, ...ng]) assert.deepEqual(built.detect.detect(text, { now }), detect(text, { now }), text);
  }
});

test('no module of detection is in it twice', () => {
  const built = Object.values(JSON.parse(readFileSync('out/build.json', 'utf8')) as Record<string, Metafile>);
  const outputs = built.flatMap((metafile) => Object.entries(metafile.outputs));
  const holding = (module: string): string[] => outputs.filter(([, { inputs }]) => module in inputs).map(([file]) => file);
  const engine = 'src/detect/engine/kernel.ts';
  assert.deepEqual([engine, 'src/detect/rules/catalogue.ts'].map(holding), [['dist/detection.js'], ['dist/rules.js']]);
  const both = outputs.filter(([file]) => file === 'dist/detection.js' || file === 'dist/rules.js');
  const modules = both.flatMap(([, { inputs }]) => Object.keys(inputs)).filter((module) => module.startsWith('src/'));
  assert.equal(new Set(modules).size, modules.length);
});

test('a scan of files that lead to no rule loads none; one with a secret does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-loads-'));
  const probe = join(folder, 'probe.cjs');
  writeFileSync(probe, "process.once('exit', () => console.log(Object.keys(require.cache).some((file) => file.endsWith('rules.js'))));");
  const loadsRules = (text: string): boolean => {
    writeFileSync(join(folder, 'app.py'), text);
    const { stdout } = spawnSync(process.execPath, ['--require', probe, resolve('dist/cli.js'), 'scan', 'app.py'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout.endsWith('true\n');
  };
  assert.equal(loadsRules('import os\nprint(os.getcwd())\n'), false);
  assert.equal(loadsRules(`token = "${sampleGitHubToken()}"\n`), true);
  rmSync(folder, { recursive: true });
});

test('what a scan of a folder compiled is taken by the next one, the rules among it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-compiled-'));
  writeFileSync(join(folder, 'app.py'), `token = "${sampleGitHubToken()}"\n`);
  const cache = join(folder, 'cache');
  const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache };
  const kept = (): string[] => {
    const { status } = spawnSync(process.execPath, [resolve('dist/cli.js'), 'scan', '.'], { cwd: folder, env, encoding: 'utf8' });
    assert.equal(status, 1);
    return globSync('**/scan/*.js-*', { cwd: folder }).map((file) => `${file} ${statSync(join(folder, file)).mtimeMs}`);
  };
  const first = kept().sort();
  assert.ok(first.some((file) => file.includes('rules.js-')));
  assert.deepEqual(kept().sort(), first);
  rmSync(folder, { recursive: true });
});

test('no file of it points to a source map, to a source or to the folder that it was built in', () => {
  const pointers = ['sourceMappingURL=', 'test/fixtures', resolve('.')];
  const found = [...files].flatMap(([name, content]) =>
    pointers.filter((text) => content.includes(text)).map((text) => `${name}: ${text}`),
  );
  assert.deepEqual(found, []);
});

test('the manifest names the product, a publisher and an icon that is there', () => {
  const manifest = JSON.parse(files.get('extension/package.json')!.toString());
  assert.equal(manifest.displayName, 'Keystow');
  assert.match(manifest.publisher, /^[a-z][a-z-]+$/);
  const icon = files.get(`extension/${manifest.icon}`)!;
  assert.equal(icon.subarray(1, 4).toString(), 'PNG');
  assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [128, 128]);
});

/** Without what differs between copies of one license: its line breaks and, of Apache's, the appendix. */
const words = (text: string): string => text.split('END OF TERMS AND CONDITIONS')[0]!.replace(/\s+/g, ' ').trim();

test('the notices name every package that is bundled, with its version and the words of its license', () => {
  const inputs = Object.values(JSON.parse(readFileSync('out/build.json', 'utf8')) as Record<string, { inputs: object }>);
  const paths = inputs.flatMap((metafile) => Object.keys(metafile.inputs)).filter((path) => path.includes('node_modules/'));
  const folders = new Set(paths.map(packageFolder));
  assert.ok(folders.size > 30, `${folders.size} packages`);
  const said = words(notices.replaceAll('END OF TERMS AND CONDITIONS', ''));
  for (const folder of [...folders, 'node_modules/node-addon-api', 'node_modules/@vscode/tree-sitter-wasm']) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    assert.ok(notices.includes(`\n${name} ${version} (${license})\n`), `${name} ${version} is not named`);
    const texts = globSync('{licen[cs]e*,LICEN[CS]E*,NOTICE*,notice*}', { cwd: folder });
    for (const file of texts) assert.ok(said.includes(words(readFileSync(join(folder, file), 'utf8'))), `${folder}/${file} is not there`);
  }
});

/** The nearest folder above a file that is a package with a version. */
function packageFolder(path: string): string {
  for (let folder = join(path, '..'); ; folder = join(folder, '..')) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version !== undefined) return folder.replaceAll('\\', '/');
    assert.notEqual(folder, '.', `${path} belongs to no package`);
  }
}

test('the notices name what no bundler sees: the grammars, and the list that the EC2 prices were worked out from', () => {
  const grammars = [...files.keys()].flatMap((name) => /\/tree-sitter-(\w+)\.wasm\.br$/.exec(name)?.[1] ?? []);
  assert.ok(grammars.length > 5);
  for (const grammar of grammars) assert.match(notices, new RegExp(`\ntree-sitter-${grammar === 'tsx' ? 'typescript' : grammar} \\d`));
  assert.match(notices, /\ntree-sitter 0\.\d+\.\d+ \(MIT\)/);
  const [, version] = /apache-libcloud ([\d.]+)/.exec(readFileSync('src/spend/ec2-prices.ts', 'utf8'))!;
  assert.ok(notices.includes(`\napache-libcloud ${version} (Apache-2.0)\n`));
  assert.match(notices, /The Apache Software Foundation \(http:\/\/www\.apache\.org\/\)/);
});
