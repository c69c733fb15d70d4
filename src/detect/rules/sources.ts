// Pages and files that tell the formats of many providers.
export const microsoftPatterns =
  'https://github.com/microsoft/security-utilities/blob/main/GeneratedRegexPatterns/PreciselyClassifiedSecurityKeys.json';
export const datadogPatterns =
  'https://github.com/DataDog/dd-trace-js/blob/v5.132.0/packages/dd-trace/src/appsec/iast/analyzers/hardcoded-secret-rules.js';
export const postHogPatterns = 'https://github.com/PostHog/posthog-python/blob/v7.91.1/posthog/exception_utils.py';
/** The credentials that Microsoft Purview knows: `sit-defn-` and a name. */
export const purview = (name: string): string => `https://learn.microsoft.com/purview/sit-defn-${name}`;
