import { type DetectOptions, detect, detectBytes, type Finding } from '../detect/detect.ts';
import { credentialOf, type Report, report } from '../detect/report.ts';
import { decodeBytes, decodeUtf16, encodingOf } from '../files/decode.ts';
import { type Message, message } from '../message.ts';
import type { Baseline } from './baseline.ts';

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

/** A scan while it goes on. */
export class Scanning implements Scanned {
  readonly findings: Report[] = [];
  readonly skipped: Skipped[] = [];
  files = 0;
  bytes = 0;
  accepted = 0;
  private readonly options: ScanOptions;

  constructor(options: ScanOptions) {
    this.options = options;
  }

  /** Looks at the content of a file, which may be used again afterwards. @returns what was found in it. */
  look(content: Uint8Array | Message, file: string): readonly Report[] {
    const { detect, accepts, onSkip, onFile } = this.options;
    const looked = content instanceof Uint8Array ? lookAt(content, detect) : { skipped: content };
    if ('skipped' in looked) {
      const skip = { file, reason: looked.skipped };
      this.skipped.push(skip);
      onSkip?.(skip);
      return [];
    }
    this.files++;
    this.bytes += (content as Uint8Array).length;
    const { text, found } = looked;
    const all = found.length > 0 ? report(text, found, file) : [];
    const reports = accepts ? all.filter((one, index) => !accepts(one, credentialOf(found[index]!))) : all;
    this.accepted += all.length - reports.length;
    this.findings.push(...reports);
    onFile?.(file);
    return reports;
  }
}

interface Looked {
  /** Empty where nothing was found. */
  readonly text: string;
  readonly found: readonly Finding[];
}

/** What is found in a file's bytes. They are made a text only where that is needed: hardly any file holds what a rule looks at closely. */
function lookAt(bytes: Uint8Array, options?: DetectOptions): Looked | { readonly skipped: Message } {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return { skipped: message('binary') };
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    const decoded = decodeUtf16(bytes, encoding);
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
