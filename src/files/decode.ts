import { isAscii, isUtf8 } from 'node:buffer';
import { type Message, message } from '../message.ts';

export type Decoded = { readonly text: string } | { readonly skipped: Message };

export type ByteEncoding = 'ascii' | 'utf-8' | 'latin1';
type Utf16Encoding = 'utf-16le' | 'utf-16be';

/** How a file's bytes are encoded: as its byte order mark says, else UTF-8, else Latin-1, in which any bytes are a text; none of binary files, which hold a zero. */
export function encodingOf(bytes: Uint8Array): ByteEncoding | Utf16Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes[2] === 0 && bytes[3] === 0 ? undefined : 'utf-16le'; // with two zeros it is the mark of UTF-32
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.includes(0)) return undefined;
  if (isAscii(bytes)) return 'ascii';
  return isUtf8(bytes) ? 'utf-8' : 'latin1';
}

/** The text without its byte order mark. */
export function decodeBytes(bytes: Uint8Array, encoding: ByteEncoding): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding !== 'utf-8') return buffer.toString('latin1'); // ASCII too: ten times as fast
  const hasMark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  return buffer.toString('utf8', hasMark ? 3 : 0);
}

const sampled = 4096;

/** UTF-16 without a byte order mark, where most of the beginning is ASCII: then every other byte of it is zero, and no other. */
export function unmarkedUtf16(bytes: Uint8Array): Utf16Encoding | undefined {
  const length = Math.min(bytes.length, sampled) & ~1;
  if (bytes.length % 2 !== 0 || length < 4) return undefined;
  const zeros: [number, number] = [0, 0];
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== 0) continue;
    zeros[at & 1]!++;
    if (zeros[0] > 0 && zeros[1] > 0) return undefined;
  }
  const [first, second] = zeros;
  const most = 0.9 * (length / 2);
  if (first === 0 && second >= most) return 'utf-16le';
  return second === 0 && first >= most ? 'utf-16be' : undefined;
}

/** The text without its byte order mark, which must be there unless it is said not to be. */
export function decodeUtf16(bytes: Uint8Array, encoding: Utf16Encoding, hasMark = true): Decoded {
  try {
    return { text: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes.subarray(hasMark ? 2 : 0)) };
  } catch {
    return { skipped: message('not valid UTF-16') };
  }
}

/** The text of a file's bytes without its byte order mark: UTF-8, or UTF-16 with one; else why not. Does not change or keep the bytes. */
export function decode(bytes: Uint8Array): Decoded {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return { skipped: message('binary') };
  if (encoding === 'latin1') return { skipped: message('neither UTF-8 nor UTF-16') };
  return encoding === 'ascii' || encoding === 'utf-8' ? { text: decodeBytes(bytes, encoding) } : decodeUtf16(bytes, encoding);
}
