// `npm run bench -- --cases [N]`: N cases, a million unless told, half of them texts and half of them bytes, made of what rules look for, what breaks it, and anything. Each
// text comes from the one before by a change; the findings after the change have to be those of the whole text. Bytes are looked at as a file is and as Latin-1, in
// which any bytes are a text. Nothing may throw, lie outside its text, or take long.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { detect, detectBytes, type Finding } from '../../src/detect/detect.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { Scanning } from '../../src/scan/content.ts';
import { adversarialBytes, apply, textAndChanges } from '../adversarial-texts.ts';

// Far more of the processor's time than a text of this size takes: what is over it has no bound.
const mostMs = 1000;
const perRun = 20;

/** Tries so many cases and prints what was found. Throws with the smallest one that fails, of made-up keys alone, and the seed that gives it again. */
export function tryCases(count: number): void {
  let [tried, found, longest, slowest] = [0, 0, 0, 0];

  /** What is found in a text, in time and inside it. */
  const lookAt = (text: string): Finding[] => {
    const began = process.cpuUsage().user;
    const findings = detect(text);
    const took = (process.cpuUsage().user - began) / 1000;
    assert.ok(took < mostMs, `${took} ms`);
    let end = 0;
    for (const finding of findings) {
      assert.ok(finding.start >= 0 && finding.start < finding.end && finding.end > end && finding.end <= text.length);
      assert.equal(text.slice(finding.start, finding.end), finding.value);
      end = finding.end;
    }
    tried++;
    found += findings.length;
    longest = Math.max(longest, text.length);
    slowest = Math.max(slowest, took);
    return findings;
  };

  const texts = fc.property(textAndChanges, ({ text: first, changes }) => {
    let text = first;
    const live = new LiveText(text);
    for (const one of changes) {
      text = apply(text, one);
      live.change(one);
      assert.deepEqual(live.findings(), lookAt(text));
    }
  });
  fc.assert(texts, { numRuns: Math.ceil(count / (2 * perRun)) });

  const files = fc.property(fc.array(adversarialBytes, { minLength: perRun, maxLength: perRun }), (all) => {
    for (const bytes of all) {
      new Scanning({}).look(bytes, 'file');
      const text = bytes.toString('latin1');
      assert.deepEqual(
        detectBytes(bytes, 'latin1', () => text),
        lookAt(text),
      );
      const decoded = bytes.toString('utf8');
      assert.deepEqual(
        detectBytes(Buffer.from(decoded), 'utf-8', () => decoded),
        detect(decoded),
      );
    }
  });
  // a text has so many changes on the average alone: what is missing of the half is made up here
  fc.assert(files, { numRuns: Math.ceil((count - tried) / perRun) });
  console.log(`${tried} cases, the longest of ${longest} units, ${found} findings; the slowest took ${slowest.toFixed(1)} ms`);
}
