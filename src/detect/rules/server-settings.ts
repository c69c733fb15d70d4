// Passwords among the settings of a server: beside its address, or in the block of a resource or a chart.
import { markAfter } from '../engine/matcher.ts';
import { mayHoldWholeWord } from '../words-of-names.ts';
import { nobody } from './addresses.ts';
import { inFile } from './in-file.ts';
import { isMixedValue, passwordBehindName } from './password.ts';
import { base62, type Checked, type Rule } from './rule.ts';
import { type Gives, hostNames, inBlock, inBrackets, isHost, orBehind, reach } from './settings-beside.ts';
import { charactersOf, endOfRun, tableOf, wordCharacters } from './shape.ts';

const sign = [markAfter('=:', ' \t"\'\\])', 24)];

const chart =
  /^[ \t]{0,20}(?:postgresql|postgres|mysql|mariadb|mongodb|redis|rabbitmq|keycloak|elasticsearch|cassandra)(?:-[\w-]{1,20})?:[ \t]{0,4}\r?$/;
const mostBetween = 4;

/** Is what stands behind a text in the block of a chart, of which few lines stand before it? */
function isUnderChart(before: string): boolean {
  let end = before.lastIndexOf('\n');
  const indent = before.length - end - 1;
  for (let turn = 0; turn <= mostBetween && end > 0; turn++) {
    const start = before.lastIndexOf('\n', end - 1) + 1;
    const line = before.slice(start, end);
    if (line.search(/\S/) < indent) return chart.test(line);
    end = start - 1;
  }
  return false;
}

