import { crc32 } from 'node:zlib';
import type { Severity } from '../finding.ts';
import { isPlaceholder } from '../randomness.ts';
import { beginsWord, endsWord } from '../text.ts';
import { variety } from '../variety.ts';
import { assigned } from './assigned.ts';
import { alsoInBase64 } from './encoded.ts';
import { checksum } from './facts.ts';
import { isSigned } from './jwt.ts';
import { base62, type Checked, type Draw, type Rule } from './rule.ts';
import { lowerHex, some } from './shape.ts';

const formats = 'https://github.blog/engineering/behind-githubs-new-authentication-token-formats/';
const tokens = 'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github';
const revocation = 'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation';

/** The CRC32 of a token's random part as it stands at the token's end: six digits in base 62. */
export function crcInBase62(random: string): string {
  let sum = crc32(random);
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = base62[sum % 62] + digits;
    sum = Math.floor(sum / 62);
  }
  return digits;
}

const body = /[A-Za-z0-9]{36,77}/y;

/** 36 characters (refresh tokens: 76), of which the last six are the checksum of the others. */
function checkClassic(text: string, start: number, end: number): Checked | undefined {
  if (!beginsWord(text, start)) return undefined;
  body.lastIndex = end;
  const found = body.exec(text)?.[0];
  if (found === undefined || (found.length !== 36 && found.length !== 76)) return undefined;
  const stop = end + found.length;
  if (!endsWord(text, stop) || crcInBase62(found.slice(0, -6)) !== found.slice(-6)) return undefined;
  return { match: { start, end: stop }, next: stop };
}

interface Classic {
  readonly prefix: string;
  readonly id: string;
  readonly name: string;
  readonly risk: string;
  readonly severity: Severity;
  readonly temporary?: true;
}

const classic = ({ prefix, ...told }: Classic): Rule => ({
  ...told,
  format: `${prefix} and 36 letters and digits, the last six of which are a CRC32 of the others in base 62`,
  source: formats,
  revocation,
  publicPrefix: /^gh[pousr]_/,
  literals: [{ text: prefix }],
  check: checkClassic,
  facts: (token) => (crcInBase62(token.slice(prefix.length, -6)) === token.slice(-6) ? [checksum(true)] : []),
  cases: (draw) => classicCases(prefix, draw),
});

function classicCases(prefix: string, draw: Draw) {
  const random = draw(base62, 30);
  const token = `${prefix}${random}${crcInBase62(random)}`;
  return {
    ok: [`GITHUB_TOKEN=${token}`, `git clone https://x-access-token:${token}@github.com/o/r.git`, `{"t":"a\\n${token}"}`],
    ng: [
      `GITHUB_TOKEN=${prefix}${random}${crcInBase62(`${random}0`)}`,
      `t = "${prefix}${'x'.repeat(36)}"`,
      `t = "${prefix}${random}"`,
      `t = "a${token}"`,
      `t = "${token}0"`,
      `t = "${prefix}\${TOKEN}"`,
    ],
  };
}

