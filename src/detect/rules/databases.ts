// Passwords of databases that are told by their names, or by the file that they stand in.
import { markAfter } from '../engine/matcher.ts';
import { unescaped } from '../text.ts';
import { inFile } from './in-file.ts';
import { isLikelyPassword, isMixedValue, passwordBehindName, signBehindName } from './password.ts';
import { base62, type Rule } from './rule.ts';

const inQuotes = (password: string): string[] => [
  `DB_HOST: db.shop.io\nDB_PASSWORD: "${password}"\n`,
  `define( 'DB_PASSWORD', '${password}' );`,
  `- name: DB_PASSWORD\n  value: ${password}\n`,
];

const snowflakeNames = ['SNOWFLAKE_PASSWORD', 'snowflake_password', 'snowflake.password', 'snowflakePassword', 'SnowflakePassword'];

const databaseNames = [
  'DB_PASSWORD',
  'DB_PASSWD',
  'DB_PASS',
  'db_password',
  'db.password',
  'dbPassword',
  'DbPassword',
  'DATABASE_PASSWORD',
  'database_password',
  'database.password',
  'databasePassword',
  'DatabasePassword',
  'POSTGRES_PASSWORD',
  'POSTGRESQL_PASSWORD',
  'postgres_password',
  'PGPASSWORD',
  'MYSQL_PASSWORD',
  'mysql_password',
  'MYSQL_ROOT_PASSWORD',
  'mysql_root_password',
  'MONGODB_ROOT_PASSWORD',
  'postgresPassword',
  'master_password',
  'asterUserPassword',
  'NEO4J_PASSWORD',
  'CLICKHOUSE_PASSWORD',
  'INFLUXDB_INIT_PASSWORD',
  'MYSQL_PWD',
  'MARIADB_ROOT_PASSWORD',
  'ORACLE_PASSWORD',
  'MONGO_PASSWORD',
  'MONGO_INITDB_ROOT_PASSWORD',
  'REDIS_PASSWORD',
  'redis_password',
  'redis.password',
  'jdbc.password',
  'hikari.password',
  'connection.password',
  'option.ConnectionPassword',
  'datasource.password',
  'DATASOURCE_PASSWORD',
];

const namesAccount = /\n[ \t]{0,8}(?:account(?:name)?|user(?:name)?)[ \t]{0,8}=/;
const namesUser = /\n[ \t]{0,8}user(?:name)?[ \t]{0,8}=/;

/** What is told of each of these rules. */
export const databasePasswords = {
  risk: 'Reads and changes the database as its user, from wherever the database can be reached.',
  severity: 'error',
  isChosen: true,
  commonInTests: true,
} as const;

/** How a password is changed. */
export const changePassword = 'https://www.postgresql.org/docs/current/sql-alterrole.html';

