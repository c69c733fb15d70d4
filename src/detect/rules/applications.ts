// Applications that teams and shops live in.
import { crc32 } from 'node:zlib';
import { isMixed, isPlaceholder, isVaried } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { checksum } from './facts.ts';
import { inFile } from './in-file.ts';
import { base62, type Fact, type Rule } from './rule.ts';
import {
  alphanumeric,
  base64Characters,
  base64Url,
  charactersOf,
  digits,
  holding,
  lowerAlphanumeric,
  lowerHex,
  some,
  tableOf,
  uuid,
  wordCharacters,
} from './shape.ts';
import { credSweeper, datadogPatterns, gitleaks, noseyParker } from './sources.ts';
import { token } from './token.ts';

const shopify = 'https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials';
const atlassian = 'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/';
const figma = 'https://help.figma.com/hc/en-us/articles/8085703771159';
const airtable = 'https://airtable.com/create/tokens';
const mapbox = 'https://docs.mapbox.com/accounts/guides/tokens/';

const hasThreeDigits = holding(some(digits, 3));
/** What changes an index of Algolia's, or all of them. */
const writesIndex =
  /\.(?:saveObjects?|partialUpdateObjects?|replaceAllObjects|deleteObjects?|deleteBy|clearObjects|setSettings|save(?:Rule|Synonym)s?|addApiKey|multipleBatch)\(/g;
const ofNames = tableOf(charactersOf(`${wordCharacters}$`));

/** The name that a text ends with, blanks aside; empty where it ends with none. */
function lastName(text: string): string {
  const end = text.trimEnd().length;
  let start = end;
  while (start > 0 && ofNames[text.charCodeAt(start - 1)] === 1) start--;
  return text.slice(start, end);
}

/** The name that a text gives what follows it; empty where it gives none. */
function nameGiven(text: string): string {
  const end = text.trimEnd().length - 1;
  return text[end] === '=' ? lastName(text.slice(0, end)) : '';
}

/** What the call behind a text is one of: a client, or what stands for one of its indexes. */
function receiverIn(text: string): string {
  const call = text.lastIndexOf('.initIndex(');
  return lastName(call !== -1 && text.indexOf(')', call) === text.trimEnd().length - 1 ? text.slice(0, call) : text);
}

const clientOfIndex = /[ \t]{0,8}=[ \t]{0,8}(?:(?:[\w$]{1,60}\.)?([\w$]{1,60})\.initIndex|algoliasearch)\(/y;
const longestIndex = 200;

/** Is an index changed between two texts by a client that is made between them, and not by another one? */
function isWriter(before: string, behind: string): boolean {
  writesIndex.lastIndex = 0;
  const found = writesIndex.exec(behind);
  const [text, at] = found === null ? [before, before.search(writesIndex)] : [behind, found.index];
  if (at === -1) return false;
  const [client, index] = [nameGiven(before), receiverIn(text.slice(Math.max(0, at - longestIndex), at))];
  if (client === '' || index === '' || client === index) return true;
  const assigned = text.indexOf(`${index} =`);
  clientOfIndex.lastIndex = assigned + index.length;
  const made = assigned === -1 ? null : clientOfIndex.exec(text);
  return made === null || made[1] === client;
}

/** Does an Atlassian token end in the CRC32 of what stands before, as it should? */
export const crcFacts = (token: string): readonly Fact[] =>
  crc32(token.slice(0, -8)).toString(16).toUpperCase().padStart(8, '0') === token.slice(-8) ? [checksum(true)] : [];

export const applicationRules = (): readonly Rule[] => [
  assigned({
    id: 'algolia-admin-key',
    name: 'Algolia admin API key',
    risk: 'Reads, changes and deletes the application’s indexes, and makes keys, until it is regenerated.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://www.algolia.com/doc/guides/security/api-keys/',
    near: ['algolia'],
    shapes: [[some('a-z0-9', 32)]],
    named: /admin|write|api_?key|token|secret/,
    // a key that only searches stands in every page, is what DocSearch is given, and what a bundler is told to put there; `ALGOLIASEARCH_API_KEY` is named after the package
    publicAfter:
      /\b(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|REACT_APP|VUE_APP|GATSBY|DOCUSAURUS|STORYBOOK)_(?!\w{0,30}(?:admin|write))\w{0,30}["'`]?[ \t]{0,4}[:=][ \t]{0,4}["'`]?$|(?:(?<!algolia)search|algoliasearch(?!_))(?!\w{0,20}(?:admin|write))\w{0,20}["'`]?(?:\s{1,20}value["']?)?[ \t]{0,4}(?:=>|[:=])?[ \t]{0,4}["'`]?$|appId["']?: {0,4}["'][A-Z0-9]{10}["'],\s{1,20}["']?apiKey["']?: {0,4}["']$|safe to commit it\.?\s{1,20}apiKey: {0,4}["']$/i,
    example: 'admin_api_key',
    verify: hasThreeDigits,
    sample: (draw) => draw('0123456789abcdef', 32),
    cases: (draw) => {
      const value = () => draw('0123456789abcdef', 32);
      return {
        ok: [
          `ALGOLIA_SEARCH_INDEX=docs\nALGOLIA_ADMIN_API_KEY=${value()}\n`,
          `ALGOLIA_SEARCH_ADMIN_KEY=${value()}\n`,
          `ALGOLIASEARCH_API_KEY=${value()}\n`,
          `VITE_ALGOLIA_ADMIN_KEY=${value()}\n`,
        ],
        ng: [
          `ALGOLIA_SEARCH_ONLY_API_KEY=${value()}`,
          `ALGOLIASEARCH_API_KEY_SEARCH=${value()}`,
          `algoliaSearchKey: '${value()}'`,
          `VITE_ALGOLIA_API_KEY=${value()}`,
          `NEXT_PUBLIC_ALGOLIA_API_KEY="${value()}"`,
          `- name: ALGOLIA_SEARCH_API_KEY\n  value: ${value()}\n`,
          `algolia: {\n  appId: 'K3R8Z0Q2W9',\n  apiKey: '${value()}',\n  indexName: 'docs',\n},`,
          `algolia: {\n  appId: 'K3R8Z0Q2W9',\n  // Public API key: it is safe to commit it\n  apiKey: '${value()}',\n`,
        ],
      };
    },
  }),
  inFile({
    id: 'algolia-write-key',
    name: 'Algolia API key of a client that writes',
    risk: 'Reads, changes and deletes the application’s indexes, within the key’s rights, until it is deleted.',
    format:
      'the second argument of algoliasearch(, 32 hexadecimal digits (which are observed), near a call that changes an index: what only searches has a key that every page shows',
    source: 'https://www.npmjs.com/package/algoliasearch/v/4.24.0',
    severity: 'error',
    revocation: 'https://www.algolia.com/doc/guides/security/api-keys/',
    literals: ['algoliasearch('],
    after: /\s{0,20}(?:["'`][A-Z0-9]{10}["'`]|[\w.$]{1,60}),\s{0,20}["'`]([0-9a-f]{32})(?=["'`])/y,
    around: isWriter,
    accepts: (value) => hasThreeDigits(value, 0, value.length) && isVaried(value, 8) && !isPlaceholder(value),
    draws: (draw) => draw('0123456789abcdef', 32),
    sample: (key) => `const client = algoliasearch('K3R8Z0Q2W9', '${key}');\nclient.initIndex('shop').saveObjects(products);\n`,
    cases: (draw) => {
      const key = () => draw('0123456789abcdef', 32);
      return {
        ok: [
          `const client = algoliasearch('K3R8Z0Q2W9', '${key()}');\nconst index = client.initIndex('shop');\nawait index.replaceAllObjects(all);\n`,
          `this.client = algoliasearch('K3R8Z0Q2W9', '${key()}');\nawait this.client.saveObjects({ indexName: 'shop', objects });\n`,
          `module.exports = () => algoliasearch('K3R8Z0Q2W9', '${key()}').initIndex('shop').saveObjects(all);\n`,
          `const index = algoliasearch(\n  process.env.APP_ID,\n  "${key()}"\n).initIndex('shop');\nawait index.replaceAllObjects(all);\n`,
        ],
        ng: [
          `const searchClient = algoliasearch('K3R8Z0Q2W9', '${key()}');\nindex.search('x');\n`,
          `const searcher = algoliasearch('K3R8Z0Q2W9', '${key()}');\nconst admin = algoliasearch(id, process.env.KEY1);\nadmin.initIndex('x').setSettings(settings);\n`,
          `algoliasearch('K3R8Z0Q2W9', process.env.KEY1);\nindex.saveObjects(products);\n`,
          `algoliasearch('K3R8Z0Q2W9', '${'0'.repeat(32)}').initIndex('shop').saveObjects(products);`,
        ],
      };
    },
  }),
  token({
    id: 'mapbox-secret-token',
    name: 'Mapbox secret or temporary token',
    risk: 'Reads and changes the account’s maps, data and tokens, within its scopes, at the account’s cost, until it is deleted.',
    format:
      'sk. (secret) or tk. (temporary), JSON in base64url, a full stop, and 22 characters (only sk is documented, the rest is observed)',
    source: 'https://docs.mapbox.com/help/dive-deeper/access-tokens',
    severity: 'error',
    revocation: mapbox,
    shapes: [
      ['sk.eyJ', some(base64Url, 40, 200), '.', some(base64Url, 22)],
      ['tk.eyJ', some(base64Url, 40, 200), '.', some(base64Url, 22)],
    ],
  }),
  token({
    id: 'shopify-token',
    name: 'Shopify access token or shared secret',
    risk: 'Reads and changes the shop’s orders, customers and products, within the app’s scopes, until it is revoked.',
    format:
      'shpat_, shpca_ or shppa_ (access), and 32 hexadecimal digits; that they are hexadecimal, shpss_ (secret; of another entry of the changelog), shptka_ (themes) and shpua_ are observed',
    source: 'https://shopify.dev/changelog/length-of-the-shopify-access-token-is-increasing',
    severity: 'error',
    revocation: shopify,
    shapes: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shpua_', 'shptka_'].map((prefix) => [prefix, some('0-9a-fA-F', 32)]),
  }),
  token({
    id: 'atlassian-token',
    name: 'Atlassian API token',
    risk: 'Acts as its owner in Jira, Confluence and Bitbucket, until it expires or is revoked.',
    format:
      'ATATT3 or ATCTT3 (Bitbucket’s), 100 to 400 characters of A-Za-z0-9_=-, mostly 186, the last 8 the CRC32 of the others in hexadecimal digits (of the package, credsweeper/rules/config.yaml and filters/value_atlassian_token_check.py): Atlassian promises no length',
    source: credSweeper,
    severity: 'error',
    facts: crcFacts,
    revocation: atlassian,
    shapes: [
      ['ATATT3', some('A-Za-z0-9_=-', 100, 400)],
      ['ATCTT3', some('A-Za-z0-9_=-', 100, 400)],
    ],
  }),
  assigned({
    id: 'atlassian-data-center-token',
    name: 'Atlassian Data Center personal access token',
    risk: 'Acts as its owner in the organisation’s own Jira, Confluence or Bitbucket, until it expires or is revoked.',
    format:
      '33 bytes in base64: 12 digits, a colon, and 20 random bytes (of the package, credsweeper/filters/value_atlassian_token_check.py: a number, a colon and bytes; how many is observed)',
    source: credSweeper,
    severity: 'error',
    revocation: 'https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html',
    near: ['jira', 'confluence', 'atlassian', 'bitbucket'],
    acrossLines: true,
    shapes: [[some('MNO', 1), some(`${base64Characters}_-`, 43)]],
    named: /token|pat$|key|secret|pass|bearer/,
    example: 'token',
    verify: (text, start, end) => /^\d{12}:/.test(Buffer.from(text.slice(start, end), 'base64').toString('latin1')),
    sample: (draw) => Buffer.from(`${draw('0123456789', 12)}:${draw(base62, 20)}`).toString('base64'),
  }),
  assigned({
    id: 'atlassian-token-legacy',
    name: 'Atlassian API token, older format',
    risk: 'Acts as its owner in Jira, Confluence and Bitbucket, until it expires or is revoked.',
    source: datadogPatterns,
    severity: 'error',
    revocation: atlassian,
    near: ['atlassian', 'jira', 'confluence'],
    shapes: [[some(alphanumeric, 24)]],
    named: /token|key|secret|pass/,
    example: 'api_token',
    verify: isMixed,
    sample: (draw) => `${draw(base62, 21)}aZ5`,
  }),
  token({
    id: 'linear-key',
    name: 'Linear API key or OAuth token',
    risk: 'Reads and changes the workspace’s issues as its owner, until it is revoked.',
    format: 'lin_api_ and 40 letters and digits; lin_oauth_ and 64 hexadecimal digits, which is observed',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://linear.app/docs/api-and-webhooks',
    shapes: [
      ['lin_api_', some(alphanumeric, 40)],
      ['lin_oauth_', some(lowerHex, 64)],
    ],
  }),
  assigned({
    id: 'linear-client-secret',
    name: 'Linear client secret',
    risk: 'Poses as the application towards Linear, and with a code gets access to its users’ workspaces.',
    source: gitleaks,
    severity: 'error',
    revocation: 'https://linear.app/developers/oauth-2-0-authentication',
    near: ['linear'],
    shapes: [[some(lowerHex, 32)]],
    named: /linear.*(?:secret|token|key)/,
    example: 'linear_client_secret',
  }),
  token({
    id: 'notion-token',
    name: 'Notion integration token',
    risk: 'Reads and changes the pages that were shared with the integration, until it is refreshed.',
    format:
      'ntn_ or, in older ones, secret_; that 46 letters and digits or 43 follow is observed. nrt_ and 46, as observed, is a refresh token, which gets new ones',
    source: 'https://github.com/makenotion/notion-mcp-server/blob/main/src/openapi-mcp-server/mcp/token.ts',
    severity: 'error',
    revocation: 'https://developers.notion.com/guides/authorization/credential-security',
    shapes: [
      ['ntn_', some(alphanumeric, 46)],
      ['nrt_', some(alphanumeric, 46)],
      ['secret_', some(alphanumeric, 43)],
    ],
  }),
  token({
    id: 'figma-token',
    name: 'Figma personal access token',
    risk: 'Reads and comments its owner’s files, within the token’s scopes, until it expires or is revoked.',
    format: 'figd_ and 40 characters of A-Za-z0-9_- (38 to 44, as others count them)',
    source: credSweeper,
    severity: 'error',
    revocation: figma,
    shapes: [['figd_', some(base64Url, 38, 44)]],
  }),
  assigned({
    id: 'figma-token-legacy',
    name: 'Figma personal access token, older format',
    risk: 'Reads and comments its owner’s files, within the token’s scopes, until it expires or is revoked.',
    format: '4 hexadecimal digits, a hyphen and a UUID; 5 and 6 in front as observed',
    source: noseyParker('figma'),
    severity: 'error',
    revocation: figma,
    near: ['figma'],
    shapes: [[some('0-9A-Fa-f', 4, 6), '-', ...uuid.map((part) => (typeof part === 'string' ? part : some('0-9A-Fa-f', part.least)))]],
    example: 'token',
  }),
  token({
    id: 'airtable-token',
    name: 'Airtable personal access token',
    risk: 'Reads and changes the bases that it was made for, within its scopes, until it is revoked.',
    source: credSweeper,
    severity: 'error',
    revocation: airtable,
    shapes: [['pat', some(alphanumeric, 14), '.', some(lowerHex, 64)]],
  }),
  assigned({
    id: 'airtable-api-key',
    name: 'Airtable API key, older format',
    risk: 'Opened every base of its owner, until Airtable ended such keys in February 2024.',
    source: datadogPatterns,
    severity: 'information',
    revocation: airtable,
    near: ['airtable'],
    shapes: [['key', some(alphanumeric, 14)]],
  }),
  token({
    id: 'postman-key',
    name: 'Postman API key or access token',
    risk: 'Reads and changes its owner’s collections and environments, with the secrets in them, until it is deleted.',
    format:
      'PMAK-, 24 hexadecimal digits, - and 34 more (a key); or PMAT- and 26 capitals and digits (a token; as credsweeper of PyPI has it)',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://go.postman.co/settings/me/api-keys',
    shapes: [
      ['PMAK-', some(lowerHex, 24), '-', some(lowerHex, 34)],
      ['PMAT-', some('A-Z0-9', 26)],
    ],
  }),
  token({
    id: 'nylas-key',
    name: 'Nylas API key',
    risk: 'Reads and sends the mail of the people who connected their accounts, and reads their calendars, until it is deleted.',
    format: 'nyk_v0_ and 64 letters and digits',
    source: 'observed',
    severity: 'error',
    revocation: 'https://dashboard-v3.nylas.com',
    shapes: [['nyk_v0_', some(alphanumeric, 64)]],
  }),
  token({
    id: 'arcjet-key',
    name: 'Arcjet key',
    risk: 'Asks for decisions in the site’s name, at its quota, and fills its statistics, until it is replaced.',
    format: 'ajkey_ and 26 small letters and digits',
    source: 'observed',
    severity: 'warning',
    revocation: 'https://app.arcjet.com',
    shapes: [['ajkey_', some(lowerAlphanumeric, 26)]],
    verify: holding(some(digits, 2)),
    sample: (draw) => `ajkey_01${draw('abcdefghjkmnpqrstvwxyz0123456789', 24)}`,
  }),
  assigned({
    id: 'liveblocks-secret-key',
    name: 'Liveblocks secret key',
    risk: 'Reads, changes and deletes the rooms of the project and lets anyone into them, until it is replaced.',
    format: 'sk_dev_ or sk_prod_, and 64 letters, digits, underscores and hyphens',
    source: 'observed',
    severity: 'error',
    revocation: 'https://liveblocks.io/dashboard/apikeys',
    near: ['liveblocks'],
    shapes: ['sk_dev_', 'sk_prod_'].map((prefix) => [prefix, some(base64Url, 64)]),
    example: 'secret_key',
    verify: isMixed,
    sample: (draw) => `sk_dev_${draw(base62, 61)}7Kx`,
  }),
];
