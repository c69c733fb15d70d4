import { type Prints, requireCompiled } from './files/compiled.ts';
import { homeFolder } from './files/home.ts';
import { inFolder } from './files/in-folder.ts';
import { places } from './files/places.ts';

// What the command begins with, as dist/cli.js: it loads cli.ts, with what was compiled of it before where somebody waits.

/** What the build made. */
declare const prints: Prints;

const [verb, ...args] = process.argv.slice(2);
// a commit calls other functions than other scans
const use = verb === 'scan' && args.includes('--staged') ? 'scan-staged' : verb;
const waitedFor = use === 'scan' || use === 'scan-staged' || use === 'credential-process';
const { v8, electron } = process.versions;
// another with its options is another
const engine = [v8, process.arch, ...(electron === undefined ? [] : ['electron']), ...process.execArgv].join(' ').replace(/[^\w.]+/g, '-');
const home = homeFolder(process.env, process.platform);
const kept = waitedFor ? { all: inFolder(places(process.env, process.platform, home).cache, 'compiled'), engine, use } : undefined;

// Node ends with 1, by which a scan would say that it found something
process.once('uncaughtException', (error) => {
  process.stderr.write(`keystow: ${error.stack}\n`);
  process.exit(verb === 'credential-process' ? 1 : 2);
});

requireCompiled(inFolder(__dirname, 'verbs.js'), prints, kept);
