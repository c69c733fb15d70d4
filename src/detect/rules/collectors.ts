// Logins in the settings of what gathers metrics and logs and shows them.
import { markAfter, setOf } from '../engine/matcher.ts';
import { isUnguessable } from '../randomness.ts';
import { endOfLine, wholeLines } from '../text.ts';
import { inFile } from './in-file.ts';
import { isMixedValue } from './password.ts';
import { base62, base64, type Checked, type Match, type Rule } from './rule.ts';

const told = { severity: 'error', isChosen: true, commonInTests: true } as const;

const most = { block: 900, lines: 600 };
const longestIndent = 60;
const indentBefore = /(?:^|\n)([ \t]*(?:-[ \t]{1,4})?)["']?$/;
const restOfHead = /^["']?[ \t]{0,4}[:=]?[ \t]{0,4}\{?[ \t]{0,4}\r?\n/;
const setting =
  /^[ \t]{0,40}["']?(\w{1,40})["']?([ \t]{0,24}[:=][ \t]{0,24}["']?)(?:(?:Bearer|Token) )?([^\s"'$\\]{5,200})["']?,?[ \t]{0,8}\r?$/;

interface Setting {
  readonly name: string;
  readonly value: string;
  /** What stands between the name and the value. */
  readonly before: string;
  readonly start: number;
}

/** What the lines set below a head that stands alone on its line, from `start` to `end`, and are indented more than it is; in TOML, up to the next head. And where the last of them ends. */
function settingsBelow(
  text: string,
  start: number,
  end: number,
): { readonly settings: readonly Setting[]; readonly next: number } | undefined {
  const head = restOfHead.exec(text.slice(end, end + longestIndent));
  const isTable = text[end - 1] === ']';
  const indentOfHead = isTable ? -1 : indentBefore.exec(text.slice(Math.max(0, start - longestIndent), start))?.[1]?.length;
  if (head === null || indentOfHead === undefined) return undefined;
  const settings: Setting[] = [];
  const first = end + head[0].length;
  const lines = wholeLines(text, first, first + most.lines);
  let at = 0;
  while (at < lines.length) {
    const line = lines.slice(at, endOfLine(lines, at));
    const indent = line.search(/[^ \t]/);
    if (indent <= indentOfHead || line[indent] === '[') break;
    const [all, name, before = '', value] = setting.exec(line) ?? [];
    if (all !== undefined) settings.push({ name: name!, before, value: value!, start: first + at + all.lastIndexOf(value!) });
    at += line.length + 1;
  }
  return { settings, next: Math.min(first + at, text.length) };
}

const matchOf = ({ start, value }: Setting): Match => ({ start, end: start + value.length });

/** The secrets among the settings below `secureJsonData`. No more than these is read. */
function checkDataSource(text: string, start: number, end: number): Checked | undefined {
  const below = settingsBelow(text, start, end);
  if (below === undefined) return undefined;
  const [match, ...more] = below.settings.filter(({ value, before }) => isMixedValue(value, before) && !value.includes('://')).map(matchOf);
  return { match, more, next: below.next };
}

const farthestStrategy = 200;

/** The password among the settings below `basic_auth`, or below `auth` where they say that it is of that kind. No more than these is read. */
function checkBasicAuth(text: string, start: number, end: number): Checked | undefined {
  if (text[start] !== 'b' && !text.slice(end, end + farthestStrategy).includes('strategy')) return undefined;
  const below = settingsBelow(text, start, end);
  if (below === undefined) return undefined;
  const { settings, next } = below;
  const isBasic = text[start] === 'b' || settings.some(({ name, value }) => name === 'strategy' && value === 'basic');
  const password = settings.find(({ name, value, before }) => name === 'password' && isMixedValue(value, before));
  return isBasic && password !== undefined ? { match: matchOf(password), next } : { next };
}

/** The password of the output that the block from `start` sends to. All of the block is read then. */
function checkMatch(text: string, _start: number, end: number): Checked {
  const [block] = text.slice(end, end + most.block).split('</match>', 1) as [string];
  const next = end + block.length;
  const found = passwordOfOutput.exec(block);
  if (found === null || !isMixedValue(found[2]!, found[1]!)) return { next };
  const stop = end + found.index + found[0].length;
  return { match: { start: stop - found[2]!.length, end: stop }, next };
}

const passwordOfOutput = /\n[ \t]{0,40}password([ \t]{1,40}["']?)([^\s"'#]{8,100})(?=["']?[ \t]{0,8}\r?\n)/;

export const collectorRules = (): readonly Rule[] => [
  {
    ...told,
    id: 'basic-auth-settings-password',
    name: 'Password of basic authentication among settings',
    risk: 'Signs in as the user beside it, where the settings send or fetch metrics and logs.',
    format:
      'password below basic_auth, as Prometheus, Promtail and Alertmanager have it, or below auth beside strategy basic, as Vector has it',
    source: 'https://prometheus.io/docs/prometheus/latest/configuration/promtool',
    revocation: 'https://prometheus.io/docs/guides/basic-auth/',
    literals: [
      { text: 'basic_auth', beginsWord: true, gates: [markAfter('\n', ' \t:={"\'\r', 14)] },
      ...['auth:', '.auth]'].map((text) => ({
        text,
        ...(text === 'auth:' && { beginsWord: true as const }),
        gates: [markAfter('\n', ' \t\r', 4)],
      })),
    ],
    check: checkBasicAuth,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `remote_write:\n  - url: https://prom.shop.io/push\n    basic_auth:\n      username: 1234\n      password: ${password()}\n`,
          `- job_name: node\n  basic_auth:\n    password: "${password()}"\n    username: prom\n`,
          `endpoint {\n  basic_auth {\n    username = "1234"\n    password = "${password()}"\n  }\n}\n`,
          `"basic_auth": {\n  "username": "prom",\n  "password": "${password()}"\n}\n`,
          `sinks:\n  es:\n    auth:\n      strategy: basic\n      user: me\n      password: ${password()}\n`,
          `[sinks.es.auth]\nuser = "me"\npassword = "${password()}"\nstrategy = "basic"\n`,
        ],
        ng: [
          `basic_auth:\n  username: prom\n  password_file: /etc/${password()}\n`,
          `basic_auth:\n  username: prom\nother:\n  password: ${password()}\n`,
          `auth:\n  user: me\n  password: ${password()}\n`,
          `basic_auth:\n  username: prom\n  password: \${PROM_PASSWORD1}\n`,
        ],
      };
    },
  },
  inFile({
    id: 'prometheus-credentials',
    name: 'Token among the settings of Prometheus',
    risk: 'Sends or fetches metrics and logs in the name of whom it was made for, until it is revoked.',
    format: '20 to 500 characters, a random text, as credentials below authorization',
    source: 'https://prometheus.io/docs/prometheus/latest/configuration/promtool',
    severity: 'error',
    revocation: 'https://prometheus.io/docs/prometheus/latest/configuration/promtool',
    commonInTests: true,
    literals: [{ text: 'credentials:', beginsWord: true, gates: [{ set: setOf(`${base64}_-.=`), length: 20, within: 6 }] }],
    after: /[ \t]{1,4}["']?([\w.+/=-]{20,500})(?=["']?[ \t]{0,8}(?:[\r\n]|$))/y,
    before: /(?:^|\n)[ \t]{0,40}authorization:[ \t]{0,4}\r?\n(?:[ \t]{1,40}type:[^\r\n]{0,40}\r?\n)?[ \t]{1,40}$/,
    accepts: (token, before) => isMixedValue(token, before) && isUnguessable(token),
    draws: (draw) => `${draw(base62, 37)}7aZ`,
    sample: (token) => `authorization:\n  type: Bearer\n  credentials: ${token}\n`,
    cases: (draw) => ({
      ok: [`  authorization:\n    credentials: "${draw(base62, 37)}7aZ"\n`],
      ng: [
        `credentials: ${draw(base62, 37)}7aZ\n`,
        'authorization:\n  credentials: the-token-that-prometheus-is-given-1A\n',
        'authorization:\n  credentials_file: /etc/prometheus/Token1\n',
      ],
    }),
  }),
  {
    ...told,
    id: 'grafana-data-source-secret',
    name: 'Secret of a data source or contact point of Grafana',
    risk: 'Reads what the data source holds, or sends through the contact point, as Grafana does.',
    format: 'a password, a token or a header among the lines below secureJsonData, secureSettings or secure_settings, in YAML or JSON',
    source: 'https://grafana.com/docs/administration/provisioning',
    revocation: 'https://grafana.com/docs/grafana/latest/administration/data-source-management/',
    literals: ['secureJsonData', 'secureSettings', 'secure_settings'].map((text) => ({ text, gates: [markAfter('\n', '"\': \t{\r', 14)] })),
    check: checkDataSource,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `- name: pg\n  user: grafana\n  secureJsonData:\n    password: ${password()}\n`,
          `  basicAuthUser: me\n  secureJsonData:\n    basicAuthPassword: '${password()}'\n  version: 1\n`,
          `  secureJsonData:\n    httpHeaderValue1: "Bearer ${draw(base62, 37)}7aZ"\n`,
          `"secureJsonData": {\n  "password": "${password()}",\n  "other": ""\n}\n`,
          `  "secureSettings": {\n    "password": "${password()}"\n  }\n`,
          `    secure_settings:\n      token: ${password()}\n`,
        ],
        ng: [
          `  secureJsonData:\n    password: $PASSWORD1\n`,
          `  secureJsonData:\n  password: ${password()}\n`,
          `onChange({\n  secureJsonData: {\n    password: event.target1.Value,\n  },\n});`,
          `secureJsonData: { password: '${password()}' }`,
          '  secureJsonData:\n    httpHeaderValue1: tenant-of-the-shop-1\n',
          '    secure_settings:\n      url: https://alerts.shop.io/hooks/Team1\n',
        ],
      };
    },
  },
  inFile({
    ...told,
    id: 'fluent-bit-password',
    name: 'Password of an output of Fluent Bit',
    risk: 'Writes, and often reads, the logs of the server that the output names.',
    format: 'http_passwd, and behind blanks or a sign the password up to the end of the line',
    source: 'https://docs.fluentbit.io/manual/4.0/data-pipeline/outputs/elasticsearch.md',
    revocation: 'https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/built-in-sm',
    literals: [{ text: 'http_passwd', anyCase: true, beginsWord: true }],
    after: /["']?(?:[ \t]{1,40}|[ \t]{0,8}[:=][ \t]{0,8})["']?([^\s"'$:=]{8,100})(?=["']?[ \t]{0,8}(?:\r?\n|$))/y,
    accepts: isMixedValue,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `[OUTPUT]\n    Name  es\n    HTTP_User elastic\n    HTTP_Passwd  ${password}\n`,
    cases: (draw) => ({
      ok: [`outputs:\n  - name: es\n    http_user: elastic\n    http_passwd: ${draw(base62, 12)}-7aZ\n`],
      ng: ['    HTTP_Passwd password\n', `    HTTP_Passwd \${ES_PASSWORD1}\n`, 'mg_get(cfg, "http_passwd", "Htpasswd1");'],
    }),
  }),
  {
    ...told,
    id: 'fluentd-password',
    name: 'Password of an output of Fluentd',
    risk: 'Writes, and often reads, the logs of the server that the output names.',
    format: 'password, a blank and the password up to the end of the line, in <match …>',
    source: 'https://github.com/uken/fluent-plugin-elasticsearch',
    revocation: 'https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/built-in-sm',
    literals: [{ text: '<match ', gates: [markAfter('>', `${base62}_.*{}, /#-`, 80)] }],
    check: checkMatch,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `<match **>\n  @type elasticsearch\n  host es.shop.io\n  user elastic\n  password ${password()}\n</match>\n`,
          `<match app.*>\n  @type copy\n  <store>\n    @type elasticsearch\n    password "${password()}"\n  </store>\n</match>\n`,
        ],
        ng: [
          `<match **>\n  @type elasticsearch\n  password "#{ENV['ES_PASSWORD1']}"\n</match>\n`,
          `<match **>\n  @type stdout\n</match>\npassword ${password()}\n`,
          `<match **>\n  password changeme\n</match>\n`,
        ],
      };
    },
  },
];