const fineGrained = /[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/y;

function checkFineGrained(text: string, start: number, end: number): Checked | undefined {
  if (!beginsWord(text, start)) return undefined;
  fineGrained.lastIndex = end;
  const value = fineGrained.exec(text)?.[0];
  if (value === undefined || !endsWord(text, end + value.length)) return undefined;
  if (variety(value) < 24 || isPlaceholder(value)) return undefined;
  return { match: { start, end: end + value.length }, next: end + value.length };
}

const stateless = /(?:[A-Za-z0-9]{1,20}_){0,2}(eyJ[A-Za-z0-9_-]{10,300})\.[A-Za-z0-9_-]{20,2000}\.[A-Za-z0-9_-]{20,1000}/y;

/** An installation token of the newer format: the prefix, then a signed JWT. */
function checkInstallation(text: string, start: number, end: number): Checked | undefined {
  const checked = checkClassic(text, start, end);
  if (checked !== undefined || !beginsWord(text, start)) return checked;
  stateless.lastIndex = end;
  const found = stateless.exec(text);
  if (found === null) return undefined;
  const next = stateless.lastIndex;
  return isSigned(found[1]!) ? { match: { start, end: next }, next } : { next };
}

const installation = classic({
  prefix: 'ghs_',
  id: 'github-app-installation-token',
  name: 'GitHub App installation token',
  risk: 'Reads and writes the repositories in which the app is installed until the token expires, at most an hour after it was made.',
  severity: 'warning',
  temporary: true,
});

const jwtPart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const githubRules = (): readonly Rule[] => [
  alsoInBase64(
    classic({
      prefix: 'ghp_',
      id: 'github-personal-access-token',
      name: 'GitHub personal access token',
      risk: 'Acts as its owner in every repository and organisation that the token’s scopes reach, until it is revoked.',
      severity: 'error',
    }),
    'ghp_',
  ),
  alsoInBase64(
    {
      id: 'github-fine-grained-token',
      name: 'GitHub fine-grained personal access token',
      risk: 'Acts as its owner in the repositories and with the permissions chosen for the token, until it expires or is revoked.',
      format:
        'github_pat_, 22 letters and digits, an underscore, and 59 letters and digits (only the prefix is documented, the rest is observed)',
      source: tokens,
      severity: 'error',
      revocation,
      publicPrefix: /^github_pat_/,
      literals: [{ text: 'github_pat_' }],
      check: checkFineGrained,
      cases: (draw) => {
        const token = `github_pat_11${draw(base62, 20)}_${draw(base62, 59)}`;
        return {
          ok: [`token: ${token}`, `auth("${token}")`],
          ng: [
            `token: ${token.slice(0, -1)}`,
            `token: ${token}a`,
            `token: github_pat_${'x'.repeat(22)}_${'x'.repeat(59)}`,
            'token: github_pat_…',
          ],
        };
      },
    },
    'github_pat_',
  ),
  alsoInBase64(
    classic({
      prefix: 'gho_',
      id: 'github-oauth-token',
      name: 'GitHub OAuth access token',
      risk: 'Acts as the person who authorised the app, with the scopes granted to it, until it is revoked.',
      severity: 'error',
    }),
    'gho_',
  ),
  classic({
    prefix: 'ghu_',
    id: 'github-app-user-token',
    name: 'GitHub App user access token',
    risk: 'Acts as the person who authorised the app, in what both may reach, as a rule for eight hours.',
    severity: 'warning',
    temporary: true,
  }),
  alsoInBase64(
    {
      ...installation,
      format: `${installation.format}; or ghs_ and a signed JWT`,
      source: 'https://github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header/',
      check: checkInstallation,
      cases: (draw) => {
        const { ok, ng } = installation.cases(draw);
        const rest = `${jwtPart({ iss: draw(base62, 20) })}.${draw(base62, 86)}`;
        return {
          ok: [...ok, `token=ghs_12345_${jwtPart({ alg: 'RS256', typ: 'JWT' })}.${rest}`],
          ng: [...ng, `token=ghs_12345_${jwtPart({ alg: 'none', typ: 'JWT' })}.${rest}`],
        };
      },
    },
    'ghs_',
  ),
  classic({
    prefix: 'ghr_',
    id: 'github-refresh-token',
    name: 'GitHub App refresh token',
    risk: 'Makes new user access tokens, together with the app’s client secret, for six months.',
    severity: 'error',
  }),
  assigned({
    id: 'github-client-secret',
    name: 'GitHub client or webhook secret',
    risk: 'Poses as the app towards GitHub, and with a code gets access to its users’ accounts; or signs made-up events.',
    format: '40 hexadecimal digits (examples of the package, generated/api.github.com.json)',
    source: 'https://www.npmjs.com/package/@octokit/openapi/v/23.0.2',
    severity: 'error',
    revocation: 'https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps',
    near: ['github', 'gh_'],
    shapes: [[some(lowerHex, 40)]],
    named: /secret/,
    example: 'client_secret',
  }),
];
