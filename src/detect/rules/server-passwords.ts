// Passwords of servers: told by the names that their images and clients go by, or by the command that they are an argument of.
import { markAfter } from '../engine/matcher.ts';
import { unescaped } from '../text.ts';
import { inFile } from './in-file.ts';
import { isMixedValue, isNoWordByDefault, passwordBehindName, signBehindName } from './password.ts';
import { base62, type Checked, type Match, type Rule } from './rule.ts';

const names = [
  ...['RABBITMQ_DEFAULT_PASS', 'RABBITMQ_PASSWORD', 'ELASTIC_PASSWORD', 'ELASTICSEARCH_PASSWORD', 'KIBANA_PASSWORD'],
  ...['KEYCLOAK_PASSWORD'],
  ...[
    'EMAIL_HOST_PASSWORD',
    'MAIL_PASSWORD',
    'mail.password',
    'SMTP_PASSWORD',
    'SMTP_PASS',
    'smtp_password',
    'smtpPassword',
    'SmtpPassword',
  ],
  ...['FTP_PASSWORD', 'ftp_password', 'LDAP_PASSWORD', 'LDAP_BIND_PASSWORD', 'ldap_password'],
  ...[
    'ansible_password',
    'ansible_ssh_pass',
    'ansible_become_pass',
    'ansible_become_password',
    'ansible_ssh_password',
    'ansible_sudo_pass',
  ],
  ...[
    'smtp_auth_password',
    'default_pass',
    'elasticsearch.password',
    'sonar.password',
    'rabbitmq.password',
    'ldap.password',
    'auth.password',
    'MQTT_PASSWORD',
    'IMAP_PASSWORD',
  ],
  ...['adminPassword', 'admin_password', 'ADMIN_PASSWORD', 'ROOT_PASSWORD', 'LoginPassword', 'rootPassword', 'PGADMIN_DEFAULT_PASSWORD'],
  ...['DJANGO_SUPERUSER_PASSWORD', 'ACTIVEMQ_PASSWORD', 'RESTIC_PASSWORD'],
  ...['DOCKER_PASSWORD', 'DOCKERHUB_PASSWORD', 'REGISTRY_PASSWORD', 'NEXUS_PASSWORD', 'ARTIFACTORY_PASSWORD', 'JENKINS_PASSWORD'],
  ...['TWINE_PASSWORD', 'OSSRH_PASSWORD', 'ossrhPassword', 'SONATYPE_PASSWORD', 'sonatypePassword', 'mavenCentralPassword'],
];

/** An app password of Google, and no sentence: of random letters hardly any has a vowel in each of four words. */
const isGooglePassword = (value: string): boolean =>
  /^(?:[a-z]{4} ){3}[a-z]{4}$/.test(value) && value.split(' ').some((word) => !/[aeiouy]/.test(word));

/** A secret of Confluent Cloud may hold a slash, which other passwords rarely do. */
const isSecretOfConfluent = (value: string): boolean => /^[A-Za-z0-9+/]{64}$/.test(value) && isMixedValue(value.replaceAll('/', '+'), '"');

const told = {
  severity: 'error',
  isChosen: true,
  commonInTests: true,
} as const;

const nameOfPassword =
  '["\']?[A-Za-z0-9_.:-]{0,60}(?<![Cc][Oo][Mm]|[Bb][Yy])[Pp][Aa][Ss][Ss](?:[Ww][Oo][Rr][Dd]|[Ww][Dd])?["\']?[ \\t]{1,20}';
/** A command of a shell may go on behind a backslash. */
const restOfCommand = '(?:[^\\r\\n|;&]|\\\\\\r?\\n)';

