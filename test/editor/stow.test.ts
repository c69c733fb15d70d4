import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Simulator } from '../../src/simulator/server.ts';
import { runAws } from '../aws-cli.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { keychainItem, packed, pictures, type Scene, scene, session } from './session.ts';
import { command } from './vscode.ts';

const keyOf = (simulator: Simulator) => simulator.accessKeys.find(({ user }) => user === 'demo')!;

/** A home whose [default] points at the simulator; its key lies in plain text. */
function awsHome(simulator: Simulator): Record<string, string> {
  const { accessKeyId, secretAccessKey } = keyOf(simulator);
  return {
    '.aws/config': `# mine\n[default]\nregion = eu-west-1\noutput = json\nendpoint_url = ${simulator.endpoint}\n`,
    '.aws/credentials': `[default]\n# the key of the demo user\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  };
}

/** The AWS CLI as the person of this home runs it. */
async function aws({ home, server }: Scene, ...args: string[]) {
  return runAws(args, { env: { ...server.env, HOME: home } });
}

const done = /is in the keychain now/;

test('the first run offers to move the plaintext key of [default]; the AWS CLI goes on as before; undo gives the file back byte for byte', async () => {
  const here = await scene((simulator) => ({ home: awsHome(simulator) }));
  const { window, home, simulator } = here;
  const { accessKeyId, secretAccessKey } = keyOf(simulator);
  const file = join(home, '.aws/credentials');
  const before = readFileSync(file);
  const configBefore = readFileSync(join(home, '.aws/config'));
  const identity = await aws(here, 'sts', 'get-caller-identity');
  assert.equal(identity.code, 0, identity.stderr);

  await window.pressNotification('Your AWS key lies in plain text in ~/.aws/credentials', 'Move it…');
  await window.row(/The key works: arn:aws:iam::/).waitFor();
  await window.page.screenshot({ path: `${pictures}/move-preview.png` });
  await window.pick(/Move it to the keychain/);
  await window.notified(done);

  const after = readFileSync(file, 'utf8');
  assert.ok(!after.includes(secretAccessKey));
  assert.match(
    after,
    /^\[default\]\n# the key of the demo user\ncredential_process = ".+\/bin\/keystow" credential-process --profile default\n$/,
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(keychainItem(`aws/${accessKeyId}`) ?? ''), { accessKeyId, secretAccessKey });
  const served = await aws(here, 'sts', 'get-caller-identity');
  assert.deepEqual(JSON.parse(served.stdout), JSON.parse(identity.stdout), served.stderr);

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('~/.aws/credentials');
  await window.pick(/Put it back in plain text/);
  await window.notified(/lies in plain text again/);
  assert.deepEqual(readFileSync(file), before);
  assert.deepEqual(readFileSync(join(home, '.aws/config')), configBefore);
  assert.equal(keychainItem(`aws/${accessKeyId}`), undefined);
});

test('a key pair in .env becomes AWS_PROFILE; the preview can be refused; the key is known in other files from then on; undo brings the text back', async () => {
  const here = await scene((simulator) => {
    const { accessKeyId, secretAccessKey } = keyOf(simulator);
    return {
      home: { '.aws/config': `[default]\nendpoint_url = ${simulator.endpoint}\n` },
      workspace: {
        '.env': `# settings\nPORT=8080\nAWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\nAWS_REGION=eu-west-1\n`,
        'app.js': "require('dotenv').config();\n",
        'secret.yaml': `kind: Secret\ndata:\n  key: ${Buffer.from(secretAccessKey).toString('base64')}\n`,
      },
    };
  });
  const { window, folder, simulator } = here;
  const { accessKeyId, secretAccessKey } = keyOf(simulator);
  const file = join(folder, '.env');
  const before = readFileSync(file, 'utf8');

  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  await window.dismiss();
  assert.equal(readFileSync(file, 'utf8'), before);
  assert.equal(keychainItem(`aws/${accessKeyId}`), undefined);

  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  await window.page.screenshot({ path: `${pictures}/env-preview.png` });
  await window.pick(/Name of the profile/);
  await window.fillInput('shop');
  await window.row(/Name of the profile: shop/).waitFor();
  await window.pick(/Move it to the keychain/);
  await window.notified(done);
  assert.equal(readFileSync(file, 'utf8'), '# settings\nPORT=8080\nAWS_PROFILE=shop\nAWS_REGION=eu-west-1\n');
  assert.ok(keychainItem(`aws/${accessKeyId}`));
  const served = await aws(here, 'sts', 'get-caller-identity', '--profile', 'shop', '--region', 'eu-west-1');
  assert.match(served.stdout, /user\/demo/, served.stderr);
  assert.ok((await window.terminal('echo "profile=$AWS_PROFILE"')).includes('profile=shop'));
  await window.page.screenshot({ path: `${pictures}/env-stowed.png` });

  await window.openFile('secret.yaml');
  await window.squiggle('secret.yaml', 'error').first().waitFor();
  const hover = await window.hover('secret.yaml', 'error', 'If it was pushed or shared');
  assert.match(hover, /This is your own key: the secret access key of the profile shop\./);
  await window.page.screenshot({ path: `${pictures}/own-key.png` });
  await window.openFile('app.js');
  await window.type('app.js', `// ${encodeURIComponent(secretAccessKey)}`);
  await window.squiggle('app.js', 'error').first().waitFor();
  await window.problems(/This is your own key[\s\S]*This is your own key/);

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('.env');
  await window.pick(/Put it back in plain text/);
  await window.notified(/lies in plain text again/);
  assert.equal(readFileSync(file, 'utf8'), before);
});

