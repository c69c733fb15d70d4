import { buildAutomaton, plainMatcher } from './automaton.ts';
import { kernelMatcher } from './kernel.ts';
import type { Literal, Matcher } from './matcher.ts';

/** The first pass for these literals: in WebAssembly, or in plain JavaScript where WebAssembly or its SIMD is missing. */
export function matcherOf(literals: readonly Literal[]): Matcher {
  if (typeof WebAssembly === 'undefined') return plainMatcher(buildAutomaton(literals));
  try {
    return kernelMatcher(literals);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return plainMatcher(buildAutomaton(literals));
    throw error;
  }
}
