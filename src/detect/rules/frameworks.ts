// What frameworks of the web sign and encrypt with.
import { markAfter, setOf } from '../engine/matcher.ts';
import { isMixed, isMixedAtRandom, isPlaceholder, isUnguessable, isVaried } from '../randomness.ts';
import { variety } from '../variety.ts';
import { assigned } from './assigned.ts';
import { inFile } from './in-file.ts';
import { isMixedValue, signBehindName } from './password.ts';
import { base62, base64, base64url, type Checked, type Draw, type Match, printable, type Rule } from './rule.ts';
import { lowerHex, some } from './shape.ts';

const hex = '0123456789abcdef';
const ofDevelopment = /(?:^|\n)(?:development|test|dev):[^\n]{0,80}\n(?:[ \t]{1,20}[^\n]{0,200}\n){0,10}[ \t]{0,20}$/;

/** The characters that Django makes a key of. */
const ofDjango = 'abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)';

/** Random bytes in base 64, or hexadecimal digits, and no words. */
const isRandomKey = (key: string): boolean =>
  (isUnguessable(key) || (isMixed(key) && isMixedAtRandom(key))) && isVaried(key, 11) && !isPlaceholder(key);

/** In the file that comes with Joomla. */
const keyOfDistribution = 'FBVtggIk5lAzEU9H';

/** In the documentation of Flask, once. */
const keyOfManual = '\\xfd{H\\xe5<';

/** Is it random bytes as Python shows them, of which most are no letters or signs? */
const isOfBytes = (key: string): boolean => new Set(key.match(/\\x[0-9a-f]{2}/g)).size >= 5 && !key.startsWith(keyOfManual);
const asBytes = (draw: Draw): string => draw(hex, 32).replace(/../g, '\\x$&');

const settingOfFlask = /\bFLASK_[A-Z]{2,20}=/;

