// Databases and warehouses as a service.
import { isMixedAtRandom } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { base62, base64url, type Rule } from './rule.ts';
import { alphanumeric, base64Url, digits, holding, lowerHex, some, uuid } from './shape.ts';
import { betterLeaks, datadogPatterns, gitleaks, microsoftPatterns, mongoScanner } from './sources.ts';
import { token } from './token.ts';

const planetScale = 'https://planetscale.com/docs/api/reference/service-tokens';
const supabaseKeys = 'https://supabase.com/docs/guides/api/api-keys';

/** Which letter says how long the password in a token of Upstash is, and how many characters of the token it leaves: with no number behind it, or one of three to seven digits. */
const upstashLengths = Object.entries({ g: 44, l: 50, m: 52, n: 53, o: 54, p: 56 });

/**
 * Is it what Upstash makes a token of? That is a byte for what it may do (1: all, 2: read) and for how the number of the database is written, this number, and two texts
 * with their lengths before both: whose it is, and a password. One that may do all has hexadecimal digits, and mostly the number once more, and one that only reads 32 bytes.
 */
function isOfUpstash(token: string): boolean {
  const bytes = Buffer.from(token, 'base64');
  const isLong = bytes[0]! >= 0x80;
  const number = isLong ? bytes.readUIntBE(3, 6) : bytes.readUIntBE(1, 2);
  const rest = bytes.subarray(isLong ? 9 : 3);
  const [whose, password] = [rest.toString('latin1', 3, 3 + rest[1]!), rest.toString('latin1', 3 + rest[1]!)];
  if (password.length !== rest[2] || !/^(?:p[12]|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(whose)) return false;
  const mayDo = bytes[0]! & 0x7f;
  if (mayDo === 2) return password.length === 32;
  const told = mayDo === 1 ? /^[0-9a-f]{32}(?:p[12](\d{1,15}))?$/.exec(password) : null;
  return told !== null && (told[1] ?? String(number)) === String(number);
}

/** A token of Upstash that opens nothing. */
function sampleOfUpstash(number: number, password: string, whose = 'p1', mayDo = 1): string {
  const isLong = number > 0xffff;
  const [size, written] = isLong ? [8, 6] : [2, 2];
  const head = Buffer.alloc(1 + size);
  head[0] = (isLong ? 0x80 : 0) + mayDo;
  head.writeUIntBE(number, head.length - written, written);
  const lengths = Buffer.from([whose === 'p1' ? 0 : 1, whose.length, password.length]);
  return Buffer.concat([head, lengths, Buffer.from(whose + password, 'latin1')]).toString('base64url');
}

const hex = '0123456789abcdef';

export const dataPlatformRules = (): readonly Rule[] => [
  token({
    id: 'supabase-management-token',
    name: 'Supabase access token',
    risk: 'Manages every project of its owner: reads their keys and data, changes and deletes them, until it is revoked.',
    source: 'https://github.com/supabase/cli/blob/develop/internal/utils/access_token.go',
    severity: 'error',
    revocation: 'https://supabase.com/dashboard/account/tokens',
    shapes: [
      ['sbp_', some(lowerHex, 40)],
      ['sbp_oauth_', some(lowerHex, 40)],
    ],
  }),
  token({
    id: 'supabase-secret-key',
    name: 'Supabase secret key',
    risk: 'Reads and changes all data of the project, past its row-level security, until the key is deleted.',
    format: 'sb_secret_, 22 characters of A-Za-z0-9_-, an underscore, and 8 more, as the key of every project on one’s own machine has',
    source: 'https://github.com/supabase/cli/blob/develop/pkg/config/apikeys.go',
    severity: 'error',
    revocation: supabaseKeys,
    shapes: [['sb_secret_', some(base64Url, 22), '_', some(base64Url, 8)]],
  }),
  token({
    id: 'neon-api-key',
    name: 'Neon API key',
    risk: 'Manages the account’s or organisation’s projects, and with them every database, until it is revoked.',
    source: betterLeaks('neon'),
    severity: 'error',
    revocation: 'https://neon.com/docs/manage/api-keys',
    shapes: [['napi_', some(alphanumeric, 64)]],
  }),
  assigned({
    id: 'influxdb-token',
    name: 'InfluxDB API token',
    risk: 'Reads and writes the buckets that it is for, and one of all access everything of the organisation, until it is deleted.',
    format: 'random bytes in base64url: 86 characters and == (that there are 64 bytes is observed), behind a name with influx in it',
    source: 'https://github.com/influxdata/influxdb/blob/24b2fbfd95bb87a5f7beb591f8684333d0361021/rand/token.go',
    severity: 'error',
    revocation: 'https://docs.influxdata.com/influxdb/v2/admin/tokens/delete-token/',
    near: ['influx'],
    acrossLines: true,
    shapes: [[some(base64Url, 86), '==']],
    named: /token|password|authorization/,
    example: 'token',
    cases: (draw) => ({
      ok: [
        `[[outputs.influxdb_v2]]\n  urls = ["https://influx.shop.io"]\n  token = "${draw(base64url, 86)}=="\n`,
        `DOCKER_INFLUXDB_INIT_ADMIN_TOKEN: ${draw(base64url, 86)}==\n`,
        `InfluxDBClient(url="https://influx.shop.io", token="${draw(base64url, 86)}==", org="shop")`,
      ],
      ng: ['INFLUX_TOKEN=$INFLUX_TOKEN\n', `checksum = "${draw(base64url, 86)}=="\n`],
    }),
  }),
  token({
    id: 'upstash-redis-token',
    name: 'Upstash Redis token',
    risk: 'Reads the whole database and mostly changes it, over REST or as its password, until that is reset.',
    format:
      'base64url of what it may do, the number of the database, p1 or p2 (in old ones a UUID) and a password of 32 hexadecimal digits, mostly with p1 or p2 and the number behind them, or of 32 bytes where it only reads: 54 to 99 characters with AAIgcD, AAIncD or ASQg near their beginning',
    source: 'observed',
    severity: 'error',
    revocation: 'https://console.upstash.com',
    shapes: [
      ...upstashLengths.flatMap(([letter, length]) => [
        [some(base64Url, 4), `AAI${letter}cD`, some(base64Url, length)],
        ...['gQ', 'gg'].map((begin) => [`${begin}AAAAAA`, some(base64Url, 4), `AAI${letter}cD`, some(base64Url, length)]),
      ]),
      // what a UUID begins with
      ...Array.from('MNOYZ', (letter) => [some(base64Url, 4), `ASQg${letter}`, some(base64Url, 90)]),
    ],
    verify: isOfUpstash,
    sample: (draw) => sampleOfUpstash(20_123, draw(hex, 32)),
    cases: (draw) => {
      const password = (ofDatabase?: number) => draw(hex, 32) + (ofDatabase === undefined ? '' : `p1${ofDatabase}`);
      const bytes = () => `\xe9${draw(base62, 31)}`;
      const uuid = '5b7e91c4-0a2d-4f68-9c3e-d17a40b2f865';
      return {
        ok: [
          `UPSTASH_REDIS_REST_TOKEN="${sampleOfUpstash(9_876, password(9_876))}"\n`,
          `const redis = new Redis({ url, token: '${sampleOfUpstash(20_123, password(20_123))}' });`,
          `curl https://a-b-12345.upstash.io/get/foo -H "Authorization: Bearer ${sampleOfUpstash(70_123, password(70_123))}"`,
          `REDIS_URL=rediss://default:${sampleOfUpstash(170_123, password(170_123))}@a-b-12345.upstash.io:6379\n`,
          `UPSTASH_REDIS_REST_TOKEN=${sampleOfUpstash(170_123, password())}\n`,
          `KV_REST_API_READ_ONLY_TOKEN="${sampleOfUpstash(170_123, bytes(), 'p1', 2)}"\n`,
          `KV_REST_API_READ_ONLY_TOKEN="${sampleOfUpstash(20_123, bytes(), 'p1', 2)}"\n`,
          `token: '${sampleOfUpstash(20_123, password(), uuid)}',`,
          `Authorization: 'Bearer ${sampleOfUpstash(20_123, bytes(), uuid, 2)}',`,
        ],
        ng: [`TOKEN=A${draw(base64url, 3)}AAIncD${draw(base64url, 53)}`, `TOKEN=gQAAAAAA${draw(base64url, 4)}AAIncD${draw(base64url, 53)}`],
      };
    },
  }),
  token({
    id: 'planetscale-password',
    name: 'PlanetScale password',
    risk: 'With its user name it reads and changes the database branch that it was made for, until it is deleted.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://planetscale.com/docs/vitess/connecting/connection-strings',
    shapes: [['pscale_pw_', some('A-Za-z0-9_=.-', 32, 64)]],
  }),
  token({
    id: 'planetscale-token',
    name: 'PlanetScale service or OAuth token',
    risk: 'Manages the organisation’s databases, within its permissions, until it is deleted.',
    source: datadogPatterns,
    severity: 'error',
    revocation: planetScale,
    shapes: [
      ['pscale_tkn_', some('A-Za-z0-9_=.-', 32, 64)],
      ['pscale_oauth_', some('A-Za-z0-9_=.-', 32, 64)],
    ],
  }),
  token({
    id: 'mongodb-atlas-service-account-secret',
    name: 'MongoDB Atlas service account secret',
    risk: 'With its client ID it manages the organisation’s clusters, within its roles, until it expires.',
    source: mongoScanner,
    severity: 'error',
    revocation: 'https://www.mongodb.com/docs/atlas/configure-api-access/',
    shapes: [['mdb_sa_sk_', some(base64Url, 40)]],
  }),
  assigned({
    id: 'mongodb-atlas-private-key',
    name: 'MongoDB Atlas private API key',
    risk: 'With its public key it manages the organisation’s clusters, within its roles, until it is deleted.',
    source: mongoScanner,
    severity: 'error',
    revocation: 'https://www.mongodb.com/docs/atlas/configure-api-access/',
    near: ['atlas', 'mongodb', 'mcli_'],
    acrossLines: true,
    shapes: [uuid],
    named: /privatekey|privateapikey/,
    example: 'private_key',
  }),
  token({
    id: 'databricks-token',
    name: 'Databricks access token',
    risk: 'Acts as its owner in the workspace: reads data, runs programs on its clusters, until it expires or is revoked.',
    format: 'dapi and 32 hexadecimal digits, with -2 or -3 at the end on Azure',
    source: microsoftPatterns,
    severity: 'error',
    revocation: 'https://docs.databricks.com/aws/en/dev-tools/auth/pat',
    shapes: [
      ['dapi', some(lowerHex, 32), some('0-9-', 0, 2)],
      ['dose', some(lowerHex, 32), some('0-9-', 0, 2)],
    ],
    verify: (value) => /^(?:dapi|dose)[0-9a-f]{32}(?:-\d)?$/.test(value),
    sample: (draw) => `dapi${draw('0123456789abcdef', 32)}-3`,
  }),
  token({
    id: 'snowflake-session-token',
    name: 'Snowflake session token',
    risk: 'Acts as the user in the warehouse until the session ends.',
    format: 'ver:, a digit, -hint:, a number, - and base64 (of the package, dist/lib/secret_detector.js; how many is observed)',
    source: 'https://www.npmjs.com/package/snowflake-sdk/v/3.3.0',
    severity: 'warning',
    revocation: 'https://docs.snowflake.com/en/user-guide/programmatic-access-tokens',
    temporary: true,
    shapes: [['ver:', some('0-9', 1), '-hint:', some('0-9', 4, 20), '-', some('A-Za-z0-9+/=', 100, 600)]],
  }),
  assigned({
    id: 'snowflake-programmatic-token',
    name: 'Snowflake programmatic access token',
    risk: 'Acts as the user in the warehouse, within the token’s role, until it expires.',
    format: '100 to 500 letters, digits, underscores and hyphens',
    source: betterLeaks('snowflake'),
    severity: 'error',
    revocation: 'https://docs.snowflake.com/en/user-guide/programmatic-access-tokens',
    near: ['snowflake'],
    shapes: [[some(base64Url, 100, 500)]],
    verify: isMixedAtRandom,
    example: 'token',
    cases: () => ({
      ok: [],
      ng: [
        '{"fetch_many", (PyCFunction)__pyx_pw_9snowflake_9connector_7fetch_many, METH_KEYWORDS, __pyx_doc_9snowflake_9connector_9_internal_21arrow_stream_iterator_19ArrowStreamIterator_6fetch_many};',
      ],
    }),
  }),
  token({
    id: 'clickhouse-cloud-secret',
    name: 'ClickHouse Cloud API key secret',
    risk: 'With its key ID it manages the organisation’s services, within its role, until it is deleted.',
    format: '4b1d and 38 letters and digits (an example of the provider for Terraform)',
    source: 'https://github.com/ClickHouse/terraform-provider-clickhouse/blob/main/examples/provider/provider.tf',
    severity: 'error',
    revocation: 'https://clickhouse.com/docs/cloud/manage/openapi',
    shapes: [['4b1d', some(alphanumeric, 38)]],
  }),
  token({
    id: 'astra-db-token',
    name: 'DataStax Astra DB application token',
    risk: 'Reads and changes the organisation’s databases, within the token’s role, until it is deleted.',
    format: 'AstraCS:, 24 characters, a colon, and 64 characters; that these are letters and hexadecimal digits is observed',
    source: 'https://github.com/datastax/astra-cli/blob/main/src/main/java/com/dtsx/astra/cli/core/models/AstraToken.java',
    severity: 'error',
    revocation: 'https://docs.datastax.com/en/astra-db-serverless/administration/manage-application-tokens.html',
    shapes: [['AstraCS:', some(alphanumeric, 24), ':', some(alphanumeric, 64)]],
  }),
  assigned({
    id: 'databento-key',
    name: 'Databento API key',
    risk: 'Fetches market data at the account’s cost, until it is rotated or deleted.',
    format: '32 characters that begin with db-; that the rest is letters and digits is of betterleaks',
    source: 'https://databento.com/docs/api-historical/basics/authentication',
    severity: 'error',
    revocation: 'https://databento.com/docs/portal/api-keys',
    near: ['databento'],
    shapes: [['db-', some(alphanumeric, 29)]],
  }),
  token({
    id: 'tinybird-token',
    name: 'Tinybird static token',
    risk: 'Reads or changes the data that it is for, until it is refreshed; one that only reads an endpoint may be meant for the public.',
    format: 'p., what it is for as JSON in base64, a dot, and 43 characters; that the JSON begins with {"u": is observed',
    source: 'https://www.tinybird.co/docs/forward/core-concepts/tokens',
    severity: 'warning',
    revocation: 'https://www.tinybird.co/docs/forward/administration/tokens/static-tokens',
    shapes: [['p.eyJ1Ijog', some(base64Url, 60, 400), '.', some(base64Url, 43)]],
  }),
  token({
    id: 'settlemint-token',
    name: 'SettleMint access token',
    risk: 'Manages the person’s or the application’s blockchain networks and services, until it is deleted.',
    format: 'sm_pat_ (personal), sm_aat_ (application) or sm_sat_ (service), and 16 letters and digits; 12 and more as observed',
    source: gitleaks,
    severity: 'error',
    revocation: 'https://console.settlemint.com/',
    shapes: ['sm_pat_', 'sm_aat_', 'sm_sat_'].map((prefix) => [prefix, some(alphanumeric, 12, 64)]),
    verify: holding(some(digits, 1)),
    sample: (draw) => `sm_pat_${draw(base62, 15)}7`,
  }),
  token({
    id: 'xata-key',
    name: 'Xata API key',
    risk: 'Reads, changes and deletes the databases of its owner, until it is deleted.',
    format: 'xau_ (an example of the page) and 32 to 36 letters and digits, which is observed',
    source: 'https://xata.io/docs/messages/api-key-browser-error',
    severity: 'error',
    revocation: 'https://xata.io/docs/platform/api-key',
    shapes: [['xau_', some(alphanumeric, 32, 36)]],
  }),
  token({
    id: 'appwrite-key',
    name: 'Appwrite API key',
    risk: 'Reads and changes the project’s users, databases and files, within its scopes, until it is deleted.',
    format: 'standard_ and 256 hexadecimal digits',
    source: 'https://github.com/appwrite/appwrite/blob/3b802e9ba61537636013573b948bf825c2192ffa/app/controllers/api/projects.php',
    severity: 'error',
    revocation: 'https://appwrite.io/docs/advanced/platform/api-keys',
    shapes: [['standard_', some(lowerHex, 256)]],
  }),
];
