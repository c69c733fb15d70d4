import { remembered } from '../remembered.ts';
import { ends } from './facts.ts';
import type { Cases, Checked, Draw, Rule } from './rule.ts';
import type { Told } from './token.ts';

export interface SignedUrlOptions extends Omit<Told, 'severity' | 'temporary' | 'facts'> {
  /** The parameter that nothing else has, with its `=`. */
  readonly mark: string;
  /** When the address ends, in milliseconds since 1970; undefined where a part of the signature is missing. */
  readonly ends: (parameters: URLSearchParams, address: string) => number | undefined;
  readonly format: string;
  /** It does not end: `ends` gives infinity. */
  readonly permanent?: boolean;
  /** The parameters of an address that is valid until then. */
  readonly sample: (draw: Draw, until: Date) => string;
  /** The address before its parameters, for the cases. */
  readonly address: string;
}

// A session token in a signed address has some 1,500 characters; the mark should be before it.
const before = 1000;
const shortest = 60;
// Its parameters hold no comma, bracket or parenthesis that is not encoded: what ends a sentence, a cell or a link.
const tail = /[^\s"'`<>|\\^{},)\]]{0,4000}/y;
const stops = new Set(' \t\r\n\f\v\u00a0"\'`<>|\\^{}');

/** An address that anybody may use until it ends, because it is signed. One that has ended is no finding. */
export function signedUrl({ mark, ends: read, sample, address, permanent = false, ...told }: SignedUrlOptions): Rule {
  const endOf = remembered((value): number | false => read(parametersOf(value), value) ?? false);

  function check(text: string, start: number, end: number): Checked | undefined {
    tail.lastIndex = end;
    tail.test(text);
    const stop = tail.lastIndex;
    const from = wordStart(text, start);
    if (stop - from < shortest) return { next: stop };
    const value = text.slice(from, stop).replace(/[.;]+$/, '');
    const expires = endOf(value);
    if (expires === false) return { next: stop };
    return { match: { start: from, end: from + value.length, ...(permanent ? {} : { expires }) }, next: stop };
  }

  return {
    ...told,
    severity: permanent ? 'error' : 'warning',
    ...(permanent ? {} : { temporary: true }),
    literals: [{ text: mark }],
    check,
    facts: (credential) => (permanent ? [] : ends(read(parametersOf(credential), credential))),
    cases: (draw) => casesOf({ address, mark, sample, permanent }, draw),
  };
}

/** Where the word that goes on at `at` begins, or the address or its parameters in it. */
function wordStart(text: string, at: number): number {
  let start = at;
  for (const first = Math.max(0, at - before); start > first && !stops.has(text[start - 1]!); ) start--;
  const word = text.slice(start, at);
  const address = word.indexOf('http');
  return start + (address === -1 ? word.lastIndexOf('?') + 1 : address);
}

const parametersOf = (address: string): URLSearchParams =>
  new URLSearchParams(address.slice(address.indexOf('?') + 1).replaceAll('&amp;', '&'));

type CaseParts = Pick<SignedUrlOptions, 'address' | 'mark' | 'sample'> & { readonly permanent: boolean };

function casesOf({ address, mark, sample, permanent }: CaseParts, draw: Draw): Cases {
  const day = 24 * 60 * 60 * 1000;
  const live = sample(draw, new Date(Date.now() + day));
  return {
    ok: [
      `${address}?${live}`,
      `<a href="${address}?${live.replaceAll('&', '&amp;')}">`,
      `curl '${address}?${live}' -o file`,
      `see ${address}?${live}.`,
    ],
    ng: [
      ...(permanent ? [] : [`${address}?${sample(draw, new Date(Date.now() - day))}`]),
      `${address}?${mark}${draw('0123456789abcdef', 64)}`,
      `${address}?${live.replace(/=[^&]{12,}/g, '=…')}`,
      `const name = '${mark}';`,
    ],
  };
}

/** `20260102T030405Z` in milliseconds since 1970. */
export function basicTime(text: string | null): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The same the other way. */
export const inBasicTime = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');

/** When an address signed with version 4 of AWS's or Google's signature ends: `prefix` is `X-Amz-` or `X-Goog-`. */
export function version4Ends(parameters: URLSearchParams, prefix: string): number | undefined {
  const began = basicTime(parameters.get(`${prefix}Date`));
  const seconds = Number(parameters.get(`${prefix}Expires`));
  if (began === undefined || !(seconds > 0) || !/^[^/]{8,}\/\d{8}\//.test(parameters.get(`${prefix}Credential`) ?? '')) return undefined;
  return /^[0-9a-f]{64,1024}$/.test(parameters.get(`${prefix}Signature`) ?? '') ? began + seconds * 1000 : undefined;
}
