// The life of an installation, with nothing of the repository at hand: installed, used, updated, uninstalled.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { test } from 'node:test';
import { filesOfZip } from '../zip.ts';
import { session } from './session.ts';
import { command, openWindow, type Server, startServer, until } from './vscode.ts';

const id = 'keystow-dev.keystow';

/** VSIXs of these versions, packed in a checkout that is gone when they are used. */
function packElsewhere(root: string, versions: readonly string[]): string[] {
  const checkout = join(root, 'checkout');
  const apart = ['node_modules', 'out', 'dist', '.git'].map((name) => resolve(name));
  cpSync('.', checkout, { recursive: true, filter: (path) => !apart.includes(resolve(path)) });
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
  // what the grammars are compressed to is the same everywhere, and takes ten seconds
  for (const grammars of globSync('out/grammars-*')) cpSync(grammars, join(checkout, grammars), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const packed = versions.map((version, index) => {
    writeFileSync(join(checkout, 'package.json'), JSON.stringify({ ...manifest, version }));
    // of a version the manifest knows, and nothing that is built
    execFileSync(process.execPath, ['test/package.mjs', ...(index === 0 ? [] : ['--built'])], { cwd: checkout });
    const vsix = join(root, `${version}.vsix`);
    renameSync(join(checkout, 'out/keystow.vsix'), vsix);
    return vsix;
  });
  rmSync(checkout, { recursive: true });
  return packed;
}

/** The first page that it gives makes the server load VS Code, which then deletes what was uninstalled. */
async function wake({ port, password }: Server): Promise<void> {
  const at = `http://127.0.0.1:${port}`;
  const login = await fetch(`${at}/login`, { method: 'POST', body: new URLSearchParams({ password }), redirect: 'manual' });
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  assert.equal((await fetch(at, { headers: { cookie } })).status, 200);
}

test('packed in a checkout that is gone, Keystow warns, stows and serves; an update goes on serving; after it is uninstalled the launcher says what to do', async (t) => {
  const { browser, simulator } = await session();
  const root = mkdtempSync(join(tmpdir(), 'keystow-installed-'));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [first, next] = packElsewhere(root, [version, '99.0.0']);
  for (const [name, content] of await filesOfZip(first!)) {
    for (const place of [resolve('.'), root]) assert.ok(!content.includes(place), `${name} names the folder that it was built in`);
  }

  const extensions = join(root, 'extensions');
  const installed = () => readdirSync(extensions).filter((name) => name.startsWith(id));
  const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  let server = await startServer({
    root,
    vsix: first!,
    home: { '.aws/config': `[default]\nregion = eu-west-1\nendpoint_url = ${simulator.endpoint}\n` },
    workspace: { '.env': `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n` },
  });
  t.after(() => server.stop());
  const launcher = join(server.home, '.local/share/keystow/bin/keystow');
  const serve = () =>
    spawnSync(launcher, ['credential-process', '--profile', 'installed'], { cwd: '/', env: server.env, encoding: 'utf8' });
  const servesASession = () => {
    const { stdout, stderr } = serve();
    assert.equal(stderr, '');
    assert.match(JSON.parse(stdout).AccessKeyId, /^ASIA/);
  };

  let window = await openWindow(browser, server);
  await window.openFile('.env');
  await window.squiggle('.env', 'error').first().waitFor();
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  await window.pick(/Name of the profile/);
  await window.fillInput('installed');
  await window.row(/Name of the profile: installed/).waitFor();
  await window.pick(/Move it to the keychain/);
  await window.notified(/is in the keychain now/);
  assert.equal(readFileSync(join(server.workspace, '.env'), 'utf8'), 'AWS_PROFILE=installed\n');
  servesASession();
  await window.close();
  await server.stop();

  server = await startServer({ root, vsix: next! });
  await wake(server);
  await until('the old version is deleted', () => installed().length === 1);
  assert.deepEqual(
    installed().map((name) => basename(name)),
    [`${id}-99.0.0`],
  );
  assert.ok(!readFileSync(launcher, 'utf8').includes('99.0.0'));
  servesASession();
  window = await openWindow(browser, server);
  await until('the launcher names the new version', () => readFileSync(launcher, 'utf8').includes('99.0.0/dist/cli.js'));
  servesASession();
  await window.close();
  await server.stop();

  assert.match(command(server, '--uninstall-extension', id), /successfully uninstalled/);
  server = await startServer({ root });
  await wake(server);
  await until('the extension is deleted', () => installed().length === 0);
  const { status, stdout, stderr } = serve();
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^keystow: Keystow was uninstalled, .*Install it again and start the editor once.*\n$/);
  assert.ok(existsSync(launcher));
});
