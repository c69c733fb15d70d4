import { kernelCode } from '../engine/kernel-code.ts';
import { load } from '../engine/load.ts';
import { codes, type Symbols } from './codes.ts';
import type { KnownMatcher } from './matcher.ts';

// Where things lie in the kernel's memory: ../engine/assembly/known.ts has the same figures.
const comingAt = 0;
const leavingAt = 1024;
const codesAt = 2048;
const marksAt = 2560;
const inputAt = marksAt + 8 * 1024;
const pieceSize = 64 * 1024;
const margin = 256;
const hitsAt = inputAt + margin + pieceSize + margin + 64;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  narrow(to: number, length: number): void;
  look(length: number): number;
}

let compiled: object | undefined;

/** The first pass in WebAssembly. Throws where there is none, or none with SIMD. */
export function kernelMatcher(marks: Uint8Array, { coming, leaving }: Symbols): KnownMatcher {
  compiled ??= new WebAssembly.Module(kernelCode('known'));
  const kernel = new WebAssembly.Instance(compiled).exports as unknown as Kernel;
  const memory = Buffer.from(kernel.memory.buffer);
  const words = new Int32Array(kernel.memory.buffer);
  words.set(coming, comingAt >> 2);
  words.set(leaving, leavingAt >> 2);
  memory.set(codes, codesAt);
  memory.set(marks, marksAt);
  const inlet = { memory, inputAt, margin, zeros: margin + 64, wideAt: hitsAt, narrow: kernel.narrow, isWrittenBefore: true };

  return {
    look(text) {
      const found: number[] = [];
      for (let from = 0; from < text.length; from += pieceSize) {
        const length = Math.min(pieceSize, text.length - from);
        load(text, from, from + length, inlet);
        const end = (hitsAt >> 2) + 2 * kernel.look(length);
        for (let hit = hitsAt >> 2; hit < end; hit += 2) {
          const place = words[hit]! - margin;
          // what begins in the margins is a hit of the pieces before and after
          if (place >= 0 && place < length) found.push(from + place, words[hit + 1]!);
        }
      }
      return found;
    },
  };
}
