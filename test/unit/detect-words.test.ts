// What is told of names and values in one pass, beside the plain way to tell it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { squeeze } from '../../src/detect/evidence.ts';
import { namesAt, namesBefore } from '../../src/detect/names-before.ts';
import {
  consistsOfWords,
  isMixed,
  isMixedAtRandom,
  isOfBothCases,
  isOfLetters,
  isPlaceholder,
  isVaried,
} from '../../src/detect/randomness.ts';
import { forget, remembered } from '../../src/detect/remembered.ts';
import { variety } from '../../src/detect/variety.ts';
import { endOfLast, kindsOfWords, mayHoldWord } from '../../src/detect/words-of-names.ts';

const words = ['key', 'secret', 'secretkey', 'etk', 'aa', 'a1'];
const piece = fc.constantFrom(...words, 'SECRET', 'Key', 'a', 'e', '1', '_', '-', ' ', '\n', '.', 'é', 'x');
const name = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

test('the words that a name holds are told whatever joins its parts, and those that count at its end only there', () => {
  const anywhere = kindsOfWords([
    [1, 'secret etk'],
    [2, 'a1$ secretkey$'],
    [4, 'key'],
  ]);
  assert.equal(anywhere('my-Secret_KEY'), 1 | 2 | 4);
  assert.equal(anywhere('secretKeyId'), 1 | 4);
  fc.assert(
    fc.property(name, (text) => {
      const joined = squeeze(text);
      const kinds = (/secret|etk/.test(joined) ? 1 : 0) | (/(?:a1|secretkey)$/.test(joined) ? 2 : 0) | (joined.includes('key') ? 4 : 0);
      assert.equal(anywhere(text), kinds);
    }),
  );
});

test('where the last word before a value ends is told as by looking for each of them, whatever was asked before', () => {
  const last = endOfLast(['key', 'secret_key', 'aa', 'a']);
  const plainly = (text: string, from: number, to: number): number =>
    ['key', 'secret_key', 'aa', 'a'].reduce((end, word) => {
      const at = text
        .slice(from, to)
        .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
        .lastIndexOf(word);
      return at === -1 ? end : Math.max(end, from + at + word.length);
    }, from);
  fc.assert(
    fc.property(name, fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 8 }), (text, places) => {
      for (const [one, other] of places) {
        const [from, to] = [one, other].map((place) => Math.min(place, text.length)).sort((a, b) => a - b) as [number, number];
        assert.equal(last(text, from, to), plainly(text, from, to));
      }
      forget();
    }),
  );
});

test('a word that stands between two places, joined or not, is never missed, whatever was asked before', () => {
  const mayHold = mayHoldWord(['key', 'secretkey', 'ekeya', 'aa']);
  let denied = 0;
  fc.assert(
    fc.property(name, fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 8 }), (text, places) => {
      for (const [one, other] of places) {
        const [from, to] = [one, other].sort((a, b) => a - b) as [number, number];
        const holds = /key|aa/.test(squeeze(text.slice(from, to)));
        const told = mayHold(text, from, to);
        assert.ok(told || !holds);
        if (!told) denied++;
      }
      forget();
    }),
  );
  assert.ok(denied > 0);
  assert.ok(mayHold('my Secret-_key = ', 0, 17) && !mayHold('my secret = ', 0, 12));
  forget();
});

const placeholders =
  'example sample secret access dummy placeholder changeme change_me redacted testtest fakefake notreal not_real yourkey your_key xxxxx 123456 abcdef';

test('a value that says of itself that it is none does so wherever and in whatever case', () => {
  const random = fc.string({ unit: fc.constantFrom(...'bghjkqzBGHJKQZ79+/'), maxLength: 30 });
  fc.assert(
    fc.property(fc.constantFrom(...placeholders.split(' ')), random, random, fc.boolean(), (word, before, behind, capital) => {
      assert.ok(isPlaceholder(before + (capital ? word.toUpperCase() : word) + behind));
      assert.ok(!isPlaceholder(before + word.slice(1) + behind));
      assert.ok(!isPlaceholder(before + word.slice(0, -1)));
    }),
  );
});

