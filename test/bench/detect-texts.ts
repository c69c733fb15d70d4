// Texts in memory, as an editor hands them over: documents, one change in them, and what is made to take long.

import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { type DetectOptions, detect } from '../../src/detect/detect.ts';
import { findKnown } from '../../src/detect/known/find.ts';
import { type KnownSecrets, knownSecrets } from '../../src/detect/known-secrets.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { withGeneric } from '../../src/detect/rule-set.ts';
import { hostile, hostileInFiles, type OwnText, ownTexts, ownTextsDrawnAnew } from '../adversarial-texts.ts';
import { sampleKeyPair } from '../sample-keys.ts';
import { type Benchmark, median, percentile } from './benchmark.ts';

const code = [
  "import { createReadStream } from 'node:fs';",
  'export async function readSecretValue(client: SecretsManagerClient, token: string): Promise<string> {',
  '  const { accessKeyId, secretAccessKey, sessionToken } = await provider({ profile, region });',
  '  for (const entry of entries) {',
  '    if (entry.isDirectory()) await visit(join(path, entry.name));',
  '  }',
  "  // sha256-2jmj7l5rSw0yVb/vlWAYkK/YBwk= is the digest of the file 'com/example/app/AccessKeyProvider.java'",
  '  return result;',
  '}',
  '',
  'interface Options {',
  '  readonly name: string;',
  '  readonly timeout?: number;',
  '}',
  '',
  'const defaults: Options = { name: "main", timeout: 30_000 };',
  'switch (kind) {',
  "  case 'first':",
  '    count += 1;',
  '    break;',
  '  default:',
  '    throw new TypeError(unexpected(kind));',
  '}',
];

/** A program of `lines` lines with what meets rules in real code (names, hashes, long words), and one key pair in its middle. */
export function sourceText(lines: number): string {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('bench');
  const text = Array.from({ length: lines }, (_, i) => code[i % code.length]);
  text[lines >> 1] = `const keys = ['${accessKeyId}', '${secretAccessKey}'];`;
  return text.join('\n');
}

/** One line of at least `bytes` bytes: minified programs of packages, one after another. */
function minified(bytes: number): string {
  const files = globSync('node_modules/{axe-core,aws-sdk/dist,@azure/msal-browser/lib}/*.min.js').map((file) => readFileSync(file, 'utf8'));
  const all = files.join(';').replace(/[\r\n]+/g, ' ');
  return all.repeat(Math.ceil(bytes / all.length)).slice(0, bytes);
}

