// `npm run bench -- --corpora DIR`: what `detect` finds in labelled lines, a table by provider. Prints no secret: a row is named by its rule, its line in
// the file, and the beginning of a hash of its text. With a word after DIR, only the providers whose name holds it.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detect } from '../../src/detect/detect.ts';

// The providers of the corpora that are clouds, and what stands for one in databases: goal 1 is about them.
const clouds = new Set(
  '1password alibaba aws azure civo cloudflare databricks digitalocean docker doppler exoscale flyio gcp hashicorp heroku ibm kubernetes neon netlify openshift ovh planetscale pulumi render scaleway snowflake supabase supabasetoken upcloud vercel vultr yandex'.split(
    ' ',
  ),
);

/** One line of a `.jsonl` file. */
interface Row {
  readonly source: string;
  readonly rule: string;
  readonly provider: string;
  /** The text in base64, so that no push protection stops the file. */
  readonly text64: string;
  /** Does the text hold a credential of this rule's kind? */
  readonly secret: boolean;
  /** The credential alone, in base64. */
  readonly match64?: string;
  /** What the label is not sure of. */
  readonly note?: string;
}

/** Rows that say nothing of a detector, by the hash of their text: why. */
const excluded: Readonly<Record<string, string>> = JSON.parse(readFileSync(new URL('excluded-rows.json', import.meta.url), 'utf8'));

interface Judged {
  readonly provider: string;
  readonly secret: boolean;
  readonly found: readonly string[];
  /** How the row is told of in a list. */
  readonly name: string;
}

const plain = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

/** What `detect` says of a row, where it is about the row's credential; undefined for a row that is left out. */
function judge({ source, rule, provider, text64, secret, match64, note }: Row, place: string): Judged | undefined {
  const text = plain(text64);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
  if (note === 'negative-for-this-rule-only' || excluded[hash] !== undefined) return undefined;
  const wanted = match64 === undefined ? undefined : plain(match64);
  // The others give the first group of their pattern, which may be the account's name beside the key.
  const start = secret && wanted !== undefined && source === 'betterleaks' ? text.indexOf(wanted) : -1;
  const here = detect(text).filter((finding) => start < 0 || (finding.start < start + wanted!.length && start < finding.end));
  return { provider, secret, found: here.map((finding) => finding.rule), name: `${rule}  ${place}  ${hash}` };
}

/** Prints the table and the rows that were missed or found wrongly. Returns how many there were of both. */
export function judgeCorpora(folder: string, word = ''): number {
  const files = globSync('*.jsonl', { cwd: folder }).sort();
  if (files.length === 0) throw new Error(`${folder} holds no .jsonl file`);
  const rows = files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
      .filter(({ line }) => line !== '')
      .map(({ line, place }) => ({ row: JSON.parse(line) as Row, place })),
  );
  const asked = rows.filter(({ row }) => row.provider.includes(word));
  const judged = asked.map(({ row, place }) => judge(row, place)).filter((one) => one !== undefined);

  console.log(
    `${'provider'.padEnd(24)} ${'secret'.padStart(8)} ${'found'.padStart(8)} ${'recall'.padStart(8)} ${'none'.padStart(8)} ${'found'.padStart(8)}`,
  );
  const providers = Map.groupBy(judged, ({ provider }) => provider);
  for (const [provider, of] of [...providers].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(tableRow(provider, of));
  const ofClouds = judged.filter(({ provider }) => clouds.has(provider));
  console.log(tableRow('clouds', ofClouds));
  console.log(tableRow('all', judged));
  const [right, wrongly] = [true, false].map((is) => ofClouds.filter(({ secret, found }) => secret === is && found.length > 0).length);
  console.log(`precision on the clouds ${(right! / (right! + wrongly!)).toFixed(3)}`);
  console.log(`${asked.length - judged.length} rows left out\n`);

  const missed = judged.filter(({ secret, found }) => secret && found.length === 0);
  const wrong = judged.filter(({ secret, found }) => !secret && found.length > 0);
  for (const { name, provider } of missed) console.log(`missed  ${provider.padEnd(16)} ${name}`);
  for (const { name, provider, found } of wrong) console.log(`wrong   ${provider.padEnd(16)} ${name}  ${found.join(' ')}`);
  return missed.length + wrong.length;
}

function tableRow(name: string, rows: readonly Judged[]): string {
  const [positive, negative] = [rows.filter(({ secret }) => secret), rows.filter(({ secret }) => !secret)];
  const hits = (of: readonly Judged[]) => of.filter(({ found }) => found.length > 0).length;
  const recall = positive.length === 0 ? '' : (hits(positive) / positive.length).toFixed(2);
  const cells = [positive.length, hits(positive), recall, negative.length, hits(negative)];
  return `${name.padEnd(24)} ${cells.map((cell) => String(cell).padStart(8)).join(' ')}`;
}