/** By command: the option that its password follows, as an expression. */
const options: Readonly<Record<string, string>> = {
  'sshpass -': 'p[ \\t]{0,4}',
  'mysql -': '(?:[^\\r\\n|;&]{0,200}?[ \\t]-)?(?:p|-password=)',
  ...inAll(['mysqldump ', 'mysqladmin ', 'mysqlimport '], '-(?:p|-password=)'),
  ...inAll(
    ['docker login ', 'podman login ', 'mongosh ', 'mongodump ', 'mongorestore ', 'mongoexport ', 'mongoimport '],
    '(?:-p[ \\t]|--password[= ])[ \\t]{0,4}',
  ),
  ...inAll(['redis-cli '], '(?:-a[ \\t]|--pass[ \\t])[ \\t]{0,4}'),
  ...inAll(['sqlcmd '], '-P[ \\t]{0,4}'),
  ...inAll(['ldapsearch ', 'ldapadd ', 'ldapmodify ', 'ldapdelete '], '-w[ \\t]{0,4}'),
  'ConvertTo-SecureString ': '(?=[^\\r\\n|;]{0,200}-AsPlainText)(?:-(?:String|AsPlainText|Force)[ \\t]{1,4}){0,3}',
  requirepass: '(?:",)?[ \\t]{1,4}',
  'masterauth ': '[ \\t]{0,4}',
  ...inAll(['keytool ', 'jarsigner '], '-(?:store|key)pass[ \\t]{1,4}'),
  ...inAll(['gpg '], '--passphrase[= ][ \\t]{0,4}'),
  ...inAll(['kubectl create secret '], '--(?:docker-password|from-literal[= ][\\w.-]{0,40}(?:password|passwd|PASSWORD))[= ]'),
  'mc alias set ': '(?:--\\w{1,20}[ =]\\S{1,20}[ \\t]{1,4}){0,2}[\\w.-]{1,60}[ \\t]{1,4}\\S{4,200}[ \\t]{1,4}\\S{3,128}[ \\t]{1,4}',
  ...inEach(['set -x ', 'set -gx ', 'set -xg ', 'set -Ux ', 'user-secrets set '], nameOfPassword),
  'gh secret set ': `${nameOfPassword}(?:[^\\r\\n|;&]{0,200}?[ \\t])?(?:-b|--body)[ =]?`,
  'put-parameter ': `(?=${restOfCommand}{0,300}SecureString)(?:${restOfCommand}{0,200}?[ \\t])?--value[= ]`,
  '-password': '(?:=|["\'],[ \\t]?(?=["\'])|[ \\t]{1,4})',
  ...inEach(['-passin pass:', '-passout pass:'], ''),
};

/** Where a password is no argument of its own: the argument up to its end. */
const logins: Readonly<Record<string, string>> = {
  'sqlplus ': '(?:-[\\w ]{1,20}[ \\t])?["\']?[\\w$.]{1,60}/([^\\s"\'`$|;&<>@/]{8,100})(?=@)',
};

function inEach(commands: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(commands.map((command) => [command, option]));
}

function inAll(commands: readonly string[], option: string): Record<string, string> {
  return inEach(commands, `(?:[^\\r\\n|;&]{0,200}?[ \\t])?${option}`);
}

