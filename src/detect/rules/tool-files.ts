// Passwords in the configuration files of tools.
import { markAfter } from '../engine/matcher.ts';
import { isPlaceholder, isSeries, isVaried } from '../randomness.ts';
import { alsoInBase64 } from './encoded.ts';
import { beginsLine, inFile } from './in-file.ts';
import { isLikelyPassword, isMixedValue } from './password.ts';
import { base62, type Checked, type Match, printable, type Rule } from './rule.ts';
import { gitleaks } from './sources.ts';

// of a machine's name and `login`
const hostChars = `${base62}_.:-`;
const loginBehindHost = markAfter(
  hostChars,
  ' \t',
  9,
  markAfter(' \t\r\n\v\f', hostChars, 200, markAfter('l', ' \t\r\n\v\f', 20, markAfter('o', '', 1))),
);

// one in quotes stands in files of another form
const ofUser = String.fromCharCode(...Array.from({ length: 127 }, (_, index) => index + 1)).replace(/[\n"']/g, '');
const passwordInNextLine = markAfter('=:', ' \t', 9, markAfter('\n', ofUser, 110, markAfter('p', ' \t', 9)));

/** A name and a value that ends its line, where sentences mostly go on. */
const nameAndValue = markAfter(' \t', `${base62}_`, 60, markAfter('\n', `${printable}\r`, 110));

/** The password of `user:password`, or that alone, in base64; empty where it is none. */
function passwordInNpmrc(value: string, name: string): string {
  const form = name === '_auth' ? /^[\w.@+-]{1,200}:([\x20-\x7e]+)$/ : /^([\x20-\x7e]+)$/;
  return form.exec(Buffer.from(value, 'base64').toString('utf8'))?.[1] ?? '';
}

/** Does a line that tells the address of an index stand before, in the same section? */
function isInSectionOfIndex(before: string): boolean {
  const section = Math.max(before.lastIndexOf('['), before.lastIndexOf(']'), before.length - 301);
  for (let at = before.lastIndexOf('repository'); at !== -1; at = at === 0 ? -1 : before.lastIndexOf('repository', at - 1)) {
    repository.lastIndex = at;
    if (!repository.test(before)) continue;
    return repository.lastIndex > section;
  }
  return false;
}

const repository = /\brepository[ \t]{0,8}[=:][ \t]{0,8}(?:https?:|\$|%)[^\n]{1,200}\n/y;

/** Does the text end in the `<server>` that begins last? */
function isInServer(before: string): boolean {
  const start = before.lastIndexOf('<server>');
  return start !== -1 && before.length - start <= 508 && !before.includes('</server>', start);
}

const hex = '0123456789abcdef';

const host = /\s{0,40},?\s{0,40}\\{0,3}"([^"\\{}\s]{1,200})\\{0,3}"\s{0,40}:\s{0,40}\{([^{}]{0,600})\}/y;
const beginsHosts = /\s{0,40}:\s{0,40}\{/y;
const passwordOfHost = /"password\\{0,3}"\s{0,40}:\s{0,40}\\{0,3}"([^"\\\s]{1,300})\\{0,3}"/;
const farthestHost = 3000;

/** The passwords of the hosts that are listed behind `"http-basic"`. */
function checkHttpBasic(text: string, _start: number, end: number): Checked | undefined {
  beginsHosts.lastIndex = end;
  if (!beginsHosts.test(text)) return undefined;
  const matches: Match[] = [];
  let next = beginsHosts.lastIndex;
  for (host.lastIndex = next; next - end < farthestHost; next = host.lastIndex) {
    const [, name, settings] = host.exec(text) ?? [];
    if (settings === undefined) break;
    const found = passwordOfHost.exec(settings);
    if (found === null || !isLikelyPassword(found[1]!) || isPlaceholder(found[1]!) || /^(?:localhost|127\.)/.test(name!)) continue;
    const start = host.lastIndex - 1 - settings.length + found.index + found[0].lastIndexOf(found[1]!);
    matches.push({ start, end: start + found[1]!.length });
  }
  const [match, ...more] = matches;
  return { match, more, next };
}

