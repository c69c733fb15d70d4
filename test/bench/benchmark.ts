/** What one run of a benchmark gave, and what the machine itself needed in the same run. */
export interface Sample {
  readonly value: number;
  readonly floor: number;
}

export interface Benchmark {
  readonly name: string;
  readonly unit: 'ms' | 'KB' | 'MB/s';
  /** The least that the work asks of the machine, measured in the same run and the same unit. */
  readonly floorName: string;
  readonly sample: () => Sample | Promise<Sample>;
  /** What the issue allows at most: as the value itself, or as a multiple of the floor. */
  readonly budget?: { readonly most: number; readonly of: 'value' | 'floor' };
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
  const judged = ({ value, floor }: Sample) => (budget?.of === 'floor' ? value / floor : value);
  const ordered = samples.toSorted((a, b) => judged(a) - judged(b));
  const best = (unit === 'MB/s' ? ordered.at(-1) : ordered[0])!;
  const met = budget === undefined || judged(best) <= budget.most;
  return { name, unit, floorName, ...best, timesFloor: best.value / best.floor, ...(budget ? { budget } : {}), met, samples };
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}
