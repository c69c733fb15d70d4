import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pictures, scene } from './session.ts';

test('the profile of a folder is in its new terminals, tasks and programs; what runs keeps its own, and a .env that names another wins', async () => {
  const { window, folder } = await scene((simulator) => {
    const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
    const who = 'printf "task=%s." "$AWS_PROFILE"';
    return {
      home: {
        '.aws/config': `[default]\nendpoint_url = ${simulator.endpoint}\n[profile other]\nregion = eu-west-1\n`,
        // a prompt that says what its shell has
        '.bashrc': "PS1='[$AWS_PROFILE] $ '\n",
        '.zshrc': "setopt prompt_subst\nPROMPT='[$AWS_PROFILE] $ '\n",
      },
      workspace: {
        '.env': `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\nAWS_REGION=eu-west-1\n`,
        'app.js': "require('dotenv').config();\n",
        'who.js': "console.log('program=' + process.env.AWS_PROFILE + '.');\n",
        '.vscode/tasks.json': JSON.stringify({
          version: '2.0.0',
          tasks: [{ label: 'who', type: 'shell', command: who, problemMatcher: [] }],
        }),
        '.vscode/launch.json': JSON.stringify({ configurations: [{ name: 'Who', type: 'node', request: 'launch', program: 'who.js' }] }),
      },
    };
  });
  const { page } = window;
  const screen = page.locator('.terminal-wrapper.active');
  const printed = (text: string) => screen.locator('.xterm-rows > div', { hasText: text }).first().waitFor();
  const profile = 'echo "profile=$AWS_PROFILE."';

  assert.ok((await window.terminal(profile)).includes('profile=.'), 'nothing is set before a person chose');
  await window.newTerminal();
  await window.startInTerminal('sleep 3000');

  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  await window.pick(/Name of the profile/);
  await window.fillInput('shop');
  await window.row(/Name of the profile: shop/).waitFor();
  await window.pick(/Move it to the keychain/);
  const offer =
    /New terminals use the profile shop\. These are open and idle: .+\. These run something and keep the account that they began with: .+/;
  await window.notified(offer);
  await page.screenshot({ path: `${pictures}/terminals-relaunch.png` });
  await window.pressNotification(offer, 'Relaunch the Idle Ones');
  // the idle one comes to the front with its old lines, and only then begins anew; typed too early, a line would make it a busy one
  await screen.locator('.xterm-rows', { hasText: /\[shop\] \$ *$/ }).waitFor();
  assert.ok((await window.terminalLine(profile)).includes('profile=shop.'), 'an idle terminal is relaunched');

  await window.runCommand('Terminal: Focus Next Terminal Group');
  await screen.locator('.xterm-rows > div', { hasText: 'sleep 3000' }).waitFor();
  await screen.locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Control+c');
  assert.ok((await window.terminalLine(profile)).includes('profile=.'), 'what ran keeps what it began with');
  assert.ok((await window.terminal(profile)).includes('profile=shop.'));

  await window.runCommand('Tasks: Run Task');
  await window.pick('who');
  await printed('task=shop.');
  await window.runCommand('Debug: Start Debugging');
  await page.locator('.repl .monaco-list-row', { hasText: 'program=shop.' }).waitFor();
  await page.screenshot({ path: `${pictures}/terminals-program.png` });

  await window.runCommand('Keystow: Switch Profile…');
  await window.pick('other');
  await window.pick('For this window');
  await window.newTerminal('Keystow: Open Terminal with Profile');
  assert.ok(
    (await window.terminalLine(profile)).includes('profile=other.'),
    'a terminal with the profile of the window, not of the folder',
  );

  writeFileSync(join(folder, '.env'), 'AWS_PROFILE=other\n');
  for (let tries = 1; !(await window.terminal(profile)).includes('profile=.'); tries++)
    assert.ok(tries < 10, 'the .env says whom its programs act as, once the watcher has seen it');
});
