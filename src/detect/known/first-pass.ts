import type { Symbols } from './codes.ts';
import { kernelMatcher } from './kernel.ts';
import type { KnownMatcher } from './matcher.ts';
import { plainMatcher } from './plain.ts';

/** In WebAssembly, or in plain JavaScript where WebAssembly or its SIMD is missing. */
export function knownMatcherOf(hashes: Iterable<number>, symbols: Symbols): KnownMatcher {
  const marks = new Uint8Array(8192);
  for (const hash of hashes) marks[hash >>> 19]! |= 1 << ((hash >>> 16) & 7);
  if (typeof WebAssembly === 'undefined') return plainMatcher(marks, symbols);
  try {
    return kernelMatcher(marks, symbols);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return plainMatcher(marks, symbols);
    throw error;
  }
}
