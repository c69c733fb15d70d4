import { execFileSync } from 'node:child_process';

/** What one run of a benchmark gave, and what the machine itself needed in the same run. */
export interface Sample {
  readonly value: number;
  readonly floor: number;
  /** What it was measured on, where the benchmark looks for that itself. */
  readonly of?: string;
}

/** What is allowed: of the value itself, of the value as a multiple of the floor, or of what the value is above the floor. */
export interface Budget {
  readonly of: 'value' | 'floor' | 'above floor';
  readonly most?: number;
  /** For what is the better the more it is. */
  readonly least?: number;
}

export interface Benchmark {
  readonly name: string;
  readonly unit: 'ms' | 'µs' | 'KB' | 'MB' | 'MB/s';
  /** The least that the work asks of the machine, measured in the same run and the same unit. */
  readonly floorName: string;
  readonly sample: () => Sample | Promise<Sample>;
  readonly budget?: Budget;
  /** How often to sample; 5 unless told. What cannot vary, such as the size of a file, is asked once. */
  readonly times?: number;
}

export interface Result extends Sample {
  readonly name: string;
  readonly unit: string;
  readonly floorName: string;
  readonly timesFloor: number;
  readonly budget?: Benchmark['budget'];
  readonly met: boolean;
  /** Every sample, so that the noise can be seen. */
  readonly samples: readonly Sample[];
}

/** The best of the samples, by what the budget is about: another process's work can only make a figure worse. */
export async function measure({ name, unit, floorName, sample, budget, times = 5 }: Benchmark): Promise<Result> {
  const samples: Sample[] = [];
  for (let i = 0; i < times; i++) samples.push(await sample());
  const judged = ({ value, floor }: Sample) =>
    budget?.of === 'floor' ? value / floor : budget?.of === 'above floor' ? value - floor : value;
  const ordered = samples.toSorted((a, b) => judged(a) - judged(b));
  const best = (unit === 'MB/s' ? ordered.at(-1) : ordered[0])!;
  const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY } = budget ?? {};
  const met = judged(best) <= most && judged(best) >= least;
  return { name, unit, floorName, ...best, timesFloor: best.value / best.floor, ...(budget ? { budget } : {}), met, samples };
}

/** CPU seconds of some work in this process, user and system together. */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const runs = 5;

/** `times` (POSIX) tells what the shell's children have used, with all that they started and waited for. */
const loop = `i=0; while [ $i -lt ${runs} ]; do "$@" > /dev/null 2>&1 || exit 1; i=$((i + 1)); done; times`;

/** CPU seconds of the children of a shell, user and system together, as its `times` tells them. */
export function childSeconds(told: string): number {
  const ofChildren = told.trim().split('\n').at(-1)!;
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
  return seconds.reduce((sum, one) => sum + one, 0);
}

/** CPU milliseconds of one run of a command in a folder, user and system together; it has to succeed. Not on Windows, whose shell has no such count. */
export function cpuOfCommand(where: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string }, ...command: readonly string[]): number {
  return (childSeconds(execFileSync('sh', ['-c', loop, 'sh', ...command], { ...where, encoding: 'utf8' })) * 1000) / runs;
}

/** The number below which `share` of the numbers lie. */
export function percentile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]!;
}

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5);
