// Passwords in the XML of a server's settings: in a tag of Tomcat, .NET or Spring, or in a bean of Spring's.
import { markAfter } from '../engine/matcher.ts';
import { withoutEntities } from '../text.ts';
import { nobody } from './addresses.ts';
import { isMixedValue } from './password.ts';
import { base62, type Checked, type Match, type Rule } from './rule.ts';

/** By what a tag begins with: what else it has to hold. */
const tags: Readonly<Record<string, RegExp>> = {
  '<network': /\shost=["']([^"']{3,200})["']/,
  '<Resource': /\surl=["']jdbc:(?!h2|hsqldb|derby)[a-z]{2,20}:(?:thin:@)?\/{0,2}([^"'/][^"']{2,200})["']/,
  '<user': /\sroles=["']([^"']{1,200})["']/,
  '<bean':
    /\sp:(?:url|jdbcUrl|host|brokerURL|addresses|server)=["'](?!jdbc:(?:h2|hsqldb|derby):)(?:[\w:]{0,60}:(?:\/\/|@))?([^"']{1,200})["']/,
};
const properties = ['name="password"', "name='password'"];

const longestTag = 800;
const attributeOfTag = /\s(?:p:)?password=(?:"([^"<>\s]{8,100})"|'([^'<>\s]{8,100})')/;

function checkTag(text: string, start: number, end: number): Checked | undefined {
  const beside = tags[text.slice(start, end)];
  if (beside === undefined) return inBean(text, start, end);
  return ' \t\r\n'.includes(text[end] ?? '-') ? inTag(beside, text, end) : undefined;
}

/** The password that is written between two places; undefined where that is none. */
function passwordAt(text: string, start: number, end: number): Match | undefined {
  const written = text.slice(start, end);
  const password = withoutEntities(written);
  if (!isMixedValue(password, '"')) return undefined;
  return password === written ? { start, end } : { start, end, credential: password };
}

/** The password of a tag whose name ends at a place, if it says what has to stand beside it. All of it is read then. */
function inTag(beside: RegExp, text: string, at: number): Checked {
  const [tag] = text.slice(at, at + longestTag).split('>', 1) as [string];
  const next = at + tag.length;
  const found = attributeOfTag.exec(tag);
  const told = beside.exec(tag)?.[1];
  if (found === null || told === undefined || nobody.test(told)) return { next };
  const end = at + found.index + found[0].length - 1;
  return { match: passwordAt(text, end - (found[1] ?? found[2])!.length, end), next };
}

const attribute =
  /(?:\s{1,20}value[ \t]{0,4}=[ \t]{0,4}(?:"([^"<>\s]{8,100})(?=")|'([^'<>\s]{8,100})(?='))|>\s{0,40}<value>\s{0,40}([^"<>\s]{8,100})(?=\s{0,40}<))/y;
