import { base64 } from '../base64.ts';

// The characters that values are made of, and the hash of them: the same to both first passes.

/** So many characters together are looked at. */
export const windowSize = 16;
export const escapeSign = 255;

/** By byte: 1 to 64 for a character of base 64, where `-` and `_` count as `+` and `/`; 255 for the signs with which escapes begin; 0 for all others. */
export const codes = new Uint8Array(256);
for (let i = 0; i < 64; i++) codes[base64.charCodeAt(i)] = i + 1;
codes[45] = codes[43]!;
codes[95] = codes[47]!;
codes[37] = escapeSign;
codes[92] = escapeSign;

/** What the rolling hash is made with: by byte, a number as the byte comes in, and as it leaves again 16 bytes later. They are secret. */
export interface Symbols {
  readonly coming: Uint32Array;
  readonly leaving: Uint32Array;
}

/** The symbols of 64 secret numbers, one for each character of base 64. */
export function symbolsOf(secret: Uint32Array): Symbols {
  const coming = Uint32Array.from(codes, (code) => (code === 0 || code === escapeSign ? 0 : secret[code - 1]!));
  return { coming, leaving: coming.map((symbol) => (symbol << windowSize) | (symbol >>> (32 - windowSize))) };
}