test('a GitHub token in .env becomes a reference that keystow exec resolves, in this folder and in no other; one in .npmrc a variable that npm puts in', async () => {
  const token = sampleGitHubToken();
  const npmrc = `//npm.pkg.github.com/:_authToken=${sampleGitHubToken()}\n`;
  const here = await scene(() => ({ workspace: { '.env': `GITHUB_TOKEN="${token}"\n`, '.npmrc': npmrc } }));
  const { window, folder, home } = here;
  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/keystow exec --env-file .env/).waitFor();
  await window.pick(/Name: /);
  await window.fillInput('ci');
  await window.pick(/Move it to the keychain/);
  await window.notified(done);
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), 'GITHUB_TOKEN="keystow://github/ci"\n');
  assert.equal(keychainItem('github/ci'), token);
  const keystow = join(home, '.local/share/keystow/bin/keystow');
  const rows = await window.terminal(`${keystow} exec --env-file .env -- sh -c 'printf %s "$GITHUB_TOKEN" | sha256sum | cut -c1-16'`);
  const { createHash } = await import('node:crypto');
  assert.ok(rows.includes(createHash('sha256').update(token).digest('hex').slice(0, 16)), rows.join('\n'));
  const elsewhere = await window.terminalLine(`cd / && GITHUB_TOKEN=keystow://github/ci ${keystow} exec -- true`);
  assert.match(elsewhere.join(''), /not granted/);

  await window.openFile('.npmrc');
  await window.quickFix('.npmrc', `Move to the keychain and read it from \${GITHUB_AUTH_TOKEN}…`);
  await window.row(/keystow exec --env-file \.env -- npm …/).waitFor();
  await window.page.screenshot({ path: `${pictures}/settings-preview.png` });
  await window.pick(/Move it to the keychain/);
  await window.notified(done);
  assert.equal(readFileSync(join(folder, '.npmrc'), 'utf8'), `//npm.pkg.github.com/:_authToken=\${GITHUB_AUTH_TOKEN}\n`);
  assert.match(
    readFileSync(join(folder, '.env'), 'utf8'),
    /^GITHUB_TOKEN="keystow:\/\/github\/ci"\nGITHUB_AUTH_TOKEN=keystow:\/\/github\/\S+\n$/,
  );
});

