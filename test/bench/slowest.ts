// `npm run bench -- --slowest [SECONDS]`: searches for texts that take long, for a minute unless told. What rules look for is tried with what may follow it; then that and what they find is put together at
// random, in files of several languages; what takes longest a byte is kept and changed further. The units that are printed last, slowest first, may be any text that somebody is made to open.
import { performance } from 'node:perf_hooks';
import { allRules, detect } from '../../src/detect/detect.ts';
import { draw } from '../sample-keys.ts';

/** What is said again and again, in parts so that a change takes out or puts in one of them. */
interface Unit {
  readonly parts: readonly string[];
  /** What it is a text of: strings behind ignore comments are those of its language. */
  readonly file: string | undefined;
  /** CPU microseconds of the first so many bytes of it. */
  readonly cost: number;
}

const screened = 16 * 1024;
const [kept, shown, longestUnit, longestCase] = [150, 12, 3000, 400];
const between = [
  ...'\n \t=:"\',;/%+_-.{}[]<>@#|\\',
  '\\n',
  '"]',
  '\n  \n',
  ':\n  a: b',
  '\n// keystow:ignore\n',
  '\n# keystow:ignore\n',
  ...['x = `\n', 'x = "\n', 'x = """\n', '`', '${', '$(', '(', ')', '<<A\n', '\nA\n', '<a b="', '/*', '=/'],
  'key',
  'secret',
  'token',
  'password',
  'aB3dE6gH9',
  '0123456789abcdef'.repeat(2),
];

const files = [undefined, undefined, undefined, 'a.js', 'a.sh', 'a.rb', 'a.yml', 'a.vue', 'a.cs', 'a.xml', 'a.hbs'];

const pick = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)]!;
const textOf = ({ parts }: Pick<Unit, 'parts'>): string => parts.join('');

/** Searches for so many seconds and prints what was found, with the milliseconds that 1 MB of it takes. */
export function searchSlowest(seconds: number): void {
  const rules = allRules();
  const literals = rules.flatMap((rule) => rule.literals.map(({ text }) => text));
  const cases = rules
    .flatMap(({ cases }) => {
      const { ok, ng } = cases(draw);
      return [...ok, ...ng];
    })
    .filter((text) => text.length < longestCase);

  const pieceOf = (): string => {
    const one = pick(cases);
    const from = Math.floor(Math.random() * one.length);
    return pick([pick(literals), pick(between), one, one.slice(from, from + 60)]);
  };

  let pool: Unit[] = [];
  /** Keeps the slowest, of those that begin alike one. */
  const prune = (): void => {
    const beginnings = new Set<string>();
    pool = pool
      .sort((a, b) => b.cost - a.cost)
      .filter((unit) => {
        const beginning = `${unit.file} ${textOf(unit).slice(0, 12)}`;
        const isNew = !beginnings.has(beginning);
        beginnings.add(beginning);
        return isNew;
      })
      .slice(0, kept);
  };

  const changed = (parts: readonly string[]): readonly string[] => {
    const at = Math.floor(Math.random() * (parts.length + 1));
    const [before, after] = [parts.slice(0, at), parts.slice(at)];
    return pick([
      () => [...before, ...after.slice(1)],
      () => [...before, ...after.slice(0, 1).map((part) => part.slice(0, part.length >> 1)), ...after.slice(1)],
      () => [...before, ...pick(pool).parts, ...after],
      () => [...before, pieceOf(), ...after],
      () => [...before, pieceOf(), pieceOf(), ...after],
    ])();
  };

  const starts = [...cases.map((one) => [one, '\n']), ...literals.flatMap((literal) => between.map((one) => [literal, one, '\n']))];
  for (const parts of starts) {
    pool.push({ parts, file: undefined, cost: costOf(textOf({ parts }), undefined, screened, 2) });
    if (pool.length > 10 * kept) prune();
  }
  prune();
  let tried = starts.length;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; tried++) {
    const before = pick(pool);
    const parts = changed(before.parts);
    const file = Math.random() < 0.1 ? pick(files) : before.file;
    const text = textOf({ parts });
    if (text === '' || text.length > longestUnit) continue;
    const least = pool.at(-1)!.cost;
    if (costOf(text, file, screened, 1) <= least) continue;
    const cost = costOf(text, file, screened, 4);
    if (cost > least) pool.push({ parts, file, cost });
    if (tried % 200 === 0) prune();
  }
  prune();

  console.log(`${tried} units tried, the slowest of them, milliseconds of 1 MB:`);
  const slowest = pool
    .map((unit) => ({ text: textOf(unit), file: unit.file, ms: costOf(textOf(unit), unit.file, 2 ** 20, 3) / 1000 }))
    .sort((a, b) => b.ms - a.ms);
  for (const { text, file = '', ms } of slowest.slice(0, shown))
    console.log(`${ms.toFixed(1).padStart(7)}  ${file.padEnd(5)}  ${JSON.stringify(text)}`);
}

/** CPU microseconds of looking at so much of a unit that is said again and again: the least of some times. */
function costOf(unit: string, file: string | undefined, length: number, times: number): number {
  const text = unit.repeat(Math.ceil(length / unit.length)); // whole: in a slice each unit takes longer to read, and no file or editor gives one
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    detect(text, file === undefined ? {} : { file });
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return (least * length) / text.length;
}
