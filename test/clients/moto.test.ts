// The stories of an account on an AWS that nobody here wrote.
import { test } from 'node:test';
import { stories } from '../account-stories.ts';
import { stowsAndWorks } from '../stowed-programs.ts';
import { motoAccount } from './moto.ts';
import { python } from './prepare.mjs';

for (const [name, story] of Object.entries(stories)) test(`${name}, with moto`, async (t) => story(await motoAccount(t), t));

// moto takes no session that it gave, so the programs get the key itself
for (const name of ['sdk-v3.mjs', 'dotenv-app.mjs', 'boto3_session.py']) {
  test(`${name} before its key is stowed, after, and after the undo, with moto`, async (t) =>
    stowsAndWorks(t, name, { python, mode: 'key', account: await motoAccount(t) }));
}
