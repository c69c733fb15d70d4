// boto3 as its users have it: the same caller before its key is stowed, after, and after the undo.
import { test } from 'node:test';
import { stowsAndWorks } from '../stowed-programs.ts';
import { python } from './prepare.mjs';

for (const name of ['boto3_client.py', 'boto3_session.py']) {
  for (const mode of ['session', 'key'] as const) {
    test(`${name} in mode ${mode}`, (t) => stowsAndWorks(t, name, { python, mode }));
  }
}
