import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { places } from '../../src/files/places.ts';

test('on Linux, everything lies where the XDG variables say', () => {
  const env = { XDG_DATA_HOME: '/d', XDG_CACHE_HOME: '/c', XDG_RUNTIME_DIR: '/r' };
  assert.deepEqual(places(env, 'linux', '/home/ann'), {
    data: '/d/keystow',
    cache: '/c/keystow',
    runtime: '/r/keystow',
    launcher: '/d/keystow/bin/keystow',
  });
});

test('on Linux without the variables, or with relative ones, everything lies in the home folder', () => {
  const usual = {
    data: '/home/ann/.local/share/keystow',
    cache: '/home/ann/.cache/keystow',
    runtime: '/home/ann/.local/share/keystow/run',
    launcher: '/home/ann/.local/share/keystow/bin/keystow',
  };
  assert.deepEqual(places({}, 'linux', '/home/ann'), usual);
  assert.deepEqual(places({ XDG_DATA_HOME: '', XDG_CACHE_HOME: 'here', XDG_RUNTIME_DIR: 'run' }, 'linux', '/home/ann'), usual);
});

test('on macOS, the launcher stays clear of the blank in "Application Support"', () => {
  assert.deepEqual(places({ XDG_DATA_HOME: '/ignored' }, 'darwin', '/Users/ann'), {
    data: '/Users/ann/Library/Application Support/Keystow',
    cache: '/Users/ann/Library/Caches/Keystow',
    runtime: '/Users/ann/Library/Application Support/Keystow/run',
    launcher: '/Users/ann/.keystow/bin/keystow',
  });
});

test('on Windows, everything lies in the local application data', () => {
  assert.deepEqual(places({ LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' }, 'win32', 'C:\\Users\\ann'), {
    data: 'C:\\Users\\ann\\AppData\\Local\\Keystow',
    cache: 'C:\\Users\\ann\\AppData\\Local\\Keystow\\cache',
    runtime: 'C:\\Users\\ann\\AppData\\Local\\Keystow\\run',
    launcher: 'C:\\Users\\ann\\AppData\\Local\\Keystow\\bin\\keystow.cmd',
  });
});

test('the home folder is the one that the system names, whether the environment does or not', () => {
  const script = `import { homedir } from 'node:os';
    import { homeFolder } from ${JSON.stringify(resolve('src/files/home.ts'))};
    console.log(JSON.stringify([homeFolder(process.env, process.platform), homedir()]));`;
  const homes = (env: NodeJS.ProcessEnv) =>
    JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', env })) as string[];
  const { HOME, ...without } = process.env;
  for (const env of [{ ...without, HOME: '/home/ann/' }, { ...without, HOME: '' }, without]) {
    const [found, system] = homes(env);
    assert.equal(found, system);
  }
});