test('a second token of a file gets a name of its own', async () => {
  const tokens = ['first', 'second'].map(sampleGitHubToken);
  const { window, folder } = await scene(() => ({ workspace: { '.env': tokens.map((token) => `A=${token}\n`).join('') } }));
  await window.openFile('.env');
  for (const _ of tokens) {
    await window.quickFix('.env', 'Move to the keychain…');
    await window.pick(/Move it to the keychain/);
    await window.notified(done);
    await window.runCommand('Notifications: Clear All Notifications');
  }
  const [, first = '', second = ''] = /^A=keystow:\/\/(\S+)\nA=keystow:\/\/(\S+)\n$/.exec(readFileSync(join(folder, '.env'), 'utf8')) ?? [];
  assert.equal(second, `${first}-2`);
  assert.deepEqual(
    [first, second].map((name) => keychainItem(name)),
    tokens,
  );
});

test('a token in a program moves to the keychain: the program reads it from its environment, .env refers to it, and undo gives both back', async () => {
  const token = sampleGitHubToken();
  const program = `"""Lists the issues."""\nimport hashlib\n\nGITHUB_TOKEN = "${token}"\nprint(hashlib.sha256(GITHUB_TOKEN.encode()).hexdigest()[:16])\n`;
  const here = await scene(() => ({ workspace: { 'issues.py': program } }));
  const { window, folder, home } = here;
  await window.openFile('issues.py');
  await window.quickFix('issues.py', 'Move to the keychain and read it from os.environ["GITHUB_TOKEN"]…');
  await window.row(/\.env gets GITHUB_TOKEN: a reference, not the secret/).waitFor();
  await window.page.screenshot({ path: `${pictures}/environment-preview.png` });
  await window.pick(/Move it to the keychain/);
  await window.notified(done);
  const [, reference = '', name = ''] =
    /^GITHUB_TOKEN=(keystow:\/\/github\/(\S+))\n$/.exec(readFileSync(join(folder, '.env'), 'utf8')) ?? [];
  assert.match(reference, /-github-token$/);
  assert.equal(keychainItem(`github/${name}`), token);
  const after = program.replace('import hashlib', 'import os\nimport hashlib').replace(`"${token}"`, 'os.environ["GITHUB_TOKEN"]');
  assert.equal(readFileSync(join(folder, 'issues.py'), 'utf8'), after);
  const rows = await window.terminal(`${join(home, '.local/share/keystow/bin/keystow')} exec --env-file .env -- python3 issues.py`);
  const { createHash } = await import('node:crypto');
  assert.ok(rows.includes(createHash('sha256').update(token).digest('hex').slice(0, 16)), rows.join('\n'));

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('issues.py');
  await window.pick(/Put it back in plain text/);
  await window.notified(/lies in plain text again/);
  assert.equal(readFileSync(join(folder, 'issues.py'), 'utf8'), program);
  assert.equal(existsSync(join(folder, '.env')), false);
  assert.equal(keychainItem(`github/${name}`), undefined);
});

test('where the editor saves by itself, and is doing so just then, a secret is moved, and comes back', async () => {
  const token = sampleGitHubToken();
  const before = `GITHUB_TOKEN="${token}"\n`;
  const settings = JSON.stringify({ 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 1 });
  const { window, folder } = await scene(() => ({ workspace: { '.env': before, '.vscode/settings.json': settings } }));
  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.pick(/Move it to the keychain/);
  const moved = await window.notified(/keychain now|as it was/);
  assert.match(await moved.innerText(), done);
  assert.match(readFileSync(join(folder, '.env'), 'utf8'), /^GITHUB_TOKEN="keystow:\/\/\S+"\n$/);
  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('.env');
  await window.pick(/Put it back in plain text/);
  const back = await window.notified(/plain text again|as it was/);
  assert.match(await back.innerText(), /lies in plain text again/);
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), before);
});

