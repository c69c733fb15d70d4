// What watches over programs.
import { crc32 } from 'node:zlib';
import { type Gate, setOf } from '../engine/matcher.ts';
import { isMixedAtRandom, isPlaceholder, isVaried } from '../randomness.ts';
import { variety } from '../variety.ts';
import { assigned } from './assigned.ts';
import { beginsLine, inFile } from './in-file.ts';
import { base62, base64url, type Draw, type Rule } from './rule.ts';
import {
  alphanumeric,
  anyHex,
  base64Characters,
  base64Url,
  digits,
  holding,
  lowerAlphanumeric,
  lowerHex,
  some,
  uuid,
  uuidOfVersion4,
  wordCharacters,
} from './shape.ts';
import { betterLeaks, datadogPatterns } from './sources.ts';
import { token } from './token.ts';

const newRelicKeys = 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/';
const sentryTokens = 'https://docs.sentry.io/account/auth-tokens/';
const grafanaTokens = 'https://grafana.com/docs/grafana/latest/administration/service-accounts/';
const datadogScrubber = 'https://github.com/DataDog/datadog-agent/blob/main/pkg/util/scrubber/default.go';
const datadogKeys = 'https://docs.datadoghq.com/account_management/api-app-keys/';

/** The CRC32 of all that is before it, prefix included, lowest byte first. */
function grafanaChecksum(key: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(key));
  return sum.toString('hex');
}

const hex = '0123456789abcdef';
/** So many of them and no more, behind a sign. */
const runOfHex = (length: number): Gate => ({ set: setOf(hex), length, most: length, within: 8 });

const settingOfSentry = /(?:^|\n)[ \t]{0,8}defaults\.(?:url|org|project)[ \t]{0,4}=/;

