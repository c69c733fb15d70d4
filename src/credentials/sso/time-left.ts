import type { SignedIn } from './tokens.ts';

/**
 * What a person is told of a sign-in: that there is none, how many whole minutes its token still holds, or that the token is over and another one
 * follows at the next use without a person.
 */
export type TimeLeft = { readonly kind: 'signed-out' | 'renews' } | { readonly kind: 'minutes'; readonly minutes: number };

export function timeLeft(signedIn: SignedIn | undefined, now: Date): TimeLeft {
  if (signedIn === undefined) return { kind: 'signed-out' };
  const minutes = Math.floor((signedIn.until.getTime() - now.getTime()) / 60_000);
  if (minutes >= 1) return { kind: 'minutes', minutes };
  return { kind: signedIn.renewable ? 'renews' : 'signed-out' };
}
