import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ObjectIds } from '../../src/scan/object-ids.ts';

test('ids that were added are among them and no others are, of SHA-1 and of SHA-256, also where they begin alike', () => {
  for (const length of [40, 64]) {
    // few beginnings and few ends, so that many are the same or share their first word
    const id = fc
      .tuple(fc.nat(40), fc.nat(3), fc.nat(300))
      .map(([first, middle, last]) => hex(first * 0x0500_0000, 8) + hex(middle, length - 16) + hex(last, 8));
    fc.assert(
      fc.property(fc.array(id, { minLength: 1, maxLength: 6000, size: 'max' }), fc.array(id, { maxLength: 200 }), (added, others) => {
        const ids = new ObjectIds();
        const expected = new Set<string>();
        assert.equal(ids.has(added[0]!), false);
        for (const one of added) {
          assert.equal(ids.add(one), !expected.has(one));
          expected.add(one);
        }
        for (const one of [...added, ...others]) assert.equal(ids.has(one), expected.has(one));
      }),
      { numRuns: 20 },
    );
  }
});

test('half a million ids take less than 20 MB', () => {
  const ids = new ObjectIds();
  const before = process.memoryUsage().arrayBuffers;
  const count = 500_000;
  for (let number = 0; number < count; number++) ids.add(hex(Math.imul(number, 0x9e37_79b1) >>> 0, 8) + hex(number, 32));
  const taken = process.memoryUsage().arrayBuffers - before;
  assert.ok(ids.has(hex(0x9e37_79b1, 8) + hex(1, 32)));
  assert.ok(taken < 20e6, `${taken} bytes`); // those that it grew out of may still be there
});

const hex = (number: number, length: number): string => number.toString(16).padStart(length, '0');
