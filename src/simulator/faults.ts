/**
 * What goes wrong with a call: it is throttled, fails inside AWS (500), is answered in HTML by something in between (502), waits before it is done,
 * or is done and its answer never arrives.
 */
export type Fault =
  | { readonly kind: 'throttling' | 'internal-failure' | 'bad-gateway' | 'lost-answer' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

/** The faults that wait for their calls. */
export class Faults {
  readonly #waiting: { action: string; fault: Fault; times: number }[] = [];

  /** The next calls of the action (`iam:CreateAccessKey`, or `*` for any) meet the fault; several faults of one action come one after the other. */
  add(action: string, fault: Fault, times = 1): void {
    this.#waiting.push({ action, fault, times });
  }

  /** The fault that this call meets; it is used up by that. */
  take(action: string): Fault | undefined {
    const found = this.#waiting.find((entry) => entry.times > 0 && (entry.action === action || entry.action === '*'));
    if (!found) return undefined;
    found.times -= 1;
    return found.fault;
  }
}
