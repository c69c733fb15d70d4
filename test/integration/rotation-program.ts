// A process that rotates, or finishes what one left behind, with the real keychain, journal, lock and AWS client; says each step on stdout.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyCloud } from '../../src/aws/iam.ts';
import { sessionName } from '../../src/credentials/broker.ts';
import { awsFilePaths } from '../../src/files/aws-files.ts';
import { withLock } from '../../src/files/lock.ts';
import { places } from '../../src/files/places.ts';
import { openKeychain } from '../../src/keychain/keychain.ts';
import { openVault } from '../../src/keychain/vault.ts';
import { format } from '../../src/message.ts';
import { resumeRotate, rotate } from '../../src/rotation/command.ts';
import type { RotationDoors } from '../../src/rotation/doors.ts';
import { openRotationJournal } from '../../src/rotation/journal.ts';
import { openKeyPointer } from '../../src/rotation/pointer.ts';

const { env } = process;
const { data, runtime } = places(env, process.platform, homedir());
const keychain = openKeychain({ service: 'keystow-test', indexFile: join(data, 'keychain.json') });
const sessions = openVault({ keychain, folder: join(data, 'sessions') });

const doors: RotationDoors = {
  cloud: (place) => keyCloud({ ...place, env }),
  keychain,
  pointer: openKeyPointer(awsFilePaths(env, homedir())),
  forgetSession: (profile) => sessions.remove(sessionName(profile)),
  journal: openRotationJournal(join(data, 'rotations')),
  exclusively: (work, waitMs) => withLock(join(runtime, 'rotation'), work, { waitMs }),
  now: () => new Date(),
  pause: async (milliseconds) => void (await sleep(milliseconds)),
  pace: { proofs: 3, betweenProofsMs: 50, provenWithinMs: 10_000, settleMs: 500, retryMs: 200 },
  progress: (step) => process.stdout.write(`${format(step)}\n`),
};
const say = (text: string) => void process.stdout.write(`${text}\n`);
const command = { doors, say, yes: true, ask: () => Promise.reject(new Error('nobody to ask')) };
const [, , verb, profile = ''] = process.argv;
await (verb === 'rotate' ? rotate(profile, 7, command) : resumeRotate(profile, command));
