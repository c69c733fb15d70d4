import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { sampleKeyPair } from '../sample-keys.ts';

/** Stops the keychain of a session of its own and asks for credentials whose key lies there; the last line is the exit code. */
const askSilentKeychain = `
owner=$(dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | sed -n "s/.*uint32 //p")
export AWS_CONFIG_FILE="$HOME/config"
printf '[profile p]\\nkeystow_access_key_id = %s\\nkeystow_mode = key\\n' "$id" > "$AWS_CONFIG_FILE"
kill -STOP "$owner"
code=0
"$node" "$cli" credential-process --profile p || code=$?
kill -CONT "$owner"
echo "exit $code"
`;

test('a keychain that never answers: one line with the remedy, then the end', {
  skip: process.platform !== 'linux' && 'a matter of D-Bus',
}, async () => {
  const env = { ...process.env, node: process.execPath, cli: resolve('dist/cli.js'), id: sampleKeyPair().accessKeyId };
  const child = spawn('sh', ['test/keyring.sh', 'sh', '-ec', askSilentKeychain], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let saidAt = 0;
  child.stderr.on('data', (data) => {
    said += data;
    saidAt = performance.now();
  });
  const ended = await new Promise<{ text: string; at: number }>((done) => {
    child.stdout.once('data', (data) => done({ text: String(data), at: performance.now() }));
  });
  await new Promise((closed) => child.once('close', closed));
  assert.equal(ended.text, 'exit 1\n');
  assert.match(said, /^keystow: The keychain did not answer within 5 seconds\. .* then try again\.\n$/);
  assert(ended.at - saidAt < 10_000, `${Math.round(ended.at - saidAt)} ms after its line`);
});
