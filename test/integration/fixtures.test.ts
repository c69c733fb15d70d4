// The programs of test/fixtures before and after their secret is stowed: the same caller, the same bytes. The Python ones need boto3: test/clients.
import { test } from 'node:test';
import { stowsAndWorks, tokenStowsAndWorks } from '../stowed-programs.ts';

for (const name of ['sdk-v3.mjs', 'sdk-v3.cjs', 'sdk-v2.cjs', 'sdk-v2-config.cjs', 'launch.mjs', 'dotenv-app.mjs', 'dotenv-by-name.mjs']) {
  test(`${name} is the same caller before its key is stowed, after, and after the undo`, (t) => stowsAndWorks(t, name));
}

test('github-token.mjs gets the same bytes before and after', (t) => tokenStowsAndWorks(t));
