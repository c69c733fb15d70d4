import { groupBy } from '../detect/group.ts';
import type { Commit, Report } from '../detect/report.ts';
import type { Git } from '../files/git.ts';
import { changeOf, type GitScanOptions, notHere, objectsHere, rawDiff, readBlobs } from './blobs.ts';
import { type FoundIn, foldersOf, type Scanned, Scanning } from './content.ts';
import { ObjectIds } from './object-ids.ts';
import { defaultMaxBytes } from './too-large.ts';

export interface HistoryScan extends Scanned {
  readonly findings: readonly (Report & Commit)[];
  readonly commits: number;
  /** The repository has only the last commits of its history. */
  readonly shallow: boolean;
}

/**
 * Scans every commit that a branch, a tag or a stash reaches, oldest first and each version of a file once. A finding is reported with the first commit
 * that has it in the file. The halves of a key in two files are one key where a commit that brings in one of them has both. Paths count from the top of the repository.
 * @throws UserError where git cannot do it, e.g. outside a repository.
 */
export async function scanHistory(git: Git, options: GitScanOptions): Promise<HistoryScan> {
  const { signal, maxBytes = defaultMaxBytes } = options;
  const heard = signal === undefined ? {} : { signal };
  const ofAllCommits = { ...heard, ofAllCommits: true };
  // only the newest stash is a reference, the others are in its log
  const hasStash = (await git.run(['for-each-ref', 'refs/stash'], heard)).length > 0;
  const stashes = hasStash ? words(await git.run(['rev-list', '--walk-reflogs', 'refs/stash'], heard)) : [];
  const all = ['--all', ...stashes];
  const commits = words(await git.run(['rev-list', ...all, '--reverse', '--topo-order'], ofAllCommits));
  const unpushed = new Set(words(await git.run(['rev-list', ...all, '--not', '--remotes'], ofAllCommits)));
  const shallow = words(await git.run(['rev-parse', '--is-shallow-repository'], heard))[0] === 'true';

  const here = await objectsHere(git, signal);

  const scanning = new Scanning(options, true);
  const found: FoundInVersion[] = [];
  const reading: Version[] = [];
  const versions = (async function* () {
    for await (const version of versionsOf(git, commits, options)) {
      if (here?.has(version.blob) === false) scanning.skip({ file: version.file, reason: notHere, kind: 'absent' });
      else {
        reading.push(version);
        yield version.blob;
      }
    }
  })();
  for await (const content of readBlobs(git, versions, { ...options, maxBytes, ofAllCommits: true })) {
    const version = reading.shift()!;
    for (const one of await scanning.lookWithin(content, version.file)) found.push({ version, in: one });
  }
  for (const together of await besideEachOther(git, found, signal)) scanning.pairUp(together);

  const findings: (Report & Commit)[] = [];
  const reported = new Set<string>();
  for (const { version, in: one } of found) {
    const { commit, date } = version;
    for (const [index, report] of one.reports.entries()) {
      // the fingerprint of a short credential is that of each that follows it under the same name
      const key = `${report.fingerprint} ${report.file}\0${one.credentials[index]}`;
      if (reported.has(key)) continue;
      reported.add(key);
      findings.push({ ...report, commit, date, pushed: !unpushed.has(commit) });
    }
  }
  const { files, bytes, skipped, accepted } = scanning;
  return { findings, files, bytes, skipped, accepted, commits: commits.length, shallow };
}

interface FoundInVersion {
  readonly version: Version;
  readonly in: FoundIn;
}

/** How many older versions of other files are asked for by one commit. */
const mostBeside = 64;

/**
 * Of each commit that brings in a lone half of a key: the files with halves that it brings in, and those that lay beside them in it already.
 */
