import type { Git } from '../files/git.ts';
import { type Message, message } from '../message.ts';
import { headSize } from './archive-kind.ts';
import { type Inside, limitOf, type ScanOptions } from './content.ts';
import { ObjectIds } from './object-ids.ts';
import { tooLarge } from './too-large.ts';

export interface GitScanOptions extends ScanOptions {
  /** Only what lies at and below these, relative to the folder of git; all where there are none. */
  readonly paths?: readonly string[];
  /** Files that are left out, by their paths from the top of the repository. */
  readonly leavesOut?: ((file: string) => boolean) | undefined;
  /** 10 MB if absent. */
  readonly maxBytes?: number;
}

export interface ReadBlobs extends Inside {
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Whether the ids come while git looks through all commits. */
  readonly ofAllCommits?: boolean;
}

const contents = ['cat-file', '--batch', '--buffer'];

/**
 * The contents of blobs, in the order of their ids, by one process and each in one piece; what is longer than `maxBytes` is passed over without being held
 * (https://git-scm.com/docs/git-cat-file, “batch output”). What a checkout would do to a file, such as a filter, is not done.
 */
export async function* readBlobs(
  git: Git,
  ids: AsyncIterable<string> | Iterable<string>,
  options: ReadBlobs,
): AsyncGenerator<Uint8Array | Message> {
  const { signal, ofAllCommits = false } = options;
  yield* blobsIn(git.stream(contents, { input: lines(ids), ofAllCommits, ...(signal === undefined ? {} : { signal }) }), options);
}

/** The same for what a commit waits for: in one go, where it is little, and of a partial clone what is here. None where there are no ids. */
export async function* readBlobsSoon(git: Git, ids: readonly string[], options: ReadBlobs): AsyncGenerator<Uint8Array | Message> {
  let read = 0;
  try {
    for await (const content of readAll(git, ids, options)) {
      read++;
      yield content;
    }
  } catch (error) {
    const here = await objectsHere(git, options.signal);
    if (here === undefined) throw error;
    const left = ids.slice(read);
    const present = readBlobs(
      git,
      left.filter((id) => here.has(id)),
      options,
    );
    try {
      for (const id of left) yield here.has(id) ? (await present.next()).value! : notHere;
    } finally {
      await present.return(undefined);
    }
  }
}

async function* readAll(git: Git, ids: readonly string[], options: ReadBlobs): AsyncGenerator<Uint8Array | Message> {
  if (ids.length === 0) return;
  const held = blocking(git, contents, options.signal, `${ids.join('\n')}\n`);
  yield* held === undefined ? readBlobs(git, ids, options) : blobsIn([held].values(), options);
}

/**
 * The objects that git has of a partial clone, which has the others from a remote when it needs them, and ends where it may not ask for one; undefined of any other, which has all.
 * (https://git-scm.com/docs/partial-clone)
 */
