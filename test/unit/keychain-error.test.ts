import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keychainError, locked, notAnswered, notLoaded } from '../../src/keychain/keychain-error.ts';

const linux = { platform: 'linux' as const, env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus' } };
const mac = { platform: 'darwin' as const, env: {} };
const windows = { platform: 'win32' as const, env: {} };

// The left column was said by real keychains (Linux), or stands in the systems' documentation (macOS: SecBase.h, Windows: winerror.h).
const said = [
  [linux, 'Cannot autolaunch D-Bus without X11 $DISPLAY', /no D-Bus.*dbus-user-session/],
  [linux, 'Could not connect: No such file or directory', /no D-Bus/],
  [linux, 'The name org.freedesktop.secrets was not provided by any .service files', /No keychain is running.*gnome-keyring/],
  [linux, 'Cannot create an item in a locked collection', /is locked: unlock it in your desktop/],
  [linux, 'Object does not exist at path “/org/freedesktop/secrets/collection/login”', /no keyring to write to.*Create one/],
  [linux, 'Something else', /failed: Something else\. If it is locked, unlock it/],
  [mac, 'User interaction is not allowed.', /is locked.*security unlock-keychain/],
  [mac, 'The user name or passphrase you entered is not correct.', /failed.*security unlock-keychain/],
  [windows, 'The stub received bad data.', /failed.*Credential Manager/],
] as const;

for (const [surroundings, words, expected] of said) {
  test(`${surroundings.platform}: "${words}" comes with a remedy`, () => {
    const error = keychainError(surroundings, new Error(words));
    assert.match(error.message, expected);
    assert(error.message.includes(words));
    assert.doesNotMatch(error.message, /[{}]/);
  });
}

test('silence, a lock and a missing library come with the remedy of the platform', () => {
  assert.match(notAnswered(linux, 5).message, /within 5 seconds.*Passwords and Keys/);
  assert.match(locked(mac, '/k/index.json').message, /locked.*security unlock-keychain.*\/k\/index\.json/);
  assert.match(notLoaded(linux, new Error('x')).message, /libsecret is missing.*apt install libsecret-1-0/);
  assert.match(notLoaded(windows, new Error('x')).message, /does not load on this system \(win32\)/);
});
