import { isUtf8 } from 'node:buffer';
import { type Message, message } from '../message.ts';

export type Decoded = { readonly text: string } | { readonly skipped: Message };

/** The text of a file's bytes without its byte order mark: UTF-8, or UTF-16 with one; else why not. Does not change or keep the bytes. */
export function decode(bytes: Uint8Array): Decoded {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return utf16(buffer.subarray(2), 'utf-16le');
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return utf16(buffer.subarray(2), 'utf-16be');
  if (buffer.includes(0)) return { skipped: message('binary') };
  if (!isUtf8(buffer)) return { skipped: message('neither UTF-8 nor UTF-16') };
  const mark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  return { text: buffer.toString('utf8', mark ? 3 : 0) };
}

function utf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): Decoded {
  try {
    return { text: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { skipped: message('not valid UTF-16') };
  }
}
