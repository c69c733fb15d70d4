import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Prints, requireCompiled } from './files/compiled.ts';
import { places } from './files/places.ts';

// What the command begins with, as dist/cli.js: it loads cli.ts, with what was compiled of it before where somebody waits.

/** What the build made. */
declare const prints: Prints;

const [verb, ...args] = process.argv.slice(2);
// a commit calls other functions than other scans
const use = verb === 'scan' && args.includes('--staged') ? 'scan-staged' : verb;
const waitedFor = use === 'scan' || use === 'scan-staged' || use === 'credential-process';
const { v8, electron } = process.versions;
// what was compiled for one engine, and with its options, another does not take
const engine = [v8, process.arch, ...(electron === undefined ? [] : ['electron']), ...process.execArgv].join(' ').replace(/[^\w.]+/g, '-');
const kept = waitedFor ? join(places(process.env, process.platform, homedir()).cache, 'compiled', engine, use) : undefined;

requireCompiled(join(__dirname, 'verbs.js'), prints, kept);
