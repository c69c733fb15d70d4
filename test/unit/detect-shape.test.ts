import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { charactersOf, endOfRun, patternOf, readerOf, type Shape, sampleOf, some, tableOf } from '../../src/detect/rules/shape.ts';

const run = fc.record({ of: fc.constantFrom('ab', 'a-c', 'b', 'c_-', '=', 'a-c='), least: fc.nat(3), more: fc.nat(3) });
const part = fc.oneof(
  fc.constantFrom('a', 'ab', '=', '.', '_c'),
  run.map(({ of, least, more }) => some(of, least, least + more)),
);
const shapes: fc.Arbitrary<Shape> = fc.array(part, { minLength: 1, maxLength: 5 });
const behind = fc.constantFrom(undefined, 'ab', 'a-c', '=', 'abc=_-');

test('text of a shape is read as by the regular expression of the shape, to the same end', () => {
  const around = fc.string({ unit: fc.constantFrom(...'abc=_-.…é'), maxLength: 8 });
  let ended = 0;
  fc.assert(
    fc.property(shapes, behind, around, around, fc.infiniteStream(fc.nat()), (shape, goesOn, before, after, numbers) => {
      const draw = (alphabet: string, count: number): string =>
        Array.from({ length: count }, () => alphabet[numbers.next().value % alphabet.length]).join('');
      const text = before + sampleOf(shape, draw).slice(0, 12) + after;
      const end = goesOn === undefined ? '' : `(?![${goesOn.replace('_-', '_\\-')}…])`;
      const pattern = new RegExp(patternOf(shape) + end, 'y');
      const read = readerOf(shape, goesOn === undefined ? undefined : tableOf(charactersOf(goesOn)));
      for (let at = 0; at <= text.length; at++) {
        pattern.lastIndex = at;
        const expected = pattern.test(text) ? pattern.lastIndex : -1;
        if (expected > at) ended++;
        assert.equal(read(text, at), expected, `${pattern} at ${at} of ${text}`);
        const [first] = shape;
        if (shape.length > 1 || typeof first === 'string') continue;
        const known = endOfRun(text, at, at + first!.least, tableOf(charactersOf(first!.of)));
        assert.equal(read(text, at, known), expected, `${pattern} at ${at} of ${text}, known up to ${known}`);
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(ended > 500);
});
