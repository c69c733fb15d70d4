// Cloudflare: its API, its tunnels, its programs.
import { crc32 } from 'node:zlib';
import { assigned } from './assigned.ts';
import { checksum } from './facts.ts';
import { objectIn } from './jwt.ts';
import { base62, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, lowerHex, sampleOf, some, uuid } from './shape.ts';
import { token } from './token.ts';

const cloudflareTokens = 'https://developers.cloudflare.com/fundamentals/api/how-to/roll-token/';

/** What every token of a tunnel begins with: `{"a":"` in base64. */
const tunnelToken = 'eyJhIjoi';

function isTunnel(token: string): boolean {
  const { a, t, s } = objectIn(token) ?? {};
  return [a, t, s].every((part) => typeof part === 'string') && /^[0-9a-f]{32}$/.test(a as string) && /^[0-9a-f-]{36}$/.test(t as string);
}

export const cloudflareRules = (): readonly Rule[] => [
  token({
    id: 'cloudflare-token',
    name: 'Cloudflare API token',
    risk: 'Changes domains, traffic and programs at Cloudflare, within the token’s permissions, until it is rolled.',
    format:
      'cfut_ (user), cfat_ (account) or cfk_ (global key), 40 characters, and a checksum (8 hexadecimal digits; that it is their CRC-32 is observed)',
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
    severity: 'error',
    revocation: cloudflareTokens,
    shapes: [
      ['cfut_', some(alphanumeric, 40), some(lowerHex, 8)],
      ['cfat_', some(alphanumeric, 40), some(lowerHex, 8)],
      ['cfk_', some(alphanumeric, 40), some(lowerHex, 8)],
    ],
    facts: (key) => (crc32(key.slice(-48, -8)).toString(16).padStart(8, '0') === key.slice(-8) ? [checksum(true)] : []),
  }),
  token({
    id: 'cloudflare-oauth-token',
    name: 'Cloudflare OAuth access token of Wrangler',
    risk: 'Does at Cloudflare what Wrangler may for the person who signed in, until it expires.',
    format: 'cfoat_, and 30 to 300 characters of A-Za-z0-9_.-, of which the page says nothing',
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
    severity: 'warning',
    revocation: 'https://developers.cloudflare.com/workers/wrangler/commands/general/#logout',
    temporary: true,
    shapes: [['cfoat_', some('A-Za-z0-9_.-', 30, 300)]],
  }),
  assigned({
    id: 'cloudflare-api-token-legacy',
    name: 'Cloudflare API token, older format',
    risk: 'Changes domains, traffic and programs at Cloudflare, within the token’s permissions, until it is rolled.',
    format: '40 letters and digits; that - and _ may be among them is observed',
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
    severity: 'error',
    revocation: cloudflareTokens,
    near: ['cloudflare', 'cf_api', 'cf_dns_api', 'cfapi', 'cf-api', 'cf_token', 'wrangler'],
    shapes: [[some(base64Url, 40)]],
    named: /token|key|secret|cloudflare$|bearer$/,
    example: 'api_token',
    verify: (text, start, end) => !/^[0-9a-f]{40}$/.test(text.slice(start, end)),
    cases: (draw) => {
      const verified = `curl "https://api.cloudflare.com/client/v4/user/tokens/verify"`;
      const header = `-H "Authorization: Bearer ${draw(base62, 38)}a7"`;
      return { ok: [`${verified} ${header}`, `${verified} \\\n     ${header}\n`], ng: [`${verified}\ncurl https://shop.io ${header}`] };
    },
  }),
  assigned({
    id: 'cloudflare-global-api-key',
    name: 'Cloudflare global API key',
    risk: 'With the account’s mail address it changes everything that its owner may change at Cloudflare, until it is replaced.',
    format: '37 to 45 hexadecimal digits; 40, which may be a commit’s, are passed over',
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
    severity: 'error',
    revocation: 'https://developers.cloudflare.com/fundamentals/api/get-started/keys/',
    near: ['cloudflare', 'cf_', 'cf-', 'cfapi', 'cf.api', 'x-auth-key'],
    shapes: [[some(lowerHex, 37, 39)], [some(lowerHex, 41, 45)]],
    named: /token|key|secret|cloudflare$/,
  }),
  token({
    id: 'cloudflare-tunnel-token',
    name: 'Cloudflare tunnel token',
    risk: 'Runs the tunnel on another machine: traffic for its services goes there, until the token is rotated.',
    format: 'JSON in base64: the account as "a", the tunnel as "t", and 32 bytes or more as its secret "s"',
    source: 'https://github.com/cloudflare/cloudflared/blob/master/connection/connection.go',
    severity: 'error',
    revocation: 'https://developers.cloudflare.com/tunnel/advanced/tunnel-tokens/',
    shapes: [[tunnelToken, some(base64Characters, 120, 300), some('=', 0, 2)]],
    verify: isTunnel,
    sample: (draw) => {
      const [account, random] = [draw('0123456789abcdef', 32), Buffer.from(draw(base62, 32)).toString('base64')];
      return Buffer.from(JSON.stringify({ a: account, t: sampleOf(uuid, draw), s: random })).toString('base64');
    },
  }),
  assigned({
    id: 'cloudflare-tunnel-secret',
    name: 'Cloudflare tunnel secret',
    risk: 'With the account and the tunnel it runs the tunnel on another machine: traffic for its services goes there, until it is rotated.',
    format: '32 bytes in base64, as TunnelSecret in the file of the tunnel (how many is observed)',
    source: 'https://github.com/cloudflare/cloudflared/blob/master/connection/connection.go',
    severity: 'error',
    revocation: 'https://developers.cloudflare.com/tunnel/advanced/tunnel-tokens/',
    near: ['tunnel_secret', 'tunnelsecret'],
    within: 32,
    shapes: [[some(base64Characters, 43), '=']],
    named: /tunnelsecret/,
    example: 'value',
  }),
  assigned({
    id: 'cloudflare-turnstile-secret-key',
    name: 'Cloudflare Turnstile secret key',
    risk: 'Spends the proofs that visitors of the site are people, in its name, until it is rotated.',
    format: '35 characters that begin with 0x4 (how many, those for tests tell; what they begin with is observed)',
    source: 'https://developers.cloudflare.com/turnstile/reference/testing/',
    severity: 'error',
    revocation: 'https://developers.cloudflare.com/turnstile/troubleshooting/rotate-secret-key/',
    near: ['turnstile', 'cloudflare', 'cf_', 'cf-'],
    acrossLines: true,
    shapes: [['0x4AAAAAA', some(base64Url, 26)]],
    named: /secret/,
    example: 'secret_key',
  }),
  token({
    id: 'cloudflare-origin-ca-key',
    name: 'Cloudflare origin CA key',
    risk: 'Issues and revokes certificates between Cloudflare and the servers of the account’s domains, where Cloudflare still takes such keys.',
    format: 'v1.0-, 24 hexadecimal digits, and 146 more (only v1.0- is documented, the rest is observed)',
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/',
    severity: 'warning',
    revocation: 'https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/',
    shapes: [['v1.0-', some(lowerHex, 24), '-', some(lowerHex, 146)]],
  }),
];
