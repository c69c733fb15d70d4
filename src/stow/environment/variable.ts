import type { SecretPlace } from '../edit.ts';

/** What a name must speak of to be taken for a secret's own. */
const speaksOfSecret =
  /token|secret|passw|passphrase|pwd|key|credential|auth|dsn|ur[il]|webhook|conn|bearer|jwt|(?:^|_)(?:pat|sas|pass|api)(?:_|$)/i;

/** Names that say nothing of whose secret it is. */
const general = new Set(
  'TOKEN KEY SECRET PASSWORD PASSWD PASS PWD API_KEY APIKEY API_TOKEN API_SECRET AUTH AUTH_TOKEN AUTHORIZATION ACCESS_TOKEN ACCESS_KEY SECRET_KEY PRIVATE_KEY CLIENT_SECRET URL URI DSN BEARER CREDENTIAL CREDENTIALS CONNECTION_STRING WEBHOOK WEBHOOK_URL'.split(
    ' ',
  ),
);

/** The names by which the providers' own tools look for their secrets, by the rule. */
const known: Readonly<Record<string, string>> = {
  'aws-bedrock-api-key': 'AWS_BEARER_TOKEN_BEDROCK',
  'google-gemini-key': 'GEMINI_API_KEY',
  'huggingface-token': 'HF_TOKEN',
  'replicate-token': 'REPLICATE_API_TOKEN',
  'grafana-service-account-token': 'GRAFANA_TOKEN',
  'onepassword-service-account-token': 'OP_SERVICE_ACCOUNT_TOKEN',
  'datadog-api-key': 'DD_API_KEY',
  'datadog-application-key': 'DD_APP_KEY',
  'basic-auth-url-password': 'SERVICE_URL',
};

/** Letters before the quote that opens a string, as languages have them, and the quotes. */
const opening = /(?:[A-Za-z@$]{0,3}#{0,5}["'`]{1,3})$/;
/** `name =`, `name: type =`, `"name" =>`, `name :=`, `name:` */
const assigned =
  /([A-Za-z_][\w-]{0,60})["'`\])]{0,2}\??[ \t]{0,5}(?::[ \t]{0,5}[\w<>?&.'[\] ]{1,60}|[ \t]string)?[ \t]{0,5}(?:=>|:=|\?\?=|\|\|=|=|:)[ \t]{0,5}$/;
/** `define('name', `, `set("name", ` */
const argument = /["'`]([A-Za-z_][\w-]{0,60})["'`][ \t]{0,5},[ \t]{0,5}$/;

/**
 * The environment variable that is to hold a secret: called as the text itself calls it where that name says enough, else as the provider's tools do.
 * @param rule the rule that found it, e.g. `github-personal-access-token`
 */
export function variableFor(text: string, place: SecretPlace, rule: string): string {
  const line = text.slice(Math.max(text.lastIndexOf('\n', place.start - 1) + 1, place.start - 200), place.start);
  const before = line.replace(opening, '');
  const called = upperCase((assigned.exec(before) ?? argument.exec(before))?.[1] ?? '');
  if (!speaksOfSecret.test(called)) return usualName(rule);
  const provider = /^[a-z0-9]+/.exec(rule)![0].toUpperCase();
  return general.has(called) && !called.startsWith(provider) ? `${provider}_${called}` : called;
}

function usualName(rule: string): string {
  const id = rule.replace(/-(?:legacy|named)$/, '');
  if (known[id] !== undefined) return known[id];
  if (/^(?:github|gitlab)-.*token$/.test(id)) return `${id.slice(0, 6).toUpperCase()}_TOKEN`;
  const [, provider] = /^([a-z]+)-key$/.exec(id) ?? [];
  if (provider !== undefined) return upperCase(provider === 'private' ? id : `${provider}-api-key`);
  return upperCase(id.replace(/-url-password$/, '-url'));
}

/** `githubToken`, `github-token` → `GITHUB_TOKEN` */
function upperCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
}
