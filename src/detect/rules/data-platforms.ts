// Databases and warehouses as a service.
import { isMixed, isPlaceholder } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { inFile } from './in-file.ts';
import { isLikelyPassword } from './password.ts';
import { base62, type Rule } from './rule.ts';
import { alphanumeric, base64Url, lowerAlphanumeric, lowerHex, some, uuid } from './shape.ts';
import { datadogPatterns, microsoftPatterns, mongoScanner } from './sources.ts';
import { token } from './token.ts';

const planetScale = 'https://planetscale.com/docs/api/reference/service-tokens';
const supabaseKeys = 'https://supabase.com/docs/guides/api/api-keys';

/** A password of letters in both cases and digits, and no address, path or call. */
const isMixedPassword = (value: string): boolean =>
  isMixed(value) && isLikelyPassword(value) && !isPlaceholder(value) && !/[:/<>()]/.test(value);

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
    source: 'observed',
    severity: 'error',
    revocation: 'https://neon.com/docs/manage/api-keys',
    shapes: [['napi_', some(lowerAlphanumeric, 64)]],
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
    source: 'observed',
    severity: 'error',
    revocation: 'https://docs.snowflake.com/en/user-guide/programmatic-access-tokens',
    near: ['snowflake'],
    shapes: [[some(base64Url, 110, 400)]],
    example: 'token',
  }),
  inFile({
    id: 'snowflake-password',
    name: 'Snowflake password',
    risk: 'Signs in to the warehouse as the user, with the user’s roles, where no second factor is asked for.',
    format: 'a password behind snowflake_password, in quotes, or in .env of letters, digits and signs',
    source: 'https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections',
    severity: 'error',
    revocation: 'https://docs.snowflake.com/en/sql-reference/sql/alter-user',
    literals: ['SNOWFLAKE_PASSWORD', 'snowflake_password', 'snowflakePassword', 'SnowflakePassword'],
    after: /["']?\]?[ \t]{0,4}[:=][ \t]{0,4}(?:["'](?=[^"'\r\n]{8,100}["'])|(?=[A-Za-z0-9!#%^*+=~-]{8,100}(?:\s|$)))([^"'\s]{8,100})/y,
    accepts: isMixedPassword,
    isChosen: true,
    sample: (password) => `SNOWFLAKE_PASSWORD="${password}"\n`,
    cases: (draw) => ({
      ok: [`SNOWFLAKE_PASSWORD=${draw(base62, 14)}a7Z\n`, `"snowflake_password": "${draw(base62, 12)}a7Z.-$"`],
      ng: [
        'snowflake_password = settings.SNOWFLAKE_PASSWORD\n',
        `SNOWFLAKE_PASSWORD: \${{ secrets.SNOWFLAKE_PASSWORD }}\n`,
        'snowflake_password=os.environ["SNOWFLAKE_PASSWORD"]',
        'snowflakePassword: configuration2.getPassword()',
        'snowflake_password = "getSecretAccessKeyFromVault"',
        'SNOWFLAKE_PASSWORD="arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"',
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
];
