// `keystow stow` on a terminal, through the real command and the real keychain.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleGitHubToken } from '../sample-keys.ts';
import { freshHome, keystow } from '../stowed-programs.ts';

test('several tokens of a folder get names of their own, and one that stands in two files has one', async (t) => {
  const { home, env } = await freshHome(t);
  const folder = join(home, 'shop');
  await mkdir(folder);
  const [one, two, three] = ['one', 'two', 'three'].map(sampleGitHubToken);
  const file = (name: string) => join(folder, name);
  await writeFile(file('.env'), `A=${one}\nB=${two}\n`);
  await writeFile(file('a.js'), `f('${three}');\n`);
  await writeFile(file('b.js'), `f('${one}');\n`);
  const { code, stderr } = await keystow(folder, env, 'stow', '.env', 'a.js', 'b.js', '--yes');
  assert.equal(code, 0, stderr);
  assert.equal(
    await readFile(file('.env'), 'utf8'),
    'A=keystow://github/shop\nB=keystow://github/shop-2\nGITHUB_TOKEN=keystow://github/shop-github-token\nGITHUB_TOKEN_2=keystow://github/shop\n',
  );
  assert.equal(await readFile(file('a.js'), 'utf8'), 'f(process.env.GITHUB_TOKEN);\n');
  assert.equal(await readFile(file('b.js'), 'utf8'), 'f(process.env.GITHUB_TOKEN_2);\n');
});
