import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allRules, detect } from '../../src/detect/detect.ts';
import type { Draw, Rule } from '../../src/detect/rules/rule.ts';

// Every rule's own value in every syntax in which people write values: found there, at exactly its place, and nothing else beside it.

let state = 1;

/** Mulberry32: the same numbers from 0 to 1 at every run. */
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const draw: Draw = (alphabet, count) => Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');

const camel = (name: string): string => name.toLowerCase().replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
const pascal = (name: string): string => camel(name).replace(/^./, (letter) => letter.toUpperCase());
const lower = (name: string): string => name.toLowerCase();
const kebab = (name: string): string => lower(name).replaceAll('_', '-');

/** A value with a name, which is in capitals. */
const named: Readonly<Record<string, (name: string, value: string) => string>> = {
  '.env': (name, value) => `A=1\n${name}=${value}\nB=2\n`,
  '.env, lines of Windows': (name, value) => `A=1\r\n${name}=${value}\r\nB=2\r\n`,
  '.env in quotes': (name, value) => `${name}="${value}"\nB='2'\n`,
  '.env in single quotes': (name, value) => `${name}='${value}'`,
  'shell, exported': (name, value) => `export ${name}=${value}; run`,
  'shell, for one command': (name, value) => `${name}=${value} npm start`,
  fish: (name, value) => `set -x ${name} ${value}`,
  PowerShell: (name, value) => `$env:${name} = "${value}"`,
  'batch file': (name, value) => `set ${name}=${value}\r\n`,
  'command line': (name, value) => `tool --${kebab(name)} ${value} --verbose`,
  'command line with =': (name, value) => `tool --${kebab(name)}=${value} --verbose`,
  Dockerfile: (name, value) => `FROM node\nENV ${name} ${value}\nRUN npm ci\n`,
  'Dockerfile with =': (name, value) => `ENV ${name}=${value}\n`,
  'default of a shell': (name, value) => `export ${name}="\${${name}:-${value}}"`,
  'default of docker-compose': (name, value) => `environment:\n  ${name}: \${${name}:-${value}}\n`,
  'docker-compose': (name, value) => `environment:\n  - ${name}=${value}\n  - B=2\n`,
  'GitHub Actions': (name, value) => `env:\n  ${name}: ${value}\n`,
  Kubernetes: (name, value) => `- name: ${name}\n  value: "${value}"\n`,
  YAML: (name, value) => `${lower(name)}: ${value}\nother: 1\n`,
  'YAML in quotes': (name, value) => `  ${lower(name)}: '${value}'\n`,
  JSON: (name, value) => `{"${lower(name)}":"${value}","x":1}`,
  'JSON over lines': (name, value) => `{\n  "${camel(name)}": "${value}",\n  "x": 1\n}`,
  XML: (name, value) => `<${camel(name)}>${value}</${camel(name)}>`,
  'XML attributes': (name, value) => `<add key="${lower(name)}" value="${value}" />`,
  'Android resource': (name, value) => `<string name="${lower(name)}" translatable="false">${value}</string>`,
  'Android manifest': (name, value) => `<meta-data android:name="${lower(name).replaceAll('_', '.')}" android:value="${value}" />`,
  'Markdown, in bold': (name, value) => `- **${name}**: ${value}\n`,
  'column of CSV': (name, value) => `id,${lower(name)},created\n7,"${value}",2026-01-01\n`,
  'column of SQL': (name, value) => `INSERT INTO shops (id, ${lower(name)}, made) VALUES (7, '${value}', now());\n`,
  INI: (name, value) => `[a]\n${lower(name)} = ${value}\n`,
  properties: (name, value) => `${lower(name).replaceAll('_', '.')}=${value}\n`,
  TOML: (name, value) => `${lower(name)} = '${value}'\n`,
  Terraform: (name, value) => `variable "${lower(name)}" {\n  default = "${value}"\n}`,
  'Terraform attribute': (name, value) => `  ${lower(name)} = "${value}"`,
  JavaScript: (name, value) => `const ${camel(name)} = '${value}';`,
  'JavaScript template': (name, value) => `const ${name} = \`${value}\`;`,
  'JavaScript object': (name, value) => `new Client({ ${camel(name)}: "${value}" });`,
  'JavaScript environment': (name, value) => `process.env.${name} = '${value}'`,
  Python: (name, value) => `${lower(name)} = "${value}"  # mine`,
  'Python argument': (name, value) => `Client(${lower(name)}="${value}", x=1)`,
  'Python environment': (name, value) => `os.environ["${name}"] = "${value}"`,
  Go: (name, value) => `${camel(name)} := "${value}"`,
  'Go field': (name, value) => `Config{${pascal(name)}: "${value}"}`,
  Java: (name, value) => `private static final String ${name} = "${value}";`,
  'Java setter': (name, value) => `client.set${pascal(name)}("${value}");`,
  'C#': (name, value) => `public const string ${pascal(name)} = @"${value}";`,
  PHP: (name, value) => `'${lower(name)}' => '${value}',`,
  Ruby: (name, value) => `:${lower(name)} => "${value}"`,
  Kotlin: (name, value) => `val ${camel(name)}: String = "${value}"`,
  Rust: (name, value) => `let ${lower(name)}: &str = "${value}";`,
  R: (name, value) => `${lower(name)} <- "${value}"\n`,
  'request header': (name, value) => `-H "X-${pascal(name)}: ${value}"`,
  'written line ends': (name, value) => `"A=1\\n${name}=${value}\\nB=2"`,
};

