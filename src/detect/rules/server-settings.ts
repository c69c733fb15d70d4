// Passwords among the settings of a server that is none of databases: of mail, messages, caches, files.
import { type Literal, markAfter } from '../engine/matcher.ts';
import { nobody } from './addresses.ts';
import { passwordAround, passwordBehindHead } from './database-connections.ts';
import { inFile } from './in-file.ts';
import { isMixedValue } from './password.ts';
import { base62, type Checked, type Rule } from './rule.ts';

/** The words that heads of settings begin with, as in `smtp:`, `"MailSettings": {` and `[ldap]`. */
const servers = ['smtp', 'mail', 'email', 'imap', 'rabbitmq', 'activemq', 'mqtt', 'redis', 'ldap', 'ftp', 'sftp', 'ssh', 'elasticsearch'];
const headBehind = [markAfter(':=]', `${base62}_"' `, 24, markAfter('\n{', ' \t\r', 8))];
const [property, bean] = ['->Password', 'name="password"'];

const string = `(?:"[^"\\r\\n]{1,120}"|'[^'\\r\\n]{1,120}')`;
const value = `["']([^"'\\s]{8,100})(?=["'])`;
const [name, sep] = ['(?:[\\w.$]{1,60})', '\\s{0,8},\\s{0,20}'];
const anything = `(?:${string}|${name}|"")`;
const host = `["'][\\w.-]{3,120}["']`;
const domain = `["'][\\w-]{1,60}\\.[\\w.-]{2,60}["']`;

/** By what a call begins with: its arguments, up to the password. */
const calls: Readonly<Record<string, string>> = {
  'PlainAuth(': `${anything}${sep}${anything}${sep}${value}`,
  '.login(': `["'][^"'\\s@]{1,60}@[^"'\\s@]{1,60}["']${sep}${value}`,
  'PasswordAuthentication(': `${anything}${sep}${value}`,
  'NetworkCredential(': `${anything}${sep}${value}`,
  'auth=(': `${string}${sep}${value}(?=["']\\s{0,8}\\))`,
  'FTP(': `${host}${sep}${string}${sep}${value}`,
  'Sequelize(': `${anything}${sep}${anything}${sep}${value}(?=["']\\s{0,8},\\s{0,20}\\{)`,
  'Credentials(': `${string}${sep}${domain}${sep}${string}${sep}${value}`,
};
const expressions = new Map(Object.entries(calls).map(([call, args]) => [call, new RegExp(`\\s{0,20}${args}`, 'y')]));

/** By what a tag of XML begins with: what else it has to hold. */
const tags: Readonly<Record<string, RegExp>> = {
  '<network ': /\shost="([^"]{3,200})"/,
  '<Resource ': /\surl="jdbc:(?!h2|hsqldb|derby)[a-z]{2,20}:(?:thin:@)?\/{0,2}([^"/][^"]{2,200})"/,
  '<user ': /\sroles="([^"]{1,200})"/,
};

const literals: readonly Literal[] = [
  ...servers.map((text): Literal => ({ text, anyCase: true, beginsName: true, gates: headBehind })),
  { text: 'redis.Options{' },
  ...Object.keys(calls).map((text) => ({ text, gates: [markAfter(`"'`, `${base62}_.$, \t\r\n`, 60)] })),
  ...Object.keys(tags).map((text) => ({ text, gates: [markAfter('=', `${base62}_ \t\r\n`, 30)] })),
  ...['"sftp"', '"ftp"'].map((text) => ({ text, gates: [markAfter(',', ' \t', 4)] })),
  { text: property, gates: [markAfter('=', ' \t', 12)] },
  { text: bean, gates: [markAfter('v', ' \t\r\n', 20, markAfter('=', 'alue', 6))] },
];

const head = /\w{0,20}["']?\]?[ \t]{0,4}(?:[:=][ \t]{0,4})?\{?[ \t]{0,4}/y;
const assigned = /[ \t]{0,12}=[ \t]{0,4}(?:"(?=[^"]{8,100}")|'(?=[^']{8,100}'))([^"'\s]{8,100})/y;
const attribute = /\s{1,20}value[ \t]{0,4}=[ \t]{0,4}"([^"<>\s]{8,100})"/y;

