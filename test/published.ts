// `npm run published -- NAME PATH…`: adds what the rules find in the files of a package that everybody has to the list of published keys, under the package's
// name. Look at each finding first (`keystow scan`): only test keys and the examples of documentation belong there.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { detect } from '../src/detect/detect.ts';
import { publishedHash } from '../src/detect/published.ts';
import { publishedKeys } from '../src/detect/published-keys.ts';
import { credentialOf } from '../src/detect/report.ts';

const [name, ...paths] = process.argv.slice(2);
if (name === undefined || paths.length === 0) throw new Error('npm run published -- NAME PATH…');

const files = paths
  .flatMap((path) => (statSync(path).isFile() ? [path] : globSync(`${path}/**/*`)))
  .filter((file) => statSync(file).isFile());
const found = files.flatMap((file) => detect(readFileSync(file, 'utf8'))).map((finding) => publishedHash(credentialOf(finding)));
const perLine = 6;
const lines = (hashes: readonly string[]): string[] => hashes.join('').match(new RegExp(`.{1,${16 * perLine}}`, 'g')) ?? [];

const before = lines([
  ...new Set(
    Object.values(publishedKeys[name] ?? [])
      .join('')
      .match(/.{16}/g) ?? [],
  ),
]);
const hashes = [...new Set([...(before.join('').match(/.{16}/g) ?? []), ...found])].sort();
const all = Object.entries({ ...publishedKeys, [name]: lines(hashes) }).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(
  'src/detect/published-keys.ts',
  `// Written by \`npm run published\`: hashes of the keys that a package publishes, by the package.
export const publishedKeys: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(Object.fromEntries(all), null, 2)};\n`,
);
execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', 'src/detect/published-keys.ts']);
console.log(`${new Set(found).size} new under ${name}, ${hashes.length} in all`);