async function besideEachOther(git: Git, found: readonly FoundInVersion[], signal: AbortSignal | undefined): Promise<FoundIn[][]> {
  const withHalves = found.filter((one) => one.in.halves !== 'none');
  const groups: { readonly commit: string; readonly brought: readonly FoundIn[]; readonly older: readonly FoundInVersion[] }[] = [];
  const byFolder = new Map<string, FoundInVersion[]>();
  for (const [commit, brought] of groupBy(withHalves, ({ version }) => version.commit)) {
    const older = new Set<FoundInVersion>();
    const folders = new Set(brought.flatMap((one) => (one.in.halves === 'lone' ? foldersOf(one.version.file) : [])));
    for (const folder of folders) for (const one of byFolder.get(folder)?.slice(-mostBeside) ?? []) older.add(one);
    if (folders.size > 0) groups.push({ commit, brought: brought.map((one) => one.in), older: [...older].slice(-mostBeside) });
    for (const one of brought) {
      for (const folder of foldersOf(one.version.file)) {
        const here = byFolder.get(folder);
        if (here) here.push(one);
        else byFolder.set(folder, [one]);
      }
    }
  }
  const asked = groups.flatMap(({ commit, older }) => older.map(({ version }) => `${commit}:${version.file}`));
  const blobs = await blobsAt(git, asked, signal);
  return groups.map(({ commit, brought, older }) => [
    ...brought,
    ...older.filter(({ version }) => blobs.get(`${commit}:${version.file}`) === version.blob).map((one) => one.in),
  ]);
}

/** The blobs of files in commits, which are asked for as `commit:file`. A name that holds a line break is none that git can be asked for so. */
async function blobsAt(git: Git, asked: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(asked)].filter((name) => !name.includes('\n'));
  if (names.length === 0) return new Map();
  const input = names.map((name) => `${name}\n`).join('');
  const printed = await git.run(['cat-file', '--batch-check=%(objectname)'], { input, ...(signal === undefined ? {} : { signal }) });
  const lines = printed.toString('utf8').split('\n');
  return new Map(names.map((name, index) => [name, lines[index]!]));
}

interface Version {
  readonly file: string;
  readonly blob: string;
  readonly commit: string;
  readonly date: string;
}

/** Each blob once, with the first commit that has it, which may be a merge. */
async function* versionsOf(
  git: Git,
  commits: readonly string[],
  { paths = [], leavesOut, signal }: GitScanOptions,
): AsyncGenerator<Version> {
  const pretty = '--pretty=tformat:%H %aI %cI';
  const changes = git.stream(['diff-tree', '--stdin', '-r', '--root', '-m', ...rawDiff, '--diff-filter=AMT', pretty, '--', ...paths], {
    input: commits.map((commit) => `${commit}\n`).join(''),
    ofAllCommits: true,
    ...(signal === undefined ? {} : { signal }),
  });
  const seen = new ObjectIds();
  let commit = '';
  let date = '';
  let raw: string | undefined;
  for await (const token of tokens(changes)) {
    if (raw !== undefined) {
      const change = changeOf(raw, token);
      raw = undefined;
      if (change === undefined || leavesOut?.(change.file) || !seen.add(change.after)) continue;
      yield { file: change.file, blob: change.after, commit, date };
    } else {
      // a commit's own line stands before its first change
      const [, id, dates = '', first] = /^(?:([0-9a-f]+) (\S+ \S+))?\s*(:.+)?$/.exec(token) ?? [];
      if (id !== undefined) {
        commit = id;
        // git leaves the place of a date that it cannot read as it is
        date = dates.split(' ').find((one) => !one.startsWith('%')) ?? '';
      }
      raw = first;
    }
  }
}

async function* tokens(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const all = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let from = 0;
    for (let end = all.indexOf(0); end >= 0; end = all.indexOf(0, from)) {
      yield all.toString('utf8', from, end);
      from = end + 1;
    }
    rest = all.subarray(from);
  }
}

const words = (printed: Buffer): readonly string[] => printed.toString('latin1').split('\n').filter(Boolean);