function checkServer(text: string, start: number, end: number): Checked | undefined {
  const literal = text.slice(start, end);
  const args = expressions.get(literal);
  if (args !== undefined) return inCall(args, text, start, end);
  const beside = tags[literal];
  if (beside !== undefined) return inTag(beside, text, end);
  if (literal.endsWith('ftp"')) return passwordAround(text, start);
  if (literal === property)
    return isOfMail.test(text.slice(Math.max(0, start - most), start)) ? passwordBehind(assigned, text, end) : undefined;
  if (literal === bean) return inBean(text, start, end);
  if (literal.endsWith('{')) return passwordBehindHead(text, end);
  head.lastIndex = end;
  head.test(text);
  return passwordBehindHead(text, head.lastIndex);
}

function passwordBehind(expression: RegExp, text: string, at: number): Checked | undefined {
  expression.lastIndex = at;
  const found = expression.exec(text);
  if (found === null) return undefined;
  const next = expression.lastIndex;
  const password = found[1]!;
  const start = at + found[0].lastIndexOf(password);
  return isMixedValue(password, text.slice(start - 1, start)) ? { match: { start, end: start + password.length }, next } : { next };
}

const most = 300;
const isOfMail = /mail|smtp/i;
const ofNobody = /["'@/](?:localhost|127\.|0\.0\.0\.0)|["'@/.]example\./i;

/** The password among the arguments of a call that says nothing of this machine or of nobody, nor stands in another one that does. */
function inCall(args: RegExp, text: string, start: number, end: number): Checked | undefined {
  const checked = passwordBehind(args, text, end);
  if (checked?.match === undefined) return checked;
  const before = text.slice(Math.max(0, start - most), start);
  const [behind] = text.slice(checked.next, checked.next + most).split(')', 1) as [string];
  const call = before.slice(before.lastIndexOf(')') + 1) + text.slice(start, checked.next) + behind;
  return ofNobody.test(call) ? { next: checked.next } : checked;
}

const longestTag = 800;
const attributeOfTag = /\spassword="([^"<>\s]{8,100})"/;

/** The password of a tag whose attributes begin at a place, if it says what has to stand beside it. All of it is read then. */
function inTag(beside: RegExp, text: string, at: number): Checked {
  const [tag] = text.slice(at - 1, at + longestTag).split('>', 1) as [string];
  const next = at - 1 + tag.length;
  const found = attributeOfTag.exec(tag);
  const told = beside.exec(tag)?.[1];
  if (found === null || told === undefined || nobody.test(told) || !isMixedValue(found[1]!, '"')) return { next };
  const end = at - 1 + found.index + found[0].length - 1;
  return { match: { start: end - found[1]!.length, end }, next };
}

const farthest = 600;
const address = /name="(?:url|jdbcUrl|host|brokerURL|addresses|server)"\s{1,20}value="(?:[\w:]{0,60}:\/\/)?([^"]{1,200})"/;