export const serverPasswordRules = (): readonly Rule[] => [
  inFile({
    ...told,
    id: 'server-password',
    name: 'Password of a server, by its name',
    risk: 'Signs in to the mail server, the message broker, the registry or whatever its name says, as its user.',
    format: 'a password behind a name such as SMTP_PASSWORD, RABBITMQ_DEFAULT_PASS or ansible_password, in quotes, or at the end of a line',
    source: 'https://github.com/docker-library/docs/pull/2069.patch',
    revocation: 'https://www.rabbitmq.com/docs/passwords',
    literals: names,
    gates: signBehindName,
    after: passwordBehindName,
    meaning: unescaped,
    accepts: isMixedValue,
    around: isNoWordByDefault,
    sample: (password) => `SMTP_PASSWORD=${password}\n`,
    cases: (draw) => ({
      ok: [
        `'password' => env('MAIL_PASSWORD', '${draw(base62, 12)}a7Z'),`,
        `environment:\n  RABBITMQ_DEFAULT_PASS: ${draw(base62, 14)}a7Z\n`,
        `EMAIL_HOST_PASSWORD = '${draw(base62, 14)}a7Z'\n`,
        `[web]\nw1 ansible_host=10.0.0.4 ansible_ssh_pass=${draw(base62, 14)}a7Z ansible_port=22\n`,
        `<add key="SmtpPassword" value="${draw(base62, 14)}a7Z" />`,
        `#define MQTT_PASSWORD "${draw(base62, 12)}-7aZ"\n`,
        `{"parameters":{"adminPassword":{"value":"${draw(base62, 12)}-7aZ"}}}`,
        `default_user = app\ndefault_pass = ${draw(base62, 12)}-7aZ\n`,
        `global:\n  smtp_auth_username: alerts\n  smtp_auth_password: ${draw(base62, 12)}-7aZ\n`,
        `helm upgrade shop . --set postgresql.auth.password=${draw(base62, 12)}-7aZ`,
        `[security]\nadmin_password = ${draw(base62, 12)}-7aZ\n`,
        `  auth:\n    rootUser: root\n    rootPassword: "${draw(base62, 12)}-7aZ"\n`,
      ],
      ng: [
        `'password' => env('MAIL_PASSWORD', 'SomeWord2'),`,
        'getEnv("SHOP_SMTP_PASSWORD", "Correcthorse1")',
        'SMTP_PASSWORD: prod-eu-west-1A\n',
        'SMTP_PASSWORD=YourPassword123\n',
        'SMTP_PASSWORD="P@ssw0rd2024"\n',
        `LDAP_PASSWORD="{SSHA}${draw(base62, 31)}a"\n`,
        `ADMIN_PASSWORD="$argon2id$v=19$m=65536,t=3,p=4$${draw(base62, 22)}$${draw(base62, 43)}"\n`,
        `ADMIN_PASSWORD='$2y$10$${draw(base62, 53)}'\n`,
        `ADMIN_PASSWORD='pbkdf2_sha256$600000$${draw(base62, 22)}$${draw(base62, 43)}='\n`,
        'SMTP_PASSWORD: cGFzc3dvcmQ=\n',
        '"smtpPassword": "process.env.SMTP_PASSWORD1"',
        `SMTP_PASSWORD: \${{ secrets.SMTP_PASSWORD }}\n`,
        'EMAIL_HOST_PASSWORD = os.environ["EMAIL_HOST_PASSWORD"]\n',
        'ansible_password: "{{ vault_ansible_password1 }}"\n',
        'ansible_become_pass: !vault |\n',
        `smtpPassword: config2.getSmtpPassword,\n`,
        '"adminPassword": "P@ssw0rd1234!"',
        "adminPassword: '[parameters(\\'adminPassword1\\')]'",
        'admin_password = var.admin_password1\n',
        'const adminPassword = await createAdminPassword1();',
      ],
    }),
  }),
  inFile({
    ...told,
    id: 'key-store-password',
    name: 'Password of a key store, by its name',
    risk: 'With the file it signs releases as their maker, or reads the private keys in it.',
    format:
      'a password behind a name such as storePassword, keyPassword, signing.password or key-store-password, in quotes, or at the end of a line',
    source: 'https://google.github.io/android-gradle-dsl/1.4/com.android.build.gradle.internal.dsl.SigningConfig.html',
    severity: 'warning',
    revocation: 'https://developer.android.com/studio/publish/app-signing',
    literals: [
      ...['storePassword', 'keyPassword', 'STORE_PASSWORD', 'KEY_PASSWORD', 'signing.password'],
      ...['StorePassword', 'keystore.password', 'key-store-password', 'ssl.key.password', 'keystorePass'],
    ],
    gates: signBehindName,
    after: passwordBehindName,
    meaning: unescaped,
    accepts: isMixedValue,
    sample: (password) => `storePassword=${password}\nkeyAlias=upload\nstoreFile=../upload.jks\n`,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `signing.keyId=24875D73\nsigning.password=${password()}\n`,
          `RELEASE_STORE_PASSWORD=${password()}\n`,
          `signingConfigs {\n  release {\n    storePassword "${password()}"\n  }\n}`,
          `ssl.keystore.password=${password()}\n`,
          `server:\n  ssl:\n    key-store-password: ${password()}\n`,
          `-Djavax.net.ssl.keyStorePassword=${password()}\n`,
        ],
        ng: [
          'storePassword=changeit1A\n',
          'NS_E_DRM_INVALID_SECURESTORE_PASSWORD = 0xC00D2751\n',
          "storePassword keystoreProperties['storePassword1']",
          'keyPassword = System.getenv("KEY_PASSWORD1")\n',
          `keyStorePassword: \${KEYSTORE_PASSWORD1}\n`,
          'const storePassword = options1.storePassword;',
          'String KEY_STORE_PASSWORD = "javax.net.ssl.keyStorePassword";',
        ],
      };
    },
  }),
  inFile({
    ...told,
    id: 'mail-settings-password',
    name: 'Password among a mail server’s settings',
    risk: 'Sends mail in its user’s name, and often reads theirs.',
    format: 'pass or password among the settings of nodemailer’s createTransport; an app password of Google is four words of four letters',
    source: 'https://www.npmjs.com/package/nodemailer/v/7.0.13',
    revocation: 'https://support.google.com/accounts/answer/185833',
    literals: ['createTransport('],
    after:
      /(?:[^;()]|\([^()]{0,80}\)){0,400}?\bpass(?:word)?["']?[ \t]{0,4}:[ \t]{0,4}["']((?:[a-z]{4} ){3}[a-z]{4}|[^"'\s]{8,100})(?=["'])/y,
    accepts: (value, before) => (isGooglePassword(value) || isMixedValue(value, before)) && !/localhost|127\.0\.0\.1|ethereal/.test(before),
    sample: (password) => `nodemailer.createTransport({ host: 'smtp.shop.io', auth: { user: 'me', pass: '${password}' } });`,
    cases: (draw) => ({
      ok: [
        `nodemailer.createTransport({\n  service: 'gmail',\n  auth: {\n    user: 'me@gmail.com',\n    pass: '${draw(base62, 14)}a7Z',\n  },\n});`,
        `createTransport({ port: Number(process.env.PORT), auth: { user: 'me', pass: '${draw(base62, 14)}a7Z' } })`,
        `createTransport({ service: 'gmail', auth: { user: 'me', pass: "${[1, 2, 3, 4].map(() => draw('bcdfghjklmnpqrstvwxz', 4)).join(' ')}" } })`,
      ],
      ng: [
        `nodemailer.createTransport({ auth: { user: 'me', pass: process.env.MAIL_PASSWORD1 } });`,
        `nodemailer.createTransport({ host: 'localhost', auth: { user: 'me', pass: '${draw(base62, 14)}a7Z' } });`,
        `createTransport({ auth: { pass: 'your mail pass here' } });`,
        `createTransport(options);\nconst pass = { pass: '${draw(base62, 14)}a7Z' };`,
        `createTransport(options)\nlogin({ user: 'me', password: '${draw(base62, 14)}a7Z' })`,
      ],
    }),
  }),
  {
    ...told,
    id: 'kafka-password',
    name: 'Password of a user of Kafka or ZooKeeper',
    risk: 'Reads and writes the topics or nodes that its user may, from wherever the servers can be reached.',
    format:
      'password= or user_NAME=, in quotes or not, among the options of PlainLoginModule, ScramLoginModule or DigestLoginModule, as in sasl.jaas.config',
    source: 'https://kafka.apache.org/42/security/authentication-using-sasl',
    revocation: 'https://kafka.apache.org/42/security/authentication-using-sasl',
    literals: ['PlainLoginModule', 'ScramLoginModule', 'DigestLoginModule'].map((text) => ({
      text,
      gates: [markAfter('r', ' \t"\'+\\\r\n', 40)],
    })),
    check: checkModule,
    cases(draw) {
      const password = () => `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="app" password="${password()}";\n`,
          `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\\n  username="app" \\\n  password="${password()}";\n`,
          `sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="app" password="${password()}";'\n`,
          `props.put("sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required username=\\"app\\" password=\\"${password()}\\";");`,
          `"org.apache.kafka.common.security.scram.ScramLoginModule required "\n  + "username=\\"app\\" "\n  + "password=\\"${password()}\\";"`,
          `PlainLoginModule required username=${draw(base62, 16)} password=${password()};`,
          `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=app password=${password()};\n`,
          `KafkaClient {\n  org.apache.kafka.common.security.plain.PlainLoginModule required\n  username="app"\n  password="${password()}";\n};\n`,
          `PlainLoginModule required username='${draw(base62, 16)}' password='${draw(base62, 20)}/+a7Z${draw(base62, 39)}';`,
          `Client {\n  org.apache.zookeeper.server.auth.DigestLoginModule required\n  username="app"\n  password="${password()}";\n};\n`,
          `Server {\n  org.apache.zookeeper.server.auth.DigestLoginModule required\n  user_super="adminsecret"\n  user_app="${password()}";\n};\n`,
        ],
        ng: [
          'PlainLoginModule required username="admin" password="admin-Secret1";',
          'PlainLoginModule required username=\\"" + user + "\\" password=\\"" + passwordOf1User + "\\";',
          `PlainLoginModule required username="app" password="\${KAFKA_PASSWORD1}";`,
          'ScramLoginModule required username=\\"%s\\" password=\\"%s\\";',
          'PlainLoginModule required username=%s password=%s1Aaaaaa;',
          `PlainLoginModule required username=app password=\${file:/etc/kafka/Password1};`,
          `PlainLoginModule required username="app"; password="${password()}"`,
          `import PlainLoginModule from 'x';\nconst password = "${password()}";`,
          'DigestLoginModule required\n  user_super="adminsecret"\n  user_bob="bobsecret";',
          `DigestLoginModule required user_app="\${ZOOKEEPER_PASSWORD1}";`,
        ],
      };
    },
  },
  {
    ...told,
    id: 'command-line-password',
    name: 'Password in a command',
    risk: 'Signs in to the server that the command names, as its user; on a shared machine everybody sees it in the list of processes too.',
    format:
      'what follows the option for a password of sshpass, mysql, docker login, redis-cli, sqlcmd, ldapsearch, gpg, keytool, openssl, kubectl create secret and the tools of MongoDB, or an option of any command that ends in -password; what sqlplus signs in with, mc alias set, fish’s set -x, gh secret set, dotnet user-secrets set and put-parameter of AWS keep; requirepass and masterauth of Redis; what ConvertTo-SecureString makes of plain text',
    source: 'https://github.com/docker/cli/blob/master/docs/reference/commandline/login.md',
    revocation: 'https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html',
    literals: Object.keys({ ...options, ...logins }).map((text) =>
      text === '-password' ? { text, anyCase: true, gates: [markAfter('= ', `"',`, 3)] } : { text, beginsWord: true },
    ),
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
          'ConvertTo-SecureString "$Password1" -AsPlainText -Force',
          `ConvertTo-SecureString "${password()}" -Key $key1`,
        ],
      };
    },
  },
];

