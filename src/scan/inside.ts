import type { Inside } from './content.ts';

/** What is looked into beside texts, as another thread can be told. */
export interface InsideChoice {
  readonly archives: boolean;
  readonly notebooks: boolean;
}

/** The parts that look into what is asked for; they are loaded for that alone. */
export async function insideOf({ archives, notebooks }: InsideChoice): Promise<Inside> {
  return {
    ...(archives ? { archives: await import('./archives.ts') } : {}),
    ...(notebooks ? { notebooks: await import('./notebook.ts') } : {}),
  };
}
