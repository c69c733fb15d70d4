import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'dotenv';
import { commandLine } from '../../src/credentials/command-line.ts';
import { composeEnvironment, type EnvironmentParts } from '../../src/credentials/environment.ts';
import type { ServedProfile } from '../../src/credentials/profile.ts';
import type { ReferringVariable } from '../../src/credentials/references.ts';

const profile: ServedProfile = { name: 'p', accessKeyId: 'AKIA0000', mode: 'session', region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' };
const credentials = async () => ({ Version: 1, AccessKeyId: 'id', SecretAccessKey: 'secret', SessionToken: 'token' }) as const;

function compose(parts: Partial<EnvironmentParts>, seen: ReferringVariable[] = []) {
  return composeEnvironment(
    { parent: {}, folder: '/cwd', ...parts },
    {
      parseEnvFile: (text) => Object.entries(parse(text)).map(([name, value]) => ({ name, value })),
      credentials,
      resolve: async (variables) => {
        seen.push(...variables);
        return Object.fromEntries(variables.map(({ variable, value, folder }) => [variable, `<${value} in ${folder}>`]));
      },
    },
  );
}

test('the env file fills in what the parent lacks', async () => {
  const env = await compose({ parent: { A: 'parent', EMPTY: '' }, envFile: { folder: '/app', text: 'A=file\nB=file\nEMPTY=file\n' } });
  assert.deepEqual(env, { A: 'parent', B: 'file', EMPTY: '' });
});

test('references of the file belong to its folder, those of the parent to the working folder', async () => {
  const env = await compose({
    parent: { P: 'keystow://g/p' },
    envFile: { folder: '/app', text: 'F=keystow://g/f\nTEXT="see keystow://g/f"\n' },
  });
  assert.deepEqual(env, { P: '<keystow://g/p in /cwd>', F: '<keystow://g/f in /app>', TEXT: 'see keystow://g/f' });
});

test('a reference that the parent could not resolve gives way to the file', async () => {
  const env = await compose({ parent: { T: 'keystow://g/old' }, envFile: { folder: '/app', text: 'T=plain\n' } });
  assert.deepEqual(env, { T: 'plain' });
});

test('a profile brings its credentials and nothing is left that an SDK would take before them', async () => {
  const parent = {
    PATH: '/bin',
    AWS_PROFILE: 'x',
    AWS_DEFAULT_PROFILE: 'x',
    AWS_SESSION_TOKEN: 'old',
    AWS_SECURITY_TOKEN: 'old',
    AWS_CREDENTIAL_EXPIRATION: 'old',
  };
  assert.deepEqual(
    await compose({ parent, profile, envFile: { folder: '/app', text: 'AWS_PROFILE=p\nAWS_ACCESS_KEY_ID=keystow://p/access-key-id\n' } }),
    {
      PATH: '/bin',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    },
  );
});

test('a region that was chosen, by the parent or the file, stays', async () => {
  const env = await compose({ parent: { AWS_DEFAULT_REGION: 'us-west-2', AWS_ENDPOINT_URL: 'http://mine' }, profile });
  assert.equal(env.AWS_REGION, undefined);
  assert.equal(env.AWS_DEFAULT_REGION, 'us-west-2');
  assert.equal(env.AWS_ENDPOINT_URL, 'http://mine');
  assert.equal((await compose({ envFile: { folder: '/app', text: 'AWS_REGION=ap-south-1' }, profile })).AWS_REGION, 'ap-south-1');
});

test('what the launcher set for Keystow itself does not reach the command', async () => {
  assert.deepEqual(await compose({ parent: { ELECTRON_RUN_AS_NODE: '1', A: 'a' } }), { A: 'a' });
});

test('on Windows a program is found by its ending, and only a batch file goes through cmd, with its arguments escaped', () => {
  const env = { Path: 'C:\\tools;C:\\nodejs', PATHEXT: '.EXE;.CMD', ComSpec: 'C:\\Windows\\cmd.exe' };
  const there = new Set(['C:\\nodejs\\npm.cmd', 'C:\\tools\\git.exe', 'C:\\app\\node_modules\\.bin\\x.cmd']);
  const windows = (command: string, args: string[]) => commandLine(command, args, env, 'win32', (file) => there.has(file));

  assert.deepEqual(windows('git', ['log', '%PATH%']), { file: 'C:\\tools\\git.exe', args: ['log', '%PATH%'], verbatim: false });
  assert.deepEqual(windows('npm', ['run', 'a b&calc', '%X%', 'c:\\d\\']), {
    file: 'C:\\Windows\\cmd.exe',
    args: ['/d', '/s', '/c', '"C:\\nodejs\\npm.cmd ^"run^" ^"a^ b^&calc^" ^"^%X^%^" ^"c:\\d\\\\^""'],
    verbatim: true,
  });
  assert.match(windows('C:\\app\\node_modules\\.bin\\x.cmd', ['a&b']).args[3] ?? '', /\^\^\^"a\^\^\^&b\^\^\^"/);
  assert.deepEqual(windows('nowhere', []), { file: 'nowhere', args: [], verbatim: false });
  assert.deepEqual(commandLine('npm', ['a b'], env, 'linux'), { file: 'npm', args: ['a b'], verbatim: false });
});