const farthest = 600;
const address =
  /name=["'](?:url|jdbcUrl|host|brokerURL|addresses|server)["'](?:\s{1,20}value=["']|>\s{0,40}<value>\s{0,40})(?:[\w:]{0,60}:\/\/)?([^"'<]{1,200})["'<]/i;

/** The password of a bean of Spring's that is told the address of another machine too. */
function inBean(text: string, start: number, end: number): Checked | undefined {
  attribute.lastIndex = end;
  const found = attribute.exec(text);
  if (found === null) return undefined;
  const next = attribute.lastIndex;
  const match = passwordAt(text, next - (found[1] ?? found[2] ?? found[3])!.length, next);
  if (match === undefined) return { next };
  const before = text.slice(Math.max(0, start - farthest), start);
  const from = before.lastIndexOf('<bean');
  const [behind] = text.slice(next, next + farthest).split('</bean>', 1) as [string];
  const host = from === -1 ? undefined : (address.exec(before.slice(from)) ?? address.exec(behind))?.[1];
  return host === undefined || nobody.test(host) || /:(?:h2|hsqldb|derby):/.test(host) ? { next } : { match, next };
}

export const serverTagRules = (): readonly Rule[] => [
  {
    id: 'server-tag-password',
    name: 'Password in the XML of a server’s settings',
    risk: 'Signs in to the database, the mail server or the server itself, as the user beside it.',
    format:
      'password in a tag <Resource> or <user> of Tomcat, <network> of .NET or <bean> of Spring, or in a property of a bean, beside an address of another machine or a role',
    source:
      'https://github.com/apache/tomcat/blob/09ea9f08336adb0fa8fd0bdbe224c9fc989b8751/webapps/docs/jndi-datasource-examples-howto.xml',
    severity: 'error',
    isChosen: true,
    commonInTests: true,
    revocation: 'https://www.postgresql.org/docs/current/sql-alterrole.html',
    literals: [
      ...Object.keys(tags).map((text) => ({ text, gates: [markAfter('=', `${base62}_ \t\r\n`, 30)] })),
      ...properties.map((text) => ({
        text,
        gates: [markAfter('v', ' \t\r\n', 20, markAfter('=', 'alue', 6)), markAfter('>', '', 1, markAfter('<', ' \t\r\n', 41))],
      })),
    ],
    check: checkTag,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      const inElement = (host: string) =>
        `<bean id="ds">\n  <property name="url">\n    <value>jdbc:mysql://${host}/shop</value>\n  </property>\n  <property name="password"><value>${password()}</value></property>\n</bean>`;
      return {
        ok: [
          `<Resource name="jdbc/shop" username="shop"\n  password="${password()}" url="jdbc:mysql://db.shop.io:3306/shop"/>`,
          `<smtp><network host="smtp.shop.io" userName="me" password="${password()}" /></smtp>`,
          `<user username="admin" password="${password()}" roles="manager-gui"/>`,
          `<Resource\n\tname="jdbc/shop"\n\tpassword="${password()}"\n\turl="jdbc:mysql://db.shop.io/shop"/>`,
          `<network\r\n  host="smtp.shop.io"\r\n  password="${password()}" />`,
          `<bean id="ds">\n  <property name="url" value="jdbc:postgresql://db.shop.io/shop"/>\n  <property name="username" value="shop"/>\n  <property name="password" value="${password()}"/>\n</bean>`,
          `<bean id="ds" class="a.B" p:url="jdbc:oracle:thin:@db.shop.io:1521:x" p:username="shop"\n  p:password="${password()}"/>`,
          inElement('db.shop.io'),
          `<Resource name='jdbc/shop' username='shop' password='${password()}' url='jdbc:mysql://db.shop.io:3306/shop'/>`,
          `<user username='admin' password='${password()}' roles='manager-gui'/>`,
          `<bean id='ds'>\n  <property name='url' value='jdbc:postgresql://db.shop.io/shop'/>\n  <property name='password' value='${password()}'/>\n</bean>`,
        ],
        ng: [
          `<network host="localhost" password="${password()}" />`,
          `<Resource password="${password()}" url="jdbc:mysql://localhost:3306/shop"/>`,
          `<user password="${password()}" />`,
          `<users password="${password()}" roles="all" />`,
          `<bean id="x"><property name="password" value="${password()}"/></bean>`,
          `<bean id="x"><property name="url" value="jdbc:h2:mem:shop"/><property name="password" value="${password()}"/></bean>`,
          `<bean id="x"><property name="host" value="smtp.shop.io"/><property name="password" value="\${mail1.Password}"/></bean>`,
          `<bean id="x" p:url="jdbc:h2:mem:shop" p:password="${password()}"/>`,
          `<bean id="x" p:url="jdbc:mysql://localhost/shop" p:password="${password()}"/>`,
          inElement('localhost'),
          `<network host='localhost' password='${password()}' />`,
          `<bean id='x'><property name='url' value='jdbc:h2:mem:shop'/><property name='password' value='${password()}'/></bean>`,
          `<bean id='x'><property name='host' value='smtp.shop.io'/><property name='password' value='\${mail1.Password}'/></bean>`,
        ],
      };
    },
  },
];