/** The password of a bean of Spring's that is told the address of another machine too. */
function inBean(text: string, start: number, end: number): Checked | undefined {
  const checked = passwordBehind(attribute, text, end);
  if (checked?.match === undefined) return checked;
  const before = text.slice(Math.max(0, start - farthest), start);
  const from = before.lastIndexOf('<bean');
  const [behind] = text.slice(checked.next, checked.next + farthest).split('</bean>', 1) as [string];
  const host = from === -1 ? undefined : (address.exec(before.slice(from)) ?? address.exec(behind))?.[1];
  return host === undefined || nobody.test(host) || /:(?:h2|hsqldb|derby):/.test(host) ? { next: checked.next } : checked;
}

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
  {
    id: 'server-settings-password',
    name: 'Password among a server’s settings',
    risk: 'Signs in to the mail server, the message broker, the cache or whatever the settings are of, as their user.',
    format:
      'password beside a host that is another machine, under a head such as smtp, rabbitmq, redis or ldap, or beside sftp; in a bean of Spring, or a tag of Tomcat or .NET; an argument of what signs in, such as PlainAuth, smtplib’s login, NetworkCredential or Sequelize; what Password is given of PHPMailer',
    source: 'observed',
    severity: 'error',
    isChosen: true,
    commonInTests: true,
    revocation: 'https://www.rabbitmq.com/docs/passwords',
    literals,
    check: checkServer,
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
          `auth := smtp.PlainAuth("", "me@shop.io", "${password()}", "smtp.shop.io")`,
          `server.login("me@gmail.com", "${password()}")`,
          `return new PasswordAuthentication(user, "${password()}");`,
          `new NetworkCredential("me@shop.io", "${password()}")`,
          `requests.get(url, auth=('me', '${password()}'))`,
          `ftplib.FTP("ftp.shop.io", "me", "${password()}")`,
          `new Sequelize('shop', 'app', '${password()}', { host: 'db.shop.io', dialect: 'mysql' })`,
          `credentials += Credentials("Sonatype Nexus", "nexus.shop.io", "ci", "${password()}")`,
          `<smtp><network host="smtp.shop.io" userName="me" password="${password()}" /></smtp>`,
          `<Resource name="jdbc/shop" username="shop"\n  password="${password()}" url="jdbc:mysql://db.shop.io:3306/shop"/>`,
          `<user username="admin" password="${password()}" roles="manager-gui"/>`,
          `{\n  "name": "prod",\n  "host": "ftp.shop.io",\n  "protocol": "sftp",\n  "username": "deploy",\n  "password": "${password()}"\n}`,
          `{"protocol":"ftp","host":"ftp.shop.io","user":"deploy","pass":"${password()}"}`,
          `output.elasticsearch:\n  hosts: ["https://es.shop.io:9200"]\n  username: "beats"\n  password: "${password()}"\n`,
          `$mail->Host = 'smtp.shop.io';\n$mail->Password = '${password()}';\n`,
          `<bean id="ds">\n  <property name="url" value="jdbc:postgresql://db.shop.io/shop"/>\n  <property name="username" value="shop"/>\n  <property name="password" value="${password()}"/>\n</bean>`,
        ],
        ng: [
          `spring:\n  rabbitmq:\n    host: localhost\n    password: ${password()}\n`,
          `rabbitmq:\n  password: ${password()}\n`,
          `redis:\n  host: cache.shop.io\nother:\n  password: ${password()}\n`,
          `smtp:\n  host: smtp.example.com\n  password: ${password()}\n`,
          `mail:\n  host: smtp.shop.io\n  password: \${MAIL_PASSWORD1}\n`,
          `mail:\n  host: smtp.shop.io\n  password: YourPassword123\n`,
          `"Smtp": { "Host": "smtp.shop.io" }, "Login": { "Password": "${password()}" }`,
          `redis.NewClient(&redis.Options{Addr: "localhost:6379", Password: "${password()}"})`,
          'redis.NewClient(&redis.Options{Addr: addr, Password: config1.Password})',
          'smtp.PlainAuth("", user, password1Value, host)',
          "$mail->Password = getenv('MAIL_PASSWORD1');",
          `server.login("me", "${password()}")`,
          `new PasswordAuthentication(user, password1Value)`,
          `requests.get(url, auth=('user', 'password'))`,
          `ftplib.FTP("localhost", "me", "${password()}")`,
          `new Sequelize('shop', 'app', '${password()}', { host: 'localhost' })`,
          `new Sequelize('shop', 'app', '${password()}', {\n  dialect: 'mysql',\n  host: 'localhost',\n});`,
          `requests.get("http://localhost:8000/api", auth=('me', '${password()}'))`,
          `await page.login("ada@example.com", "${password()}");`,
          `new Credentials("access", "secret", "session", "${password()}")`,
          `$user->Password = '${password()}';`,
          `<network host="localhost" password="${password()}" />`,
          `<Resource password="${password()}" url="jdbc:mysql://localhost:3306/shop"/>`,
          `<user password="${password()}" />`,
          `{\n  "protocol": "sftp",\n  "password": "${password()}"\n}`,
          `<bean id="x"><property name="password" value="${password()}"/></bean>`,
          `<bean id="x"><property name="url" value="jdbc:h2:mem:shop"/><property name="password" value="${password()}"/></bean>`,
          `<bean id="x"><property name="host" value="smtp.shop.io"/><property name="password" value="\${mail1.Password}"/></bean>`,
        ],
      };
    },
  },
  inFile({
    id: 'terraform-password',
    name: 'Password of a database in Terraform',
    risk: 'Reads and changes the database as its user, from wherever the database can be reached.',
    format: 'password, as a string, in a resource aws_db_instance or google_sql_user, or in a provider of PostgreSQL, MySQL or Snowflake',
    source: 'observed',
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
    source: 'observed',
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
];
