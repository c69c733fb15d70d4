import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allRules, detect } from '../../src/detect/detect.ts';
import { buildAutomaton, plainMatcher } from '../../src/detect/engine/automaton.ts';
import { kernelMatcher } from '../../src/detect/engine/kernel.ts';
import { packLiterals } from '../../src/detect/engine/kernel-literals.ts';
import { type AsciiSet, beginAfter, type Gate, type Literal, type Matcher, type Places, setOf } from '../../src/detect/engine/matcher.ts';
import { ignoreMarks } from '../../src/detect/ignore.ts';
import { report } from '../../src/detect/report.ts';
import { catalogue } from '../../src/detect/rule-set.ts';
import { runsOf40 } from '../../src/detect/runs.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

const plain = (literals: readonly Literal[]): Matcher => plainMatcher(buildAutomaton(literals));
const kernel = (literals: readonly Literal[]): Matcher => kernelMatcher(packLiterals(literals));

const overlapping: readonly Literal[] = [
  { text: 'ab' },
  { text: 'abab' },
  { text: 'b' },
  { text: 'ba', anyCase: true },
  { text: 'a@' },
  { text: 'a `', anyCase: true },
  { text: 'ab' },
  { text: 'b', gates: [{ set: setOf('ab'), length: 3, within: 2 }] },
  { text: 'bb', gates: [{ set: setOf('ab'), length: 2, most: 3, within: 5 }] },
  { text: 'a', anyCase: true, gates: [{ set: setOf('ab@'), begins: { set: setOf('b'), length: 2 }, length: 4, within: 0 }] },
  { text: '@', gates: [{ set: setOf('abA'), length: 3, most: 3, within: 3 }] },
  { text: 'A', gates: [{ set: setOf('ab'), length: 1, most: 2, notAfter: setOf('A@'), within: 4 }] },
  {
    text: 'B',
    gates: [
      { mark: setOf('a'), stops: setOf('@'), within: 3, followedBy: { mark: setOf('b'), stops: setOf(' A'), within: 3 } },
      {
        mark: setOf('A@'),
        stops: setOf('`'),
        within: 2,
        followedBy: { mark: setOf('b'), stops: setOf('B'), within: 4, followedBy: { mark: setOf('a'), stops: setOf('`'), within: 3 } },
      },
      { set: setOf('@'), length: 2, within: 1 },
    ],
  },
  {
    text: 'A',
    gates: [
      { mark: setOf('@'), stops: setOf('b'), within: 3, followedBy: { set: setOf('ab'), length: 2, most: 3, within: 4 } },
      { mark: setOf('B'), stops: setOf('@'), within: 4, followedBy: { set: setOf('a'), length: 2, within: 2 } },
      { mark: setOf('`'), stops: setOf('A'), within: 2 },
    ],
  },
  { text: 'ba', gates: [{ mark: setOf('@'), stops: setOf(' `'), within: 4 }] },
  { text: 'ab', anyCase: true, beginsName: true },
  { text: 'a', beginsWord: true },
  { text: 'b', beginsName: true, beginsWord: true },
  {
    text: 'a',
    gates: [
      { set: setOf('ab@'), length: 4, within: 0 },
      { mark: setOf(' '), stops: setOf('AB'), within: 7 },
    ],
  },
];