export const serverSettingsRules = (): readonly Rule[] => [
  inFile({
    id: 'terraform-password',
    name: 'Password of a database in Terraform',
    risk: 'Reads and changes the database as its user, from wherever the database can be reached.',
    format: 'password, as a string, in a resource aws_db_instance or google_sql_user, or in a provider of PostgreSQL, MySQL or Snowflake',
    source:
      'https://github.com/hashicorp/terraform-provider-aws/blob/0130d51a023089f30aa9082530b4bfe08980278a/website/docs/r/db_instance.html.markdown',
    severity: 'error',
    revocation: 'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance',
    literals: ['"aws_db_instance"', '"google_sql_user"', '"postgresql"', '"mysql"', '"snowflake"'],
    gates: [markAfter('{', `${base62}_"- \t`, 80)],
    after:
      /[^{}\r\n]{0,80}\{(?![^{}]{0,1500}\n[ \t]{1,20}host[ \t]{1,24}=[ \t]{1,4}"(?:localhost|127\.))[^{}]{0,1500}?\n[ \t]{1,20}password[ \t]{1,24}=[ \t]{1,4}"([^"\s]{8,100})(?=")/y,
    before: /(?:resource|provider)[ \t]{1,4}$/,
    accepts: (value) => isMixedValue(value, '"'),
    isChosen: true,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) =>
      `resource "aws_db_instance" "main" {\n  engine   = "postgres"\n  username = "admin"\n  password = "${password}"\n}\n`,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `provider "snowflake" {\n  account  = "shop-eu"\n  user     = "loader"\n  password = "${password()}"\n}\n`,
          `provider "postgresql" {\n  host     = "db.shop.io"\n  username = "admin"\n  password = "${password()}"\n}\n`,
        ],
        ng: [
          `resource "aws_db_instance" "main" {\n  password = var.password1Value\n}\n`,
          `resource "aws_db_instance" "main" {\n  engine = "x"\n}\n\nresource "x" "y" {\n  password = "${password()}"\n}\n`,
          `provider "postgresql" {\n  password = "${password()}"\n  host     = "localhost"\n}\n`,
          `type = "postgresql" {\n  password = "${password()}"\n`,
        ],
      };
    },
  }),
  inFile({
    id: 'helm-values-password',
    name: 'Password among the values of a Helm chart',
    risk: 'Signs in to the database, the cache or the broker that the chart installs, as its user.',
    format: 'password under auth, in the block of PostgreSQL, MySQL, Redis, RabbitMQ or another chart of Bitnami’s',
    source: 'https://github.com/bitnami/charts/blob/0088af6ccc92f916941ed187830c1acf72eb19fb/bitnami/rabbitmq/values.yaml',
    severity: 'error',
    revocation: 'https://www.rabbitmq.com/docs/passwords',
    literals: [{ text: 'auth:', beginsWord: true, gates: [markAfter('\n', ' \t\r', 4)] }],
    after:
      /[ \t]{0,4}\r?\n(?:[ \t]{2,40}(?!(?:password|auth):)[\w-]{1,40}:[^\r\n]{0,200}\r?\n){0,12}?[ \t]{2,40}password:[ \t]{1,4}["']?([^\s"']{8,100})(?=["']?[ \t]{0,8}(?:\r?\n|$))/y,
    before: { test: isUnderChart },
    accepts: (value) => isMixedValue(value, ':'),
    isChosen: true,
    commonInTests: true,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `redis:\n  auth:\n    password: ${password}\n`,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [`postgresql:\n  enabled: true\n  auth:\n    username: app\n    replicas: 2\n    password: "${password()}"\n`],
        ng: [
          `crm:\n  auth:\n    password: ${password()}\n`,
          `redis:\n  auth:\n    existingSecret: shop\nother:\n  password: ${password()}\n`,
          `redis:\n  auth:\n    password: {{ .Values.password1 }}\n`,
        ],
      };
    },
  }),
  {
    id: 'server-settings-password',
    name: 'Password among a server’s settings',
    risk: 'Signs in to the mail server, the message broker, the cache or whatever the settings are of, as their user.',
    format: 'password, passwd or pass beside a host, server or url that is another machine, in the same brackets or the same block',
    source:
      'https://github.com/spring-projects/spring-boot/blob/07031b07cb77801ae90d92b534165f8caf265873/spring-boot-project/spring-boot-docs/src/docs/asciidoc/messaging/amqp.adoc',
    severity: 'error',
    isChosen: true,
    commonInTests: true,
    revocation: 'https://www.rabbitmq.com/docs/passwords',
    literals: ['password', 'passwd', 'pass'].map((text) => ({ text, anyCase: true, beginsWord: true, gates: sign })),
    check: passwordBesideHost,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `spring:\n  rabbitmq:\n    host: mq.shop.io\n    username: shop\n    password: ${password()}\n`,
          `  data:\n    redis:\n      host: cache.shop.io\n      password: ${password()}\n`,
          `"Smtp": { "Host": "smtp.shop.io", "Username": "noreply", "Password": "${password()}" }`,
          `"MailSettings": {\n    "Server": "smtp.shop.io",\n    "Password": "${password()}",\n    "Port": 587\n  }`,
          `[smtp]\nenabled = true\nhost = smtp.shop.io:587\nuser = grafana\npassword = ${password()}\n[log]\n`,
          `const ftp = { host: 'ftp.shop.io', user: 'deploy', password: '${password()}' };`,
          `redis.NewClient(&redis.Options{Addr: "cache.shop.io:6379", Password: "${password()}"})`,
          `redis.NewClient(&redis.Options{\n\tAddr:     "cache.shop.io:6379",\n\tPassword: "${password()}",\n\tDB:       0,\n})`,
          `{\n  "name": "prod",\n  "host": "ftp.shop.io",\n  "protocol": "sftp",\n  "username": "deploy",\n  "password": "${password()}"\n}`,
          `{"protocol":"ftp","host":"ftp.shop.io","user":"deploy","pass":"${password()}"}`,
          `'smtp' => [\n    'transport' => 'smtp',\n    'host' => 'smtp.shop.io',\n    'username' => 'me',\n    'password' => '${password()}',\n],\n`,
          `'mail' => array('host' => 'smtp.shop.io', 'user' => 'me', 'password' => '${password()}'),`,
          `'mailers' => [\n    'smtp' => [\n        'host' => 'smtp.shop.io',\n        'password' => '${password()}',\n    ],\n],\n`,
          `mail:\n  smtp:\n    host: smtp.shop.io\n    password: ${password()}\n`,
          `output.elasticsearch:\n  hosts: ["https://es.shop.io:9200"]\n  username: "beats"\n  password: "${password()}"\n`,
          `'redis' => [\n    'client' => 'phpredis',\n    'default' => [\n        'host' => 'cache.shop.io',\n        'password' => '${password()}',\n    ],\n],\n`,
          `elasticsearch {\n  hosts => ["https://es.shop.io:9200"]\n  user => "logstash"\n  password => "${password()}"\n}\n`,
          `[[inputs.rabbitmq]]\n  url = "https://mq.shop.io:15672"\n  username = "telegraf"\n  password = "${password()}"\n`,
          `dbConnect(Postgres(), host = "db.shop.io", user = "me", password = "${password()}")`,
          `$servername = "sql.shop.io";\n$username = "me";\n$password = "${password()}";\n`,
          `mail.Config{Host: "smtp.shop.io", Username: "me", Password: "${password()}"}`,
        ],
        ng: [
          `spring:\n  rabbitmq:\n    host: localhost\n    password: ${password()}\n`,
          `rabbitmq:\n  password: ${password()}\n`,
          `{ "host": "Server", "user": "Benutzer", "password": "${password()}" }`,
          `url: /login\npassword: ${password()}\n`,
          `'smtp' => [\n    'host' => 'smtp.shop.io',\n    'password' => env('MAIL_PASSWORD1'),\n],\n`,
          `'smtp' => [\n    'host' => 'localhost',\n    'password' => '${password()}',\n],\n`,
          `'smtp' => [\n    'host' => 'smtp.shop.io',\n],\n'other' => [\n    'password' => '${password()}',\n],\n`,
          `redis:\n  host: cache.shop.io\nother:\n  password: ${password()}\n`,
          `smtp:\n  host: smtp.example.com\n  password: ${password()}\n`,
          `mail:\n  host: smtp.shop.io\n  password: \${MAIL_PASSWORD1}\n`,
          `mail:\n  host: smtp.shop.io\n  password: YourPassword123\n`,
          `"Smtp": { "Host": "smtp.shop.io" }, "Login": { "Password": "${password()}" }`,
          `redis.NewClient(&redis.Options{Addr: "localhost:6379", Password: "${password()}"})`,
          'redis.NewClient(&redis.Options{Addr: addr, Password: config1.Password})',
          `{\n  "protocol": "sftp",\n  "password": "${password()}"\n}`,
        ],
      };
    },
  },
];