/** A value without a name. */
const bare: Readonly<Record<string, (value: string) => string>> = {
  alone: (value) => value,
  'on a line': (value) => `a\n${value}\n.\n`,
  'in a sentence': (value) => `I use ${value}, which is mine.`,
  'at the end of a sentence': (value) => `It is ${value}.`,
  'in parentheses': (value) => `(${value})`,
  'in Markdown': (value) => `\`${value}\``,
  'in a list': (value) => `["${value}", "x"]`,
  'between commas': (value) => `7,${value},x\n`,
  'between tabs': (value) => `7\t${value}\tx`,
  'as an element': (value) => `<t>${value}</t>`,
  'in a comment': (value) => `/* ${value} */`,
  'after Bearer': (value) => `curl -H 'Authorization: Bearer ${value}' https://api.shop.io`,
};
const inAddress: Readonly<Record<string, (value: string) => string>> = {
  'in a query': (value) => `https://api.shop.io/v1?access=${value}&page=2`,
  'as a password of an address': (value) => `https://ci:${value}@git.shop.io/x.git`,
};

/** Rules whose values stand in a file or an address of one form, which their own cases write out. */
const ofOneForm = [
  'aspnet-machine-key',
  'auth-js-secret',
  'filezilla-password',
  'gradle-password',
  'password-export-file',
  'poetry-password',
  'django-secret-key',
  'fernet-key',
  'helm-values-password',
  'key-store-password',
  'server-settings-password',
  'server-call-password',
  'server-tag-password',
  'terraform-password',
  'wordpress-key',
  'akamai-client-secret',
  'aws-codecommit-password',
  'aws-cli-login-token',
  'aws-secret-access-key',
  'azure-app-configuration-secret',
  'azure-redis-key-legacy',
  'kubeconfig-login',
  'npmrc-token',
  'snowflake-password',
  'sql-user-password',
  'terraform-state-secret',
  'google-service-account-key',
  'govuk-notify-key',
  'datadog-intake-key',
  'esphome-update-password',
  'sql-credential-secret',
  'docker-registry-auth',
  'database-url-password',
  'message-queue-url-password',
  'basic-auth-url-password',
  'basic-auth-password',
  'basic-auth-settings-password',
  'express-session-secret',
  'flask-secret-key',
  'joomla-configuration-secret',
  'kubernetes-bootstrap-token-secret',
  'n8n-encryption-key',
  'phoenix-secret-key-base',
  'strapi-secret',
  'esphome-api-key',
  'fluent-bit-password',
  'fluentd-password',
  'grafana-data-source-secret',
  'wifi-password',
  'prometheus-credentials',
  'wifi-password-by-name',
  'wpa-passphrase',
  'dns-key',
  'ipsec-secret',
  'ldap-password',
  'radius-secret',
  'swanctl-secret',
  'netrc-password',
  'npmrc-password',
  'pypirc-password',
  'maven-settings-password',
  'nuget-config-password',
  'hetzner-cli-token',
  'linode-cli-token',
  'connection-string-password',
  'wireguard-key',
  'sentryclirc-token',
  'secret-command-value',
  'kubernetes-secret-value',
  'algolia-write-key',
  'sentry-properties-token',
  'new-relic-agent-license-key',
  'vultr-cli-api-key',
  'twilio-auth-token-beside-account',
  'bearer-token',
  'api-key-header',
  'cursor-key-legacy',
  'consul-gossip-key',
  'database-password',
  'database-settings-password',
  'mysql-option-file-password',
  'oracle-auth-token',
  'password-export',
  'ovh-consumer-key',
  'pgpass-password',
  'salesforce-auth-url',
  'command-line-password',
  'database-call-password',
  'laravel-app-key',
  'rails-secret-key-base',
  'server-password',
  'go-mysql-password',
  'mail-settings-password',
  'composer-password',
  'kafka-password',
  'redis-password',
  'snowflake-connection-password',
  'snowflake-dbt-password',
  'dockerfile-password',
  'datadog-agent-api-key',
  'ibm-cloud-service-api-key',
  'twilio-api-key-secret-beside-key',
  'vercel-cli-token',
  'contribsys-login',
  'dotenvx-private-key',
  'kaggle-file-key',
];

const ranges = (text: string) => detect(text).map(({ rule, value }) => `${rule} ${value}`);

