// Where code and packages are kept, beside GitHub.
import { crcFacts } from './applications.ts';
import { assigned } from './assigned.ts';
import { alsoInBase64 } from './encoded.ts';
import { checksum } from './facts.ts';
import { crcInBase62 } from './github.ts';
import { base62, base64url, type Rule } from './rule.ts';
import {
  alphanumeric,
  anyHex,
  base64Characters,
  base64Url,
  digits,
  holding,
  lowerAlphanumeric,
  lowerHex,
  type Run,
  type Shape,
  some,
  uuid,
} from './shape.ts';
import { credSweeper, datadogPatterns, microsoftPatterns, scalibr } from './sources.ts';
import { token } from './token.ts';

const gitlabTokens = 'https://docs.gitlab.com/security/tokens/';

/** The older form and the routable ones, which tell the cell that keeps them and end in a checksum. */
const gitlab = (prefix: string, plain: Run = some(base64Url, 20)): Shape[] => [
  [prefix, plain],
  [prefix, some(base64Url, 27, 300), '.', some(lowerAlphanumeric, 9)],
  [prefix, some(base64Url, 27, 300), '.', some(lowerAlphanumeric, 2), '.', some(lowerAlphanumeric, 9)],
];

const gitlabPatterns = 'https://github.com/gitlabhq/gitlabhq/blob/master/app/assets/javascripts/lib/utils/secret_detection_patterns.js';
const bitbucket = 'https://support.atlassian.com/bitbucket-cloud/docs/revoke-an-app-password/';

/** The exclusive or of all bytes, as a letter or digit. */
function cratesChecksum(random: string): string | undefined {
  const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let sum = 0;
  for (let at = 0; at < random.length; at++) sum ^= random.charCodeAt(at);
  return all[sum % all.length];
}