test('what kinds of characters a value holds is told as by patterns', () => {
  const value = fc.string({ unit: fc.constantFrom(...'aZ9_é', 'Secret', 'Key', 'Provider'), maxLength: 12 });
  fc.assert(
    fc.property(value, fc.nat(12), (text, least) => {
      assert.equal(isOfBothCases(text), /[a-z]/.test(text) && /[A-Z]/.test(text));
      assert.equal(isMixed(text), (/[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text)) || isMixedAtRandom(text));
      const ascii = text.replaceAll('é', '');
      assert.equal(isVaried(ascii, least), variety(ascii) >= least);
      assert.equal(isVaried(text + ascii, least, text.length), variety(ascii) >= least);
      assert.equal(isOfLetters(`1${text}1`, 1, text.length + 1), /^[A-Za-z]*$/.test(text));
    }),
  );
  assert.ok(consistsOfWords('AssumeRoleWithWebIdentity') && consistsOfWords('AssumeRoleWithWebIdentityProvider20'));
  assert.ok(!consistsOfWords('AssumeRoleWithWebIdentity2') && !consistsOfWords('AssumeRoleWithWebIdentityProvider200'));
  for (const name of ['AssumeRoleWithWebIdentity', 'getKeyForAppAndOrgById', 'synchronousProvider']) assert.ok(!isMixedAtRandom(name));
  for (const random of ['NHmDeUTeraYkHN', 'xQzRtWkLpNvBcJhGfDs']) assert.ok(isMixedAtRandom(random));
  assert.ok(!consistsOfWords('assumerolewithwebidentity') && !consistsOfWords('xQzRtWkLpNvBcJhGfDs'));
});

test('a value that stands before a name is no part of it, and the words of a sentence are', () => {
  const names = (text: string): string => namesBefore(text, text.length);
  assert.equal(names('MD5_KEY=iqPPgg4qvZXMD5oaZ2Bk83 AIRTABLE_KEY='), 'AIRTABLE_KEY');
  assert.equal(names('a = K1fR+gmD0835FDAgg9Yh18i/oV secret_key = '), 'secret_key');
  assert.equal(names('my 2nd aws secret access key: '), 'my 2nd aws secret access key');
  assert.equal(names('APPLICATION_SECRET_ACCESS_KEY is '), 'APPLICATION_SECRET_ACCESS_KEY is');
  assert.equal(names('HMAC_KEY_2_OF_BUCKET_14="'), 'HMAC_KEY_2_OF_BUCKET_14');
});

test('what was said of a text is said again until it is forgotten, and of none is said what is of another', () => {
  let asked = 0;
  const lengthOf = remembered((text) => {
    asked++;
    return text.length;
  });
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 200 }), (texts) => {
      for (const text of texts) assert.equal(lengthOf(text), text.length);
      forget();
    }),
  );
  asked = 0;
  for (const text of ['one', 'one', 'other', 'another', 'other', 'another']) lengthOf(text);
  assert.equal(asked, 3);
  forget();
  lengthOf('another');
  assert.equal(asked, 4);
  forget();
});

test('the names before a value are those that are read there by themselves, whichever were asked about before', () => {
  const before = fc.constantFrom(
    ...['a1b2c3d4e5f6g7h8i9j0 ', 'Zm9v ', '\n', '"', '${', '/', 'a1b2c3d4e5f6g7h8i9j0=word '],
    ...['+bbbb12 ', 'aaaaaaaaaaaaaaaaaaaa1+bbbb12 ', 'secrets set ', 'translatable="', 'variable "db_key" {\n', 'KEY_OF\n  '],
  );
  const named = fc.constantFrom('GS_SECRET_ACCESS_KEY', 'spaces.secret-access-key', 'key', 'value', 'key-', 'ab', 'false', 'default');
  const sign = fc.constantFrom('=', ': ', ':-', '-', ' ', '%3D', '&quot;:');
  fc.assert(
    fc.property(fc.array(fc.tuple(before, named, sign), { minLength: 2, maxLength: 8 }), (all) => {
      const text = all.flat().join('');
      let start = 0;
      for (const parts of all) {
        start += parts.join('').length;
        assert.equal(namesAt(text, start).lines, namesBefore(text, start));
      }
      forget();
    }),
    { numRuns: 10_000 },
  );
});