/** Does a literal's gate let a place through, by what the words of its interface say? */
function isOpen({ beginsName, beginsWord, gates }: Literal, before: string, there: string, after: string): boolean {
  const isCamel = /[a-z]$/.test(before) && /^[A-Z]/.test(there);
  const hex = '[0-9A-Fa-f]';
  const isEscaped = new RegExp(`(?:\\\\(?:[nrt]|x${hex}{2}|u${hex}{4})|%${hex}{2}|=3D|\\[[0-9;]{0,12}m)$`).test(before);
  if (beginsName && /[A-Za-z]$/.test(before) && /^[A-Za-z]/.test(there) && !isCamel && !isEscaped) return false;
  if (beginsWord && /[A-Za-z0-9_]$/.test(before) && !isEscaped) return false;
  if (gates === undefined) return true;
  const characters = ({ bytes }: AsciiSet) =>
    [...bytes.keys()].filter((byte) => bytes[byte]).map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  const behind = (gate: Gate): string => {
    if (!('length' in gate)) {
      const mark = characters(gate.mark).join('');
      return `[^${characters(gate.stops).join('')}${mark}]{0,${gate.within - 1}}[${mark}]${gate.followedBy ? behind(gate.followedBy) : ''}`;
    }
    const { set, begins, length, most, notAfter, within } = gate;
    const first = begins === undefined ? '' : `(?=[${characters(begins.set).join('')}]{${begins.length}})`;
    const member = characters(set).join('');
    const other = notAfter === undefined ? '' : characters(notAfter).join('');
    return most === undefined
      ? `${first}[^]{0,${within}}[${member}]{${length}}`
      : `${first}(?:|[^]{0,${within - 1}}[^${member}${other}])[${member}]{${length},${most}}(?![${member}])`;
  };
  return gates.some((gate) => new RegExp(`^${behind(gate)}`).test(after));
}

/** The places by looking for each literal on its own. */
function oneByOne(literals: readonly Literal[], text: string): string[] {
  return literals.flatMap((literal, index) =>
    Array.from({ length: text.length }, (_, at) => at)
      .filter((at) => {
        const { text: wanted, anyCase } = literal;
        const there = text.slice(at, at + wanted.length);
        return (
          (anyCase ? there.toLowerCase() : there) === wanted && isOpen(literal, text.slice(0, at), there, text.slice(at + wanted.length))
        );
      })
      .map((at) => `${index} ${at + literal.text.length}`),
  );
}

/** Long lists of numbers are of another kind in the kernel. */
const inLists = ({ literals, ends, runs }: Places) => ({ literals: [...literals], ends: [...ends], runs });

const placesIn = ({ literals, ends }: Places): string[] => Array.from(literals, (literal, index) => `${literal} ${ends[index]}`);

test('every place of every literal with an open gate is found, overlapping ones and those inside others too', () => {
  const [inPlain, inKernel] = [plain(overlapping), kernel(overlapping)];
  const unit = fc.constantFrom(
    'a',
    'b',
    'a',
    'b',
    'A',
    'B',
    '@',
    '`',
    ' ',
    '\\',
    'n',
    '%',
    '3',
    '=3D',
    '\\x3',
    '\\u00',
    '[3;1m',
    '[0000000000000m',
    '_',
    'é',
    '\u4161',
    '\u4162',
    '😀',
    '\u0000',
  );
  const longRuns = fc.constantFrom('a', 'b', 'a', 'b', 'a', 'b', 'A', '@');
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit, maxLength: 60 }), fc.string({ unit: longRuns, maxLength: 60 })), (text) => {
      const expected = oneByOne(overlapping, text).sort();
      const bytes = Buffer.from(text);
      const inText = ({ ends, ...places }: Places) => ({ ...places, ends: ends.map((end) => bytes.toString('utf8', 0, end).length) });
      for (const matcher of [inPlain, inKernel]) {
        assert.deepEqual(placesIn(matcher.look(text)).sort(), expected);
        assert.deepEqual(placesIn(inText(matcher.look(bytes, true))).sort(), expected);
      }
    }),
    { numRuns: 1000 },
  );
});

const anyLiteral: fc.Arbitrary<Literal> = fc.record(
  {
    text: fc.string({ unit: fc.constantFrom('a', 'b', 'c', '@'), minLength: 1, maxLength: 7 }),
    anyCase: fc.constant(true as const),
    beginsName: fc.constant(true as const),
    beginsWord: fc.constant(true as const),
    gates: fc.constantFrom(...overlapping.flatMap(({ gates }) => (gates === undefined ? [] : [gates]))),
  },
  { requiredKeys: ['text'] },
);