export const codeHostRules = (): readonly Rule[] => [
  alsoInBase64(
    token({
      id: 'gitlab-personal-access-token',
      name: 'GitLab personal, project or group access token',
      risk: 'Acts as its owner, project or group in GitLab, within the token’s scopes, until it expires or is revoked.',
      source: 'https://gitlab.com/gitlab-org/gitlab/-/issues/342327',
      severity: 'error',
      revocation: gitlabTokens,
      shapes: gitlab('glpat-'),
    }),
    'glpat-',
  ),
  token({
    id: 'gitlab-token',
    name: 'GitLab token',
    risk: 'Does in GitLab what its kind may do: deploy, trigger pipelines, run jobs, read feeds, sign in as an application.',
    format:
      'gldt- (deploy), glptt- (trigger), gloas- (application), glsoat- (SCIM), glft- (feed), glimt- (mail), glagent- (agent), glcbt- (job), glffct- (flags), and its secret; glwt- (workspace) is of the tokens’ page',
    source: gitlabPatterns,
    severity: 'error',
    revocation: gitlabTokens,
    shapes: [
      ...gitlab('gldt-'),
      ['glptt-', some(base64Url, 40)],
      ['gloas-', some(base64Url, 64)],
      ...gitlab('glsoat-'),
      ['glft-', some(base64Url, 20)],
      ['glft-', some('a-h0-9', 32, 64), '-', some('0-9', 1, 10), '_'],
      ['glimt-', some(base64Url, 25)],
      ['glagent-', some(base64Url, 50, 120)],
      ['glcbt-', some(alphanumeric, 1, 5), '_', some(base64Url, 20)],
      ['glffct-', some(base64Url, 20)],
      ...gitlab('glwt-'),
    ],
  }),
  token({
    id: 'gitlab-runner-token',
    name: 'GitLab runner token',
    risk: 'Runs the jobs of the project, group or instance on a machine of the finder’s, which sees their code and their secrets.',
    source: gitlabPatterns,
    severity: 'error',
    revocation: gitlabTokens,
    shapes: [
      ...gitlab('glrt-'),
      ['glrt-t', some('0-9', 1), '_', some(base64Url, 20)],
      ['glrt-t', some('0-9', 1), '_', some(base64Url, 27, 300), '.', some(lowerAlphanumeric, 9)],
      ['glrt-t', some('0-9', 1), '_', some(base64Url, 27, 300), '.', some(lowerAlphanumeric, 2), '.', some(lowerAlphanumeric, 9)],
      ['GR1348941', some(base64Url, 20)],
      ['glrtr-', some(base64Url, 20)],
    ],
  }),
  token({
    id: 'bitbucket-app-password',
    name: 'Bitbucket app password',
    risk: 'Acts as its owner in Bitbucket, within its permissions, if Bitbucket still takes it: all were to end in June 2026.',
    format:
      'ATBB, 24 letters and digits, and the CRC32 of all that in 8 hexadecimal digits (of the package, credsweeper/rules/config.yaml and filters/value_atlassian_token_check.py)',
    source: credSweeper,
    severity: 'warning',
    facts: crcFacts,
    revocation: bitbucket,
    shapes: [['ATBB', some(alphanumeric, 24), some('A-F0-9', 8)]],
  }),
  token({
    id: 'bitbucket-data-center-token',
    name: 'Bitbucket Data Center access token',
    risk: 'Reads, and with write access changes, the repositories of the organisation’s own Bitbucket, until it expires or is revoked.',
    format:
      'BBDC- and 33 bytes in base64, of either alphabet: a number, a colon, and random bytes (of the package, credsweeper/rules/config.yaml and filters/value_atlassian_token_check.py)',
    source: credSweeper,
    severity: 'error',
    revocation: 'https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html',
    shapes: [['BBDC-', some('MNO', 1), some(`${base64Characters}_-`, 43)]],
    verify: (token) => /^\d{4,20}:/.test(Buffer.from(token.slice(5), 'base64').toString('latin1')),
    sample: (draw) => `BBDC-${Buffer.from(`${draw('0123456789', 12)}:${draw(base62, 20)}`).toString('base64')}`,
  }),
  assigned({
    id: 'bitbucket-client-secret',
    name: 'Bitbucket OAuth consumer secret',
    risk: 'Acts as the consumer’s owner in Bitbucket, within its permissions, until it is deleted.',
    format: '64 small letters and digits; 32 letters and digits as observed',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/',
    near: ['bitbucket'],
    shapes: [[some(lowerAlphanumeric, 64)], [some(alphanumeric, 32)]],
    named: /secret|token|key$/,
    example: 'client_secret',
    verify: holding(some(digits, 1)),
  }),
  token({
    id: 'npm-token',
    name: 'npm access token',
    risk: 'Publishes and changes its owner’s packages, which others then install and run, until it is revoked.',
    format: 'npm_ and 36 letters and digits, the last six of which are a CRC32 of the others in base 62',
    source: microsoftPatterns,
    severity: 'error',
    revocation: 'https://docs.npmjs.com/revoking-access-tokens',
    shapes: [['npm_', some(alphanumeric, 36)]],
    sample(draw) {
      const random = draw(base62, 30);
      return `npm_${random}${crcInBase62(random)}`;
    },
    facts: (value) => [checksum(crcInBase62(value.slice(4, 34)) === value.slice(34))],
  }),
  assigned({
    id: 'npm-token-legacy',
    name: 'npm registry token, older format',
    risk: 'Publishes and changes packages in the registry that the line names, until it is revoked.',
    format: 'a UUID, which is observed, named _authToken, NPM_TOKEN or the like',
    source: 'https://docs.npmjs.com/cli/configuring-npm/npmrc',
    severity: 'error',
    revocation: 'https://docs.npmjs.com/revoking-access-tokens',
    near: ['_authtoken', 'npm_token', 'npm_auth'],
    shapes: [uuid],
    named: /authtoken|npm.*(?:token|auth)/,
    example: '_authToken',
  }),
  token({
    id: 'pypi-token',
    name: 'PyPI API token',
    risk: 'Publishes and changes its owner’s packages, which others then install and run, until it is deleted.',
    format: 'pypi- and a macaroon of pypi.org or test.pypi.org in base64url',
    source: 'https://github.com/pypi/warehouse/blob/main/warehouse/macaroons/services.py',
    severity: 'error',
    revocation: 'https://pypi.org/help/#apitoken',
    shapes: [
      ['pypi-AgEIcHlwaS5vcmc', some(base64Url, 50, 1000)],
      ['pypi-AgENdGVzdC5weXBpLm9yZw', some(base64Url, 50, 1000)],
    ],
    sample: (draw) => `pypi-AgEIcHlwaS5vcmc${draw(base64url, 150)}`,
  }),
  token({
    id: 'rubygems-token',
    name: 'RubyGems API key',
    risk: 'Publishes and changes its owner’s gems, which others then install and run, until it is deleted.',
    source: 'https://github.com/rubygems/rubygems.org/blob/master/app/controllers/concerns/api_keyable.rb',
    severity: 'error',
    revocation: 'https://guides.rubygems.org/api-key-scopes/',
    shapes: [['rubygems_', some(lowerHex, 48)]],
  }),
  token({
    id: 'crates-io-token',
    name: 'crates.io API token',
    risk: 'Publishes and changes its owner’s crates, which others then build and run, until it is revoked.',
    source: 'https://github.com/rust-lang/crates.io/blob/main/src/util/token.rs',
    severity: 'error',
    revocation: 'https://crates.io/settings/tokens',
    shapes: [['cio', some(alphanumeric, 32)]],
  }),
  token({
    id: 'crates-io-publishing-token',
    name: 'crates.io trusted publishing token',
    risk: 'Publishes the crates that it was made for, which others then build and run, for half an hour.',
    format: 'cio_tp_, 31 letters and digits, and one more that is made from them',
    source: 'https://github.com/rust-lang/crates.io/blob/main/crates/crates_io_trustpub/src/access_token.rs',
    severity: 'warning',
    temporary: true,
    revocation: 'https://crates.io/docs/trusted-publishing',
    shapes: [['cio_tp_', some(alphanumeric, 32)]],
    verify: (value) => cratesChecksum(value.slice(7, -1)) === value.at(-1),
    sample(draw) {
      const random = draw(base62, 31);
      return `cio_tp_${random}${cratesChecksum(random)}`;
    },
  }),
  token({
    id: 'clojars-token',
    name: 'Clojars deploy token',
    risk: 'Publishes its owner’s libraries, which others then build and run, until it is disabled.',
    source: 'https://github.com/clojars/clojars-web/blob/main/src/clojars/db.clj',
    severity: 'error',
    revocation: 'https://github.com/clojars/clojars-web/wiki/Deploy-Tokens',
    shapes: [['CLOJARS_', some(lowerHex, 60)]],
  }),
  token({
    id: 'packagist-token',
    name: 'Private Packagist token or API secret',
    risk: 'Reads the organisation’s private packages, or changes them and who may read them, until it is deleted.',
    format: 'packagist_ and acs_ with 64 to 96 hexadecimal digits (secret), or ort_ (read), out_, uut_ or cut_ (update) with 68',
    source: scalibr('packagist'),
    severity: 'error',
    revocation: 'https://packagist.com/docs',
    shapes: [
      ['packagist_acs_', some(lowerHex, 64, 96)],
      ...['ort', 'out', 'uut', 'cut'].map((kind) => [`packagist_${kind}_`, some(lowerHex, 68)]),
    ],
  }),
  token({
    id: 'pyx-token',
    name: 'pyx access key',
    risk: 'Reads, and with write access publishes, the packages of the workspace, until it is revoked.',
    format: 'sk-pyx- and 64 letters and digits',
    source: scalibr('pyxkeyv1'),
    severity: 'error',
    revocation: 'https://docs.pyx.dev/',
    shapes: [['sk-pyx-', some(alphanumeric, 64)]],
  }),
  token({
    id: 'nuget-key',
    name: 'NuGet API key',
    risk: 'Publishes and changes its owner’s packages, which others then install and run, until it expires or is deleted.',
    source: microsoftPatterns,
    severity: 'error',
    revocation: 'https://learn.microsoft.com/nuget/nuget-org/scoped-api-keys',
    shapes: [['oy2', some('a-z2-7', 43)]],
  }),
  token({
    id: 'open-vsx-token',
    name: 'Open VSX access token',
    risk: 'Publishes versions of its owner’s extensions, which editors then install by themselves, until it is revoked.',
    format: 'ovsxat_ (as observed at open-vsx.org; each registry sets its own) and a UUID',
    source:
      'https://github.com/eclipse-openvsx/openvsx/blob/94969a24ec8c3cd9a6380ddf50f00ee0651f4808/server/src/main/java/org/eclipse/openvsx/accesstoken/AccessTokenService.java',
    severity: 'error',
    revocation: 'https://open-vsx.org/user-settings/tokens',
    shapes: [['ovsxat_', ...uuid]],
  }),
  token({
    id: 'sourcegraph-token',
    name: 'Sourcegraph access token',
    risk: 'Reads the code that its owner may read in Sourcegraph, until it is deleted.',
    source: 'https://github.com/sourcegraph/sourcegraph-public-snapshot/blob/main/internal/accesstoken/personal_access_token.go',
    severity: 'error',
    revocation: 'https://sourcegraph.com/docs/cli/how-tos/revoking-an-access-token',
    shapes: [
      ['sgp_', some(anyHex, 40)],
      ['sgp_', some(anyHex, 16), '_', some(anyHex, 40)],
      ['sgp_local_', some(anyHex, 40)],
    ],
  }),
];
