// Platforms that run and deliver programs.
import { isMixed, isMixedAtRandom, isPlaceholder, isVaried } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { inFile } from './in-file.ts';
import { objectIn } from './jwt.ts';
import { isLikelyPassword } from './password.ts';
import { base62, base64, type Checked, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, digits, holding, lowerHex, sampleOf, some, uuid } from './shape.ts';
import { betterLeaks, credSweeper, datadogPatterns, gitleaks, truffleHog } from './sources.ts';
import { token } from './token.ts';

const digitalOcean = 'https://docs.digitalocean.com/reference/api/create-personal-access-token/';
const vercelTokens = 'https://vercel.com/docs/cli/tokens';
const netlifyTokens = 'https://docs.netlify.com/api/get-started/';

const hasCapitalAndDigit = holding(some('A-Z', 1), some(digits, 1));

/** What every deploy key of Convex has behind its name: `{"v2":"` in base64. */
const deployToken = '|eyJ2MiI6I';
const nameOfDeployment = /(?:prod|dev|preview|project):[\w:-]{1,90}$/;
const restOfDeployToken = /[A-Za-z0-9+/]{20,100}={0,2}(?![\w+/=-])/y;

function checkDeployKey(text: string, start: number, end: number): Checked | undefined {
  restOfDeployToken.lastIndex = end;
  if (!restOfDeployToken.test(text)) return undefined;
  const next = restOfDeployToken.lastIndex;
  const name = nameOfDeployment.exec(text.slice(Math.max(0, start - 100), start));
  const { v2 } = objectIn(text.slice(start + 1, next)) ?? {};
  if (name === null || typeof v2 !== 'string' || !/^[0-9a-f]{32}$/.test(v2)) return { next };
  return { match: { start: start - name[0].length, end: next }, next };
}

