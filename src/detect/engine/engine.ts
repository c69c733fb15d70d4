import { buildAutomaton, plainMatcher } from './automaton.ts';
import { kernelMatcher } from './kernel.ts';
import type { LiteralBytes } from './kernel-literals.ts';
import type { Literal, Matcher } from './matcher.ts';

/** The first pass for what the kernel is told of some literals: in WebAssembly, or in plain JavaScript by the literals where WebAssembly or its SIMD is missing. */
export function matcherOf(told: LiteralBytes, literals: () => readonly Literal[]): Matcher {
  if (typeof WebAssembly === 'undefined') return plainMatcher(buildAutomaton(literals()));
  try {
    return kernelMatcher(told);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return plainMatcher(buildAutomaton(literals()));
    throw error;
  }
}
