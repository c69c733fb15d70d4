import { posix } from 'node:path';
import { type DetectOptions, detect, detectBytes, type Finding } from '../detect/detect.ts';
import { type Half, halvesOf, pairsAcross, severityBeside } from '../detect/pairs-across.ts';
import { asIgnored, credentialOf, type Report, report } from '../detect/report.ts';
import { decodeBytes, decodeUtf16, encodingOf, unmarkedUtf16 } from '../files/decode.ts';
import { type Message, message } from '../message.ts';
import { archiveKind, isOtherArchive } from './archive-kind.ts';
import type * as archives from './archives.ts';
import type { Baseline } from './baseline.ts';
import type { CleanFiles } from './clean-files.ts';
import type * as notebooks from './notebook.ts';

/** A file that was not scanned, and why. */
export interface Skipped {
  readonly file: string;
  readonly reason: Message;
  /** It is no text, or not in this partial clone: there may be many such files. */
  readonly kind?: 'binary' | 'archive' | 'other archive' | 'absent';
}

/** What is looked into beside texts, where somebody asks for it: the parts that can. */
export interface Inside {
  readonly archives?: typeof archives;
  readonly notebooks?: typeof notebooks;
}

export interface ScanOptions extends Inside {
  /** All rules if absent. */
  readonly detect?: DetectOptions;
  /** What was accepted before is counted, not reported. */
  readonly accepts?: Baseline['accepts'];
  /** What an earlier scan with the same rules found nothing in, and where what this one finds nothing in is kept. */
  readonly clean?: CleanFiles;
  readonly onSkip?: (skipped: Skipped) => void;
  /** Called after each file that was scanned, e.g. to show progress. */
  readonly onFile?: (file: string) => void;
  readonly signal?: AbortSignal;
}

export interface Scanned {
  readonly findings: readonly Report[];
  /** How many files, and their bytes, were read and looked at. */
  readonly files: number;
  readonly bytes: number;
  readonly skipped: readonly Skipped[];
  /** How many were accepted before. */
  readonly accepted: number;
}

/** What a file holds. It is not shown: `found` has the secrets. */
export interface LookedInto {
  readonly file: string;
  /** All, with those that are secrets only if a key id stands in a file beside this one. */
  readonly found: readonly Finding[];
  readonly reports: readonly Report[];
  readonly halves: readonly Half[];
}

/** What was made of some files: `looked` are those in which something was found. */
export interface FilesLookedAt {
  readonly looked: readonly LookedInto[];
  readonly skipped: readonly Skipped[];
  readonly files: number;
  readonly bytes: number;
}

/** What is known of a file beside its content. */
export interface FileFacts {
  /** Git ignores it. */
  readonly ignored?: true | undefined;
  /** The archive that it is in. */
  readonly archive?: string | undefined;
}

/** A file in which something was found, or may be found to be half of a key. */
export interface FoundIn {
  readonly file: string;
  /** What is to be reported of it so far. */
  readonly reports: readonly Report[];
  /** The credential of each of these, to be compared and never shown. */
  readonly credentials: readonly string[];
  /** The halves of keys in it whose others may stand in another file: none of them, some that have theirs in the same file, or also lone ones. */
  readonly halves: 'none' | 'paired' | 'lone';
}

/** The same while the scan goes on. */
interface Entry extends FoundIn {
  reports: readonly Report[];
  credentials: readonly string[];
  /** How many were accepted before. */
  accepted: number;
  /** Kept only where it has halves. */
  readonly looked: LookedInto | undefined;
  /** The halves that have been joined with one in another file, by their index: its report, and how bad the two are. */
  readonly joined: Map<number, Pick<Report, 'severity' | 'pairedWith'>>;
}

/** A scan while it goes on. */
export class Scanning implements Scanned {
  readonly skipped: Skipped[] = [];
  files = 0;
  bytes = 0;
  private readonly options: ScanOptions;
  readonly lookOptions: LookOptions;
  private readonly entries: Entry[] = [];

  /** `pairing`: files may lie beside each other, and `pairUp` will be called for those that do. */
  constructor(options: ScanOptions, pairing = false) {
    this.options = options;
    this.lookOptions = { ...options.detect, suspects: pairing, ...(options.notebooks ? { notebooks: options.notebooks } : {}) };
  }

  get findings(): readonly Report[] {
    return this.entries.flatMap(({ reports }) => reports);
  }

  get accepted(): number {
    return this.entries.reduce((sum, { accepted }) => sum + accepted, 0);
  }

