import { codes, escapeSign, type Symbols, windowSize } from './codes.ts';
import type { KnownMatcher } from './matcher.ts';

/** The first pass in plain JavaScript, for where there is no WebAssembly with SIMD, and as the other way to the same places in tests. */
export function plainMatcher(marks: Uint8Array, symbols: Symbols): KnownMatcher {
  return {
    look(given) {
      const text = typeof given === 'string' ? given : Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('latin1');
      const found: number[] = [];
      for (const [from, to] of stretches(text)) roll(text, from, to, marks, symbols, found);
      return found;
    },
  };
}

/** What is at a place: 0 for a unit over 255 and outside the text. */
const codeAt = (text: string, at: number): number => codes[text.charCodeAt(at)] ?? 0;

/** Where at least 16 characters of a value or of escapes stand together: one of 16 is looked at, and more only where it may be part of such. */
function* stretches(text: string): Generator<readonly [from: number, to: number]> {
  for (let at = windowSize - 1; at < text.length; ) {
    let before = at;
    while (before > at - windowSize && codeAt(text, before) !== 0) before--;
    if (before > at - windowSize) {
      at = before + windowSize;
      continue;
    }
    let to = at + 1;
    while (codeAt(text, to) !== 0) to++;
    yield [before + 1, to];
    at = to + windowSize;
  }
}

function roll(text: string, from: number, to: number, marks: Uint8Array, { coming, leaving }: Symbols, found: number[]): void {
  const ring: number[] = [];
  const places: number[] = [];
  let hash = 0;
  let read = 0;
  for (let at = from; at < to; ) {
    const begin = at;
    let byte = text.charCodeAt(at);
    if (codes[byte] === escapeSign) {
      const escape = escapeAt(text, at);
      byte = escape.byte;
      at += escape.length;
      if (byte === 0) {
        hash = 0;
        read = 0;
        continue;
      }
    } else {
      at++;
    }
    const slot = read % windowSize;
    hash = ((hash << 1) | (hash >>> 31)) ^ coming[byte]!;
    if (read >= windowSize) hash ^= leaving[ring[slot]!]!;
    ring[slot] = byte;
    places[slot] = begin;
    read++;
    if (read < windowSize) continue;
    if ((marks[hash >>> 19]! >> ((hash >>> 16) & 7)) & 1) found.push(places[read % windowSize]!, hash);
  }
}

const escape = /%([0-9A-Fa-f]{2})|\\{1,3}(?:(\/)|(?:x|u00)([0-9A-Fa-f]{2}))/y;

/** What the escape at this place stands for: a character of a value, or 0. */
function escapeAt(text: string, at: number): { byte: number; length: number } {
  escape.lastIndex = at;
  const found = escape.exec(text);
  if (found === null) return { byte: 0, length: 1 };
  const [{ length }, percent, slash, hex] = found;
  const byte = slash === undefined ? Number.parseInt(percent ?? hex!, 16) : 47;
  return { byte: codes[byte] === 0 || codes[byte] === escapeSign ? 0 : byte, length };
}
