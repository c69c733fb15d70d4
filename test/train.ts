// `npm run train`: the weights by which 40 random characters are told from identifiers and paths, from the sources of packages that package-lock.json pins.
// The same packages give the same weights; it prints how well they do on runs that were not learned from, and on random text.
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { likelihood, secretClass } from '../src/detect/randomness.ts';

const packages = ['aws-sdk', 'typescript', '@aws-sdk', '@smithy', 'fast-check', '@vscode'];
const files = packages.flatMap((name) => globSync(`node_modules/${name}/**/*.{js,ts,json,md}`)).sort();
const aRun = /(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_-])/g;
const runs = new Set<string>();
for (const file of files) for (const [run] of readFileSync(file, 'latin1').matchAll(aRun)) if (/[^0-9a-f]/i.test(run)) runs.add(run);

const bits = (text: string): Buffer => createHash('sha256').update(text).digest();
const learned = [...runs].sort().filter((run) => bits(run)[0]! % 2 === 0);
const kept = [...runs].sort().filter((run) => bits(run)[0]! % 2 === 1);

const share = [5, 21, 5, 21, 10, 1, 1].map((count) => count / 64);
const classes = share.length;
const counts = new Float64Array(classes ** 3).fill(1);
for (const run of learned) {
  const of = Array.from(run, secretClass);
  for (let i = 2; i < of.length; i++) counts[(of[i - 2]! * classes + of[i - 1]!) * classes + of[i]!]!++;
}
const weights = Array.from(counts, (count, index) => {
  const first = index - (index % classes);
  const all = counts.subarray(first, first + classes).reduce((sum, one) => sum + one, 0);
  return Math.round(10 * Math.log(share[index % classes]! / (count / all)));
});
const rows = Array.from({ length: classes ** 2 }, (_, row) => `  ${weights.slice(row * classes, (row + 1) * classes).join(', ')},`);
writeFileSync(
  'src/detect/secret-weights.ts',
  `// Written by \`npm run train\`: for each class of a character after two others, ten times the logarithm of how much likelier random text has it than
// identifiers and paths have. Rows: the two before; columns: small vowel, small consonant, capital vowel, capital consonant, digit, slash, plus.
// biome-ignore format: a table
export const secretWeights: readonly number[] = [\n${rows.join('\n')}\n];\n`,
);

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const random = Array.from({ length: 100_000 }, (_, index) =>
  Array.from(Buffer.concat([bits(`${index}a`), bits(`${index}b`)]).subarray(0, 40), (byte) => alphabet[byte & 63]).join(''),
);
const scores = random.map((text) => likelihood(text, 0, text.length, weights)).sort((a, b) => a - b);
console.log(`${files.length} files, ${learned.length} runs learned from, ${kept.length} kept`);
console.log(`random text: ${scores[4]} at 0.5, ${scores[10]} at 1, ${scores[20]} at 2 in 10,000`);
console.log(
  `kept runs over that: ${[scores[4]!, scores[10]!, scores[20]!].map((cut) => kept.filter((run) => likelihood(run, 0, run.length, weights) > cut).length).join(', ')}`,
);
