// boto3 as its users have it: the same caller before its key is stowed, after, and after the undo.
import { before, test } from 'node:test';
import { stowsAndWorks } from '../stowed-programs.ts';
import { preparePython, python } from './prepare.mjs';

before(preparePython);

for (const name of ['boto3_client.py', 'boto3_session.py']) {
  for (const mode of ['session', 'key'] as const) {
    test(`${name} in mode ${mode}`, (t) => stowsAndWorks(t, name, { python, mode }));
  }
}
