// What watches over programs.
import { crc32 } from 'node:zlib';
import { assigned } from './assigned.ts';
import { checksum } from './facts.ts';
import { base62, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, lowerAlphanumeric, lowerHex, some } from './shape.ts';
import { token } from './token.ts';

const newRelicKeys = 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/';
const sentryTokens = 'https://docs.sentry.io/account/auth-tokens/';
const grafanaTokens = 'https://grafana.com/docs/grafana/latest/administration/service-accounts/';
const datadogKeys = 'https://docs.datadoghq.com/account_management/api-app-keys/';

const crcInHex = (random: string): string => crc32(random).toString(16).padStart(8, '0');

export const observabilityRules: readonly Rule[] = [
  assigned({
    id: 'datadog-api-key',
    name: 'Datadog API key',
    risk: 'Sends made-up metrics and logs into the organisation, until it is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: datadogKeys,
    near: ['datadog', 'dd_', 'dd-'],
    shapes: [[some(lowerAlphanumeric, 32)]],
    verify: (value) => (value.match(/\d/g)?.length ?? 0) >= 3,
    sample: (draw) => draw('0123456789abcdef', 32),
  }),
  assigned({
    id: 'datadog-application-key',
    name: 'Datadog application key',
    risk: 'With an API key it reads and changes what its owner may in the organisation: data, monitors, users, until it is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: datadogKeys,
    near: ['datadog', 'dd_', 'dd-'],
    shapes: [[some(alphanumeric, 40)]],
    example: 'application_key',
    verify: (value) => (value.match(/\d/g)?.length ?? 0) >= 3,
    sample: (draw) => draw('0123456789abcdef', 40),
  }),
  token({
    id: 'new-relic-key',
    name: 'New Relic key',
    risk: 'Reads and changes the account’s data and settings as its owner (user key), or sends and reads data (others), until it is deleted.',
    format: 'NRAK- and 27 characters (user), NRII- and 32 (insert), NRIQ- and 32 (query), NRAA- and 27 (admin), NRRA- and 42 (REST)',
    source: 'observed',
    severity: 'error',
    revocation: newRelicKeys,
    shapes: [
      ['NRAK-', some(alphanumeric, 27)],
      ['NRII-', some(base64Url, 32)],
      ['NRIQ-', some(base64Url, 32)],
      ['NRAA-', some(lowerHex, 27)],
      ['NRRA-', some(lowerHex, 42)],
    ],
  }),
  token({
    id: 'new-relic-license-key',
    name: 'New Relic licence key',
    risk: 'Sends made-up data into the account, until it is deleted.',
    source: 'observed',
    severity: 'warning',
    revocation: newRelicKeys,
    shapes: [
      [some(lowerHex, 36), 'NRAL'],
      ['eu01xx', some(lowerHex, 30), 'NRAL'],
    ],
  }),
  token({
    id: 'sentry-token',
    name: 'Sentry auth token',
    risk: 'Reads and changes the organisation’s projects, within the token’s scopes, until it is revoked.',
    format: 'sntryu_ (personal) and 64 hexadecimal digits, or sntrys_ (organisation), JSON in base64, and 43 characters',
    source: 'observed',
    severity: 'error',
    revocation: sentryTokens,
    shapes: [
      ['sntryu_', some(lowerHex, 64)],
      ['sntrys_eyJ', some('A-Za-z0-9+/=', 60, 500), '_', some(base64Characters, 43)],
    ],
  }),
  assigned({
    id: 'sentry-token-legacy',
    name: 'Sentry auth token, older format',
    risk: 'Reads and changes the organisation’s projects, within the token’s scopes, until it is revoked.',
    source: 'observed',
    severity: 'error',
    revocation: sentryTokens,
    near: ['sentry'],
    shapes: [[some(lowerHex, 64)]],
    named: /token|auth|apikey|secret/,
    example: 'auth_token',
  }),
  token({
    id: 'grafana-service-account-token',
    name: 'Grafana service account token',
    risk: 'Reads and changes dashboards, data sources and users, within the service account’s role, until it is deleted.',
    format: 'glsa_, 32 letters and digits, an underscore, and their CRC32 in 8 hexadecimal digits',
    source: 'observed',
    severity: 'error',
    revocation: grafanaTokens,
    shapes: [['glsa_', some(alphanumeric, 32), '_', some(lowerHex, 8)]],
    sample(draw) {
      const random = draw(base62, 32);
      return `glsa_${random}_${crcInHex(random)}`;
    },
    facts: (value) => [checksum(crcInHex(value.slice(5, 37)) === value.slice(38))],
  }),
  token({
    id: 'grafana-cloud-token',
    name: 'Grafana Cloud access policy token',
    risk: 'Reads or writes the stack’s metrics, logs and traces, within its policy, until it is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://grafana.com/docs/grafana-cloud/security-and-account-management/authentication-and-permissions/access-policies/',
    shapes: [['glc_', some(base64Characters, 32, 400), some('=', 0, 3)]],
  }),
  token({
    id: 'grafana-api-key',
    name: 'Grafana API key, older format',
    risk: 'Reads and changes dashboards and data sources, within its role, until it is deleted.',
    format: 'JSON in base64 that begins with "k"',
    source: 'observed',
    severity: 'error',
    revocation: grafanaTokens,
    shapes: [['eyJrIjoi', some(base64Characters, 60, 400), some('=', 0, 2)]],
  }),
  assigned({
    id: 'honeycomb-key',
    name: 'Honeycomb key',
    risk: 'Sends made-up events, or with a configuration key reads and changes the team’s data sets, until it is disabled.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://docs.honeycomb.io/configure/environments/manage-api-keys/',
    near: ['honeycomb', 'x-honeycomb-team', 'hny_'],
    shapes: [[some(lowerHex, 32)], ['hc', some('a-z', 1), 'ik_', some(lowerAlphanumeric, 58)], [some(alphanumeric, 22)]],
    named: /key|token|team|secret/,
    verify: (value) => (value.match(/\d/g)?.length ?? 0) >= 2,
  }),
];
