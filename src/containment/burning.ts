/** What a service costs in a region now, in US dollars an hour. */
export interface Burning {
  /** As the spend report names it: `Lambda`. */
  readonly service: string;
  readonly region: string;
  readonly perHour: number;
}