/** Milliseconds of each of many calls, after calls that warm it up. */
function milliseconds(work: () => void, times: number): number[] {
  for (let i = 0; i < times / 4; i++) work();
  return Array.from({ length: times }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
}

let sum = 0;

/** One pass of charCodeAt over a text. */
function onePass(text: string): void {
  for (let i = 0; i < text.length; i++) sum = (sum + text.charCodeAt(i)) & 0xffff; // as a large one it would be an object
}

let manyKnown: KnownSecrets | undefined;

/** 1 MB of short values, each with a name that calls it a secret, and each another. */
function shortValues(): string {
  const values = Array.from({ length: 2000 }, (_, index) =>
    sampleKeyPair(`short ${index}`).secretAccessKey.replace(/\W/g, '7').slice(0, 10),
  );
  return megabyte(values.map((value) => `pwd=${value}\n`).join(''));
}

/** Twenty known secrets, as many as somebody with many profiles has. */
function known(): KnownSecrets {
  const secrets = Array.from({ length: 20 }, (_, index) => sampleKeyPair(`known ${index}`));
  manyKnown ??= knownSecrets(
    secrets.map(({ secretAccessKey, accessKeyId }) => ({ secret: secretAccessKey, owner: { kind: 'access key', name: accessKeyId } })),
    randomBytes(32),
  );
  return manyKnown;
}

const overText = (name: string, text: () => string, times: number, most: number): Benchmark => ({
  name,
  unit: 'ms',
  floorName: 'one pass of charCodeAt',
  sample() {
    const whole = text();
    return { value: median(milliseconds(() => detect(whole), times)), floor: median(milliseconds(() => onePass(whole), times)) };
  },
  budget: { most, of: 'value' },
});

/** Microseconds of a letter that is typed in the middle of a text and taken away again, with the findings after it. */
function oneEdit(text: string, share: number, options: DetectOptions = {}, times = 4000): number {
  const live = new LiveText(text, options);
  const offset = (text.length >> 1) + 300;
  let typed = false;
  const edit = () => {
    live.change(typed ? { offset, removed: 1, inserted: '' } : { offset, removed: 0, inserted: 'x' });
    typed = !typed;
    live.findings();
  };
  return percentile(milliseconds(edit, times), share) * 1000;
}

/** Texts in which known secrets are looked for, and milliseconds at most. The last one takes somebody who has half of the secret already. */
const withKnown: readonly (readonly [name: string, text: () => string, most: number])[] = [
  ['a document of 5,000 lines', () => sourceText(5000), 0.15],
  ['5 MB minified, one line', () => minified(5_000_000), 25],
  ['1 MB of one long line of base 64', () => megabyte('QUJDREVGR0hJSktMTU5PUFFS'), 50],
  ['1 MB of percent signs', () => megabyte('%2F'), 50],
  ['1 MB of one of the known secrets', () => megabyte(`${sampleKeyPair('known 3').secretAccessKey} `), 50],
  ['1 MB of half of a known secret', () => megabyte(`${sampleKeyPair('known 3').secretAccessKey.slice(0, 20)} `), 50],
];

const knownAdds = (name: string, text: () => string, most: number): Benchmark => ({
  name: `known secrets: ${name}, 20 known, alone`,
  unit: 'ms',
  floorName: 'detect without them',
  sample() {
    const whole = text();
    const using = known();
    return { value: median(milliseconds(() => findKnown(whole, using), 12)), floor: median(milliseconds(() => detect(whole), 12)) };
  },
  budget: { most, of: 'value' },
});

/** CPU milliseconds of looking at a text, the least of some times. */
function cpuOf(text: string, times: number, work: (text: string) => unknown = detect): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    work(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** CPU milliseconds of 1 MB that is made to take long: the least of some times, as for the worst of the rules' own texts. */
const hostileText = (name: string, text: () => string, most: number, options: DetectOptions = {}): Benchmark => ({
  name: `detect: 1 MB of ${name}`,
  unit: 'ms',
  floorName: 'one pass of charCodeAt',
  sample() {
    const whole = text();
    return { value: cpuOf(whole, 7, (one) => detect(one, options)), floor: cpuOf(whole, 7, onePass) };
  },
  budget: { most, of: 'value' },
});

const screened = 16 * 1024;

/** The text of 1 MB that takes longest: all are tried with 16 KB, those that take long a few times more, and the last dozen whole. */
const worstOf = (name: string, texts: () => readonly OwnText[], most: number): Benchmark => ({
  name,
  unit: 'ms',
  floorName: 'one pass of charCodeAt',
  times: 1,
  sample() {
    let slowest = texts().map((one) => ({ one, ms: 0 }));
    for (const [times, kept] of [
      [1, 1000],
      [3, 200],
      [7, 12],
    ] as const) {
      for (const text of slowest) text.ms = cpuOf(text.one.made(screened), times);
      slowest = slowest.sort((a, b) => b.ms - a.ms).slice(0, kept);
    }
    const [worst] = slowest.map(({ one }) => ({ one, ms: cpuOf(one.made(2 ** 20), 5) })).sort((a, b) => b.ms - a.ms);
    return { value: worst!.ms, floor: cpuOf(worst!.one.made(2 ** 20), 5, onePass), of: worst!.one.name };
  },
  budget: { most, of: 'value' },
});

/** Of 1 MB, as a password manager writes it. */
function exportOfPasswords(): string {
  const lines = Array.from({ length: 17_500 }, (_, at) => {
    const password = `${sampleKeyPair(`export ${at}`).secretAccessKey.replace(/[+/]/g, 'x').slice(0, 14)}a7Z`;
    return `shop ${at},https://shop.io/${at},me@shop.io,${password}`;
  });
  return `name,url,username,password\n${lines.join('\n')}\n`;
}

const megabyte = (piece: string): string => piece.repeat(Math.ceil(2 ** 20 / piece.length));
export const benchmarks: readonly Benchmark[] = [
  overText('detect: a document of 5,000 lines', () => sourceText(5000), 40, 0.5),
  ...[0.5, 0.99].map(
    (share): Benchmark => ({
      name: `detect: one edit in 5,000 lines, ${share === 0.5 ? 'median' : 'p99'}`,
      unit: 'µs',
      floorName: 'detect of 12 lines',
      sample: () => ({
        value: oneEdit(sourceText(5000), share),
        floor:
          percentile(
            milliseconds(() => detect(sourceText(12)), 4000),
            share,
          ) * 1000,
      }),
      ...(share === 0.5 ? { budget: { most: 50, of: 'value' } } : {}),
    }),
  ),
  overText('detect: 5 MB minified, one line', () => minified(5_000_000), 8, 25),
  ...withKnown.map((one) => knownAdds(...one)),
  {
    name: 'detect: one edit in 5,000 lines, 20 known secrets, median',
    unit: 'µs',
    floorName: 'the same with none',
    sample: () => ({ value: oneEdit(sourceText(5000), 0.5, { known: known() }), floor: oneEdit(sourceText(5000), 0.5) }),
    budget: { most: 50, of: 'value' },
  },
  worstOf('detect: hostile, the worst of every rule’s own texts, 1 MB', ownTexts, 50),
  worstOf('detect: hostile, the same with other values each time, 1 MB', ownTextsDrawnAnew, 50),
  ...['key pairs', 'AKIA', 'begin marks', 'values of a service'].map(
    (name): Benchmark => ({
      name: `detect: one edit in 1 MB of ${name}, median`,
      unit: 'µs',
      floorName: 'findings of the whole text',
      sample() {
        const text = megabyte(hostile[name]!);
        return { value: oneEdit(text, 0.5, {}, 40), floor: median(milliseconds(() => detect(text), 3)) * 1000 };
      },
    }),
  ),
  {
    name: 'detect: one edit in an export of passwords, 1 MB, median',
    unit: 'µs',
    floorName: 'findings of the whole text',
    sample() {
      const text = exportOfPasswords();
      return { value: oneEdit(text, 0.5, {}, 40), floor: median(milliseconds(() => detect(text), 3)) * 1000 };
    },
    budget: { most: 20_000, of: 'value' },
  },
  ...Object.entries(hostile).map(([name, piece]) => hostileText(name, () => megabyte(piece), 50)),
  hostileText('short values, generic rules on', shortValues, 250, { rules: withGeneric() }),
  hostileText('names of names, generic rules on', () => megabyte('pwd:pwd='), 150, { rules: withGeneric() }),
  ...Object.entries(hostileInFiles).map(([name, { file, piece }]) => hostileText(name, () => megabyte(piece), 50, { file })),
];
