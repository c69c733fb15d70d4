// `npm run bench -- --cases [N]`: N texts, a million unless told, made of what rules look for and what breaks it. Each comes from the one before by a change; the
// findings after the change have to be those of the whole text and of its bytes, lie inside it, and come in time.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { detect, detectBytes } from '../../src/detect/detect.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { apply, textAndChanges } from '../adversarial-texts.ts';

// Far more than a text of this size takes, also on a busy machine: what is over it has no bound.
const mostMs = 1000;

/** Tries so many texts and prints what was found. Throws with the smallest text that fails, of made-up keys alone, and the seed that gives it again. */
export function tryCases(count: number): void {
  const perText = 20;
  let [tried, found, longest, slowest] = [0, 0, 0, 0];
  fc.assert(
    fc.property(textAndChanges, ({ text: first, changes }) => {
      let text = first;
      const live = new LiveText(text);
      for (const one of changes) {
        text = apply(text, one);
        live.change(one);
        const began = performance.now();
        const findings = detect(text);
        const took = performance.now() - began;
        assert.ok(took < mostMs, `${took} ms`);
        assert.deepEqual(live.findings(), findings);
        for (const { start, end, value } of findings) assert.equal(text.slice(start, end), value);
        tried++;
        found += findings.length;
        longest = Math.max(longest, text.length);
        slowest = Math.max(slowest, took);
      }
      const wellFormed = text.toWellFormed();
      const bytes = Buffer.from(wellFormed, 'utf8');
      assert.deepEqual(
        detectBytes(bytes, 'utf-8', () => wellFormed),
        detect(wellFormed),
      );
    }),
    { numRuns: Math.ceil(count / perText) },
  );
  console.log(`${tried} texts, the longest of ${longest} units, ${found} findings; the slowest took ${slowest.toFixed(1)} ms`);
}