test('where the editor cannot save the file, as another program wrote it meanwhile, the secret stays in it with all that was typed, also while it saved, and the keychain gets nothing', async (t) => {
  const { server } = await session();
  command(server, '--install-extension', packed('test/fixtures/typist'));
  t.after(() => command(server, '--uninstall-extension', 'keystow-test.typist'));
  const token = sampleGitHubToken();
  const settings = JSON.stringify({ 'files.autoSave': 'off' });
  const { window, folder } = await scene(() => ({ workspace: { '.env': `GITHUB_TOKEN=${token}\n`, '.vscode/settings.json': settings } }));
  await window.openFile('.env');
  await window.type('.env', 'PORT=8080\n');
  writeFileSync(join(folder, '.env'), '# from elsewhere\n');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.pick(/Name: /);
  await window.fillInput('unsaved');
  await window.pick(/Move it to the keychain/);
  await window.notified(/could not be saved, so it is as it was/);
  await window.page.screenshot({ path: `${pictures}/not-saved.png` });
  assert.equal(await window.text('.env'), `GITHUB_TOKEN=${token}\nPORT=8080\nTYPED=1`);
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), '# from elsewhere\n');
  assert.equal(keychainItem('github/unsaved'), undefined);
});

test('a file that no edit can mend is left as it is, and the preview says why', async () => {
  const here = await scene((simulator) => {
    const { accessKeyId, secretAccessKey } = keyOf(simulator);
    return { workspace: { 'data.json': `{\n  "accessKeyId": "${accessKeyId}",\n  "secretAccessKey": "${secretAccessKey}"\n}\n` } };
  });
  const { window, folder } = here;
  const before = readFileSync(join(folder, 'data.json'), 'utf8');
  await window.openFile('data.json');
  await window.quickFix('data.json', 'Move to the keychain…');
  await window.row('Nothing is changed').waitFor();
  await window.page.screenshot({ path: `${pictures}/refused.png` });
  await window.dismiss();
  assert.equal(readFileSync(join(folder, 'data.json'), 'utf8'), before);
  assert.equal(existsSync(join(folder, '.env')), false);
});

test('a key in JavaScript becomes fromIni or, for deployed code, nothing; a missing package is offered', async () => {
  const program = (pair: string) =>
    `import { S3Client } from '@aws-sdk/client-s3';\n\nexport const client = new S3Client({\n  region: 'eu-west-1',\n  credentials: ${pair},\n});\n`;
  const here = await scene((simulator) => {
    const { accessKeyId, secretAccessKey } = keyOf(simulator);
    return {
      home: { '.aws/config': `[default]\nendpoint_url = ${simulator.endpoint}\n` },
      workspace: {
        'package.json': JSON.stringify({ dependencies: { '@aws-sdk/client-s3': '^3.1100.0' } }),
        'client.mjs': program(`{ accessKeyId: '${accessKeyId}', secretAccessKey: '${secretAccessKey}' }`),
      },
    };
  });
  const { window, folder } = here;
  await window.openFile('client.mjs');
  await window.quickFix('client.mjs', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  await window.filter('Add it now');
  await window.row('Add it now: npm install @aws-sdk/credential-providers@"^3.1100.0"').waitFor();
  await window.filter('For code that is deployed');
  await window.pick(/For code that is deployed/);
  await window.row(/takes its credentials from the place where it runs/).waitFor();
  await window.filter('Name the profile in the code instead');
  await window.pick('Name the profile in the code instead');
  await window.row(/must exist/).waitFor();
  await window.pick(/Move it to the keychain/);
  await window.notified(done);
  const left = readFileSync(join(folder, 'client.mjs'), 'utf8');
  const [, profile = ''] = /profile: '([\w-]+)'/.exec(left) ?? [];
  const [imported, ...rest] = program(`fromIni({ profile: '${profile}' })`).split('\n');
  assert.equal(left, [imported, "import { fromIni } from '@aws-sdk/credential-providers';", ...rest].join('\n'));
});