const required = /[\s"'+\\]{1,40}required\b/y;
const longestOptions = 700;
/** An option and what has to stand behind it. */
const longestOption = 200;
const optionOfModule =
  /[\s"'\\](?:password|user_[\w.-]{1,60})[ \t]{0,4}=[ \t]{0,4}(?:\\{0,3}["'])?((?<=["'])[^"'\\\s]{8,100}(?=\\{0,3}["'])|(?<=[=\s])[^"'\\\s;]{8,100}(?=[ \t]{0,4}(?:;|\\\\?\r?\n|$)))/g;

/** The passwords among the options of a login module of JAAS, up to what ends them. No more than these is read. */
function checkModule(text: string, _start: number, end: number): Checked | undefined {
  required.lastIndex = end;
  if (!required.test(text)) return undefined;
  const from = required.lastIndex;
  const read = /^[^;{}]*/.exec(text.slice(from, from + longestOptions))![0].length;
  const next = from + read;
  // what follows the last of them is looked at and not read
  const rest = text.slice(from, next + longestOption);
  const matches = [...rest.matchAll(optionOfModule)].flatMap(({ 0: option, 1: value, index }): Match[] => {
    const start = from + index + option.length - value!.length;
    const isOne = start < next && (isMixedValue(value!, text.slice(start - 1, start)) || isSecretOfConfluent(value!));
    return isOne ? [{ start, end: start + value!.length }] : [];
  });
  const [match, ...more] = matches;
  return { match, more, next: Math.max(next, matches.at(-1)?.end ?? 0) };
}

