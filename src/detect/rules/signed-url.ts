import { remembered, rememberedPlace } from '../remembered.ts';
import { ends } from './facts.ts';
import type { Cases, Checked, Draw, Rule } from './rule.ts';
import { type Run, runOf } from './shape.ts';
import type { Told } from './token.ts';

export interface SignedUrlOptions extends Omit<Told, 'severity' | 'temporary' | 'facts'> {
  /** The parameter that nothing else has, with its `=`. */
  readonly mark: string;
  /** What its value surely is, escapes not undone. */
  readonly marked?: Run;
  /** When the address ends, in milliseconds since 1970; undefined where a part of the signature is missing. */
  readonly ends: (parameters: Parameters, address: string) => number | undefined;
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
const [noBreakSpace, ampersand, equals] = [0xa0, 38, 61];
/** By unit below 128: what stands in no address, and what ends one but in its path. */
const kinds = new Uint8Array(128);
const [inNone, endsMost] = [1, 2];
for (const sign of ' \t\r\n\f\v"\'`<>|\\^{}') kinds[sign.charCodeAt(0)] = inNone;
for (const sign of ',)]') kinds[sign.charCodeAt(0)] = endsMost;

/** An address that anybody may use until it ends, because it is signed. One that has ended is no finding. */
export function signedUrl({ mark, marked, ends: read, sample, address, permanent = false, ...told }: SignedUrlOptions): Rule {
  const endOf = remembered((value): number | false => read(new Parameters(value), value) ?? false);
  const addressAt = addressesWith(mark);

  function check(text: string, start: number): Checked | undefined {
    const { begin, end, next } = addressAt(text, start);
    if (end === -1) return { next };
    const expires = endOf(text.slice(begin, end));
    if (expires === false) return { next };
    return { match: { start: begin, end, ...(permanent ? {} : { expires }) }, next };
  }

  return {
    ...told,
    severity: permanent ? 'error' : 'warning',
    ...(permanent ? {} : { temporary: true }),
    literals: [{ text: mark, ...(marked && { gates: [{ ...runOf([marked]), within: 0 }] }) }],
    check,
    facts: (credential) => (permanent ? [] : ends(read(new Parameters(credential), credential))),
    cases: (draw) => casesOf({ address, mark, sample, permanent }, draw),
  };
}

/** What may be an address around a mark, and up to where its rules need not look again; `end` is -1 where it is too short. */
interface Address {
  readonly begin: number;
  readonly end: number;
  readonly next: number;
}

const byMark = new Map<string, (text: string, at: number) => Address>();

/** Reads the address around a mark at a place: once for all rules of the mark. */
function addressesWith(mark: string): (text: string, at: number) => Address {
  let addressAt = byMark.get(mark);
  if (addressAt === undefined) {
    addressAt = rememberedPlace((text, at) => readAddress(text, at, mark));
    byMark.set(mark, addressAt);
  }
  return addressAt;
}

function readAddress(text: string, at: number, mark: string): Address {
  tail.lastIndex = at + mark.length;
  tail.test(text);
  const next = tail.lastIndex;
  const begin = beginOfAddress(text, at, mark);
  if (next - begin < shortest) return { begin, end: -1, next };
  let end = next;
  while (text[end - 1] === '.' || text[end - 1] === ';') end--;
  return { begin, end, next };
}

/**
 * Where the word that goes on at `at` begins, or the address or its parameters in it. An address in which the mark stands already has ended before this one: so no part of a
 * text is read for two marks.
 */
function beginOfAddress(text: string, at: number, mark: string): number {
  let [start, begin] = [at, at];
  for (const first = Math.max(0, at - before); start > first; start--) {
    const unit = text.charCodeAt(start - 1);
    const kind = unit < 128 ? kinds[unit]! : 0;
    if (kind === inNone || unit === noBreakSpace) break;
    if (kind === endsMost) begin = start;
    else if (unit === equals && begin < at && text.startsWith(mark, start - mark.length)) {
      start = begin;
      break;
    }
  }
  const word = text.slice(start, at);
  const given = givenTo.exec(word);
  const parameters = given === null ? 0 : given.index + given[0].length;
  const address = word.search(beginsAddress);
  return start + (address === -1 && given === null ? word.lastIndexOf('?') + 1 : Math.max(address, parameters));
}

// one that is escaped is what a parameter says
const beginsAddress = /https?:\/\//;
/** What parameters without an address are given to: `SAS_TOKEN=sv=…`, `BlobEndpoint=https://…;SharedAccessSignature=sv=…`. */
const givenTo = /(?:^|;)[\w.-]{1,64}=(?=[\w-]{1,40}=)/;

/** The parameters of an address. Only those that are asked for are read. */
export class Parameters {
  private readonly all: string;

  constructor(address: string) {
    this.all = address.slice(address.indexOf('?') + 1).replaceAll('&amp;', '&');
  }

  /** What the first one of this name says; undefined where there is none. */
  get(name: string): string | undefined {
    const wanted = `${name}=`;
    for (let at = this.all.indexOf(wanted); at !== -1; at = this.all.indexOf(wanted, at + 1)) {
      if (at > 0 && this.all.charCodeAt(at - 1) !== ampersand) continue;
      const end = this.all.indexOf('&', at);
      return unescaped(this.all.slice(at + wanted.length, end === -1 ? this.all.length : end));
    }
    return undefined;
  }
}

function unescaped(value: string): string {
  if (!/[%+]/.test(value)) return value;
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return new URLSearchParams(`of=${value}`).get('of')!; // which leaves what is no escape as it is
  }
}

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
export function basicTime(text: string | undefined): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The same the other way. */
export const inBasicTime = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');

/** When an address signed with version 4 of AWS's or Google's signature ends: `prefix` is `X-Amz-` or `X-Goog-`. */
export function version4Ends(parameters: Parameters, prefix: string): number | undefined {
  const began = basicTime(parameters.get(`${prefix}Date`));
  const seconds = Number(parameters.get(`${prefix}Expires`));
  if (began === undefined || !(seconds > 0) || !/^[^/]{8,}\/\d{8}\//.test(parameters.get(`${prefix}Credential`) ?? '')) return undefined;
  return /^[0-9a-f]{64,1024}$/.test(parameters.get(`${prefix}Signature`) ?? '') ? began + seconds * 1000 : undefined;
}
