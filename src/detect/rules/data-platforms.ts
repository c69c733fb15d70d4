// Databases and warehouses as a service.
import { assigned } from './assigned.ts';
import type { Rule } from './rule.ts';
import { alphanumeric, base64Url, lowerAlphanumeric, lowerHex, some, uuid } from './shape.ts';
import { token } from './token.ts';

const planetScale = 'https://planetscale.com/docs/api/reference/service-tokens';
const supabaseKeys = 'https://supabase.com/docs/guides/api/api-keys';

export const dataPlatformRules: readonly Rule[] = [
  token({
    id: 'supabase-management-token',
    name: 'Supabase access token',
    risk: 'Manages every project of its owner: reads their keys and data, changes and deletes them, until it is revoked.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://supabase.com/docs/reference/api/introduction',
    shapes: [
      ['sbp_', some(lowerHex, 40)],
      ['sbp_oauth_', some(lowerHex, 40)],
    ],
  }),
  token({
    id: 'supabase-secret-key',
    name: 'Supabase secret key',
    risk: 'Reads and changes all data of the project, past its row-level security, until the key is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: supabaseKeys,
    shapes: [['sb_secret_', some(base64Url, 31)]],
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
    source: 'observed',
    severity: 'error',
    revocation: 'https://planetscale.com/docs/vitess/connecting/connection-strings',
    shapes: [['pscale_pw_', some('A-Za-z0-9_=.-', 32, 64)]],
  }),
  token({
    id: 'planetscale-token',
    name: 'PlanetScale service or OAuth token',
    risk: 'Manages the organisation’s databases, within its permissions, until it is deleted.',
    source: 'observed',
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
    source: 'observed',
    severity: 'error',
    revocation: 'https://www.mongodb.com/docs/atlas/configure-api-access/',
    shapes: [['mdb_sa_sk_', some(base64Url, 40)]],
  }),
  assigned({
    id: 'mongodb-atlas-private-key',
    name: 'MongoDB Atlas private API key',
    risk: 'With its public key it manages the organisation’s clusters, within its roles, until it is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://www.mongodb.com/docs/atlas/configure-api-access/',
    near: ['atlas', 'mongodb'],
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
    source: 'https://github.com/microsoft/security-utilities/blob/main/GeneratedRegexPatterns/PreciselyClassifiedSecurityKeys.json',
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
    source: 'observed',
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
  token({
    id: 'clickhouse-cloud-secret',
    name: 'ClickHouse Cloud API key secret',
    risk: 'With its key ID it manages the organisation’s services, within its role, until it is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://clickhouse.com/docs/cloud/manage/openapi',
    shapes: [['4b1d', some(alphanumeric, 38)]],
  }),
];
