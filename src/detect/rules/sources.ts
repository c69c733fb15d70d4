// Pages and files that tell the formats of many providers.
export const microsoftPatterns =
  'https://github.com/microsoft/security-utilities/blob/main/GeneratedRegexPatterns/PreciselyClassifiedSecurityKeys.json';
export const datadogPatterns =
  'https://github.com/DataDog/dd-trace-js/blob/v5.132.0/packages/dd-trace/src/appsec/iast/analyzers/hardcoded-secret-rules.js';
export const postHogPatterns = 'https://github.com/PostHog/posthog-python/blob/v7.91.1/posthog/exception_utils.py';
/** The credentials that Microsoft Purview knows: `sit-defn-` and a name. */
export const purview = (name: string): string => `https://learn.microsoft.com/purview/sit-defn-${name}`;

/** What Google's scanner goes by, one folder a kind. */
export const scalibr = (folder: string): string => `${scalibrSecrets}${folder}/detector.go`;
const scalibrSecrets = 'https://github.com/google/osv-scalibr/blob/main/veles/secrets/';
/** What Samsung's scanner goes by: `credsweeper/rules/config.yaml`. */
export const credSweeper = 'https://pypi.org/project/credsweeper/1.19.5/';
/** What MongoDB's scanner goes by for its own keys. */
export const mongoScanner =
  'https://github.com/mongodb/kingfisher/blob/82d050530cdef9af070b8f9a75701c9c27a948c3/crates/kingfisher-rules/data/rules/mongodb.yml';
/** What it went by for those of others before it took the rules of betterleaks: `kingfisher rules list` prints it. */
export const kingfisher = 'https://pypi.org/project/kingfisher-bin/1.112.0/';

/** What trufflehog goes by, one folder a kind, and asks the provider about. */
export const truffleHog = (folder: string, file = folder): string => `${detectors}${folder}/${file}.go`;
const detectors = 'https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/';
export const gitleaks = 'https://github.com/gitleaks/gitleaks/blob/v8.30.1/config/gitleaks.toml';

/** What betterleaks goes by, by the author of gitleaks: one file a provider. */
export const betterLeaks = (file: string): string => `${betterLeaksRules}${file}.go`;
const betterLeaksRules = 'https://github.com/betterleaks/betterleaks/blob/master/cmd/generate/config/rules/';
/** What Praetorian's scanner goes by, one file a provider. */
export const noseyParker = (file: string): string => `${noseyParkerRules}${file}.yml`;
const noseyParkerRules = 'https://github.com/praetorian-inc/noseyparker/blob/main/crates/noseyparker/data/default/builtin/rules/';

/** Does the source of a rule come from neither the provider nor somebody whom it told, but from one who looks for the credentials of many? */
export const isOfOthers = ({ id, source }: { readonly id: string; readonly source: string }): boolean =>
  [datadogPatterns, postHogPatterns, credSweeper, kingfisher, gitleaks].includes(source) ||
  source.startsWith(scalibrSecrets) ||
  source.startsWith(detectors) ||
  source.startsWith(betterLeaksRules) ||
  source.startsWith(noseyParkerRules) ||
  ((source === microsoftPatterns || source.startsWith(purview(''))) && !/^(?:azure|nuget)-/.test(id));
