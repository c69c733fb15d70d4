import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEdits, editsBetween, invertEdits, lineAt, movedEdits, standsAt } from '../../src/stow/edit.ts';
import { type ListItem, removeItems } from '../../src/stow/list-items.ts';

test('edits backwards give the text back, with a longer, a shorter and an empty replacement', () => {
  const before = 'one two three four';
  const edits = [
    { start: 0, end: 3, text: 'number one' },
    { start: 8, end: 13, text: '3' },
    { start: 13, end: 18, text: '' },
  ];
  const after = applyEdits(before, edits);
  assert.equal(after, 'number one two 3');
  assert.deepEqual(invertEdits(before, edits), [
    { start: 0, end: 10, text: 'one' },
    { start: 15, end: 16, text: 'three' },
    { start: 16, end: 16, text: ' four' },
  ]);
  assert.equal(applyEdits(after, invertEdits(before, edits)), before);
});

test('edits of a text fit it still where something was typed before, between or behind them, but not where it was typed into one', () => {
  const text = 'one TWO three FOUR five';
  const edits = [
    { start: 4, end: 7, text: 'two' },
    { start: 14, end: 18, text: 'four' },
  ];
  const typedInto = (now: string) => {
    const moved = movedEdits(edits, text, now);
    return moved && applyEdits(now, moved);
  };
  assert.equal(typedInto(text), 'one two three four five');
  assert.equal(typedInto('so one TWO three FOUR five'), 'so one two three four five');
  assert.equal(typedInto('one TWO and three FOUR five'), 'one two and three four five');
  assert.equal(typedInto('one TWO FOUR five'), 'one two four five');
  assert.equal(typedInto('one TWO three FOUR'), 'one two three four');
  assert.equal(typedInto('one TW-O three FOUR five'), undefined);
  assert.equal(typedInto('one FOUR five'), undefined);
});

test('the edits between two texts are of whole lines, and what stands between two of them is in none', () => {
  assert.deepEqual(editsBetween('a\nb\nc\n', 'a\nB\nc\n'), [{ start: 2, end: 4, text: 'B\n' }]);
  assert.deepEqual(editsBetween('a\n', 'a\n'), []);
  assert.deepEqual(editsBetween('', 'a\n'), [{ start: 0, end: 0, text: 'a\n' }]);
  assert.deepEqual(editsBetween('key=1\nkeep\nsecret=2\n', 'profile=p\nkeep\n'), [
    { start: 0, end: 6, text: 'profile=p\n' },
    { start: 11, end: 20, text: '' },
  ]);
});

test('for any two texts, the edit between them makes the one of the other, and backwards', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', '\ud83d', '\ude00', '\ude01'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edits = editsBetween(before, after);
      assert.equal(applyEdits(before, edits), after);
      assert.equal(applyEdits(after, invertEdits(before, edits)), before);
    }),
    { numRuns: 1000 },
  );
});

test('lines count from 1, and a secret that moved is noticed', () => {
  assert.equal(lineAt('a\nb\nc', 0), 1);
  assert.equal(lineAt('a\nb\nc', 2), 2);
  assert.equal(lineAt('a\r\nb\r\nc', 6), 3);
  assert.ok(standsAt('x secret', { start: 2, end: 8, value: 'secret' }));
  assert.ok(!standsAt('xx secret', { start: 2, end: 8, value: 'secret' }));
  assert.ok(!standsAt('x', { start: 0, end: 0, value: '' }));
});

/** The items are the words of the text; those in capitals go. */
function withoutCapitals(text: string): string {
  const items: ListItem[] = Array.from(
    text.replace(/#.*/g, (comment) => ' '.repeat(comment.length)).matchAll(/\w+/g),
    ({ 0: word, index }) => {
      const end = index + word.length;
      const comma = /^(?:\s|#.*)*,/.exec(text.slice(end))?.[0].length;
      return { start: index, end, ...(comma === undefined ? {} : { comma: end + comma - 1 }) };
    },
  );
  return applyEdits(
    text,
    removeItems(text, items, ({ start, end }) => /^[A-Z]+$/.test(text.slice(start, end))),
  );
}

const lists: readonly (readonly [what: string, before: string, after: string])[] = [
  ['the first', '(A, b, c)', '(b, c)'],
  ['one in the middle', '(a, B, c)', '(a, c)'],
  ['the last', '(a, b, C)', '(a, b)'],
  ['the last in braces', '{ a, B }', '{ a }'],
  ['several at the end', '(a, B, C)', '(a)'],
  ['several apart', '(A, b, C, d, E)', '(b, d)'],
  ['all', '{ A, B }', '{}'],
  ['the only one', '{ A }', '{}'],
  ['whole lines', '(\n  a,\n  B,\n  c,\n)', '(\n  a,\n  c,\n)'],
  ['the last line without a comma', '(\n  a,\n  B\n)', '(\n  a\n)'],
  ['the last line with a comma', '(\n  a,\n  B,\n)', '(\n  a,\n)'],
  ['lines that begin at the bracket', '(a,\n  B,\n  C)', '(a)'],
  ['two on one line', '(\n  a,\n  B, C,\n  d\n)', '(\n  a,\n  d\n)'],
  ['the end of a line', '(a, B,\n  c)', '(a,\n  c)'],
  ['CRLF', '(\r\n  a,\r\n  B,\r\n  c\r\n)', '(\r\n  a,\r\n  c\r\n)'],
  ['a line with a comment, which stays', '(\n  a,\n  B,  # why\n  c,\n)', '(\n  a,\n  # why\n  c,\n)'],
  ['the last line with a comment, which stays', '(\n  a,\n  B  # why\n)', '(\n  a\n    # why\n)'],
  ['a comment behind the one that is last now', '(\n  a,  # first\n  B\n)', '(\n  a  # first\n)'],
  ['a comma on the next line', '(\n  a\n  , B\n  , c\n)', '(\n  a\n  , c\n)'],
];

for (const [what, before, after] of lists) {
  test(`items taken out of a list: ${what}`, () => assert.equal(withoutCapitals(before), after));
}