export const frameworkRules = (): readonly Rule[] => [
  inFile({
    id: 'laravel-app-key',
    name: 'Application key of Laravel',
    risk: 'Reads and forges what the application encrypts and signs: its cookies and sessions, and with them often runs programs on its server.',
    format: 'base64: and 32 or 16 bytes in base 64, behind APP_KEY, or behind key in a file of PHP',
    source:
      'https://github.com/laravel/framework/blob/04f4ff1e0cf8e6898cfe792350ee86334cb31e58/src/Illuminate/Foundation/Console/KeyGenerateCommand.php',
    severity: 'error',
    revocation: 'https://laravel.com/docs/encryption#gracefully-rotating-encryption-keys',
    commonInTests: true,
    literals: ['APP_KEY', { text: "'key' =>", gates: [{ set: setOf(`${base64}:`), length: 29, within: 4 }] }],
    after: /(?:(?<==>)|["']?\]?[ \t]{0,4}(?:=>|[:=,]))[ \t]{0,4}["']?(base64:(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{22}==))(?![\w+/=])/y,
    accepts: (key) => isMixed(key) && isVaried(key, 11, 'base64:'.length) && !isPlaceholder(key),
    draws: (draw) => `base64:${draw(base64, 40)}a7Z=`,
    sample: (key) => `APP_ENV=production\nAPP_KEY=${key}\nAPP_DEBUG=false\n`,
    cases: (draw) => ({
      ok: [
        `'key' => env('APP_KEY', 'base64:${draw(base64, 40)}a7Z='),`,
        `APP_KEY: base64:${draw(base64, 19)}a7Z==\n`,
        `'key' => 'base64:${draw(base64, 40)}a7Z=',\n'cipher' => 'AES-256-CBC',\n`,
      ],
      ng: [`APP_KEY=base64:${'A'.repeat(43)}=`, `APP_KEY=base64:${draw(base64, 39)}a7Z=`, `APP_KEY=base64:${draw(base64, 40)}a7Z=A`],
    }),
  }),
  inFile({
    id: 'rails-secret-key-base',
    name: 'Secret key base of Rails',
    risk: 'Reads and forges what the application encrypts and signs: its cookies and sessions, and with them often runs programs on its server.',
    format: '128 hexadecimal digits behind secret_key_base or secret_token, and not among the settings of development or tests',
    source: 'https://rubydoc.info/github/rails/rails/Rails/Command/SecretCommand:perform',
    severity: 'error',
    revocation: 'https://guides.rubyonrails.org/security.html#rotating-encrypted-and-signed-cookies-configurations',
    commonInTests: true,
    literals: ['secret_key_base', 'SECRET_KEY_BASE', 'secret_token'],
    after: /["']?\]?[ \t]{0,4}(?:=>|[:=])[ \t]{0,4}["']?([0-9a-f]{128})(?![0-9A-Za-z])/y,
    before: { test: (text) => !ofDevelopment.test(text) },
    accepts: (key) => isVaried(key, 12) && !isPlaceholder(key),
    draws: (draw) => draw(hex, 128),
    sample: (key) => `production:\n  secret_key_base: ${key}\n`,
    cases: (draw) => ({
      ok: [
        `SECRET_KEY_BASE=${draw(hex, 128)} rails server`,
        `Shop::Application.config.secret_token = '${draw(hex, 128)}'`,
        `development:\n  secret_key_base: x\n\nproduction:\n  secret_key_base: ${draw(hex, 128)}\n`,
      ],
      ng: [
        `development:\n  secret_key_base: ${draw(hex, 128)}\n`,
        `test:\n  a: 1\n  secret_key_base: ${draw(hex, 128)}\n`,
        `secret_key_base: ${draw(hex, 64)}`,
        `secret_key_base: <%= ENV["SECRET_KEY_BASE"] %>\n`,
      ],
    }),
  }),
  assigned({
    id: 'rails-master-key',
    name: 'Master key of Rails',
    risk: 'Decrypts the application’s credentials, and with them often opens its database and its other services.',
    format: '32 hexadecimal digits: a key of AES-128, behind its name, or all that master.key or a .key in config/credentials holds',
    source:
      'https://github.com/rails/rails/blob/113d0dccd3c41689643179a3690214e3057f7dc9/activesupport/lib/active_support/encrypted_file.rb',
    severity: 'error',
    revocation: 'https://guides.rubyonrails.org/security.html#custom-credentials',
    near: ['rails'],
    shapes: [[some(lowerHex, 32)]],
    named: /master_?key/,
    example: 'master_key',
    cases: (draw) => ({
      ok: [`docker run -e RAILS_MASTER_KEY=${draw(hex, 32)} shop`],
      ng: [`RAILS_MASTER_KEY=$(cat config/master.key)\n`, `RAILS_ASSET_KEY=${draw(hex, 32)}\n`],
    }),
  }),
  inFile({
    id: 'auth-js-secret',
    name: 'Secret of Auth.js or Better Auth',
    risk: 'Forges the session of any user of the application, as its tokens are encrypted or signed with it.',
    format:
      '32 to 64 characters of base 64 or hexadecimal digits behind NEXTAUTH_SECRET, AUTH_SECRET or BETTER_AUTH_SECRET (that there are so many is observed)',
    source: 'https://authjs.dev/guides/environment-variables',
    severity: 'error',
    revocation: 'https://authjs.dev/getting-started/deployment',
    commonInTests: true,
    literals: ['AUTH_SECRET'],
    gates: signBehindName,
    after: /["']?\]?(?:[ \t]{0,4}[=:,][ \t]{0,4}|\r?\n[ \t]{1,30}value:[ \t]{1,4})["']?([A-Za-z0-9+/_-]{32,64}={0,2})(?![\w+/=.-])/y,
    before: /(?:^|[^A-Za-z0-9_]|NEXT|BETTER_)$/,
    accepts: isRandomKey,
    draws: (draw) => `${draw(base64, 40)}a7Z=`,
    sample: (key) => `NEXTAUTH_SECRET=${key}\n`,
    cases: (draw) => ({
      ok: [`AUTH_SECRET="${draw(base64, 40)}a7Z=" # Added by npx auth\n`, `BETTER_AUTH_SECRET=${draw(hex, 64)}\n`],
      ng: [
        `OAUTH_SECRET=${draw(base64, 40)}a7Z=\n`,
        'NEXTAUTH_SECRET=please-change-this-secret-before-production-1A\n',
        'NEXTAUTH_SECRET=process1envNextAuthSecretOfTheApplication\n',
        `secret: process.env.AUTH_SECRET,\n`,
      ],
    }),
  }),
  inFile({
    id: 'fernet-key',
    name: 'Fernet key',
    risk: 'Decrypts what the application encrypted with it, as the passwords of all connections in the database of Airflow.',
    format: '32 bytes in base64url, 43 characters and =, behind fernet_key',
    source: 'https://github.com/langflow-ai/langflow/discussions/1521',
    severity: 'error',
    revocation: 'https://airflow.apache.org/docs/apache-airflow/stable/security/secrets/fernet.html',
    commonInTests: true,
    literals: ['fernet_key', 'FERNET_KEY', 'fernetKey'],
    gates: signBehindName,
    after: /["']?\]?(?:[ \t]{0,8}[=:,][ \t]{0,8}|\r?\n[ \t]{1,30}value:[ \t]{1,4})b?["']?([A-Za-z0-9_-]{43}=)(?![\w=])/y,
    accepts: isRandomKey,
    draws: (draw) => `${draw(base64url, 40)}a7Z=`,
    sample: (key) => `[core]\nfernet_key = ${key}\n`,
    cases: (draw) => ({
      ok: [`AIRFLOW__CORE__FERNET_KEY='${draw(base64url, 40)}a7Z='`, `fernetKey: ${draw(base64url, 40)}a7Z=\n`],
      ng: [`fernet_key = ${'A'.repeat(43)}=`, `fernet_key = Fernet.generate_key()\n`, `FERNET_KEY=${draw(base64url, 39)}a7Z=`],
    }),
  }),
  inFile({
    id: 'wordpress-key',
    name: 'Key or salt of WordPress',
    risk: 'Forges the cookies of any user of the site, its administrators too, together with the others beside it.',
    format: '64 characters with signs among them, as a string behind AUTH_KEY, LOGGED_IN_KEY, NONCE_KEY or a salt of the same names',
    source: 'https://blogvault.net/everything-about-wordpress-security-keys/',
    severity: 'error',
    revocation: 'https://api.wordpress.org/secret-key/1.1/salt/',
    commonInTests: true,
    literals: ['AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'],
    gates: [markAfter('=,', ' \t"\'', 16, markAfter(`"'`, ' \t', 40))],
    after: /["']?[ \t]{0,8}[=,][ \t]{0,40}["']([^"'\r\n]{64})(?=["'])/y,
    accepts: (key) => (key.match(/[^A-Za-z0-9]/g)?.length ?? 0) >= 8 && variety(key) >= 30 && !/ .* .* .* .* /.test(key),
    draws: (draw) => draw(`${base62}!@#$%^&*()-_[]{}<>~+=,.;:/?|`, 64),
    sample: (key) => `define( 'AUTH_KEY',         '${key}' );`,
    cases: (draw) => ({
      ok: [`SECURE_AUTH_SALT='${draw(`${base62}!@#%^&*()-_[]{}<>~+=,.;:/?|`, 64)}'\n`],
      ng: [
        `define('AUTH_KEY', 'put your unique phrase here, and then some more of what is unique');`,
        `define('AUTH_KEY', '${draw(hex, 64)}');`,
      ],
    }),
  }),
  inFile({
    id: 'django-secret-key',
    name: 'Secret key of Django',
    risk: 'Forges what the application signs, such as its sessions, and with some settings runs programs on its server.',
    format: '50 characters of a-z0-9!@#$%^&*(-_=+) as a string behind SECRET_KEY; what begins with django-insecure- is for development',
    source: 'https://github.com/django/django/blob/main/django/core/management/utils.py',
    severity: 'error',
    revocation: 'https://docs.djangoproject.com/en/stable/ref/settings/#secret-key-fallbacks',
    commonInTests: true,
    literals: ['SECRET_KEY'],
    gates: [markAfter('=:,', ' \t"\'\\])', 8, markAfter(`"'`, ' \t', 6))],
    after: /["']?\]?[ \t]{0,4}[=:,][ \t]{0,4}["']([a-z0-9!@#$%^&*(_=+)-]{50})(?=["'])/y,
    accepts: (key) => (key.match(/[^a-z0-9]/g)?.length ?? 0) >= 4 && variety(key) >= 20 && !isPlaceholder(key),
    draws: (draw) => draw(ofDjango, 50),
    sample: (key) => `SECRET_KEY = '${key}'\n`,
    cases: (draw) => ({
      ok: [`SECRET_KEY = os.environ.get("SECRET_KEY", "${draw(ofDjango, 50)}")\n`, `DJANGO_SECRET_KEY="${draw(ofDjango, 50)}"\n`],
      ng: [
        `SECRET_KEY = 'django-insecure-${draw(ofDjango, 50)}'\n`,
        `SECRET_KEY = 'this-is-the-secret-key-of-our-tests-and-of-no-more'\n`,
        `SECRET_KEY = '${draw(ofDjango, 49)}'\n`,
      ],
    }),
  }),
  inFile({
    id: 'aspnet-machine-key',
    name: 'Machine key of ASP.NET',
    risk: 'Forges the cookies and the state of pages of the application, and with that runs programs on its server.',
    format: '40 to 128 hexadecimal digits behind validationKey or decryptionKey in machineKey',
    source: 'https://learn.microsoft.com/en-us/previous-versions/dotnet/netframework-1.1/w8h3skw9(v=vs.71)',
    severity: 'error',
    revocation: 'https://learn.microsoft.com/previous-versions/dotnet/netframework-4.0/w8h3skw9(v=vs.100)',
    commonInTests: true,
    literals: ['validationKey="', 'decryptionKey="'],
    after: /([0-9A-Fa-f]{40,128})(?=")/y,
    accepts: (key) => isVaried(key, 12) && !isPlaceholder(key),
    draws: (draw) => draw(hex, 128).toUpperCase(),
    sample: (key) => `<machineKey validationKey="${key}" validation="SHA1" />`,
    cases: (draw) => ({
      ok: [`<machineKey decryptionKey="${draw(hex, 48).toUpperCase()}" decryption="AES" />`],
      ng: ['<machineKey validationKey="AutoGenerate,IsolateApps" />', `<machineKey validationKey="${'0'.repeat(64)}" />`],
    }),
  }),
  inFile({
    id: 'phoenix-secret-key-base',
    name: 'Secret key base of Phoenix',
    risk: 'Reads and forges what the application encrypts and signs, such as its sessions.',
    format: '64 characters of base 64 behind secret_key_base, and not among the settings of development or tests',
    source: 'https://github.com/phoenixframework/phoenix/blob/10a2c57c867d045b2b9c9a8a25f866e6c5760726/lib/mix/tasks/phx.gen.secret.ex',
    severity: 'error',
    revocation: 'https://hexdocs.pm/phoenix/deployment.html',
    commonInTests: true,
    literals: ['secret_key_base', 'SECRET_KEY_BASE'],
    after: /["']?\]?[ \t]{0,4}[:=,][ \t]{0,4}["']?([A-Za-z0-9+/]{64})(?![A-Za-z0-9+/=])/y,
    accepts: isRandomKey,
    // the generator writes one into the settings of each
    around: (before, behind) => !/\b(?:code_reloader|debug_errors): true|\bserver: false/.test(before + behind),
    draws: (draw) => `${draw(base64, 61)}a7Z`,
    sample: (key) => `config :shop, ShopWeb.Endpoint,\n  secret_key_base: "${key}"\n`,
    cases: (draw) => ({
      ok: [`SECRET_KEY_BASE=${draw(base64, 61)}a7Z\n`],
      ng: [
        `config :shop, ShopWeb.Endpoint,\n  code_reloader: true,\n  debug_errors: true,\n  secret_key_base: "${draw(base64, 61)}a7Z"\n`,
        `config :shop, ShopWeb.Endpoint,\n  secret_key_base: "${draw(base64, 61)}a7Z",\n  server: false\n`,
        `secret_key_base: "${draw(base64, 29)}a7Z"\n`,
      ],
    }),
  }),
  inFile({
    id: 'flask-secret-key',
    name: 'Secret key of Flask',
    risk: 'Forges the session cookie of any user of the application.',
    format:
      '32 to 64 hexadecimal digits, or bytes of which some are written as \\x and two digits, behind app.secret_key, config["SECRET_KEY"] or SECRET_KEY in config.update, or behind SECRET_KEY beside a setting whose name begins with FLASK',
    source: 'https://github.com/pallets/flask/blob/02318b2364d986d55066048e2bbd2df73becedd1/docs/config.rst',
    severity: 'error',
    revocation: 'https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY_FALLBACKS',
    commonInTests: true,
    literals: ['.secret_key', 'SECRET_KEY'],
    gates: [{ set: setOf(hex), length: 32, within: 13 }, markAfter('=', ' \t"\'])', 8, markAfter('\\', `${printable} `, 40))],
    after:
      /["']?\]?[ \t]{0,4}=[ \t]{0,4}b?["']?((?<=')(?:\\(?:x[0-9a-f]{2}|[^x\r\n])|[^\\'\r\n]){12,64}(?=')|(?<=")(?:\\(?:x[0-9a-f]{2}|[^x\r\n])|[^\\"\r\n]){12,64}(?=")|[0-9a-f]{32,64}(?![\w-]))/y,
    accepts: (key) => (key.includes('\\') ? isOfBytes(key) : /^[0-9a-f]{32,}$/.test(key) && isVaried(key, 11) && !isPlaceholder(key)),
    around: (before, behind) =>
      /\bapp(?:lication)?$|\bconfig(?:\[["']|\.(?:update|from_mapping)\([^()]{0,200})$|\bFLASK_\w{0,40}$/.test(before) ||
      settingOfFlask.test(before) ||
      settingOfFlask.test(behind),
    draws: (draw) => draw(hex, 64),
    sample: (key) => `app = Flask(__name__)\napp.secret_key = '${key}'\n`,
    cases: (draw) => ({
      ok: [
        `app.config['SECRET_KEY'] = '${draw(hex, 48)}'\n`,
        `app.config.from_mapping(\n    SECRET_KEY='${draw(hex, 64)}',\n)\n`,
        `FLASK_APP=shop\nSECRET_KEY=${draw(hex, 32)}\n`,
        `FLASK_SECRET_KEY="${draw(hex, 64)}"\n`,
        `app.secret_key = b'${draw(hex, 64)}'\n`,
        `app.secret_key = b'R\\x83\\r${asBytes(draw)}4F\\n'\n`,
        `app.config["SECRET_KEY"] = "${asBytes(draw)}'\\\\a7"\n`,
      ],
      ng: [
        `app.secret_key = os.urandom(24)\n`,
        `SECRET_KEY=${draw(hex, 32)}\n`,
        `app.config['SECRET_KEY'] = '${'0'.repeat(32)}'\n`,
        `app.secret_key = b'_5#y2L"F4Q8z\\n\\xec]/'\n`,
        `app.secret_key = b'the secret key of the tests'\n`,
        `app.secret_key = '${keyOfManual}${asBytes(draw)}'\n`,
      ],
    }),
  }),
  inFile({
    id: 'strapi-secret',
    name: 'Secret of Strapi',
    risk: 'Forges the sessions of its users, its administrators’ too, or tells which tokens of its API are valid.',
    format:
      '16 bytes in base 64, 22 characters and ==, behind APP_KEYS, of which there may be several, ADMIN_JWT_SECRET, API_TOKEN_SALT or TRANSFER_TOKEN_SALT',
    source:
      'https://github.com/strapi/strapi/blob/b8264edcb35f6b430b83793e548c1458e9638730/packages/generators/app/src/resources/templates/env.ts',
    severity: 'error',
    revocation: 'https://docs.strapi.io/cms/configurations/environment',
    commonInTests: true,
    literals: ['APP_KEYS', 'ADMIN_JWT_SECRET', 'API_TOKEN_SALT', 'TRANSFER_TOKEN_SALT'],
    gates: [{ set: setOf(base64), length: 22, within: 12 }],
    after: /["']?(?:[ \t]{0,4}[:=,][ \t]{0,4})["']?((?:[A-Za-z0-9+/]{22}==,){0,7}[A-Za-z0-9+/]{22}==)(?![\w+/=])/y,
    accepts: (keys) => keys.split(',').every((key) => isMixed(key) && isVaried(key, 9) && !isPlaceholder(key)),
    draws: (draw) => `${draw(base64, 19)}a7Z==`,
    sample: (key) => `HOST=0.0.0.0\nADMIN_JWT_SECRET=${key}\n`,
    cases: (draw) => ({
      ok: [`APP_KEYS=${draw(base64, 19)}a7Z==,${draw(base64, 19)}a7Z==\n`, `salt: env('API_TOKEN_SALT', '${draw(base64, 19)}a7Z=='),`],
      ng: ['APP_KEYS="toBeModified1,toBeModified2"\n', `APP_KEYS=${'A'.repeat(22)}==\n`],
    }),
  }),
  inFile({
    id: 'n8n-encryption-key',
    name: 'Encryption key of n8n',
    risk: 'Decrypts all logins and tokens that the workflows of n8n have, from its database.',
    format: '32 characters of base 64, 24 bytes, or 32 to 64 hexadecimal digits behind N8N_ENCRYPTION_KEY',
    source:
      'https://github.com/n8n-io/n8n/blob/030e633a7343e39d2b925210a6f96ae89602cbae/packages/core/src/instance-settings/instance-settings.ts',
    severity: 'error',
    revocation: 'https://docs.n8n.io/hosting/configuration/configuration-examples/encryption-key/',
    commonInTests: true,
    literals: ['N8N_ENCRYPTION_KEY'],
    gates: signBehindName,
    after: /["']?(?:[ \t]{0,4}[=:,][ \t]{0,4}|\r?\n[ \t]{1,30}value:[ \t]{1,4})["']?([A-Za-z0-9+/]{32,64}={0,2})(?![\w+/=.-])/y,
    accepts: isRandomKey,
    draws: (draw) => `${draw(base64, 29)}a7Z`,
    sample: (key) => `N8N_ENCRYPTION_KEY=${key}\n`,
    cases: (draw) => ({
      ok: [`- name: N8N_ENCRYPTION_KEY\n  value: "${draw(hex, 64)}"\n`],
      ng: ['N8N_ENCRYPTION_KEY=generateARandomStringHereOf32Characters\n', `N8N_ENCRYPTION_KEY=${draw(base64, 13)}a7Z\n`],
    }),
  }),
  inFile({
    id: 'express-session-secret',
    name: 'Secret of the sessions of Express',
    risk: 'Signs the session cookie of any user whose session id is known or guessed.',
    format: '16 characters and more, as a string behind secret in a call session({ … })',
    source: 'https://github.com/expressjs/session/blob/01b4edba601efe624cb87ee956adb8818ae58495/README.md',
    severity: 'warning',
    revocation: 'https://github.com/expressjs/session/blob/01b4edba601efe624cb87ee956adb8818ae58495/README.md',
    commonInTests: true,
    isChosen: true,
    literals: [{ text: 'session({', beginsName: true }],
    after: /[^{}]{0,200}?\bsecret["']?[ \t]{0,4}:\s{0,4}\[?\s{0,4}["'`]([^\s"'`$\\]{16,128})(?=["'`])/y,
    accepts: (secret) => isMixedValue(secret, '"') && isRandomKey(secret),
    draws: (draw) => `${draw(base62, 20)}-7aZ`,
    sample: (secret) => `app.use(session({\n  secret: '${secret}',\n  resave: false,\n}));\n`,
    cases: (draw) => ({
      ok: [`app.use(session({ name: 'sid', secret: ["${draw(base62, 20)}-7aZ"] }));\n`],
      ng: [
        `app.use(session({ secret: 'keyboard cat' }));\n`,
        'app.use(session({ secret: process.env.SECRET1, resave: false }));\n',
        `session({ cookie: { secret: '${draw(base62, 20)}-7aZ' } });\n`,
        "session({ secret: 'change-Me-to-something-1-else' })",
      ],
    }),
  }),
  {
    id: 'joomla-configuration-secret',
    name: 'Password or secret in Joomla’s configuration',
    risk: 'Opens the site’s database or mail account, or forges what the site signs.',
    format: '$password, $smtppass, $ftp_pass, $proxy_pass or $redis_server_auth, or 16 letters and digits as $secret, in class JConfig',
    source: 'https://github.com/joomla/joomla-cms/blob/020a67bc96a31f49965304202b9218bc3b32b78b/installation/configuration.php-dist',
    severity: 'error',
    revocation: 'https://docs.joomla.org/Security_Checklist/You_have_been_hacked_or_defaced',
    isChosen: true,
    commonInTests: true,
    literals: [{ text: 'class JConfig', gates: [markAfter('{', ' \t\r\n', 8)] }],
    check: checkJoomla,
    cases: (draw) => ({
      ok: [
        `class JConfig {\n\tpublic $host = 'localhost';\n\tpublic $user = 'joomla';\n\tpublic $password = '${draw(base62, 12)}-7aZ';\n}\n`,
        `class JConfig\n{\n\tpublic $secret = '${draw(base62, 13)}a7Z';     // Change this\n\tpublic $gzip = false;\n}\n`,
      ],
      ng: [
        `class JConfig {\n\tpublic $password = 'joomla';\n\tpublic $secret = '${keyOfDistribution}';\n}\n`,
        `class JConfig {\n\tpublic $password = '';\n}\nclass Other {\n\tpublic $password = '${draw(base62, 12)}-7aZ';\n}\n`,
      ],
    }),
  },
];

const longestConfiguration = 3600;
const settingOfJoomla =
  /\b(?:public|var) \$(secret|password|smtppass|ftp_pass|proxy_pass|redis_server_auth)[ \t]{0,8}=[ \t]{0,8}'([^'\\\s]{8,100})(?=')/g;

/** The passwords and the secret among the settings of Joomla's class. All of it is read then. */
function checkJoomla(text: string, _start: number, end: number): Checked {
  const [body] = text.slice(end, end + longestConfiguration).split('\n}', 1) as [string];
  const [match, ...more] = [...body.matchAll(settingOfJoomla)].flatMap(({ 0: setting, 1: name, 2: value, index }): Match[] => {
    const isOne = name === 'secret' ? isSecretOfJoomla(value!) : isMixedValue(value!, "'");
    const stop = end + index + setting.length;
    return isOne ? [{ start: stop - value!.length, end: stop }] : [];
  });
  return { match, more, next: end + body.length };
}

const isSecretOfJoomla = (secret: string): boolean => /^[A-Za-z0-9]{16}$/.test(secret) && isMixed(secret) && secret !== keyOfDistribution;
