// Passwords that are an argument of a command.
import { type Literal, markAfter } from '../engine/matcher.ts';
import { isMixedValue } from './password.ts';
import { base62, type Checked, type Rule } from './rule.ts';

/** A command, or an option of any, and where its password stands. */
interface Command {
  readonly begins: readonly string[];
  /** What the first pass is told of that. If absent: that it begins a word. */
  readonly literal?: Partial<Literal>;
  /** What stands between that and the password. */
  readonly until?: RegExp;
  /** The same where other arguments may come first. */
  readonly option?: RegExp;
  /** The password as a group, where it is no argument of its own. */
  readonly password?: RegExp;
  /** May the password hold a slash? */
  readonly mayHoldSlash?: true;
}

const nameOfPassword = /["']?[A-Za-z0-9_.:-]{0,60}(?<![Cc][Oo][Mm]|[Bb][Yy])[Pp][Aa][Ss][Ss](?:[Ww][Oo][Rr][Dd]|[Ww][Dd])?["']?[ \t]{1,20}/;

/** What may stand before an option, up to the blank before it. A command of a shell goes on behind a backslash at the end of its line. */
const otherArguments = /(?:(?:[^\r\n|;&\\]|\\(?:\r?\n)?){0,300}?[ \t\n])/;

const commands: readonly Command[] = [
  { begins: ['sshpass -'], until: /p[ \t]{0,4}/ },
  { begins: ['mysql -'], until: new RegExp(`(?:${otherArguments.source}-)?(?:p|-password=)`) },
  { begins: ['mysqldump ', 'mysqladmin ', 'mysqlimport '], option: /-(?:p|-password=)/ },
  {
    begins: ['docker login ', 'podman login ', 'mongosh ', 'mongodump ', 'mongorestore ', 'mongoexport ', 'mongoimport '],
    option: /(?:-p[ \t]|--password[= ])[ \t]{0,4}/,
  },
  { begins: ['redis-cli '], option: /(?:-a[ \t]|--pass[ \t])[ \t]{0,4}/ },
  { begins: ['sqlcmd '], option: /-P[ \t]{0,4}/ },
  { begins: ['ldapsearch ', 'ldapadd ', 'ldapmodify ', 'ldapdelete '], option: /-w[ \t]{0,4}/ },
  { begins: ['keytool ', 'jarsigner '], option: /-(?:store|key)pass[ \t]{1,4}/ },
  { begins: ['gpg '], option: /--passphrase[= ][ \t]{0,4}/ },
  { begins: ['kubectl create secret '], option: /--(?:docker-password|from-literal[= ][\w.-]{0,40}(?:password|passwd|PASSWORD))[= ]/ },
  {
    begins: ['ConvertTo-SecureString '],
    until: /(?=[^\r\n|;]{0,200}-AsPlainText)(?:-(?:String|AsPlainText|Force)[ \t]{1,4}){0,3}/,
  },
  { begins: ['requirepass'], until: /(?:",)?[ \t]{1,4}/ },
  { begins: ['masterauth '], until: /[ \t]{0,4}/ },
  {
    begins: ['mc alias set '],
    until: /(?:--\w{1,20}[ =]\S{1,20}[ \t]{1,4}){0,2}[\w.-]{1,60}[ \t]{1,4}\S{4,200}[ \t]{1,4}\S{3,128}[ \t]{1,4}/,
    mayHoldSlash: true, // as that of a key of S3
  },
  { begins: ['set -x ', 'set -gx ', 'set -xg ', 'set -Ux ', 'user-secrets set '], until: nameOfPassword },
  { begins: ['gh secret set '], until: new RegExp(`${nameOfPassword.source}${otherArguments.source}?(?:-b|--body)[ =]?`) },
  {
    begins: ['put-parameter '],
    until: new RegExp(`(?=${otherArguments.source}["']?SecureString)${otherArguments.source}--value[= ]`),
  },
  { begins: ['-password'], literal: { anyCase: true, gates: [markAfter('= ', `"',`, 3)] }, until: /(?:=|["'],[ \t]?(?=["'])|[ \t]{1,4})/ },
  { begins: ['-passin pass:', '-passout pass:'] },
  {
    begins: ['sqlplus '],
    until: /(?:-[\w ]{1,20}[ \t])?["']?[\w$.]{1,60}\//,
    password: /([^\s"'`$|;&<>@/]{8,100})(?=@)/,
  },
];

export const commandPasswordRules = (): readonly Rule[] => [
  {
    id: 'command-line-password',
    name: 'Password in a command',
    risk: 'Signs in to the server that the command names, as its user; on a shared machine everybody sees it in the list of processes too.',
    severity: 'error',
    isChosen: true,
    commonInTests: true,
    format:
      'what follows the option for a password of sshpass, mysql, docker login, redis-cli, sqlcmd, ldapsearch, gpg, keytool, openssl, kubectl create secret and the tools of MongoDB, or an option of any command that ends in -password; what sqlplus signs in with, mc alias set, fish’s set -x, gh secret set, dotnet user-secrets set and put-parameter of AWS keep; requirepass and masterauth of Redis; what ConvertTo-SecureString makes of plain text',
    source: 'https://github.com/docker/cli/blob/master/docs/reference/commandline/login.md',
    revocation: 'https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html',
    literals: commands.flatMap(({ begins, literal }) => begins.map((text) => ({ text, ...(literal ?? { beginsWord: true }) }))),
    check: checkCommand,
    cases(draw) {
      const password = () => `${draw(base62, 14)}#a7Z`;
      return {
        ok: [
          `sshpass -p '${password()}' ssh root@10.0.0.4`,
          `sshpass -p${password()} scp a root@10.0.0.4:`,
          `mysql -h db.shop.io -u app -p${password()} shop < a.sql`,
          `mysqldump --user=app --password="${password()}" shop`,
          `RUN docker login -u app -p ${password()} registry.shop.io`,
          `docker login --username app --password ${password()} registry.shop.io`,
          `redis-cli -h cache.shop.io -a ${password()} ping`,
          `sqlcmd -S db.shop.io -U sa -P '${password()}' -Q "x"`,
          `ldapsearch -x -D "cn=admin,dc=shop" -w ${password()} -b dc=shop`,
          `ldapsearch -x \\\n  -D "cn=admin,dc=shop" \\\n  -w ${password()} -b dc=shop\n`,
          `redis-server --port 6379 --requirepass ${password()}`,
          `bind 0.0.0.0\nrequirepass ${password()}\n`,
          `command: ["redis-server", "--requirepass", "${password()}"]`,
          `keytool -importkeystore -destkeystore a.jks -storepass ${password()} -noprompt`,
          `gpg --batch --passphrase "${password()}" -d a.gpg`,
          `kubectl create secret docker-registry shop --docker-username=ci --docker-password=${password()}`,
          `kubectl create secret generic db --from-literal=password='${password()}'`,
          `$password = ConvertTo-SecureString "${password()}" -AsPlainText -Force`,
          `ConvertTo-SecureString -AsPlainText -String '${password()}' -Force`,
          `"dump": "mongodump --host db.shop.io -u app -p ${password()}"`,
          `wget --http-user=app --http-password=${password()} https://shop.io/a.zip`,
          `aws rds create-db-instance --db-instance-identifier shop \\\n  --master-user-password ${password()}\n`,
          `az sql server create -n shop --admin-user app --admin-password '${password()}'`,
          `command: ["app", "--db-password", "${password()}"]`,
          `sqlplus app/${draw(base62, 14)}a7Z@db.shop.io:1521/shop @a.sql`,
          `sqlplus -s "app/${draw(base62, 14)}a7Z@//db.shop.io/shop"`,
          `mc alias set shop https://minio.shop.io ${draw(base62, 20)} ${draw(base62, 18)}/a7Z${draw(base62, 18)}`,
          `set -gx APP_PASSWORD ${password()}\n`,
          `gh secret set DB_PASSWORD --repo shop/app --body "${password()}"`,
          `gh secret set DB_PASSWORD -b"${password()}"`,
          `dotnet user-secrets set "Smtp:Password" "${password()}"`,
          `aws ssm put-parameter \\\n  --name /shop/db \\\n  --value "${password()}" \\\n  --type SecureString\n`,
          `openssl pkcs12 -export -in a.pem -out a.p12 -passout pass:${password()}`,
        ],
        ng: [
          'mysql -u root -p shop\n',
          `mysql -u root -p; echo ${password()}`,
          'docker login -u app -p $DOCKER_PASSWORD1a registry.shop.io',
          'docker login -u app --password-stdin < Password1File',
          'sshpass -p "$PASSWORD1a" ssh root@10.0.0.4',
          'sshpass -p password ssh root@10.0.0.4',
          'redis-server --requirepass $REDIS_PASSWORD1',
          '# requirepass foobared\n',
          `requirepass "\${REDIS_PASSWORD1}"\n`,
          'keytool -storepass changeit -keypass changeit',
          'kubectl create secret generic db --from-literal=password=$PASSWORD1',
          `gpg --passphrase-file ${password()}`,
          `sqlcmd -S db.shop.io | tee -P ${password()}`,
          `docker run -p ${password()}`,
          `docker login --password-stdin ${password()}`,
          `<input id="new-password" data-Test1Name="${password()}">`,
          'aws redshift modify-cluster --master-user-password A1b2C3d4',
          `tool --password Password123 --db-password "$DB_PASSWORD1"`,
          `@click.option('--password', prompt=True, hide_input=True, confirmation_prompt=True)`,
          `parser.add_argument('--db-password', default=None, help='Of the 1st user')`,
          `sqlplus app/${draw(base62, 14)}a7Z@localhost/shop`,
          'sqlplus / as sysdba @Create1Tables.sql',
          `mc alias set local http://localhost:9000 minioadmin ${draw(base62, 40)}`,
          `mc alias set shop https://minio.shop.io $ACCESS_KEY $SECRET_KEY1a`,
          `set -x COMPASS ${password()}\n`,
          `set -x DB_PASSWORD $argv1Password\n`,
          `aws ssm put-parameter --name /shop/db --value ${password()} --type String`,
          'gh secret set DB_PASSWORD < Password1.txt',
          `redis-cli -h 127.0.0.1 -a ${password()} ping`,
          `sqlcmd -P '${password()}' -S localhost -U sa`,
          `redis-cli -a ${password()} \\\n  -h 127.0.0.1 ping\n`,
          `redis-cli -h cache.shop.io ping\n -a ${password()}\n`,
          'ConvertTo-SecureString "$Password1" -AsPlainText -Force',
          `ConvertTo-SecureString "${password()}" -Key $key1`,
        ],
      };
    },
  },
];

const farthest = 300;
const endOfCommand = /[|;&]|(?<!\\)\r|(?<![\\\r])\n/;
const thisMachine = /[\s"'=@/](?:localhost|127\.0\.0\.1)(?![\w.-])/;

const commandOf = new Map(commands.flatMap((command) => command.begins.map((begin) => [begin.toLowerCase(), command])));

const argument = /(?:\\?"([^"\\\s]{8,100})\\?"|'([^'\s]{8,100})'|([^\s"'`$|;&<>]{8,100})(?=[\s"'`|;&]|$))/;
const expressions = new Map<Command, RegExp>();

/** What stands behind a command up to the end of its password. */
function restOf(command: Command): RegExp {
  let expression = expressions.get(command);
  if (expression === undefined) {
    const { until, option, password = argument } = command;
    const before = option === undefined ? (until?.source ?? '') : `${otherArguments.source}?${option.source}`;
    expression = new RegExp(before + password.source, 'y');
    expressions.set(command, expression);
  }
  return expression;
}

/** The password that follows the command from `start` to `end` on its line. No more than that is read. */
function checkCommand(text: string, start: number, end: number): Checked | undefined {
  const command = commandOf.get(text.slice(start, end).toLowerCase())!;
  const expression = restOf(command);
  expression.lastIndex = end;
  const found = expression.exec(text);
  if (found === null) {
    if (text[start] === '-') return undefined; // an option, and no command to its end
    const length = text.slice(end, end + farthest).search(endOfCommand);
    return { next: end + (length === -1 ? farthest : length) };
  }
  const next = expression.lastIndex;
  const password = found[1] ?? found[2] ?? found[3]!;
  const place = next - found[0].length + found[0].lastIndexOf(password);
  const [line] = text.slice(start, next + farthest).split(endOfCommand, 1) as [string];
  const value = command.mayHoldSlash ? password.replaceAll('/', '+') : password;
  if (!isMixedValue(value, text.slice(place - 1, place)) || thisMachine.test(line)) return { next };
  return { match: { start: place, end: place + password.length }, next };
}