const farthest = 200;
const endOfCommand = /[\r\n|;&]/;
const thisMachine = /[\s"'=@/](?:localhost|127\.0\.0\.1)(?![\w.-])/;
const expressions = new Map<string, RegExp>();

/** The password that follows the command from `start` to `end` on its line. No more than that is read. */
function checkCommand(text: string, start: number, end: number): Checked | undefined {
  const command = text[start] === '-' ? text.slice(start, end).toLowerCase() : text.slice(start, end);
  let expression = expressions.get(command);
  if (expression === undefined) {
    expression = new RegExp(
      logins[command] ??
        `${options[command]}(?:\\\\?"([^"\\\\\\s]{8,100})\\\\?"|'([^'\\s]{8,100})'|([^\\s"'\`$|;&<>]{8,100})(?=[\\s"'\`|;&]|$))`,
      'y',
    );
    expressions.set(command, expression);
  }
  expression.lastIndex = end;
  const found = expression.exec(text);
  if (found === null) {
    if (command.startsWith('-')) return undefined;
    const length = text.slice(end, end + farthest).search(endOfCommand);
    return { next: end + (length === -1 ? farthest : length) };
  }
  const next = expression.lastIndex;
  const password = found[1] ?? found[2] ?? found[3]!;
  const place = next - found[0].length + found[0].lastIndexOf(password);
  const isKey = command === 'mc alias set '; // one of S3 may hold a slash
  const [line] = text.slice(start, next + farthest).split(endOfCommand, 1) as [string];
  if (!isMixedValue(isKey ? password.replaceAll('/', '+') : password, text.slice(place - 1, place)) || thisMachine.test(line))
    return { next };
  return { match: { start: place, end: place + password.length }, next };
}
