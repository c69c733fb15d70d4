/** What is read from `lastIndex` on, as a sticky expression does. */
export interface After {
  lastIndex: number;
  exec(text: string): readonly (string | undefined)[] | null;
}
