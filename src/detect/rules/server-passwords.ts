// Passwords of servers: told by the names that their images and clients go by.
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
  ...['DJANGO_SUPERUSER_PASSWORD', 'ACTIVEMQ_PASSWORD', 'RESTIC_PASSWORD', 'PASSPHRASE', 'SSHPASS', 'MLFLOW_TRACKING_PASSWORD'],
  ...['DOCKER_PASSWORD', 'DOCKERHUB_PASSWORD', 'REGISTRY_PASSWORD', 'NEXUS_PASSWORD', 'ARTIFACTORY_PASSWORD', 'JENKINS_PASSWORD'],
  ...['imap_pass', 'smtp_pass', 'CURLOPT_PASSWORD', 'component_secret', 'static-auth-secret', 'server_shared_secret'],
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

export const serverPasswordRules = (): readonly Rule[] => [
  inFile({
    ...told,
    id: 'server-password',
    name: 'Password of a server, by its name',
    risk: 'Signs in to the mail server, the message broker, the registry or whatever its name says, as its user.',
    format: 'a password behind a name such as SMTP_PASSWORD, RABBITMQ_DEFAULT_PASS or ansible_password, in quotes, or at the end of a line',
    source: 'https://github.com/docker-library/docs/pull/2069.patch',
    revocation: 'https://www.rabbitmq.com/docs/passwords',
    // a longer name ends like this one where pages are translated
    literals: [...names, { text: 'login_password', beginsWord: true, gates: signBehindName }],
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
        `export BORG_PASSPHRASE="${draw(base62, 12)}-7aZ"\n`,
        `SSHPASS='${draw(base62, 12)}-7aZ' sshpass -e ssh shop`,
        `MLFLOW_TRACKING_PASSWORD=${draw(base62, 12)}-7aZ\n`,
        `SMTP_PASSWORD ?= ${draw(base62, 12)}-7aZ\n`,
        `SMTP_PASSWORD := ${draw(base62, 12)}-7aZ\n`,
        `set imap_user = "me"\nset imap_pass = "${draw(base62, 12)}-7aZ"\n`,
        `curl_easy_setopt(curl, CURLOPT_PASSWORD, "${draw(base62, 12)}-7aZ");`,
        `Component "chat.shop.io"\n  component_secret = "${draw(base62, 14)}a7Z"\n`,
        `use-auth-secret\nstatic-auth-secret=${draw(base62, 14)}a7Z\n`,
        `auth_server_shared_secret=${draw(base62, 14)}a7Z\n`,
        `- mysql_db:\n    login_user: root\n    login_password: ${draw(base62, 12)}-7aZ\n`,
        `[security]\nadmin_password = ${draw(base62, 12)}-7aZ\n`,
        `  auth:\n    rootUser: root\n    rootPassword: "${draw(base62, 12)}-7aZ"\n`,
      ],
      ng: [
        `'password' => env('MAIL_PASSWORD', 'SomeWord2'),`,
        'getEnv("SHOP_SMTP_PASSWORD", "Correcthorse1")',
        'SMTP_PASSWORD: prod-eu-west-1A\n',
        'SMTP_PASSWORD ?= $(shell cat Password1)\n',
        'smtpPassword := config.SmtpPassword1\n',
        'BORG_PASSPHRASE=$(pass show Backup1Key)\n',
        'login_password: "{{ mysql_root_password1A }}"\n',
        `one_click_login_password: ${draw(base62, 12)}-7aZ\n`,
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