export const toolFileRules = (): readonly Rule[] => [
  alsoInBase64(
    inFile({
      id: 'netrc-password',
      name: 'Password in .netrc',
      risk: 'Signs in at the machine that the line names, as the user beside it.',
      format: 'machine HOST login USER password PASSWORD',
      source: 'https://perldoc.perl.org/Net::Netrc',
      severity: 'error',
      revocation: 'https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html',
      literals: ['machine '],
      gates: [loginBehindHost],
      after: /[ \t]{0,8}[\w.:-]{1,200}\s{1,20}login\s{1,20}\S{1,200}\s{1,20}password\s{1,20}["']?([^\s"'`]{1,300})/y,
      sample: (password) => `machine git.shop.io login ci password ${password}\n`,
    }),
    'machine ',
  ),
  alsoInBase64(
    inFile({
      id: 'npmrc-password',
      name: 'Registry password in .npmrc',
      risk: 'Publishes and changes packages in the registry that the line names.',
      format: '_auth= with user:password in base64, or _password= with the password in base64',
      source: 'https://docs.npmjs.com/cli/configuring-npm/npmrc',
      severity: 'error',
      revocation: 'https://docs.npmjs.com/revoking-access-tokens',
      literals: ['_auth', ':_password'],
      gates: [markAfter('=', ' \t', 5)],
      after: /[ \t]{0,4}=[ \t]{0,4}["']?([A-Za-z0-9+/]{12,1000}={0,2})(?![A-Za-z0-9+/=])/y,
      sample: (password) => `//npm.shop.io/:_auth=${Buffer.from(`ci:${password}`).toString('base64')}\n`,
      decode: passwordInNpmrc,
      cases: (draw) => {
        const registry = '//pkgs.dev.azure.com/shop/_packaging/npm/registry/';
        const withPassword = (password: string) =>
          `${registry}:username=shop\n${registry}:_password="${Buffer.from(password).toString('base64')}"\n${registry}:email=ci@shop.io\n`;
        const token = draw('abcdefghijklmnopqrstuvwxyz234567', 52);
        return {
          ok: [withPassword(token), withPassword(token).replaceAll('"', '')],
          ng: [
            withPassword('password'),
            `${registry}:_password=[BASE64_ENCODED_PERSONAL_ACCESS_TOKEN]`,
            `${registry}:_password=\${AZURE_TOKEN}`,
            `${registry}:_password=${draw(base62, 40)}`,
            `$this->_password = "${Buffer.from(token).toString('base64')}";`,
          ],
        };
      },
    }),
    ':_auth',
    ':_password',
  ),
  inFile({
    id: 'npmrc-token',
    name: 'Registry token in .npmrc or .yarnrc.yml',
    risk: 'Fetches, and mostly publishes, packages in the registry that the line names.',
    format: '_authToken= behind //registry/:, or npmAuthToken:, and a token of any form',
    source: 'https://docs.npmjs.com/cli/configuring-npm/npmrc',
    severity: 'error',
    revocation: 'https://docs.npmjs.com/revoking-access-tokens',
    literals: [':_authToken', 'npmAuthToken'],
    gates: [markAfter('=:', ' \t"\'', 8)],
    after: /[ \t]{0,4}["']?[=:][ \t]{0,4}["']?([A-Za-z0-9._~+/-]{16,2000}={0,2})(?![\w.~+/=$({-])/y,
    accepts: (token) => /[0-9]/.test(token) && isLikelyPassword(token) && !isPlaceholder(token) && !isSeries(token, 0, token.length),
    sample: (token) => `//npm.shop.io/:_authToken=${token}\n`,
    cases: (draw) => ({
      ok: [
        `//npm.shop.io/:_authToken=NpmToken.${[8, 4, 4, 4, 12].map((count) => draw('0123456789abcdef', count)).join('-')}\n`,
        `npmRegistries:\n  "https://npm.shop.io":\n    npmAuthToken: "${draw(base62, 30)}a7Z"\n`,
      ],
      ng: [
        `//npm.shop.io/:_authToken=\${NPM_TOKEN}\n`,
        'npmAuthToken: process.env.NPM_AUTH_TOKEN_OF_SHOP\n',
        `npmAuthToken: configuration.get(\`npmAuthToken\`)`,
        '//registry.npmjs.org/:_authToken=your-auth-token-goes-here\n',
      ],
    }),
  }),
  inFile({
    id: 'pypirc-password',
    name: 'Password in .pypirc',
    risk: 'Publishes and changes packages in the index that the section names.',
    format: 'a section with repository, username and password',
    source: 'https://packaging.python.org/en/latest/specifications/pypirc/',
    severity: 'error',
    revocation: 'https://pypi.org/help/#apitoken',
    literals: ['username'],
    gates: [passwordInNextLine],
    after: /[ \t]{0,8}[=:][ \t]{0,8}[^\s"']{1,100}\r?\n[ \t]{0,8}password[ \t]{0,8}[=:][ \t]{0,8}(\S{1,300})/y,
    before: { test: isInSectionOfIndex },
    sample: (password) => `[private]\nrepository = https://pypi.shop.io/\nusername = ci\npassword = ${password}\n`,
    cases: (draw) => ({
      ok: [],
      ng: [`image:\n  repository: registry.shop.io/app\ncrm:\n  auth:\n    username: app\n    password: ${draw(base62, 14)}a7Z\n`],
    }),
  }),
  inFile({
    id: 'filezilla-password',
    name: 'Password in FileZilla’s list of servers',
    risk: 'Reads and changes the files of the server that the entry names, as its user.',
    format: '<Pass encoding="base64"> and a password in base 64, in sitemanager.xml or recentservers.xml',
    source: 'https://github.com/AlessandroZ/LaZagne/blob/master/Linux/lazagne/softwares/sysadmin/filezilla.py',
    severity: 'error',
    revocation: 'https://wiki.filezilla-project.org/Documentation',
    isChosen: true,
    literals: ['<Pass encoding="base64">'],
    after: /([A-Za-z0-9+/]{8,400}={0,2})(?=<\/Pass>)/y,
    decode: (value) => Buffer.from(value, 'base64').toString('utf8'),
    sample: (password) =>
      `<Server><Host>ftp.shop.io</Host><User>me</User><Pass encoding="base64">${Buffer.from(password).toString('base64')}</Pass></Server>`,
  }),
  inFile({
    id: 'poetry-password',
    name: 'Password in Poetry’s auth.toml',
    risk: 'Fetches, and where its user may also publishes, the packages of the repository that the section names.',
    format: '[http-basic.NAME] with username and password (of the package, poetry/utils/password_manager.py)',
    source: 'https://pypi.org/project/poetry/2.5.1/',
    severity: 'error',
    revocation: 'https://pypi.org/help/#apitoken',
    literals: ['[http-basic.'],
    after:
      /[\w.-]{1,60}\][ \t]{0,8}\r?\nusername[ \t]{0,4}=[ \t]{0,4}"[^"\r\n]{0,100}"\r?\npassword[ \t]{0,4}=[ \t]{0,4}"([^"\s]{8,300})(?=")/y,
    sample: (password) => `[http-basic.shop]\nusername = "ci"\npassword = "${password}"\n`,
  }),
  inFile({
    id: 'gradle-password',
    name: 'Password of a repository in Gradle',
    risk: 'Fetches, and where its user may also publishes, the artifacts of the repository that the block is in.',
    format: 'credentials with username and password, as strings',
    source: 'https://gradle.org/docs/1.0-milestone-7/javadoc/org/gradle/api/artifacts/repositories/AuthenticationSupported.html',
    severity: 'error',
    revocation: 'https://docs.gradle.org/current/userguide/supported_repository_protocols.html',
    literals: ['credentials'],
    gates: [markAfter('{', ' \t', 4, markAfter('u', ' \t\r\n', 60))],
    after:
      /[ \t]{0,4}\{\s{1,60}(?:username|user)[ \t=]{1,4}["'][^"'\r\n]{1,100}["'][;,]?\s{1,60}password[ \t=]{1,4}["']([^"'\s]{8,100})(?=["'])/y,
    accepts: (value) => isMixedValue(value, '"'),
    isChosen: true,
    commonInTests: true,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) =>
      `maven {\n  url "https://nexus.shop.io"\n  credentials {\n    username "ci"\n    password "${password}"\n  }\n}\n`,
    cases: (draw) => ({
      ok: [`credentials {\n  username = "ci"\n  password = "${draw(base62, 12)}-7aZ"\n}\n`],
      ng: ['credentials {\n  username = user\n  password = password1Value\n}\n'],
    }),
  }),
  inFile({
    id: 'dockerfile-password',
    name: 'Password in a variable of a Dockerfile',
    risk: 'Whoever has the image reads it in its settings and its history, and signs in where its program does.',
    format:
      'ENV, ARG or env, a name in capitals that ends in PASSWORD, PASSWD or PASS, = and the password, or a blank and the password up to the end of the line',
    source: 'https://docs.docker.com/reference/dockerfile/#env',
    severity: 'error',
    revocation: 'https://docs.docker.com/build/building/secrets/',
    literals: [
      ...['ENV ', 'ARG '].map((text) => ({ text, beginsWord: true as const, gates: [markAfter('= \t', `${base62}_`, 60)] })),
      // sentences hold this word
      { text: 'env ', beginsWord: true, gates: [nameAndValue] },
    ],
    after:
      /[A-Z0-9_]{0,50}(?<!COM|BY)PASS(?:WORD|WD)?(?:=["']?|[ \t]{1,20}["']?(?=\S{8,101}[ \t]{0,20}(?:\r?\n|$)))([^\s"'`$\\]{8,100})(?=["']?(?:\s|$))/y,
    before: beginsLine,
    accepts: (value) => isMixedValue(value, '"'),
    isChosen: true,
    sample: (password) => `FROM postgres:18\nENV POSTGRES_PASSWORD ${password}\n`,
    cases: (draw) => ({
      ok: [
        `ENV APP_PASS "${draw(base62, 12)}!a7Z"\nCMD ["app"]\n`,
        `from postgres:18\nenv POSTGRES_PASSWORD ${draw(base62, 12)}!a7Z\n`,
        `ARG APP_PASSWORD=${draw(base62, 12)}-7aZ\nRUN make\n`,
        `ENV APP_PASSWORD="${draw(base62, 12)}-7aZ" APP_PORT=8080\n`,
        `  env APP_PASSWD '${draw(base62, 12)}!a7Z'\r\ncmd ["app"]\n`,
      ],
      ng: [
        'ENV DB_PASSWORD postgres\n',
        'env DB_PASSWORD postgres\n',
        `env DB_PASSWORD $PASSWORD1\n`,
        `set env APP_PASSWORD ${draw(base62, 12)}!a7Z\n`,
        `env PASSWORD_FILE /run/secrets/${draw(base62, 12)}a7Z\n`,
        'ENV DB_PASSWORD DefaultPassword1\n',
        `ENV PASSWORD_FILE /run/secrets/${draw(base62, 12)}a7Z\n`,
        `ENV COMPASS ${draw(base62, 12)}!a7Z\n`,
        `ENV PROXY_BYPASS ${draw(base62, 12)}!a7Z\n`,
        'ARG DB_PASSWORD=postgres\n',
        `ARG DB_PASSWORD=\${PASSWORD1}\n`,
        `ARG PASSWORD_FILE=/run/secrets/${draw(base62, 12)}a7Z\n`,
        `# in ENV DB_PASSWORD ${draw(base62, 12)}!a7Z\n`,
      ],
    }),
  }),
  inFile({
    id: 'maven-settings-password',
    name: 'Password in Maven settings',
    risk: 'Publishes and changes artifacts in the repository that the server names.',
    format: '<server> with <username> and <password>, not encrypted by Maven',
    source: 'https://maven.apache.org/settings.html',
    severity: 'error',
    revocation: 'https://maven.apache.org/guides/mini/guide-encryption.html',
    literals: ['<password>'],
    after: /\s{0,40}([^<>\s]{1,300})(?=\s{0,40}<\/password>)/y,
    before: { test: isInServer },
    sample: (password) => `<server><id>releases</id><username>ci</username><password>${password}</password></server>`,
  }),
  {
    id: 'composer-password',
    name: 'Password in Composer’s auth.json',
    risk: 'Fetches the private packages of the host that the entry names, and does there whatever else its user may.',
    format: '"http-basic" with hosts, each with "username" and "password"',
    source: 'https://getcomposer.org/doc/articles/authentication-for-private-packages.md',
    severity: 'error',
    revocation: 'https://getcomposer.org/doc/articles/authentication-for-private-packages.md',
    isChosen: true,
    literals: [{ text: 'http-basic"' }, { text: 'http-basic\\"' }],
    check: checkHttpBasic,
    cases(draw) {
      const password = () => `${draw(base62, 14)}a7Z`;
      const of = (name: string, value: string) => `"http-basic": {"${name}": {"username": "ci", "password": "${value}"}}`;
      return {
        ok: [
          `{ ${of('repo.shop.io', password())} }`,
          `{\n  "http-basic": {\n    "repo.shop.io": {\n      "username": "ci",\n      "password": "${draw('0123456789abcdef', 32)}"\n    }\n  }\n}`,
          `COMPOSER_AUTH: "{\\"http-basic\\":{\\"repo.shop.io\\":{\\"username\\":\\"ci\\",\\"password\\":\\"${password()}\\"}}}"`,
          `"http-basic": {"a.shop.io": {"username": "ci", "password": "secret"}, "b.shop.io": {"username": "ci", "password": "${password()}"}}`,
        ],
        ng: [
          of('repo.shop.io', 'my-secret-password1'),
          of('repo.shop.io', '%env(TOKEN1)%'),
          of('repo.shop.io', `\${{ secrets.COMPOSER_PASSWORD }}`),
          of('localhost', password()),
          `"http-basic": {}, "other": {"repo.shop.io": {"username": "ci", "password": "${password()}"}}`,
        ],
      };
    },
  },
  inFile({
    id: 'contribsys-login',
    name: 'Login for the gems of Sidekiq Pro and Enterprise',
    risk: 'Downloads the paid gems in the name of the customer, until it is replaced.',
    format: 'two times 8 hexadecimal digits and a colon between, behind a host of contribsys.com or the variable that stands for it',
    source: gitleaks,
    severity: 'error',
    revocation: 'https://github.com/sidekiq/sidekiq/wiki/Commercial-FAQ',
    literals: [{ text: 'contribsys', anyCase: true }],
    after: /(?:__|\.)com\w{0,20}["']?[ \t]{0,4}(?:[:.]?[=:,]|[ \t])[ \t]{0,4}["']?([0-9a-f]{8}:[0-9a-f]{8})(?![\w:.-])/iy,
    accepts: (login) => isVaried(login, 6) && !isPlaceholder(login),
    draws: (draw) => `${draw(hex, 8)}:${draw(hex, 8)}`,
    sample: (login) => `export BUNDLE_ENTERPRISE__CONTRIBSYS__COM=${login}\n`,
    cases: (draw) => ({
      ok: [`bundle config --local gems.contribsys.com ${draw(hex, 8)}:${draw(hex, 8)}\n`],
      ng: ['BUNDLE_ENTERPRISE__CONTRIBSYS__COM=cafebabe:deadbeef1\n'],
    }),
  }),
  inFile({
    id: 'nuget-config-password',
    name: 'Password in NuGet configuration',
    risk: 'Fetches, and mostly publishes, packages in the source that the section names.',
    format: '<add key="ClearTextPassword" value="…" />',
    source: 'https://github.com/NuGet/docs.microsoft.com-nuget/blob/main/docs/reference/nuget-config-file.md',
    severity: 'error',
    revocation: 'https://learn.microsoft.com/nuget/reference/nuget-config-file',
    literals: ['ClearTextPassword'],
    after: /["']\s{1,8}value\s{0,4}=\s{0,4}["']((?<=")[^"\r\n]{1,300}(?=")|(?<=')[^'\r\n]{1,300}(?='))/y,
    sample: (password) => `<add key="ClearTextPassword" value="${password}" />`,
    cases: (draw) => ({
      ok: [
        `<add key='ClearTextPassword' value='${draw(base62, 14)}a7Z' />`,
        `<add key="ClearTextPassword" value="a7'${draw(base62, 12)}" />`,
      ],
      ng: [`<add key="ClearTextPassword" value='${draw(base62, 14)}a7Z" />`],
    }),
  }),
];
