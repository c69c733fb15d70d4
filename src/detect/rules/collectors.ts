// Logins in the settings of what gathers metrics and logs and shows them.
import { markAfter } from '../engine/matcher.ts';
import { inFile } from './in-file.ts';
import { isMixedValue, passwordBehindName } from './password.ts';
import { base62, type Checked, type Match, type Rule } from './rule.ts';
import { signOfSetting } from './settings-beside.ts';

const told = { severity: 'error', isChosen: true, commonInTests: true } as const;

/** Settings between the head of a block and the password in it. */
const settings = /(?:[ \t]{0,40}["']?(?:user|username|strategy)["']?[ \t]{0,24}[:=][^\r\n]{0,100}\r?\n){0,2}[ \t]{0,40}["']?$/.source;
const basicAuth = new RegExp(
  `(?:^|\\n)[ \\t]{0,40}(?:-[ \\t]{1,4})?["']?basic_?auth["']?[ \\t]{0,4}[:={]{1,2}[ \\t{]{0,4}\\r?\\n${settings}`,
  'i',
);
const authOfVector = new RegExp(`(?:^|\\n)[ \\t]{0,40}(?:\\[[\\w."-]{1,80}\\.auth\\]|auth:)[ \\t]{0,4}\\r?\\n${settings}`);
const strategy = /\bstrategy[ \t]{0,4}[:=][ \t]{0,4}["']?basic\b/;
const farthestStrategy = 200;

/** Do the settings before and behind a password say that it is one of basic authentication? */
const isOfBasicAuth = (before: string, behind: string): boolean =>
  basicAuth.test(before) ||
  (authOfVector.test(before) && (strategy.test(before.slice(-farthestStrategy)) || strategy.test(behind.slice(0, farthestStrategy))));

const most = { block: 900, units: 600 };
const longestIndent = 60;
const indentBefore = /(?:^|\n)([ \t]*(?:-[ \t]{1,4})?)["']?$/;

/** The secrets in the lines below `secureJsonData`, in YAML or JSON, that are indented more than it is. No more than these is read. */
function checkDataSource(text: string, start: number, end: number): Checked | undefined {
  const head = /^["']?:[ \t]{0,4}\{?[ \t]{0,4}\r?\n/.exec(text.slice(end, end + 20));
  const indent = indentBefore.exec(text.slice(Math.max(0, start - longestIndent), start));
  if (head === null || indent === null) return undefined;
  const matches: Match[] = [];
  const last = Math.min(text.length, end + most.units);
  let at = end + head[0].length;
  while (at < last) {
    const [line] = text.slice(at, last).split('\n', 1) as [string];
    if (line.search(/[^ \t]/) <= indent[1]!.length) break;
    const value = secureValue.exec(line)?.[1];
    const place = value === undefined ? 0 : line.lastIndexOf(value);
    if (value !== undefined && isMixedValue(value, line.slice(0, place)))
      matches.push({ start: at + place, end: at + place + value.length });
    at += line.length + 1;
  }
  const [match, ...more] = matches;
  return { match, more, next: Math.min(at, text.length) };
}

const secureValue = /^[ \t]{1,40}["']?\w{1,40}["']?:[ \t]{1,4}["']?(?:(?:Bearer|Token) )?([^\s"'$\\]{8,200})["']?,?[ \t]{0,8}\r?$/;

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
  inFile({
    ...told,
    id: 'basic-auth-settings-password',
    name: 'Password of basic authentication among settings',
    risk: 'Signs in as the user beside it, where the settings send or fetch metrics and logs.',
    format:
      'password below basic_auth, as Prometheus, Promtail and Alertmanager have it, or below auth beside strategy basic, as Vector has it',
    source: 'https://prometheus.io/docs/prometheus/latest/configuration/promtool',
    revocation: 'https://prometheus.io/docs/guides/basic-auth/',
    literals: [{ text: 'password', anyCase: true, beginsWord: true, gates: signOfSetting }],
    words: ['basicauth', 'strategy'],
    after: passwordBehindName,
    accepts: isMixedValue,
    around: isOfBasicAuth,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) =>
      `remote_write:\n  - url: https://prom.shop.io/push\n    basic_auth:\n      username: 1234\n      password: ${password}\n`,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
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
  }),
  {
    ...told,
    id: 'grafana-data-source-secret',
    name: 'Secret of a data source of Grafana',
    risk: 'Reads what the data source holds, as Grafana does.',
    format: 'a password, a token or a header among the lines below secureJsonData, in YAML or JSON',
    source: 'https://grafana.com/docs/administration/provisioning',
    revocation: 'https://grafana.com/docs/grafana/latest/administration/data-source-management/',
    literals: [{ text: 'secureJsonData', gates: [markAfter('\n', '"\': \t{\r', 14)] }],
    check: checkDataSource,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `- name: pg\n  user: grafana\n  secureJsonData:\n    password: ${password()}\n`,
          `  basicAuthUser: me\n  secureJsonData:\n    basicAuthPassword: '${password()}'\n  version: 1\n`,
          `  secureJsonData:\n    httpHeaderValue1: "Bearer ${draw(base62, 37)}7aZ"\n`,
          `"secureJsonData": {\n  "password": "${password()}",\n  "other": ""\n}\n`,
        ],
        ng: [
          `  secureJsonData:\n    password: $PASSWORD1\n`,
          `  secureJsonData:\n  password: ${password()}\n`,
          `onChange({\n  secureJsonData: {\n    password: event.target1.Value,\n  },\n});`,
          `secureJsonData: { password: '${password()}' }`,
          '  secureJsonData:\n    httpHeaderValue1: tenant-of-the-shop-1\n',
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