  /** Looks at the content of a file, which may be used again afterwards. @returns what was found in it, if anything. */
  look(content: Uint8Array | Message, file: string, facts: FileFacts = {}): FoundIn | undefined {
    const { clean } = this.options;
    const print = content instanceof Uint8Array ? clean?.printOf(content, file) : undefined;
    const isClean = print !== undefined && clean?.has(print) === true;
    const looked = isClean ? nothingIn(file) : lookInto(content, file, this.lookOptions, facts);
    if ('reason' in looked) {
      this.skip(looked);
      return undefined;
    }
    if (print !== undefined && looked.found.length === 0) clean?.keep(print);
    this.files++;
    this.bytes += (content as Uint8Array).length;
    const reports = this.take(looked);
    this.options.onFile?.(file);
    return reports;
  }

  /** The same for a file that may be an archive to be looked into. `content` is not to be changed before this is done. */
  async lookWithin(content: Uint8Array | Message, file: string, facts: FileFacts = {}): Promise<readonly FoundIn[]> {
    const found: FoundIn[] = [];
    const take = (one: FoundIn | undefined): void => {
      if (one !== undefined) found.push(one);
    };
    const inside = filesInside(content, file, this.options);
    if (inside === undefined) take(this.look(content, file, facts));
    else for await (const one of inside) take(this.look(one.content, one.file, { ...facts, archive: file }));
    return found;
  }

  /** Takes over what was found in some files. */
  add({ looked, skipped, files, bytes }: FilesLookedAt): void {
    for (const one of looked) this.take(one);
    for (const one of skipped) this.skip(one);
    this.files += files;
    this.bytes += bytes;
  }

  /**
   * Joins the halves of keys that stand in two of these files, in a folder or the one above it: their reports name each other. What was joined before stays so. Of all files where none are
   * named.
   */
  pairUp(among: readonly FoundIn[] = this.entries): void {
    const entries = (among as readonly Entry[]).filter((entry): entry is Entry & { looked: LookedInto } => entry.looked !== undefined);
    if (entries.length === 0) return;
    const partners = pairsAcross(entries.map(({ looked: { file, halves } }) => ({ name: nameOf(file), folders: foldersOf(file), halves })));
    for (const [place, entry] of entries.entries()) {
      const { looked, joined } = entry;
      const before = joined.size;
      for (const [index, other] of partners[place]!) {
        if (joined.has(index)) continue;
        const { severity, ignored } = looked.reports[index]!;
        const { fingerprint: pairedWith } = entries[other.place]!.looked.reports[other.index]!;
        joined.set(index, { severity: ignored ? severity : severityBeside(looked.found[index]!, other), pairedWith });
      }
      if (joined.size > before) Object.assign(entry, this.reported(looked, joined));
    }
  }

  /** Takes note of a file that is not looked at. */
  skip(skipped: Skipped): void {
    this.skipped.push(skipped);
    this.options.onSkip?.(skipped);
  }

  private take(looked: LookedInto): FoundIn | undefined {
    const { file, found, halves } = looked;
    if (found.length === 0) return undefined;
    const lone = halves.some(({ finding }) => finding.pairedWith === undefined);
    const joined: Entry['joined'] = new Map();
    const entry: Entry = {
      file,
      ...this.reported(looked, joined),
      halves: lone ? 'lone' : halves.length > 0 ? 'paired' : 'none',
      looked: halves.length > 0 ? looked : undefined,
      joined,
    };
    this.entries.push(entry);
    return entry;
  }

  /** Those that are to be reported and that nobody accepted before, and how many were. */
  private reported({ found, reports: all }: LookedInto, joined: Entry['joined']): Pick<Entry, 'reports' | 'credentials' | 'accepted'> {
    const { accepts } = this.options;
    let accepted = 0;
    const reports: Report[] = [];
    const credentials: string[] = [];
    for (const [index, finding] of found.entries()) {
      const half = joined.get(index);
      if (finding.suspect && half === undefined) continue;
      const one = { ...all[index]!, ...half };
      const credential = credentialOf(finding);
      if (accepts?.(one, credential)) {
        accepted++;
        continue;
      }
      reports.push(one);
      credentials.push(credential);
    }
    return { reports, credentials, accepted };
  }
}

const nameOf = (file: string): string => posix.basename(file.replaceAll('!', '/'));

/** The folders in which halves may meet: those in one folder, in it and the one above, or in two folders of one may belong together. An archive is a folder too. */
export function foldersOf(file: string): string[] {
  const folder = posix.dirname(file.replaceAll('!', '/'));
  return [...new Set([folder, posix.dirname(folder)])];
}

/** How many bytes a file that begins so may have. */
export function limitOf(head: Uint8Array, maxBytes: number, { archives }: Inside): number {
  return archives !== undefined && archiveKind(head) !== undefined ? Math.max(maxBytes, archives.archiveLimits.archive) : maxBytes;
}