test('both build the same of any literals: of equal ones, and of those that begin, end or hold others', () => {
  const unit = fc.constantFrom('a', 'b', 'c', '@', 'A', 'B', ' ');
  fc.assert(
    fc.property(fc.array(anyLiteral, { maxLength: 30 }), fc.string({ unit, maxLength: 80 }), (some, text) => {
      const places = kernel(some).look(text);
      assert.deepEqual(inLists(places), inLists(plain(some).look(text)));
      assert.deepEqual(placesIn(places).sort(), oneByOne(some, text).sort());
    }),
    { numRuns: 500 },
  );
});

const literals: readonly Literal[] = [
  ...allRules().flatMap((rule) => rule.literals),
  ...overlapping,
  { text: `z${'y'.repeat(62)}z` },
  { text: 'y'.repeat(5) },
];

/** Of one unit, or of so many that a hit lies over a seam: of the eight parts of a text, and of the pieces of a long one. */
const lengths = [0, 1, 39, 40, 41, 511, 512, 513, 519, 2049, 4096, 9999, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 600_000];

const filler = 'the quick brown fox jumps over the lazy dog, abba. '.repeat(12_000);

/** A text of this length with these parts, most of them over a seam. */
function withSeams(length: number, parts: readonly string[], places: readonly number[]): string {
  const text = filler.slice(0, length);
  const size = Math.ceil(Math.min(length, 256 * 1024) / 8);
  return parts.reduce((whole, part, index) => {
    const place = places[index]!;
    const at = Math.max(0, place % 3 === 0 ? place % (length + 1) : (place % 17) * size - (place % 70));
    return at >= length ? whole : `${whole.slice(0, at)}${part}${whole.slice(at + part.length)}`.slice(0, length);
  }, text);
}

test('the kernel and the plain automaton agree on any text, of any length, in UTF-16 and in bytes, at every seam', () => {
  const [inPlain, inKernel] = [plain(literals), kernel(literals)];
  const { secretAccessKey } = sampleKeyPair('seams');
  const run = secretAccessKey.replace(/[^A-Za-z0-9]/g, 'x');
  const part = fc.oneof(
    fc.constantFrom(...literals.map(({ text }) => text)),
    fc.constantFrom(...literals.map(({ text }) => text.toUpperCase())),
    fc.constantFrom(
      `"${run}"`,
      ` ${run} `,
      `%2F${run.slice(3)}`,
      `\\/${run.slice(1)}\\n`,
      `\\u002F${run.slice(1)} `,
      `\\n${run}"`,
      `"\\t${run}\\r`,
      `%20${run}%3d`,
      `\\u00e9${run}\\u00E9`,
      `\\u00z${run}`,
      `\\\\/${run.slice(2)}%2b`,
      `_${run}"`,
      `"${run}-`,
      `\${KEY:-${run}}`,
      `\${KEY-${run}}`,
      `{KEY:-${run}}`,
      `\${:-${run}}`,
      `"${run.toLowerCase()}"`,
      `"${run.slice(0, 20)}${run.slice(0, 20)}"`,
      run + run,
      '\\',
      '%2F',
      '%',
      '\\u003d',
      '[31m',
    ),
    fc.constantFrom('\u0141', '\u4141', '\u8041', '\uff41', '\ud83d\ude00', '\u0000', 'é', '\u0130', '\u212a'),
    fc.string({ maxLength: 60 }),
  );
  const placed = fc.array(fc.tuple(part, fc.nat(1_000_000)), { maxLength: 30 });
  let found = 0;
  fc.assert(
    fc.property(fc.constantFrom(...lengths), placed, (length, given) => {
      const text = withSeams(
        length,
        given.map(([one]) => one),
        given.map(([, place]) => place),
      );
      const places = inKernel.look(text);
      assert.deepEqual(inLists(places), inLists(inPlain.look(text)));
      assert.deepEqual([inKernel.runs(text), inPlain.runs(text)], [places.runs, places.runs]);
      found += places.ends.length + places.runs.length;
      const bytes = Buffer.from(text, 'utf8');
      assert.deepEqual(inLists(inKernel.look(bytes)), inLists(inPlain.look(bytes)));
      if (bytes.length === text.length) assert.deepEqual(inKernel.look(bytes), places);
    }),
    { numRuns: 150 },
  );
  assert.ok(found > 1000, `${found} places only`);
});