/** A text with a value of the rule, and that value. */
function sample(rule: Rule): { readonly text: string; readonly value: string } {
  const [text] = rule.cases(draw).ok as readonly [string];
  const found = detect(text).find((finding) => finding.rule === rule.id);
  assert.ok(found, `${rule.id} does not find its own first case`);
  return { text, value: found.value };
}

function missed(rule: Rule, value: string, texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts)
    .filter(([, text]) => ranges(text).join() !== `${rule.id} ${value}`)
    .map(([syntax, text]) => `${syntax}: ${detect(text).map((finding) => finding.rule)}`);
}

const withAll = (wraps: Readonly<Record<string, (value: string) => string>>, value: string) =>
  Object.fromEntries(Object.entries(wraps).map(([syntax, wrap]) => [syntax, wrap(value)]));
const withNames = (name: string, value: string) =>
  Object.fromEntries(Object.entries(named).map(([syntax, wrap]) => [syntax, wrap(name, value)]));

test('a value is found, exactly it and nothing else, in every syntax', () => {
  const wrong: string[] = [];
  const notTried: string[] = [];
  for (const rule of allRules()) {
    const { text, value } = sample(rule);
    if (detect(value).some((finding) => finding.rule === rule.id)) {
      const lines = value.includes('\n');
      const texts = {
        ...withAll(bare, value),
        ...(/[:/?#\s]/.test(value) ? {} : withAll(inAddress, value)),
        ...(lines ? {} : withNames('MY_THING', value)),
      };
      wrong.push(...missed(rule, value, texts).map((syntax) => `${rule.id}, ${syntax}`));
    } else {
      const name = /^([A-Z][A-Z0-9_]*)=/.exec(text)?.[1];
      if (name === undefined || text !== `${name}=${value}`) notTried.push(rule.id);
      else wrong.push(...missed(rule, value, withNames(name, value)).map((syntax) => `${rule.id}, ${syntax}`));
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(notTried.sort(), ofOneForm.toSorted());
});

test('a value that a longer word, a longer value or a hash goes on into is none', () => {
  const wrong: string[] = [];
  for (const rule of allRules()) {
    const { text, value } = sample(rule);
    // What ends in padding is whole; what has lines or a scheme of its own begins where it says.
    if (ofOneForm.includes(rule.id) || /\s|:\/\/|=$/.test(value)) continue;
    const name = text.endsWith(value) ? text.slice(0, -value.length) : 'TOKEN=';
    for (const longer of [`${value}_more`, `q${value}`, `some_${value}`]) {
      if (ranges(`${name}${longer}\n`).includes(`${rule.id} ${value}`)) wrong.push(`${rule.id}: ${longer.replace(value, '…')}`);
    }
  }
  assert.deepEqual(wrong, []);
});

const hexadecimal = '0123456789abcdef';
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base64 = `${base62}+/`;
const uuid = () => [8, 4, 4, 4, 12].map((count) => draw(hexadecimal, count)).join('-');

/** Random text that is no credential, as it stands in sources in masses. */
const noise: Readonly<Record<string, () => string>> = {
  'base64 in lines': () => `${draw(base64, 76)}\n`,
  'hashes with their names': () => `"sha256": "${draw(hexadecimal, 64)}", "md5": "${draw(hexadecimal, 32)}",\n`,
  'locked packages': () => `      "integrity": "sha512-${draw(base64, 86)}==",\n`,
  commits: () => `${draw(hexadecimal, 40)} refs/tags/v1\n`,
  'identifiers of rows': () => `{"id": "${uuid()}", "parent": "${uuid()}", "etag": "${draw(hexadecimal, 32)}"},\n`,
  'data in an address': () => `url(data:image/png;base64,${draw(base64, 400)}=)\n`,
  'file names of a build': () => `<script src="/assets/index-${draw(`${base62}_-`, 8)}.js?v=${draw(base62, 20)}"></script>\n`,
  'public keys': () => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${draw(base64, 43)} me@host\n`,
  'certificate pins': () => `pin-sha256="${draw(base64, 43)}=";\n`,
  'random words': () => `${draw(base62, 24)} ${draw(base62, 32)} ${draw(base62, 40)} ${draw(base62, 64)}\n`,
};

test('identifiers that are as long as a token are none, behind whatever name', () => {
  const sources = [
    'exports.JiraConnectionSecret = {\n  polymorphicDiscriminator: {\n',
    'atlassian_api_token = synchronizedSubscription\n',
    'run(netlify_token=netlify_token, netlify_account_slug=netlify_account_slug, page=1)\n',
    'netlify_token = the_token_of_an_account_or_one_of_its_teams\n',
  ];
  for (const source of sources) assert.deepEqual(detect(source), [], source);
});

test('random text of other kinds holds no credential: 20,000 lines', () => {
  state = 1; // the same lines, however many rules there are: one in thousands of such texts holds what looks like a key id
  for (const [kind, line] of Object.entries(noise)) {
    const text = Array.from({ length: 2000 }, line).join('');
    assert.deepEqual(
      detect(text).map(({ rule, start }) => `${rule} at ${start}`),
      [],
      kind,
    );
  }
});