export const databaseRules = (): readonly Rule[] => [
  inFile({
    id: 'snowflake-password',
    name: 'Snowflake password',
    risk: 'Signs in to the warehouse as the user, with the user’s roles, where no second factor is asked for.',
    format: 'a password behind snowflake_password, in quotes, or in .env of letters, digits and signs',
    source: 'https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections',
    severity: 'error',
    revocation: 'https://docs.snowflake.com/en/sql-reference/sql/alter-user',
    literals: snowflakeNames,
    gates: signBehindName,
    after: passwordBehindName,
    meaning: unescaped,
    accepts: isMixedValue,
    isChosen: true,
    sample: (password) => `SNOWFLAKE_PASSWORD="${password}"\n`,
    cases: (draw) => ({
      ok: [
        'snowflake_password: Sommer2031Berlin\n',
        `SNOWFLAKE_PASSWORD=${draw(base62, 14)}a7Z\n`,
        `"snowflake_password": "${draw(base62, 12)}a7Z.-$"`,
      ],
      ng: [
        'snowflake_password = settings.SNOWFLAKE_PASSWORD\n',
        `SNOWFLAKE_PASSWORD: \${{ secrets.SNOWFLAKE_PASSWORD }}\n`,
        'snowflake_password=os.environ["SNOWFLAKE_PASSWORD"]',
        'snowflakePassword: configuration2.getPassword()',
        'snowflake_password = "getSecretAccessKeyFromVault"',
        'SNOWFLAKE_PASSWORD="arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"',
      ],
    }),
  }),
  inFile({
    id: 'snowflake-connection-password',
    name: 'Snowflake password of a connection',
    risk: 'Signs in to the warehouse as the user, with the user’s roles, where no second factor is asked for.',
    format:
      'password= beside an account and a user in the section [connections] of SnowSQL, in one of its own for a connection, or in a section of connections.toml',
    source: 'https://docs.snowflake.com/user-guide/snowsql-config',
    severity: 'error',
    revocation: 'https://docs.snowflake.com/en/sql-reference/sql/alter-user',
    literals: ['[connections', { text: 'account = "', beginsWord: true }],
    after:
      /(?:[\w."-]{0,60}\]|[^"\r\n[]{1,100}")[ \t]{0,8}(?:\r?\n(?![ \t]{0,8}password[ \t]{0,8}=)[^\r\n[]{0,110}){0,30}\r?\n[ \t]{0,8}password[ \t]{0,8}=[ \t]{0,8}(?:"(?=[^"\r\n]{8,100}")|'(?=[^'\r\n]{8,100}'))?([^\s"']{8,100})(?=["']?[ \t]{0,8}(?:\r?\n|$))/y,
    accepts: (value, before) =>
      (before.startsWith('[') ? namesAccount.test(before) : namesUser.test(before) && before.endsWith('"')) && isLikelyPassword(value),
    isChosen: true,
    sample: (password) => `[connections.shop]\naccountname = shop-eu\nusername = app\npassword = ${password}\n`,
    cases: (draw) => ({
      ok: [
        `[connections]\n# The password is stored in plain text.\n#\naccountname = shop\nusername = app\npassword = "${draw(base62, 12)}a7Z%"\n`,
        `[connections.dev]\naccount = "shop-eu"\nuser = "app"\npassword = "${draw(base62, 14)}a7Z"\nrole = "dev"\n`,
        `[default]\naccount = "shop-eu"\nuser = "app"\npassword = "${draw(base62, 14)}a7Z"\n`,
      ],
      ng: [
        `[connections]\n#accountname = defaultaccount\n#username = defaultuser\n#password = ${draw(base62, 14)}a7Z\n`,
        `[connections]\naccountname = shop\n[other]\npassword = ${draw(base62, 14)}a7Z\n`,
        `account = "shop-eu"\nuser = "app"\n[other]\npassword = "${draw(base62, 14)}a7Z"\n`,
        `account = "shop-eu"\nuser = "app"\npassword = env.SNOWFLAKE_PASSWORD1\n`,
        `[connections]\nhost = shop.io\npassword = ${draw(base62, 14)}a7Z\n`,
      ],
    }),
  }),
  inFile({
    ...databasePasswords,
    id: 'database-password',
    name: 'Database password, by its name',
    format:
      'a password behind a name such as DB_PASSWORD, PGPASSWORD or jdbc.password, in quotes, in an element of XML, or at the end of a line of letters, digits and signs',
    source: 'https://www.postgresql.org/docs/current/libpq-envars.html',
    revocation: changePassword,
    literals: [...databaseNames, { text: 'SA_PASSWORD', beginsName: true, gates: signBehindName }],
    gates: signBehindName,
    after: passwordBehindName,
    meaning: unescaped,
    accepts: isMixedValue,
    sample: (password) => `DB_PASSWORD=${password}\n`,
    cases: (draw) => ({
      ok: [
        ...inQuotes(`${draw(base62, 12)}-7aZ`),
        `spring.datasource.password=${draw(base62, 12)}-7aZ\n`,
        `PGPASSWORD='${draw(base62, 12)}a7Z%^' psql -h db.shop.io\n`,
        `$config['db_password'] = "${draw(base62, 12)}a7Z.";`,
        `DB_PASSWORD: ${draw(base62, 12)}-7aZ # of production\n`,
        `PGPASSWORD=${draw(base62, 12)}-7aZ psql -h db.shop.io\n`,
        `docker run -e POSTGRES_PASSWORD=${draw(base62, 12)}-7aZ postgres\n`,
        `{"db_password":"${draw(base62, 5)}4\\"7${draw(base62, 9)}a7Z"}`,
        `{\\"DB_PASSWORD\\":\\"${draw(base62, 12)}-7aZ\\",\\"x\\":1}`,
        `dbPassword = "${draw(base62, 5)}'${draw(base62, 5)}a7Z"`,
        `<add key="DbPassword" value="${draw(base62, 12)}-7aZ" />`,
        `DB_PASSWORD=${draw(base62, 5)}q73.9K4${draw(base62, 7)}a7Z\n`,
        `db_password: ${draw(base62, 5)}q73.9K4${draw(base62, 7)}a7Z\n`,
        `docker run -e 'MSSQL_SA_PASSWORD=${draw(base62, 12)}-7aZ' mssql`,
        `Environment="POSTGRESQL_PASSWORD=${draw(base62, 12)}-7aZ"\n`,
        `<property name="jdbc.password" value="${draw(base62, 12)}-7aZ"/>`,
        `<property name="hibernate.connection.password">${draw(base62, 12)}-7aZ</property>`,
        `<entry key='db.password'>\n  ${draw(base62, 12)}-7aZ%\n</entry>`,
        `<db.password>${draw(base62, 12)}-7aZ</db.password>`,
        `<name>javax.jdo.option.ConnectionPassword</name>\n  <value>${draw(base62, 12)}-7aZ</value>`,
        `db.password=${draw(base62, 12)}-7aZ\n`,
        `SPRING_DATASOURCE_PASSWORD=${draw(base62, 12)}-7aZ\n`,
      ],
      ng: [
        `DB_PASSWORD=\${DB_PASSWORD}\n`,
        `VISA_PASSWORD=${draw(base62, 12)}-7aZ\n`,
        'DB_PASSWORD: ENV1_DB_PASSWORD_VALUE\n',
        'master_password="Mustbe8characters",\n',
        'masterUserPassword: "Barbarbarbar1!",\n',
        "DB_PASSWORD = os.environ['DB_PASSWORD']\n",
        'dbPassword: config2.getDbPassword,\n',
        'connect(user=db_user, password=db_password, connectTimeoutMS=1000\n)',
        `DB_PASSWORD_SALT = "${draw(base62, 12)}-7aZ"`,
        'MYSQL_ROOT_PASSWORD=mysqlRoot123\n',
        'db_password: vault:secret/data/Shop1#password\n',
        'dbPassword: Environment2Value\n',
        'dbPassword = randomString32Chars\n',
        'let dbPassword: NonEmptyString255\n',
        'DB_PASSWORD=Sha256Hash\n',
        `DB_PASSWORD="\${DB_PASSWORD:-$(cat \\"$FILE1\\")}"`,
        `DB_PASSWORD=\\"\${Secret1Password}\\"`,
        'db_password: Base64UrlEncoder\n',
        'dbPassword = this.config2.getDbPassword\n',
        'DB_PASSWORD=env.DB2_PASSWD\n',
        'DB_PASSWORD=db1.Prod.shop.internal\n',
        `env: ['DB_PASSWORD=' + db1.Password.value]`,
        'this.db.password = options.password2Value;',
        `jdbc.password=\${jdbc1.Password}\n`,
        `<property name="connection.password">\${db1.Password}</property>`,
        '<property name="hibernate.connection.password">Password123</property>',
        '<label id="dbPassword">Base64Encoder</label>',
        `<db.password>${draw(base62, 12)}-7aZ`,
        'connect(\n  db_password=Settings1Database\n)',
        `encryptedData:\n  DB_PASSWORD: AgBy${draw(base62, 70)}\n`,
        `DB_PASSWORD=encrypted_${draw(base62, 20)}\n`,
      ],
    }),
  }),
  inFile({
    ...databasePasswords,
    id: 'pgpass-password',
    name: 'Password in .pgpass',
    format: 'host:port:database:user:password in a line of its own, with a port that PostgreSQL or a pool before it listens on',
    source: 'https://www.postgresql.org/docs/current/libpq-pgpass.html',
    revocation: changePassword,
    literals: [':5432:', ':5433:', ':6432:'],
    after: /[^\s:"'`/]{1,100}:[^\s:"'`/]{1,100}:([^\s:"'`\\]{8,200})(?=\r?\n|$)/y,
    before: /(?:^|\n)(?!localhost|127\.|0\.0\.0\.0)[\w.*-]{1,200}$/,
    sample: (password) => `db.shop.io:5432:main:app:${password}\n`,
    cases: (draw) => ({
      ok: [`10.0.0.4:5432:*:app:${draw(base62, 14)}a7Z\nlocalhost:5432:*:app:${draw(base62, 14)}a7Z\n`],
      ng: [`localhost:5432:main:app:${draw(base62, 14)}a7Z\n`, `- "10.0.0.4:5432:5432"\n- ${draw(base62, 14)}a7Z\n`],
    }),
  }),
  inFile({
    ...databasePasswords,
    id: 'mysql-option-file-password',
    name: 'Password in an option file of MySQL',
    format: 'password= in the section [client] or that of another program of MySQL',
    source: 'https://dev.mysql.com/doc/refman/8.4/en/option-files.html',
    revocation: 'https://dev.mysql.com/doc/refman/8.4/en/set-password.html',
    literals: ['[client', '[mysql'],
    gates: [markAfter(']', 'abcdefghijklmnopqrstuvwxyz_-0123456789', 20)],
    after:
      /[\w-]{0,20}\][ \t]{0,8}(?:\r?\n(?!\[|[ \t]{0,8}password[ \t]{0,8}=)[^\r\n]{0,200}){0,12}\r?\n[ \t]{0,8}password[ \t]{0,8}=[ \t]{0,8}["']?([^\s"']{8,200})/y,
    sample: (password) => `[client]\nuser = backup\npassword = ${password}\n`,
    cases: (draw) => ({
      ok: [`[mysqldump]\nuser=backup\nhost=db.shop.io\npassword="${draw(base62, 14)}a7Z"\n`],
      ng: [`[client]\nuser=app\n[other]\npassword=${draw(base62, 14)}a7Z\n`],
    }),
  }),
];
