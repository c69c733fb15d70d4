// The stories of an account, played by the simulator; `npm run test:clients` plays the same ones with moto.
import { test } from 'node:test';
import { simulatedAccount } from '../account.ts';
import { stories } from '../account-stories.ts';

for (const [name, story] of Object.entries(stories)) test(name, async (t) => story(await simulatedAccount(t), t));