test('a value of 40 characters is found wherever it stands between escapes, of its own or of others; a word between those of others has no place', () => {
  const matcher = kernel([]);
  const { secretAccessKey } = sampleKeyPair('escapes');
  const plainValue = `Aa/${secretAccessKey.replace(/[^A-Za-z0-9]/g, 'x').slice(3)}`;
  const others = ['"', '\\n', '\\\\n', '\\u00e9', '\\"', '%20', '%22', '%zz"'];
  for (let offset = 0; offset < 30; offset++) {
    for (const other of others) {
      const before = `${' '.repeat(offset)}${other}`;
      const word = `${before}accountRecoveryDescription${other}`;
      assert.deepEqual([...matcher.look(word).runs], [], word);
      for (const slash of ['/', '%2F', '\\/', '\\\\/', '\\u002f']) {
        const value = plainValue.replace('/', slash);
        const text = `${before}${value}${other}`;
        const found = runsOf40(text, matcher.look(text).runs).map((run) => [run.start, run.end, run.value ?? plainValue]);
        assert.deepEqual(found, [[before.length, before.length + value.length, plainValue]], text);
      }
    }
  }
});

test('a literal that a token follows is found before any characters of one, in a text of any length, and not where they are too few', () => {
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-./:=_~';
  const length = 16;
  const followed = { text: 'x_', gates: [{ set: setOf(characters), length, within: 0 }] };
  // one that ends in the same place and is followed by anything
  const free = { text: '_', anyCase: true } as const;
  for (const others of [[], [free]]) {
    const matcher = kernel([followed, ...others]);
    for (const before of ['', ' '.repeat(600)]) {
      for (let first = 0; first < characters.length; first++) {
        const token = `${characters}${characters}`.slice(first, first + length);
        const end = before.length + 2;
        const found = (text: string): string[] => placesIn(matcher.look(text)).filter((place) => place === `0 ${end}`);
        assert.deepEqual(found(`${before}x_${token}`), [`0 ${end}`], token);
        assert.deepEqual(found(`${before}x_${token.slice(1)}`), [], token);
        assert.deepEqual(found(`${before}x_${token.slice(1)},${token}`), [], token);
      }
    }
  }
});

test('what is longer than a key, lacks the sign that is part of it, or opens no login, leads to no rule, though the word of a provider stands before it', () => {
  const texts = [
    "import { core } from '@azure/core'; export class FirewallsPacketCaptureOperationOptionalParamsOfScaleSets {}",
    'item.vault = item.credentialsOfKeyVaultReferenceSerializer;',
    'vault: abcdefghijklmnopqrstuvwx',
    'netbox_user:\n  token: abc\n',
    'user:\n  name: app\n',
    '"auth": ["aws.auth#sigv4"]',
  ];
  for (const text of texts) assert.deepEqual(placesIn(catalogue.firstPass.matcher.look(text)), [], text);
});

