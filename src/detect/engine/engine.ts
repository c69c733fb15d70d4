import { buildAutomaton, plainMatcher } from './automaton.ts';
import { kernelMatcher } from './kernel.ts';
import type { PackedLiterals } from './kernel-literals.ts';
import type { Literal, Matcher } from './matcher.ts';

/** The first pass for some literals: in WebAssembly, or in plain JavaScript by the literals where WebAssembly or its SIMD is missing. */
export function matcherOf(packed: PackedLiterals, literals: () => readonly Literal[]): Matcher {
  if (typeof WebAssembly === 'undefined') return plainMatcher(buildAutomaton(literals()));
  try {
    return kernelMatcher(packed);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return plainMatcher(buildAutomaton(literals()));
    throw error;
  }
}