export async function objectsHere(git: Git, signal: AbortSignal | undefined): Promise<Pick<ObjectIds, 'has'> | undefined> {
  const heard = signal === undefined ? {} : { signal };
  const settings = (await git.run(['config', '--list', '--name-only', '-z'], heard)).toString('utf8').split('\0');
  if (!settings.some((name) => /^(?:remote\..*\.promisor|extensions\.partialclone)$/s.test(name))) return undefined;
  const reader = new PieceReader(git.stream(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)', '--unordered'], heard));
  const here = new ObjectIds();
  for (let id = await reader.line(); id !== undefined; id = await reader.line()) here.add(id);
  return here;
}

export const notHere = message('git does not have its content');

/** What a git command prints that a commit waits for. @throws UserError where git fails */
export const runSoon = async (git: Git, args: readonly string[], signal: AbortSignal | undefined): Promise<Buffer> =>
  blocking(git, args, signal) ?? (await git.run(args, signal === undefined ? {} : { signal }));

/** What a commit brings is mostly less than this, and can be held. */
const mostHeld = 16 * 1024 * 1024;

/** Undefined where it is too much, or where somebody may stop it. */
const blocking = (git: Git, args: readonly string[], signal: AbortSignal | undefined, input?: string): Buffer | undefined =>
  signal === undefined ? git.runBlocking(args, { mostBytes: mostHeld, ...(input === undefined ? {} : { input }) }) : undefined;

async function* blobsIn(pieces: AsyncIterator<Buffer> | Iterator<Buffer>, options: ReadBlobs): AsyncGenerator<Uint8Array | Message> {
  const { maxBytes } = options;
  const reader = new PieceReader(pieces);
  try {
    for (let header = await reader.line(); header !== undefined; header = await reader.line()) {
      const size = Number(/ blob (\d+)$/.exec(header)?.[1] ?? Number.NaN);
      if (Number.isNaN(size)) yield notHere;
      else {
        const limit = size > maxBytes ? limitOf(await reader.peek(headSize), maxBytes, options) : maxBytes;
        if (size > limit) {
          await reader.skip(size);
          yield tooLarge(limit);
        } else yield await reader.bytes(size);
        await reader.skip(1);
      }
    }
  } finally {
    await pieces.return?.();
  }
}

async function* lines(ids: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  for await (const id of ids) yield `${id}\n`;
}

/** Reads lines and counts of bytes from pieces of any length. */
class PieceReader {
  private readonly pieces: AsyncIterator<Buffer> | Iterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterator<Buffer> | Iterator<Buffer>) {
    this.pieces = pieces;
  }

  /** The next line without its end; undefined at the end of all. */
  async line(): Promise<string | undefined> {
    let end = this.rest.indexOf(10);
    while (end < 0) {
      const piece = await this.next();
      if (piece === undefined) return undefined;
      this.rest = Buffer.concat([this.rest, piece]);
      end = this.rest.indexOf(10);
    }
    const line = this.rest.toString('utf8', 0, end);
    this.rest = this.rest.subarray(end + 1);
    return line;
  }

  /** The next bytes, which stay the next ones; fewer at the end of all. */
  async peek(count: number): Promise<Buffer> {
    while (this.rest.length < count) {
      const piece = await this.next();
      if (piece === undefined) break;
      this.rest = Buffer.concat([this.rest, piece]);
    }
    return this.rest.subarray(0, count);
  }

  async bytes(count: number): Promise<Buffer> {
    if (this.rest.length >= count) {
      const taken = this.rest.subarray(0, count);
      this.rest = this.rest.subarray(count);
      return taken;
    }
    const taken = Buffer.allocUnsafe(count);
    let filled = this.rest.copy(taken);
    this.rest = this.rest.subarray(filled);
    while (filled < count) {
      const piece = await this.more();
      const copied = piece.copy(taken, filled);
      filled += copied;
      this.rest = piece.subarray(copied);
    }
    return taken;
  }

  async skip(count: number): Promise<void> {
    let left = count;
    while (left > this.rest.length) {
      left -= this.rest.length;
      this.rest = await this.more();
    }
    this.rest = this.rest.subarray(left);
  }

  private async more(): Promise<Buffer> {
    const piece = await this.next();
    if (piece === undefined) throw new Error('git ended in the middle of a file');
    return piece;
  }

  private async next(): Promise<Buffer | undefined> {
    const { value, done } = await this.pieces.next();
    return done ? undefined : value;
  }
}

/** What `git diff --raw -z` says of a file that was added or changed. */
export interface Change {
  readonly file: string;
  /** The blob before, undefined where the file is new. */
  readonly before?: string;
  readonly after: string;
}

const rawChange = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [AMT]$/;

/** A raw line and its path; undefined for what is no file's content, such as a link or a submodule. */
export function changeOf(raw: string, file: string): Change | undefined {
  const [, modeBefore, mode, before, after] = rawChange.exec(raw) ?? [];
  if (before === undefined || after === undefined || !mode?.startsWith('100')) return undefined;
  return { file, after, ...(modeBefore?.startsWith('100') ? { before } : {}) };
}

/** Raw changes of whole files, of the kinds that `--diff-filter` asks for, with paths from the top of the repository, whatever its configuration says. */
export const rawDiff = [
  '--raw',
  '-z',
  '--no-abbrev',
  '--no-renames',
  '--no-relative',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=all', // else git reads .gitmodules, which a partial clone may not have
  '-O/dev/null', // an order that the configuration asks for is read from a file, which may not be there
];