test('texts that lie in the room together have the places that each has by itself', () => {
  const part = fc.oneof(
    fc.constantFrom(...literals.map(({ text }) => text)),
    fc.constantFrom(
      `"${sampleKeyPair('room').secretAccessKey}"`,
      `-${sampleKeyPair('room').secretAccessKey}`,
      '${KEY',
      '%2F',
      '\\',
      '\\n',
      ' ',
      '@',
      'é',
      '\u4161',
    ),
    fc.string({ maxLength: 40 }),
    fc.nat(3000).map((length) => filler.slice(0, length)),
  );
  const text = fc
    .tuple(fc.array(part, { maxLength: 12, size: 'max' }), fc.constantFrom(...Array(30).fill(0), 300_000))
    .map(([parts, more]) => Buffer.from(`${filler.slice(0, more)}${parts.join('')}`));
  const [inPlain, inKernel] = [plain(literals), kernel(literals)];
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.boolean()), { maxLength: 30, size: 'max' }), (texts) => {
      const size = texts.reduce((sum, [{ length }]) => sum + length, 0);
      for (const matcher of size > 30_000 ? [inKernel] : [inKernel, inPlain]) {
        let begin = 0;
        const within = texts.map(([bytes, isUtf8]) => {
          matcher.room(begin + bytes.length).set(bytes, begin);
          const one = { begin, end: begin + bytes.length, isUtf8 };
          begin = beginAfter(one.end);
          return one;
        });
        const found = matcher.lookWithin(within);
        for (const [index, [bytes, isUtf8]] of texts.entries()) {
          const { literals = [], ends = [], runs = [] } = found[index] ?? {};
          assert.deepEqual(inLists({ literals, ends, runs }), inLists(matcher.look(bytes, isUtf8)));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a hit at every place around the seams of parts and pieces is found once', () => {
  const matcher = kernel(literals);
  const index = literals.length - 2;
  const { text: long } = literals[index]!;
  for (const length of [512, 5000, 256 * 1024, 300_000]) {
    const size = Math.ceil(Math.min(length, 256 * 1024) / 8);
    for (const seam of [size, 3 * size, 7 * size, 256 * 1024]) {
      for (let start = Math.max(0, seam - 66); start <= seam + 2 && start + long.length <= length; start++) {
        const places = matcher.look(' '.repeat(start) + long + ' '.repeat(length - start - long.length));
        const ends = places.ends.filter((_, i) => places.literals[i] === index);
        assert.deepEqual([length, start, ends], [length, start, [start + long.length]]);
      }
    }
  }
});

test('literals are in ASCII, in lower case where any case will do, and short enough for the kernel', () => {
  for (const { text, anyCase } of [...allRules().flatMap((rule) => rule.literals), ...ignoreMarks]) {
    assert.match(text, /^[ -~]{3,64}$/);
    if (anyCase) assert.equal(text, text.toLowerCase());
  }
  assert.throws(() => kernel([{ text: 'x'.repeat(65) }]));
  assert.throws(() => kernel([{ text: 'x', gates: [{ set: setOf('x'), length: 40, within: 1400 }] }]));
  assert.throws(() => kernel([{ text: 'x', gates: [{ set: setOf('x\0'), length: 40, within: 0 }] }]), /zero/);
});

test('any text: no exception, ranges inside it and in order, partners mutual, the same answer twice', () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('engine');
  const pieces = [
    accessKeyId,
    secretAccessKey,
    accessKeyId.replace('AKIA', 'ASIA'),
    sampleGitHubToken('engine'),
    samplePrivateKey(),
    samplePrivateKey().slice(0, 90),
    ...[
      'AKIA',
      'ghp_',
      'ghs_eyJ',
      'github_pat_',
      '-----BEGIN ',
      'PRIVATE KEY-----',
      'secret',
      'aws_secret_access_key',
      'IQoJb3JpZ2luX2Vj',
      'LS0tLS1CRUdJTi',
    ],
    ...[
      '=',
      ':',
      '"',
      "'",
      '\\',
      '\\n',
      '%2F',
      '%',
      '\n',
      '\r\n',
      ' ',
      '+',
      '" + "',
      '(',
      ')',
      '{',
      '}',
      '\u0000',
      '\ud800',
      '😀',
      'keystow:ignore',
      'A',
      'z9/',
    ],
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const found = detect(text);
      let end = 0;
      found.forEach((finding, index) => {
        assert.ok(finding.start < finding.end && finding.end > end && finding.end <= text.length);
        assert.equal(finding.value, text.slice(finding.start, finding.end));
        if (finding.pairedWith !== undefined) assert.equal(found[finding.pairedWith]?.pairedWith, index);
        end = finding.end;
      });
      assert.deepEqual(detect(text), found);
      const told = JSON.stringify(report(text, found, 'f'));
      for (const { value } of found) assert.ok(!told.includes(value));
    }),
    { numRuns: 1500 },
  );
});