const farthestSecret = 400;
const clientSecret = /client_?secret["']?\s{0,4}[:=]\s{0,4}["']?([A-Za-z0-9+/]{43}=)/i;
const endOfSection = /\n[ \t]{0,8}\r?\n|[[\]{}]/;
const sectionsBefore = new RegExp(`^[^]*(?:${endOfSection.source})`);
/** In the example of Akamai’s pages. */
const sampleBeginning = 'C113nt53KR3TN6N';

/** The secret in the section that a host of the API is in. All of it behind the host is read then. */
function checkEdgeGrid(text: string, start: number, end: number): Checked {
  const before = text.slice(Math.max(0, start - farthestSecret), start).replace(sectionsBefore, '');
  const [after] = text.slice(end, end + farthestSecret).split(endOfSection, 1) as [string];
  const next = end + after.length;
  const found = clientSecret.exec(before + text.slice(start, next));
  if (found === null) return { next };
  const secret = found[1]!;
  if (!isMixed(secret) || !isVaried(secret, 15) || isPlaceholder(secret) || secret.startsWith(sampleBeginning)) return { next };
  const stop = start - before.length + found.index + found[0].length;
  return { match: { start: stop - secret.length, end: stop }, next };
}

export const hostingRules = (): readonly Rule[] => [
  token({
    id: 'digitalocean-token',
    name: 'DigitalOcean token',
    risk: 'Creates, changes and deletes the account’s machines, databases and domains, within the token’s scopes, until it is revoked.',
    source: datadogPatterns,
    severity: 'error',
    revocation: digitalOcean,
    shapes: [
      ['dop_v1_', some(lowerHex, 64)],
      ['doo_v1_', some(lowerHex, 64)],
      ['dor_v1_', some(lowerHex, 64)],
    ],
  }),
  assigned({
    id: 'digitalocean-token-legacy',
    name: 'DigitalOcean token, older format',
    risk: 'Creates, changes and deletes the account’s machines, databases and domains, within the token’s scopes, until it is revoked.',
    format: '64 hexadecimal digits, as observed (64 characters of A-Za-z0-9_- are looked for by trufflehog)',
    source: truffleHog('digitaloceantoken'),
    severity: 'error',
    revocation: digitalOcean,
    near: ['digitalocean', 'digital_ocean', 'digital-ocean', 'doctl', 'do_token', 'do_api', 'do_pat', 'do_access'],
    shapes: [[some(lowerHex, 64)]],
    named: /token|key|secret|pat$|bearer/,
    behindId: /\bdigitalocean\.\w{2,20}\(\s{0,20}token\s?=\s?["']$|\bdoctl [\w \t-]{0,40} (?:-t|--access-token)[ =]["']?$/,
    example: 'access_token',
    cases(draw) {
      const token = () => draw('0123456789abcdef', 64);
      return {
        ok: [
          `manager = digitalocean.Manager(token="${token()}")`,
          `DO_API_TOKEN=${token()}`,
          `doctl auth init -t ${token()}`,
          `provider "digitalocean" {\n  token = "${token()}"\n}\n`,
        ],
        ng: [
          `digitalocean_checksum = "${token()}"`,
          `undo_token = "${token()}"`,
          `source = "digitalocean/digitalocean"\nhash = "h1:${token()}"`,
        ],
      };
    },
  }),
  assigned({
    id: 'digitalocean-spaces-secret',
    name: 'DigitalOcean Spaces secret key',
    risk: 'With its access key it reads, changes and deletes the files of the account’s Spaces, until the key is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://docs.digitalocean.com/products/spaces/how-to/manage-access/',
    near: ['spaces_', 'spaces-', 'spaces.', 'spacesaccess', 'spacessecret', 'spaceskey', 'digitalocean', 'do_'],
    acrossLines: true,
    shapes: [[some(base64Characters, 43)]],
    named: /secret/,
    example: 'secret_access_key',
  }),
  token({
    id: 'heroku-api-key',
    name: 'Heroku API key',
    risk: 'Deploys and reads the owner’s apps with all their settings and databases, until it is revoked.',
    source: 'https://devcenter.heroku.com/changelog-items/3175',
    severity: 'error',
    revocation: 'https://devcenter.heroku.com/articles/oauth',
    shapes: [
      ['HRKU-AA', some(base64Url, 58)],
      ['HRKU-', ...uuid],
    ],
  }),
  assigned({
    id: 'heroku-api-key-legacy',
    name: 'Heroku API key, older format',
    risk: 'Deploys and reads the owner’s apps with all their settings and databases, until it is revoked.',
    source: 'https://devcenter.heroku.com/articles/platform-api-quickstart',
    severity: 'error',
    revocation: 'https://devcenter.heroku.com/articles/oauth',
    near: ['heroku'],
    shapes: [uuid],
    cases: (draw) => ({
      ok: [`heroku config:set HEROKU_API_KEY=${sampleOf(uuid, draw)} -a shop\n`],
      ng: [
        `heroku config:set POSTMARK_SERVER_TOKEN=${sampleOf(uuid, draw)}\n`,
        `heroku config:set APPINSIGHTS_KEY="${sampleOf(uuid, draw)}" -a shop\n`,
      ],
    }),
  }),
  token({
    id: 'fly-token',
    name: 'Fly.io access token',
    risk: 'Deploys, changes and deletes the apps of the organisation, within the token’s caveats, until it expires or is revoked.',
    format: 'FlyV1 and a word, or fm1r_, fm1a_, fm2_ or fo1_ with base64',
    source: 'https://github.com/superfly/macaroon/blob/main/format.go',
    severity: 'error',
    revocation: 'https://fly.io/docs/security/tokens/',
    shapes: [
      ['fm1r_', some(base64Characters, 100, 2000), some('=', 0, 3)],
      ['fm1a_', some(base64Characters, 100, 2000), some('=', 0, 3)],
      ['fm2_', some(base64Characters, 100, 2000), some('=', 0, 3)],
      ['fo1_', some(base64Url, 43)],
      ['FlyV1 ', some('A-Za-z0-9+/=_,.-', 80, 2000)],
    ],
  }),
  token({
    id: 'vercel-token',
    name: 'Vercel token',
    risk: 'Deploys, reads and deletes the projects that the token reaches with all their settings, until it is deleted.',
    format:
      'vcp_ (personal), vci_ (integration), vca_ (app), vcr_ (refresh) or vck_ (AI gateway), and 56 letters, digits, _ and - (vcp_ and vck_ are of the package, dist/commands-bulk.js; the rest is observed)',
    source: 'https://www.npmjs.com/package/vercel/v/64.0.2',
    severity: 'error',
    revocation: vercelTokens,
    shapes: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'].map((prefix) => [prefix, some(base64Url, 56)]),
  }),
  token({
    id: 'vercel-blob-token',
    name: 'Vercel Blob token',
    risk: 'Reads, changes and deletes the files of the store, until it is rotated.',
    format:
      'vercel_blob_rw_, the store, an underscore, and 30 letters and digits (that the fourth part is the store is of the package, dist/client.cjs; the rest is observed)',
    source: 'https://www.npmjs.com/package/@vercel/blob/v/2.8.0',
    severity: 'error',
    revocation: 'https://vercel.com/docs/vercel-blob',
    shapes: [['vercel_blob_rw_', some(alphanumeric, 16), '_', some(alphanumeric, 30)]],
  }),
  assigned({
    id: 'vercel-token-legacy',
    name: 'Vercel token, older format',
    risk: 'Deploys, reads and deletes the projects that the token reaches with all their settings, until it is deleted.',
    source: betterLeaks('vercel'),
    severity: 'error',
    revocation: vercelTokens,
    near: ['vercel', 'zeit'],
    shapes: [[some(alphanumeric, 24)]],
    named: /token|key|secret/,
    example: 'token',
    verify: (text, start, end) => hasCapitalAndDigit(text, start, end) || isMixedAtRandom(text, start, end),
    sample: (draw) => `${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 21)}aZ5`,
    cases: (draw) => ({ ok: [`vercelToken="${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 21)}1Z5"`], ng: [] }),
  }),
  inFile({
    id: 'vercel-cli-token',
    name: 'Vercel token of the command’s sign-in',
    risk: 'Deploys, reads and deletes the projects that the token reaches with all their settings, until it is deleted.',
    format:
      '24 letters and digits as "token" in the command’s auth.json, which begins with a note that it is Vercel’s; how many is observed',
    source: 'https://www.npmjs.com/package/@vercel/cli-config/v/0.4.0',
    severity: 'error',
    revocation: vercelTokens,
    literals: ['Vercel credentials file'],
    after: /[^{}]{0,400}?"token"\s{0,4}:\s{0,4}"([A-Za-z0-9]{24})(?=")/y,
    accepts: (token) => isLikelyPassword(token) && !isPlaceholder(token),
    draws: (draw) => `${draw(base62, 21)}a7Z`,
    sample: (token) => `{\n  "// Note": "This is your Vercel credentials file. DO NOT SHARE!",\n  "token": "${token}"\n}\n`,
    cases: (draw) => ({
      ok: [
        `{\n  "// Note": "This is your Vercel credentials file. DO NOT SHARE!",\n  "// Docs": "https://vercel.com/docs/auth-json",\n  "token": "${draw(base62, 21)}a7Z"\n}\n`,
      ],
      ng: [
        `{"// Note": "This is your Vercel credentials file."}, {"token": "${draw(base62, 21)}a7Z"}`,
        `{"// Note": "This is your Vercel config file.", "token": "${draw(base62, 21)}a7Z"}`,
      ],
    }),
  }),
  token({
    id: 'netlify-token',
    name: 'Netlify token',
    risk: 'Deploys, changes and deletes the owner’s sites with all their settings, until it is revoked.',
    format: 'nfp_, and nfc_, nfo_, nfb_ or nfu_, which are observed, and 36 letters and digits',
    source: credSweeper,
    severity: 'error',
    revocation: netlifyTokens,
    shapes: ['nfp_', 'nfc_', 'nfo_', 'nfb_', 'nfu_'].map((prefix) => [prefix, some(alphanumeric, 36)]),
  }),
  assigned({
    id: 'netlify-token-legacy',
    name: 'Netlify token, older format',
    risk: 'Deploys, changes and deletes the owner’s sites with all their settings, until it is revoked.',
    format: '40 to 46 letters, digits, underscores, hyphens and equals signs; 64 hexadecimal digits as observed',
    source: datadogPatterns,
    severity: 'error',
    revocation: netlifyTokens,
    near: ['netlify'],
    shapes: [[some(base64Url, 43, 45)], [some('A-Za-z0-9_=-', 40, 46)], [some(lowerHex, 64)]],
    named: /token|secret|key|pat|auth$/,
    example: 'auth_token',
    verify: holding(some(digits, 1)),
    sample: (draw) => `${draw(base62, 42)}7`,
  }),
  token({
    id: 'render-api-key',
    name: 'Render API key',
    risk: 'Deploys, changes and deletes the services of its owner’s workspaces, until it is revoked.',
    source: betterLeaks('render'),
    severity: 'error',
    revocation: 'https://dashboard.render.com/u/settings#api-keys',
    shapes: [['rnd_', some(alphanumeric, 28)]],
  }),
  assigned({
    id: 'railway-token',
    name: 'Railway token',
    risk: 'Deploys, changes and deletes the project’s services with all their settings, until it is revoked.',
    source: truffleHog('railwayapp'),
    severity: 'error',
    revocation: 'https://docs.railway.com/integrations/api#creating-a-token',
    near: ['railway'],
    shapes: [uuid],
    named: /token|apikey|secret/,
    example: 'token',
  }),
  token({
    id: 'scalingo-token',
    name: 'Scalingo API token',
    risk: 'Deploys, reads and deletes its owner’s applications and databases, until it is revoked.',
    source: gitleaks,
    severity: 'error',
    revocation: 'https://developers.scalingo.com/tokens',
    shapes: [['tk-us-', some(base64Url, 48)]],
  }),
  {
    id: 'convex-deploy-key',
    name: 'Convex deploy key',
    risk: 'Deploys to the project or the deployment that it names, and reads and changes all its data, until it is deleted.',
    format:
      'prod:, dev:, preview: or project:, a name, | and base 64, of which the page shows how it begins; that it is a JSON of v2 and 32 hexadecimal digits is observed',
    source: 'https://docs.convex.dev/management-api/create-deploy-key',
    severity: 'error',
    revocation: 'https://docs.convex.dev/cli/deploy-key-types',
    publicPrefix: /^(?:prod|dev|preview|project):[\w:-]{1,90}\|/,
    literals: [{ text: deployToken }],
    check: checkDeployKey,
    cases(draw) {
      const encode = (said: unknown) => Buffer.from(JSON.stringify(said)).toString('base64');
      const token = encode({ v2: draw('0123456789abcdef', 32) });
      return {
        ok: [
          `CONVEX_DEPLOY_KEY=prod:happy-animal-123|${token}\n`,
          `CONVEX_DEPLOY_KEY='dev:happy-animal-123|${token}' npx convex deploy`,
          `{ "key": "preview:shop:web|${token}" }`,
        ],
        ng: [
          `CONVEX_DEPLOY_KEY=happy-animal-123|${token}`,
          `prod:happy-animal-123|${token.slice(0, -8)}`,
          `prod:happy-animal-123|${encode({ v2: 'x' })}`,
          `prod:happy-animal-123|${token}A`,
        ],
      };
    },
  },
  {
    id: 'akamai-client-secret',
    name: 'Akamai EdgeGrid client secret',
    risk: 'With the tokens beside it, it changes what Akamai delivers for the account, within its permissions, until it is deactivated.',
    format: 'client_secret beside a host of luna.akamaiapis.net, as in .edgerc: 43 characters of base 64 and =',
    source: 'https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials',
    severity: 'error',
    revocation: 'https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials',
    literals: [{ text: '.luna.akamaiapis.net' }],
    check: checkEdgeGrid,
    cases(draw) {
      const secret = () => `${draw(base64, 40)}a7Z=`;
      const [host, token] = [
        `host = akab-${draw('abcdef234567', 16)}-${draw('abcdef234567', 16)}.luna.akamaiapis.net`,
        `akab-${draw('abcdef234567', 16)}`,
      ];
      return {
        ok: [
          `[default]\nclient_secret = ${secret()}\n${host}\naccess_token = ${token}\nclient_token = ${token}\n`,
          `[default]\n${host}\nclient_token = ${token}\nclient_secret = ${secret()}\n`,
          `new EdgeGrid({ clientSecret: '${secret()}', host: 'https://akab-x.luna.akamaiapis.net' })`,
        ],
        ng: [
          `[default]\nclient_secret = ${'x'.repeat(43)}=\n${host}\n`,
          `[other]\nclient_secret = ${secret()}\n\n[default]\n${host}\n`,
          `[default]\nclient_token = ${secret()}\n${host}\n`,
        ],
      };
    },
  },
];