const [namesDatadog, isComment] = [/datadog|\bDD_/i, /^[ \t]{0,8}#/];
const mostComments = 12;

/** Does what is above a line name Datadog: the line before it, or one above comments? */
function isBelowDatadog(before: string): boolean {
  for (let [end, lines] = [before.length - 1, 0]; end > 0 && lines <= mostComments; lines++) {
    const begin = before.lastIndexOf('\n', end - 1) + 1;
    const line = before.slice(begin, end);
    if (namesDatadog.test(line)) return true;
    if (!isComment.test(line)) return false;
    end = begin - 1;
  }
  return false;
}

const settingOfDatadog =
  /(?:^|\n)(?:site:[ \t]{1,4}["']?[\w.]{0,20}(?:datadoghq|ddog-gov)\.|(?:dd_url|app_key|logs_enabled|logs_config|apm_config|process_config|dogstatsd_\w{1,40}|use_dogstatsd|runtime_security_config|kubelet_tls_verify):)/;

const settingOfNewRelic =
  /&default_settings|(?:^|\n)[ \t]{0,8}(?:app_name|monitor_mode|agent_enabled|distributed_tracing|enable_process_metrics|custom_attributes):/;

const [hasTwoDigits, hasThreeDigits] = [holding(some(digits, 2)), holding(some(digits, 3))];

/** An ID and a key, as Elasticsearch tells both in one. */
const sampleElasticKey = (draw: Draw): string => Buffer.from(`${draw(base64url, 20)}:${draw(base64url, 22)}`).toString('base64');

export const observabilityRules = (): readonly Rule[] => [
  assigned({
    id: 'datadog-api-key',
    name: 'Datadog API key',
    risk: 'Sends made-up metrics and logs into the organisation, until it is deleted.',
    source: datadogScrubber,
    severity: 'error',
    revocation: datadogKeys,
    near: ['datadog', 'dd_', 'dd-', 'dd.api', 'ddapi'],
    shapes: [[some(anyHex, 32)]],
    verify: hasThreeDigits,
    sample: (draw) => draw(hex, 32),
    cases: (draw) => ({
      ok: [
        `sinks:\n  logs:\n    type: datadog_logs\n    inputs: ["app"]\n    default_api_key: ${draw(hex, 32)}\n`,
        `  - host: datadoghq\n#   of production\n    api_key: ${draw(hex, 32)}\n`,
        `[sinks.logs]\ntype = "datadog_logs"\ninputs = ["app"]\ndefault_api_key = "${draw(hex, 32)}"\n`,
        `provider "datadog" {\n  api_url = "https://api.datadoghq.eu/"\n  api_key = "${draw(hex, 32)}"\n}\n`,
        `datadog: {\n  site: 'datadoghq.eu',\n  apiKey: '${draw(hex, 32)}',\n},\n`,
        `- Datadog\n  - API key: ${draw(hex, 32)}\n`,
        `Datadog:\nAPI key: ${draw(hex, 32)}\n`,
      ],
      ng: [
        `- type: datadog_logs\n  inputs: app\n- type: other\n  api_key: ${draw(hex, 32)}\n`,
        `  logs:\n    type: datadog_logs\n  other:\n    api_key: ${draw(hex, 32)}\n`,
        `[logs]\ntype = "datadog_logs"\n[other]\napi_key = "${draw(hex, 32)}"\n`,
        `provider: datadog\n---\nother_key: ${draw(hex, 32)}\n`,
        `- name: DATADOG_SITE\n  value: eu\n- name: OTHER_KEY\n  value: ${draw(hex, 32)}\n`,
        `{ type: 'datadog', site: 'eu' },\n{ apiKey: '${draw(hex, 32)}' }`,
        `- datadog\n- token: ${draw(hex, 32)}\n`,
        `tags:\n  - datadog\ntoken: ${draw(hex, 32)}\n`,
        `receivers: [datadog]\ntoken: ${draw(hex, 32)}\n`,
        `datadog:\n  enabled: true\nother:\n  api_key: ${draw(hex, 32)}\n`,
      ],
    }),
  }),
  inFile({
    id: 'datadog-intake-key',
    name: 'Datadog API key in the address of an intake',
    risk: 'Sends made-up logs and metrics into the organisation, until it is deleted.',
    format: '32 hexadecimal digits behind /v1/input/ in an address of Datadog',
    source: 'observed',
    severity: 'error',
    revocation: datadogKeys,
    literals: [{ text: '/v1/input/', gates: [{ set: setOf(hex), length: 32, within: 0 }] }],
    before: /\bdatadoghq\.(?:com|eu)$|\bddog-gov\.com$/,
    after: /([0-9a-f]{32})(?![\w-])/y,
    accepts: (value) => hasThreeDigits(value) && isVaried(value, 8) && !isPlaceholder(value),
    draws: (draw) => draw(hex, 32),
    sample: (key) => `endpoint = "https://http-intake.logs.datadoghq.com/v1/input/${key}"\n`,
    cases: (draw) => ({
      ok: [`POST https://webhooks-http-intake.logs.us5.datadoghq.com/v1/input/${draw(hex, 32)}?ddsource=shop`],
      ng: [`https://api.shop.io/v1/input/${draw(hex, 32)}`, `https://http-intake.logs.datadoghq.com/v1/input/${'0'.repeat(32)}`],
    }),
  }),
  inFile({
    id: 'datadog-agent-api-key',
    name: 'Datadog API key of an agent',
    risk: 'Sends made-up metrics and logs into the organisation, until it is deleted.',
    format:
      'api_key: and 32 hexadecimal digits at the beginning of a line, right below one or a comment that names Datadog, or beside other settings of the agent, as in datadog.yaml',
    source: 'https://github.com/DataDog/datadog-agent/blob/main/pkg/config/config_template.yaml',
    severity: 'error',
    revocation: datadogKeys,
    literals: ['api_key: '],
    after: /["']?([0-9a-fA-F]{32})(?=["']?[ \t]{0,80}(?:\r?\n|$))/y,
    before: /^$|\n$/,
    around: (before, behind) => isBelowDatadog(before) || settingOfDatadog.test(before) || settingOfDatadog.test(behind),
    accepts: (value) => hasThreeDigits(value) && isVaried(value, 8) && !isPlaceholder(value),
    draws: (draw) => draw(hex, 32),
    sample: (key) => `## https://app.datadoghq.com/organization-settings/api-keys\n#\napi_key: ${key}\n`,
    cases(draw) {
      const key = () => draw(hex, 32);
      return {
        ok: [
          `# of the agent\napi_key: ${key()}\n\n## @param site - string - optional\nsite: datadoghq.eu\n`,
          `logs_enabled: true\napi_key: ${key()}\n`,
          `cat > /etc/datadog-agent/datadog.yaml <<EOF\napi_key: ${key()}\nEOF\n`,
        ],
        ng: [
          `# sends to Datadog\nhost: shop.io\napi_key: ${key()}\n`,
          `api_key: ${key()}\nname: shop\n# not of Datadog\n`,
          `# of another\napi_key: ${key()}\nsite: shop.io\n`,
          `# datadog\napi_key: ${key()}0\n`,
          `# datadog\napi_key: ${'0'.repeat(32)}\n`,
          `# datadog\napi_key: ${'0123456789abcdef'.repeat(2)}\n`,
        ],
      };
    },
  }),
  assigned({
    id: 'datadog-application-key',
    name: 'Datadog application key',
    risk: 'With an API key it reads and changes what its owner may in the organisation: data, monitors, users, until it is deleted.',
    source: datadogScrubber,
    severity: 'error',
    revocation: datadogKeys,
    near: ['datadog', 'dd_', 'dd-', 'dd.app', 'ddapp'],
    shapes: [[some(alphanumeric, 40)]],
    example: 'application_key',
    verify: hasThreeDigits,
    sample: (draw) => draw(hex, 40),
  }),
  token({
    id: 'datadog-application-key-prefixed',
    name: 'Datadog application key, with its mark',
    risk: 'With an API key it reads and changes what its owner may in the organisation: data, monitors, users, until it is deleted.',
    source: datadogScrubber,
    severity: 'error',
    revocation: datadogKeys,
    shapes: [['ddapp_', some(wordCharacters, 34)]],
  }),
  token({
    id: 'new-relic-key',
    name: 'New Relic key',
    risk: 'Reads and changes the account’s data and settings as its owner (user key), or sends and reads data (others), until it is deleted.',
    format:
      'NRAK- and 27 capital letters and digits (user; how many is observed, and so are the others), NRII- and 32 (insert), NRIQ- and 32 (query), NRAA- and 27 (admin), NRRA- and 42 (REST)',
    source: 'https://github.com/boto/botocore/tree/develop/botocore/data/devops-agent',
    severity: 'error',
    revocation: newRelicKeys,
    shapes: [
      ['NRAK-', some('A-Z0-9', 27)],
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
    format: '40 characters; hexadecimal digits with NRAL or FFFFNRAL at their end, which is observed',
    source: 'https://github.com/newrelic/newrelic-python-agent/blob/main/newrelic/common/encoding_utils.py',
    severity: 'warning',
    revocation: newRelicKeys,
    shapes: [
      [some(lowerHex, 36), 'NRAL'],
      [some(lowerHex, 32), 'FFFFNRAL'],
      ['eu01xx', some(lowerHex, 30), 'NRAL'],
      ['eu01xx', some(lowerHex, 26), 'FFFFNRAL'],
    ],
  }),
  assigned({
    id: 'new-relic-license-key-legacy',
    name: 'New Relic licence key, older format',
    risk: 'Sends made-up data into the account, until it is deleted.',
    format: '40 characters; that they are hexadecimal digits is observed',
    source: 'https://newrelic.com/blog/how-to-relic/managing-new-relic-keys-with-nerdgraph',
    severity: 'warning',
    revocation: newRelicKeys,
    near: ['newrelic', 'new_relic', 'new relic'],
    acrossLines: true,
    shapes: [[some(lowerHex, 40)]],
    named: /licen[cs]e/,
    example: 'license_key',
  }),
  inFile({
    id: 'new-relic-agent-license-key',
    name: 'New Relic licence key of an agent, older format',
    risk: 'Sends made-up data into the account, until it is deleted.',
    format:
      'license_key: and 40 hexadecimal digits that begin a line, beside other settings of an agent, as in newrelic.yml and newrelic-infra.yml',
    source:
      'https://github.com/newrelic/infrastructure-agent/blob/master/assets/examples/infrastructure/newrelic-infra-template.yml.example',
    severity: 'warning',
    revocation: newRelicKeys,
    literals: [{ text: 'license_key:', gates: [runOfHex(40)] }],
    after: /[ \t]{1,4}["']?([0-9a-f]{40})(?=["']?[ \t]{0,80}(?:\r?\n|$|#))/y,
    before: beginsLine,
    around: (before, behind) => settingOfNewRelic.test(before) || settingOfNewRelic.test(behind),
    accepts: (value) => hasThreeDigits(value) && isVaried(value, 8) && !isPlaceholder(value),
    draws: (draw) => draw(hex, 40),
    sample: (key) => `common: &default_settings\n  license_key: '${key}'\n  app_name: Shop\n`,
    cases: (draw) => ({
      ok: [
        `license_key: ${draw(hex, 40)}\ndisplay_name: web-1\ncustom_attributes:\n  team: shop\n`,
        `# Required license key\n  license_key: ${draw(hex, 40)} # of the shop\n\n  # Your application's name\n  app_name: Shop\n`,
      ],
      ng: [
        `license_key: ${draw(hex, 40)}\nname: shop\n`,
        `license_key: ${draw(hex, 40)}\n# not of New Relic\n`,
        `common: &default_settings\n  license_key: '<%= ENV["KEY1"] %>'\n`,
        `common: &default_settings\n  commit: ${draw(hex, 40)}\n`,
        `common: &default_settings\n  license_key: ${'0'.repeat(40)}\n`,
        `app_name: Shop\nother_license_key: ${draw(hex, 40)}\n`,
      ],
    }),
  }),
  token({
    id: 'pixie-key',
    name: 'Pixie API or deploy key',
    risk: 'Reads what Pixie sees of the clusters, or adds a cluster to the organisation, until it is deleted.',
    format: 'px-api- (or px-dep-, which is observed) and a UUID of version 4',
    source: 'https://github.com/pixie-io/pixie/blob/main/src/cloud/auth/apikey/api_key.go',
    severity: 'error',
    revocation: 'https://docs.px.dev/reference/admin/api-keys/',
    shapes: [
      ['px-api-', ...uuidOfVersion4],
      ['px-dep-', ...uuidOfVersion4],
    ],
  }),
  token({
    id: 'sentry-token',
    name: 'Sentry auth token',
    risk: 'Reads and changes the organisation’s projects, within the token’s scopes, until it is revoked.',
    format:
      'sntryu_ (personal), sntrya_ (application), sntryi_ (integration) and 64 hexadecimal digits, which are observed, or sntrys_ (organisation), JSON in base64, and 43 characters',
    source: 'https://github.com/getsentry/sentry/blob/master/src/sentry/utils/security/orgauthtoken_token.py',
    severity: 'error',
    revocation: sentryTokens,
    shapes: [
      ...['sntryu_', 'sntrya_', 'sntryi_'].map((prefix) => [prefix, some(lowerHex, 64)]),
      ['sntrys_eyJ', some('A-Za-z0-9+/=', 60, 500), '_', some(base64Characters, 43)],
    ],
  }),
  assigned({
    id: 'sentry-token-legacy',
    name: 'Sentry auth token, older format',
    risk: 'Reads and changes the organisation’s projects, within the token’s scopes, until it is revoked.',
    source: datadogPatterns,
    severity: 'error',
    revocation: sentryTokens,
    near: ['sentry'],
    shapes: [[some(lowerHex, 64)]],
    named: /token|auth|apikey|secret/,
    example: 'auth_token',
  }),
  inFile({
    id: 'sentryclirc-token',
    name: 'Sentry auth token in .sentryclirc',
    risk: 'Reads and changes the organisation’s projects, within the token’s scopes, until it is revoked.',
    format: 'token= and 64 hexadecimal digits in the section [auth]',
    source: 'https://github.com/getsentry/sentry/blob/008af598c5c946bce4e0f9e99c0478cd98dd5c9d/src/sentry/models/apitoken.py',
    severity: 'error',
    revocation: sentryTokens,
    literals: ['[auth]'],
    after: /[ \t]{0,8}\r?\n[ \t]{0,8}token[ \t]{0,8}=[ \t]{0,8}([0-9a-f]{64})(?!\w)/y,
    accepts: (value) => variety(value) >= 6,
    draws: (draw) => draw(hex, 64),
    sample: (value) => `[defaults]\nurl=https://sentry.io/\n\n[auth]\ntoken=${value}\n`,
  }),
  inFile({
    id: 'sentry-properties-token',
    name: 'Sentry auth token in sentry.properties, older format',
    risk: 'Reads and changes the organisation’s projects, within the token’s scopes, until it is revoked.',
    format: 'auth.token= and 64 hexadecimal digits, which are observed, beside defaults.url, defaults.org or defaults.project',
    source: 'https://github.com/getsentry/sentry-react-native/blob/12107615660f44fac7cc933caa1127a5d602cc5c/sample/ios/sentry.properties',
    severity: 'error',
    revocation: sentryTokens,
    literals: [{ text: 'auth.token', gates: [runOfHex(64)] }],
    after: /[ \t]{0,4}=[ \t]{0,4}([0-9a-f]{64})(?!\w)/y,
    before: beginsLine,
    around: (before, behind) => settingOfSentry.test(before) || settingOfSentry.test(behind),
    accepts: (value) => variety(value) >= 6,
    draws: (draw) => draw(hex, 64),
    sample: (value) => `defaults.url=https://sentry.io/\ndefaults.org=shop\ndefaults.project=app\nauth.token=${value}\n`,
    cases: (draw) => ({
      ok: [`auth.token=${draw(hex, 64)}\ndefaults.project=app\n`],
      ng: [`auth.token=${draw(hex, 64)}\nname=app\n`, `defaults.url=https://sentry.io/\n#auth.token=${draw(hex, 60)}\n`],
    }),
  }),
  token({
    id: 'grafana-service-account-token',
    name: 'Grafana service account token',
    risk: 'Reads and changes dashboards, data sources and users, within the service account’s role, until it is deleted.',
    format: 'glsa_, 32 letters and digits, an underscore, and the CRC32 of what is before it in 8 hexadecimal digits',
    source: 'https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go',
    severity: 'error',
    revocation: grafanaTokens,
    shapes: [['glsa_', some(alphanumeric, 32), '_', some(lowerHex, 8)]],
    sample(draw) {
      const key = `glsa_${draw(base62, 32)}`;
      return `${key}_${grafanaChecksum(key)}`;
    },
    verify: (value) => grafanaChecksum(value.slice(0, 37)) === value.slice(38),
  }),
  token({
    id: 'grafana-cloud-token',
    name: 'Grafana Cloud access policy token',
    risk: 'Reads or writes the stack’s metrics, logs and traces, within its policy, until it is deleted.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://grafana.com/docs/grafana-cloud/security-and-account-management/authentication-and-permissions/access-policies/',
    shapes: [['glc_', some(base64Characters, 32, 400), some('=', 0, 3)]],
  }),
  token({
    id: 'grafana-api-key',
    name: 'Grafana API key, older format',
    risk: 'Reads and changes dashboards and data sources, within its role, until it is deleted.',
    format: 'JSON in base64 that begins with "k"',
    source: datadogPatterns,
    severity: 'error',
    revocation: grafanaTokens,
    shapes: [['eyJrIjoi', some(base64Characters, 60, 400), some('=', 0, 2)]],
  }),
  token({
    id: 'elastic-cloud-key',
    name: 'Elastic Cloud API key',
    risk: 'Manages the organisation’s deployments and reads their data, within its roles, until it expires or is revoked.',
    format: 'essu_ and 60 to 200 characters of base64 or base64url, of which the last may be equals signs',
    source: betterLeaks('elastic'),
    severity: 'error',
    revocation: 'https://www.elastic.co/docs/deploy-manage/api-keys/elastic-cloud-api-keys',
    shapes: [['essu_', some('A-Za-z0-9+/_-', 60, 200), some('=', 0, 2)]],
  }),
  assigned({
    id: 'elasticsearch-api-key',
    name: 'Elasticsearch API key',
    risk: 'Reads and changes the cluster’s indices within the rights that it was given, until it expires or is invalidated.',
    format: 'base64 of its ID (20 letters, digits, underscores and hyphens), a colon and 22 more',
    source: 'https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-create-api-key',
    severity: 'error',
    revocation: 'https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-invalidate-api-key',
    near: ['elastic', 'kibana', 'apikey '],
    acrossLines: true,
    shapes: [[some(base64Characters, 58), '==']],
    named: /key|token|authorization|auth$|encoded/,
    example: 'api_key',
    verify: (text, start, end) => /^[\w-]{20}:[\w-]{22}$/.test(Buffer.from(text.slice(start, end), 'base64').toString('latin1')),
    sample: sampleElasticKey,
    cases: (draw) => ({
      ok: [
        `curl -H "Authorization: ApiKey ${sampleElasticKey(draw)}" https://search.shop.io:9200/_cluster/health`,
        `const client = new Client({ node: 'https://search.es.io', auth: { apiKey: '${sampleElasticKey(draw)}' } }); // elastic`,
        `output.elasticsearch:\n  hosts: ["https://search.shop.io:9200"]\n  api_key: "${sampleElasticKey(draw)}"\n`,
      ],
      ng: [`elastic_checksum: ${sampleElasticKey(draw)}`],
    }),
  }),
  token({
    id: 'logfire-token',
    name: 'Pydantic Logfire token',
    risk: 'Adds to the project’s traces, or reads them with all that was recorded, or calls models at the account’s cost, until it is revoked.',
    format:
      'pylf_v, the version, the region, and 40 to 64 letters and digits, joined by _ (of the package, pydantic_ai/providers/gateway.py: its parts; how long the last is, is observed)',
    source: 'https://pypi.org/project/pydantic-ai-slim/2.68.0/',
    severity: 'error',
    revocation: 'https://pydantic.dev/docs/logfire/',
    shapes: ['us', 'eu', 'stagingus', 'stagingeu'].flatMap((region) => [
      [`pylf_v1_${region}_`, some(alphanumeric, 40, 64)],
      [`pylf_v2_${region}_`, some(alphanumeric, 40, 64)],
    ]),
  }),
  assigned({
    id: 'honeycomb-ingest-key',
    name: 'Honeycomb ingest key',
    risk: 'Sends made-up events into the team’s data sets, until it is disabled.',
    format: 'hc, a letter, ik_ or ic_, and 58 small letters and digits: 64 characters',
    source: 'https://github.com/honeycombio/libhoney-go/blob/main/libhoney.go',
    severity: 'warning',
    revocation: 'https://docs.honeycomb.io/configure/environments/manage-api-keys/',
    near: ['honeycomb', 'hny_'],
    shapes: [
      ['hc', some('a-z', 1), 'ik_', some(lowerAlphanumeric, 58)],
      ['hc', some('a-z', 1), 'ic_', some(lowerAlphanumeric, 58)],
    ],
    named: /key|token|team|secret/,
  }),
  assigned({
    id: 'honeycomb-key',
    name: 'Honeycomb key',
    risk: 'Sends made-up events, or with a configuration key reads and changes the team’s data sets, until it is disabled.',
    format: '32 hexadecimal digits (of the package, dist/esm/index.js), or 22 letters and digits, which are observed',
    source: 'https://www.npmjs.com/package/@honeycombio/opentelemetry-web/v/1.5.1',
    severity: 'error',
    revocation: 'https://docs.honeycomb.io/configure/environments/manage-api-keys/',
    near: ['honeycomb', 'x-honeycomb-team', 'hny_'],
    shapes: [[some(lowerHex, 32)], [some(alphanumeric, 22)]],
    named: /key|token|team|secret/,
    verify: (text, start, end) => hasTwoDigits(text, start, end) || isMixedAtRandom(text, start, end),
    cases: (draw) => ({
      ok: [`HONEYCOMB_API_KEY=${Array.from({ length: 11 }, () => draw('BCDFGHJKMN', 1) + draw('bcdfghjkmn', 1)).join('')}`],
      ng: ['HONEYCOMB_API_KEY=getKeyForAppAndOrgById', 'honeycombKey = HoneycombTeamKeyOption'],
    }),
  }),
  token({
    id: 'dynatrace-token',
    name: 'Dynatrace access or platform token',
    risk: 'Reads and changes the environment’s data and settings, within the token’s scopes, until it expires or is revoked.',
    format:
      'dt0c01 (access) or dt0s and two digits (platform), 24 characters (8 in platform tokens, which is observed), and 64 characters of A–Z and 2–7, joined by full stops',
    source: 'https://github.com/Dynatrace/dynatrace-operator/blob/main/pkg/util/dttoken/token.go',
    severity: 'error',
    revocation: 'https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens',
    shapes: [
      ['dt0c01.', some('A-Z2-7', 24), '.', some('A-Z2-7', 64)],
      ['dt0s', some('0-9', 2), '.', some('A-Z2-7', 24), '.', some('A-Z2-7', 64)],
      ['dt0s', some('0-9', 2), '.', some('A-Z2-7', 8), '.', some('A-Z2-7', 64)],
    ],
  }),
  token({
    id: 'axiom-token',
    name: 'Axiom token',
    risk: 'Sends, and depending on its kind reads and changes, the organisation’s data, until it is deleted.',
    format: 'xaat- (API) or xapt- (personal), and a UUID, which is observed',
    source: 'https://github.com/axiomhq/axiom-go/blob/main/internal/config/token.go',
    severity: 'error',
    revocation: 'https://axiom.co/docs/reference/tokens',
    shapes: [
      ['xaat-', ...uuid],
      ['xapt-', ...uuid],
    ],
  }),
  token({
    id: 'logicmonitor-token',
    name: 'LogicMonitor bearer token',
    risk: 'Reads and changes what the account monitors, within the rights of its user, until it is deleted.',
    format: 'lmb_ and base64 of 20 letters and digits, a colon and more',
    source: 'observed',
    severity: 'error',
    revocation: 'https://www.logicmonitor.com/support/rest-api-authentication',
    shapes: [['lmb_', some(base64Characters, 60, 200), some('=', 0, 2)]],
    verify: (token) => /^[A-Za-z0-9]{20}:/.test(Buffer.from(token.slice('lmb_'.length), 'base64').toString('latin1')),
    sample: (draw) => `lmb_${Buffer.from(`${draw(base62, 20)}:${draw(base62, 60)}`).toString('base64')}`,
  }),
];
