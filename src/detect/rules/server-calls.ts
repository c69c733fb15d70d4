// Passwords that a program signs in to a server with, among the arguments of a call.
import { markAfter } from '../engine/matcher.ts';
import { isMixedValue } from './password.ts';
import { base62, type Checked, type Rule } from './rule.ts';

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
  'Credentials::new(': `(?:String::from\\()?"[^"\\s@]{1,60}@[^"\\s@]{1,60}"(?:\\.\\w{2,12}\\(\\)|\\))?${sep}(?:String::from\\()?${value}`,
  'Credentials(': `${string}${sep}${domain}${sep}${string}${sep}${value}`,
};
const expressions = new Map(Object.entries(calls).map(([call, args]) => [call, new RegExp(`\\s{0,20}${args}`, 'y')]));

/** The property that PHPMailer is given its password by. */
const property = '->Password';
const assigned = /[ \t]{0,12}=[ \t]{0,4}(?:"(?=[^"]{8,100}")|'(?=[^']{8,100}'))([^"'\s]{8,100})/y;

/** The end of a method that takes a password alone, and what it is called: `setPassword`, `password`, `withPassword`. */
const setter = 'assword("';
const beginsSetter = /\.(?:p|setP|withP)$/;
const argument = /([^"\s]{8,100})(?="[ \t]{0,4}(?:\.\w{2,12}\(\)[ \t]{0,4})?\))/y;
/** What gives the machine before it, in the same block: `setHost`, `setJdbcUrl`, `host`, `withHost`. */
const givesMachine =
  /(?:\.|\.?set|\.with)(?:jdbc)?(?:host(?:name)?|server(?:name)?|url)\([ \t]{0,4}"(?:[\w-]{1,60}:){0,3}(?:\/\/)?[\w.-]{3,100}[^"]{0,200}"/i;

const most = 300;
const isOfMail = /mail|smtp/i;
const ofNobody = /["'@/](?:localhost|127\.|0\.0\.0\.0)|["'@/.]example\./i;

function checkCall(text: string, start: number, end: number): Checked | undefined {
  const call = text.slice(start, end);
  if (call === setter) return inSetter(text, start, end);
  const args = expressions.get(call);
  if (args !== undefined) return inCall(args, text, start, end);
  return isOfMail.test(text.slice(Math.max(0, start - most), start)) ? passwordBehind(assigned, text, end) : undefined;
}

function passwordBehind(expression: RegExp, text: string, at: number): Checked | undefined {
  expression.lastIndex = at;
  const password = expression.exec(text)?.[1];
  if (password === undefined) return undefined;
  // what follows it is looked at and not read
  const next = expression.lastIndex;
  const start = next - password.length;
  return isMixedValue(password, text.slice(start - 1, start)) ? { match: { start, end: next }, next } : { next };
}

/** The password that a method is given alone, behind one that gives another machine. */
function inSetter(text: string, start: number, end: number): Checked | undefined {
  const checked = passwordBehind(argument, text, end);
  if (checked?.match === undefined) return checked;
  const before = text.slice(Math.max(0, start - most), start);
  const block = before.slice(before.lastIndexOf('}') + 1);
  const isBesideMachine = beginsSetter.test(block) && givesMachine.test(block) && !ofNobody.test(block);
  return isBesideMachine ? checked : { next: checked.next };
}

/** The password among the arguments of a call that says nothing of this machine or of nobody, nor stands in another one that does. */
function inCall(args: RegExp, text: string, start: number, end: number): Checked | undefined {
  const checked = passwordBehind(args, text, end);
  if (checked?.match === undefined) return checked;
  const before = text.slice(Math.max(0, start - most), start);
  const [behind] = text.slice(checked.next, checked.next + most).split(')', 1) as [string];
  const call = before.slice(before.lastIndexOf(')') + 1) + text.slice(start, checked.next) + behind;
  return ofNobody.test(call) ? { next: checked.next } : checked;
}

export const serverCallRules = (): readonly Rule[] => [
  {
    id: 'server-call-password',
    name: 'Password in a call that signs in',
    risk: 'Signs in to the mail server, the database or whatever is called, as the user beside it.',
    format:
      'an argument of what signs in, such as PlainAuth, smtplib’s login, NetworkCredential or Sequelize, beside a host or a user; what Password is given of PHPMailer, and setPassword or password behind a call that gives the host',
    source: 'https://docs.python.org/3/library/smtplib.html',
    severity: 'error',
    isChosen: true,
    commonInTests: true,
    revocation: 'https://www.rabbitmq.com/docs/passwords',
    literals: [
      ...Object.keys(calls).map((text) => ({ text, gates: [markAfter(`"'`, `${base62}_.$, \t\r\n`, 60)] })),
      { text: setter },
      { text: property, gates: [markAfter('=', ' \t', 12)] },
    ],
    check: checkCall,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `auth := smtp.PlainAuth("", "me@shop.io", "${password()}", "smtp.shop.io")`,
          `server.login("me@gmail.com", "${password()}")`,
          `return new PasswordAuthentication(user, "${password()}");`,
          `new NetworkCredential("me@shop.io", "${password()}")`,
          `requests.get(url, auth=('me', '${password()}'))`,
          `ftplib.FTP("ftp.shop.io", "me", "${password()}")`,
          `new Sequelize('shop', 'app', '${password()}', { host: 'db.shop.io', dialect: 'mysql' })`,
          `credentials += Credentials("Sonatype Nexus", "nexus.shop.io", "ci", "${password()}")`,
          `let creds = Credentials::new("me@shop.io".to_owned(), "${password()}".to_owned());`,
          `config.setJdbcUrl("jdbc:mysql://db.shop.io/shop");\nconfig.setUsername("shop");\nconfig.setPassword("${password()}");\n`,
          `factory.setHost("mq.shop.io");\nfactory.setPassword("${password()}");\n`,
          `PgConnectOptions::new()\n    .host("db.shop.io")\n    .username("shop")\n    .password("${password()}");\n`,
          `$mail->Host = 'smtp.shop.io';\n$mail->Password = '${password()}';\n`,
        ],
        ng: [
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
          `Credentials::new("AKIA", "${password()}")`,
          `config.setJdbcUrl("jdbc:mysql://localhost/shop");\nconfig.setPassword("${password()}");\n`,
          `user.setUsername("me");\nuser.setPassword("${password()}");\n`,
          `config.setHost(host);\n}\nuser.setPassword("${password()}");\n`,
          'config.setUrl("jdbc:mysql://db.shop.io/shop").setPassword("db.password1");',
          `$user->Password = '${password()}';`,
        ],
      };
    },
  },
];
