import { type Gate, type Literal, setOf } from '../engine/matcher.ts';
import { beginsDefault } from '../engine/run-places.ts';
import { remembered, rememberedPlace } from '../remembered.ts';
import { unitAt } from '../unit-at.ts';
import { decode } from './encoded.ts';
import { ends, issuedBy, standsFor } from './facts.ts';
import { base62, base64url, type Checked, type Draw, type Fact, type Rule } from './rule.ts';
import { endOfRun, tableOf } from './shape.ts';

/** What the middle part of a token says. */
export type Claims = Readonly<Record<string, unknown>>;

/** A token goes on with claims of 10 characters and a signature of 20, and a dot before each. */
const twoMoreParts: readonly Gate[] = [{ set: setOf(`${base64url}.`), length: 32, within: 0 }];

/** Headers in base64: `{"alg":"`, `{"typ":"`, `{"kid":"` and other first names. */
export const jwtBeginnings: readonly Literal[] = ['alg', 'typ', 'kid', 'x5t', 'jku', 'cty', 'enc'].map((name) => ({
  text: Buffer.from(`{"${name}"`).toString('base64url'),
  gates: twoMoreParts,
}));

const ofPart = tableOf(base64url);
const [shortestPart, longestPart, shortestSignature] = [10, 4000, 20];

/** A signed token with its claims; without them where it is none, and `next` says how far it was read. */
interface Jwt {
  readonly next: number;
  readonly claims?: Claims;
}

/** The signed token at `start`, if one can begin there. */
export const readJwt = rememberedPlace((text, start): Jwt | undefined => {
  if (isOfPart(unitAt(text, start - 1)) && !/\\[nrt]$/.test(text.slice(start - 2, start)) && !beginsDefault(text, start)) return undefined;
  const parts: [from: number, to: number][] = [];
  let at = start;
  while (parts.length < 3) {
    const end = endOfRun(text, at, at + longestPart, ofPart);
    if (end - at < shortestPart) break;
    parts.push([at, end]);
    at = parts.length < 3 && text[end] === '.' ? end + 1 : end;
  }
  const [header, payload, signature] = parts;
  if (signature === undefined || signature[1] - signature[0] < shortestSignature || isOfPart(unitAt(text, at)))
    return { next: Math.max(at, start + 1) };
  if (!isSigned(text.slice(...header!))) return { next: at };
  const claims = objectIn(text.slice(...payload!));
  return claims === undefined ? { next: at } : { next: at, claims };
});

const isOfPart = (unit: number): boolean => unit < 128 && ofPart[unit] === 1;

/** Does the header of a token name an algorithm? */
export const isSigned = remembered((header) => {
  const { alg } = objectIn(header) ?? {};
  return typeof alg === 'string' && alg.toLowerCase() !== 'none';
});

/** The object that JSON in base64 says; undefined where it says none. */
export function objectIn(base64: string): Claims | undefined {
  const json = decode(base64, 0, base64.length);
  const trimmed = json.trim();
  // it takes twenty times as long to be told by an error
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}') || /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(json)) return undefined;
  try {
    return JSON.parse(json) as Claims;
  } catch {
    return undefined; // what is no JSON in base64 is no part of a token
  }
}

/** When the token ends, for a match. */
export const expiry = ({ exp }: Claims): { readonly expires?: number } => (typeof exp === 'number' ? { expires: exp * 1000 } : {});

/** What a token says of itself. */
export function claimFacts(credential: string): readonly Fact[] {
  const claims = readJwt(credential, 0)?.claims ?? {};
  const { iss, sub } = claims;
  return [
    ...(typeof iss === 'string' ? [issuedBy(iss)] : []),
    ...(typeof sub === 'string' ? [standsFor(sub)] : []),
    ...ends(expiry(claims).expires),
  ];
}

/** A token that opens nothing. */
export function sampleJwt(draw: Draw, claims: Claims, alg = 'RS256'): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg, typ: 'JWT', kid: draw(base62, 8) })}.${encode({ jti: draw(base62, 8), ...claims })}.${draw(base64url, 86)}`;
}

/** The key of this kind is made to be public: what it may do is set in the project; or it is one of Supabase on one’s own machine, which all have. */
const isPublic = ({ iss, role }: Claims): boolean => (iss === 'supabase' && role === 'anon') || iss === 'supabase-demo';

const live = 4_000_000_000;

const jwtRule = (
  told: Pick<Rule, 'id' | 'name' | 'risk' | 'format' | 'source' | 'severity' | 'revocation' | 'commonInTests' | 'cases'>,
  accepts: (claims: Claims) => boolean,
): Rule => ({
  ...told,
  publicPrefix: /^eyJ/,
  literals: jwtBeginnings,
  check(text, start): Checked | undefined {
    const found = readJwt(text, start);
    if (found?.claims === undefined) return found;
    return accepts(found.claims) ? { match: { start, end: found.next, ...expiry(found.claims) }, next: found.next } : { next: found.next };
  },
  facts: claimFacts,
});

export const jwtRules = (): readonly Rule[] => [
  jwtRule(
    {
      id: 'supabase-service-role-key',
      name: 'Supabase service role key',
      risk: 'Reads and changes all data of the project, past its row-level security, until the project’s JWT secret is replaced.',
      format: 'a signed JWT that supabase gave out for the role service_role',
      source: 'https://github.com/supabase/cli/blob/develop/pkg/config/apikeys.go',
      severity: 'error',
      revocation: 'https://supabase.com/docs/guides/api/api-keys',
      cases: (draw) => ({
        ok: [`SUPABASE_KEY=${sampleJwt(draw, { iss: 'supabase', ref: 'abc', role: 'service_role', exp: live })}`],
        ng: [`SUPABASE_KEY=${sampleJwt(draw, { iss: 'supabase', ref: 'abc', role: 'anon', exp: live })}`],
      }),
    },
    ({ iss, role }) => iss === 'supabase' && role === 'service_role',
  ),
  jwtRule(
    {
      id: 'json-web-token',
      name: 'JSON Web Token that is still valid',
      risk: 'Acts as whom it stands for, towards every service that trusts its issuer, until it ends.',
      format: 'three parts in base64url: a header with an algorithm, claims with an end (exp) that has not come, and a signature',
      source: 'https://www.rfc-editor.org/rfc/rfc7519',
      severity: 'warning',
      revocation: 'https://www.rfc-editor.org/rfc/rfc7009',
      commonInTests: true,
      cases: (draw) => ({
        ok: [
          `Authorization: Bearer ${sampleJwt(draw, { iss: 'https://id.example.com', sub: 'somebody', exp: live })}`,
          `{"access_token":"${sampleJwt(draw, { sub: 'somebody', exp: live }, 'HS256')}"}`,
        ],
        ng: [
          sampleJwt(draw, { sub: 'somebody', exp: 1_600_000_000 }),
          sampleJwt(draw, { sub: '1234567890', name: 'John Doe', iat: 1_516_239_022 }),
          sampleJwt(draw, { sub: 'somebody', exp: live }, 'none'),
          sampleJwt(draw, { iss: 'supabase', role: 'anon', exp: live }),
          sampleJwt(draw, { iss: 'supabase-demo', role: 'service_role', exp: live }),
          `${sampleJwt(draw, { sub: 'somebody', exp: live }).split('.').slice(0, 2).join('.')}.`,
        ],
      }),
    },
    (claims) => expiry(claims).expires !== undefined && !isPublic(claims),
  ),
];