const givesHost: Gives = (key, value) =>
  (isHost(key) || (key.startsWith('url') && scheme.test(value))) && address.test(value) && !nobody.test(value.replace(scheme, ''));
const inLongerName = tableOf(`${charactersOf(wordCharacters)}.-`);
const scheme = /^(?:jdbc:)?[\w+]{1,20}:\/\//;
/** What may be the address of a machine, or what holds or tells one, and no word of a sentence. */
const address = /^(?=[^\s]*[\w\])}][.:-][\w/[({])[^\s]{3,}$|^[$%{]/;
const mayHoldHost = mayHoldWholeWord([...hostNames, 'url', 'urls']);

/** The password among the settings around its name, which stands between two places, in the same brackets or the same block, where they give the address of a machine. */
function passwordBesideHost(text: string, start: number, end: number): Checked | undefined {
  if (endOfRun(text, start - 1, start, inLongerName) === start) return undefined;
  if (!mayHoldHost(text, Math.max(0, start - reach), start + reach)) return undefined;
  passwordBehindName.lastIndex = end;
  const value = passwordBehindName.exec(text)?.[1];
  if (value === undefined || !isMixedValue(value, '"')) return undefined;
  const beside = inBrackets(text, start, givesHost, /host|addr|server|url|broker|registry/i);
  return beside.match === undefined ? orBehind(inBlock(text, start, givesHost), beside) : beside;
}
