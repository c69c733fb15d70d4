import { buildAutomaton, plainMatcher } from './automaton.ts';
import { kernelMatcher } from './kernel.ts';
import type { Literal, Matcher } from './matcher.ts';

/** The first pass for these literals: in WebAssembly, or in plain JavaScript where WebAssembly or its SIMD is missing. Takes some 4 ms of CPU. */
export function matcherOf(literals: readonly Literal[]): Matcher {
  const automaton = buildAutomaton(literals);
  if (typeof WebAssembly === 'undefined') return plainMatcher(automaton);
  try {
    return kernelMatcher(automaton);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return plainMatcher(automaton);
    throw error;
  }
}