/** Does a file that begins so hold no text, and no files that are looked at? */
export function isBinary(beginning: Uint8Array, { archives }: Inside): boolean {
  if (!beginning.includes(0) || encodingOf(beginning) !== undefined || unmarkedUtf16(beginning) !== undefined) return false;
  return archives === undefined || archiveKind(beginning) === undefined;
}

/** The files inside of an archive, where there is one to be looked into; undefined elsewhere. */
export function filesInside(
  content: Uint8Array | Message,
  file: string,
  { archives, maxBytes }: Inside & { readonly maxBytes?: number },
): AsyncGenerator<archives.FileInside> | undefined {
  if (archives === undefined || !(content instanceof Uint8Array) || archiveKind(content) === undefined) return undefined;
  return archives.filesIn(content, file, { ...archives.archiveLimits, ...(maxBytes === undefined ? {} : { file: maxBytes }) });
}

export const nothingIn = (file: string): LookedInto => ({ file, found: [], reports: [], halves: [] });

export interface LookOptions extends DetectOptions {
  /** Looks into the cells of notebooks. */
  readonly notebooks?: typeof notebooks;
}

/** What a file's content holds, or why it cannot be told. `content` may be used again afterwards. */
export function lookInto(content: Uint8Array | Message, file: string, options: LookOptions, facts: FileFacts = {}): LookedInto | Skipped {
  if (!(content instanceof Uint8Array)) return { file, reason: content };
  const { notebooks, ...detectOptions } = options;
  const looked = lookAt(content, { ...detectOptions, file }, isNotebook(file, options) ? notebooks : undefined);
  if ('skipped' in looked) {
    if (looked.skipped !== binary) return { file, reason: looked.skipped };
    if (archiveKind(content) !== undefined) return { file, reason: archive, kind: 'archive' };
    return isOtherArchive(content) ? { file, reason: archive, kind: 'other archive' } : { file, reason: binary, kind: 'binary' };
  }
  return lookedInto(looked, file, options, facts);
}

/** What a file of this text holds. */
export const lookIntoText = (text: string, file: string, options: DetectOptions, facts: FileFacts = {}): LookedInto =>
  lookedInto({ text, found: detect(text, { ...options, file }) }, file, options, facts);

/** Is this a file whose cells are looked into? */
export const isNotebook = (file: string, { notebooks }: LookOptions): boolean => notebooks !== undefined && /\.ipynb$/i.test(file);

function lookedInto({ text, found, notebook }: Looked, file: string, options: LookOptions, facts: FileFacts): LookedInto {
  if (found.length === 0) return nothingIn(file);
  const all = report(text, found, file);
  const placed = notebook === undefined ? all : options.notebooks!.inNotebook(all, found, notebook);
  const reports = placed.map((one) => withFacts(one, facts));
  return { file, found, reports, halves: options.suspects ? halvesOf(text, found) : [] };
}

const binary = message('binary');
const archive = message('an archive');

function withFacts(found: Report, { ignored, archive }: FileFacts): Report {
  const placed = archive === undefined ? found : { ...found, archive };
  return ignored ? asIgnored(placed) : placed;
}

interface Looked {
  /** Empty where nothing was found. */
  readonly text: string;
  readonly found: readonly Finding[];
  /** Where the text is that of a notebook, with its cells as people read them. */
  readonly notebook?: notebooks.Notebook;
}

/** What is found in a file's bytes. They are made a text only where that is needed: hardly any file holds what a rule looks at closely. */
function lookAt(bytes: Uint8Array, options: DetectOptions, notebooks: LookOptions['notebooks']): Looked | { readonly skipped: Message } {
  const encoding = encodingOf(bytes);
  if (encoding === undefined || encoding === 'utf-16le' || encoding === 'utf-16be') {
    const wide = encoding ?? unmarkedUtf16(bytes);
    if (wide === undefined) return { skipped: binary };
    const decoded = decodeUtf16(bytes, wide, encoding !== undefined);
    return 'skipped' in decoded ? decoded : { ...decoded, found: detect(decoded.text, options) };
  }
  const notebook = notebooks?.readNotebook(decodeBytes(bytes, encoding));
  if (notebook !== undefined) return { text: notebook.text, found: detect(notebook.text, options), notebook };
  let text = '';
  const decoded = () => {
    text = decodeBytes(bytes, encoding);
    return text;
  };
  const found = detectBytes(bytes, encoding, decoded, options);
  return { text, found };
}

/** Scans one content that lies in no file, as a hook or an editor hands it over; `name` is what the reports call it. */
export async function scanText(content: Uint8Array | Message, name: string, options: ScanOptions = {}): Promise<Scanned> {
  const scanning = new Scanning(options, true);
  await scanning.lookWithin(content, name);
  scanning.pairUp();
  return scanning;
}
