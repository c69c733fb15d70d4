import { posix } from 'node:path';
import { type DetectOptions, detect, detectBytes, type Finding } from '../detect/detect.ts';
import { type Half, halvesOf, pairsAcross, severityBeside } from '../detect/pairs-across.ts';
import { credentialOf, type Report, report } from '../detect/report.ts';
import { decodeBytes, decodeUtf16, encodingOf, unmarkedUtf16 } from '../files/decode.ts';
import { type Message, message } from '../message.ts';
import type { Baseline } from './baseline.ts';
import type { CleanFiles } from './clean-files.ts';

/** A file that was not scanned, and why. */
export interface Skipped {
  readonly file: string;
  readonly reason: Message;
}

export interface ScanOptions {
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

/** What a thread makes of some files: `looked` are those in which something was found. */
export interface FilesLookedAt {
  readonly looked: readonly LookedInto[];
  readonly skipped: readonly Skipped[];
  readonly files: number;
  readonly bytes: number;
}

/** A file with halves of keys in it, whose others may stand in another file. */
interface FileWithHalves extends LookedInto {
  /** Where its reports begin among those of the scan, and how many of them are there. */
  readonly first: number;
  readonly count: number;
}

/** A scan while it goes on. */
export class Scanning implements Scanned {
  readonly findings: Report[] = [];
  readonly skipped: Skipped[] = [];
  files = 0;
  bytes = 0;
  accepted = 0;
  private readonly options: ScanOptions;
  private readonly detectOptions: DetectOptions;
  private readonly withHalves: FileWithHalves[] = [];

  /** `pairing`: the files lie beside each other, and `pairUp` will be called at the end. */
  constructor(options: ScanOptions, pairing = false) {
    this.options = options;
    this.detectOptions = { ...options.detect, suspects: pairing };
  }

  /** Looks at the content of a file, which may be used again afterwards. `ignored`: git ignores it. @returns what was found in it. */
  look(content: Uint8Array | Message, file: string, ignored?: true): readonly Report[] {
    const { clean } = this.options;
    const print = content instanceof Uint8Array ? clean?.printOf(content, file) : undefined;
    const isClean = print !== undefined && clean?.has(print) === true;
    const looked = isClean ? nothingIn(file) : lookInto(content, file, this.detectOptions, ignored);
    if ('reason' in looked) {
      this.skip(looked);
      return [];
    }
    if (print !== undefined && looked.found.length === 0) clean?.keep(print);
    this.files++;
    this.bytes += (content as Uint8Array).length;
    return this.take(looked);
  }

  /** Takes over what a thread found in some files. */
  add({ looked, skipped, files, bytes }: FilesLookedAt): void {
    for (const one of looked) this.take(one);
    for (const one of skipped) this.skip(one);
    this.files += files;
    this.bytes += bytes;
  }

  private skip(skipped: Skipped): void {
    this.skipped.push(skipped);
    this.options.onSkip?.(skipped);
  }

  private take({ file, found, reports: all, halves }: LookedInto): readonly Report[] {
    const reports = this.notAccepted(all, found, (index) => !found[index]!.suspect);
    if (halves.length > 0) this.withHalves.push({ file, found, reports: all, halves, first: this.findings.length, count: reports.length });
    this.findings.push(...reports);
    this.options.onFile?.(file);
    return reports;
  }

  /** Joins the halves of keys that stand in two files of a folder, or of the one above it: their reports name each other. */
  pairUp(): void {
    const partners = pairsAcross(
      this.withHalves.map(({ file, halves }) => ({ name: posix.basename(file), folders: foldersOf(file), halves })),
    );
    // from the last file on, so that what is put in moves none that is still to come
    for (const [place, { found, reports, first, count }] of [...this.withHalves.entries()].reverse()) {
      const here = partners[place]!;
      if (here.size === 0) continue;
      const joined = reports.map((one, index) => {
        const other = here.get(index);
        if (other === undefined) return one;
        const { fingerprint: pairedWith } = this.withHalves[other.place]!.reports[other.index]!;
        return { ...one, severity: one.ignored ? one.severity : severityBeside(found[index]!, other), pairedWith };
      });
      this.accepted -= found.filter(({ suspect }) => !suspect).length - count; // they are counted again
      const now = this.notAccepted(joined, found, (index) => !found[index]!.suspect || here.has(index));
      this.findings.splice(first, count, ...now);
    }
  }

  /** Those that are to be reported and that nobody accepted before; of these, those that were are counted. */
  private notAccepted(reports: readonly Report[], found: readonly Finding[], isReported: (index: number) => boolean): Report[] {
    const { accepts } = this.options;
    return reports.filter((one, index) => {
      if (!isReported(index)) return false;
      const isAccepted = accepts?.(one, credentialOf(found[index]!)) ?? false;
      if (isAccepted) this.accepted++;
      return !isAccepted;
    });
  }
}

/** Halves in one folder, in it and the one above, or in two folders of one may belong together. */
const foldersOf = (file: string): string[] => [...new Set([posix.dirname(file), posix.dirname(posix.dirname(file))])];

const nothingIn = (file: string): LookedInto => ({ file, found: [], reports: [], halves: [] });

/** What a file's content holds, or why it cannot be told. `content` may be used again afterwards. */
export function lookInto(content: Uint8Array | Message, file: string, options: DetectOptions, ignored?: true): LookedInto | Skipped {
  if (!(content instanceof Uint8Array)) return { file, reason: content };
  const looked = lookAt(content, { ...options, file });
  if ('skipped' in looked) return { file, reason: looked.skipped };
  const { text, found } = looked;
  if (found.length === 0) return nothingIn(file);
  const reports = report(text, found, file).map((one) => (ignored ? asIgnored(one) : one));
  return { file, found, reports, halves: options.suspects ? halvesOf(text, found) : [] };
}

/** What git ignores is on this machine alone, which is worth a word and no more. */
const asIgnored = (found: Report): Report => ({ ...found, severity: 'information', ignored: true });

interface Looked {
  /** Empty where nothing was found. */
  readonly text: string;
  readonly found: readonly Finding[];
}

/** What is found in a file's bytes. They are made a text only where that is needed: hardly any file holds what a rule looks at closely. */
function lookAt(bytes: Uint8Array, options?: DetectOptions): Looked | { readonly skipped: Message } {
  const encoding = encodingOf(bytes);
  if (encoding === undefined || encoding === 'utf-16le' || encoding === 'utf-16be') {
    const wide = encoding ?? unmarkedUtf16(bytes);
    if (wide === undefined) return { skipped: message('binary') };
    const decoded = decodeUtf16(bytes, wide, encoding !== undefined);
    return 'skipped' in decoded ? decoded : { ...decoded, found: detect(decoded.text, options) };
  }
  let text = '';
  const decoded = () => {
    text = decodeBytes(bytes, encoding);
    return text;
  };
  const found = detectBytes(bytes, encoding, decoded, options);
  return { text, found };
}

/** Scans one text that lies in no file, as a hook or an editor hands it over; `name` is what the reports call it. */
export function scanText(content: Uint8Array, name: string, options: ScanOptions = {}): Scanned {
  const scanning = new Scanning(options);
  scanning.look(content, name);
  return scanning;
}

/** A file of more bytes is skipped where nothing else is said. */
export const defaultMaxBytes = 10 * 1024 * 1024;

export const tooLarge = (maxBytes: number): Message => message('larger than {megabytes} MB', { megabytes: maxBytes / 1024 / 1024 });
