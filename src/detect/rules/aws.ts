import { accountOf } from '../aws-account.ts';
import { evidenceFor, isNamedOtherwise, surroundingsIn } from '../aws-evidence.ts';
import { sessionTokenEnds } from '../aws-session-token.ts';
import { markAfter, setOf } from '../engine/matcher.ts';
import { isPlaceholder, isVaried, looksRandom40 } from '../randomness.ts';
import type { Run } from '../runs.ts';
import { beginsPieces, beginsWord, betweenPieces, endsWord, isAlphanumeric, isQuote, skipGlue } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { variety } from '../variety.ts';
import { secretLength, secretsBelow, secretsInRow, valuesBelow } from './aws-columns.ts';
import { alsoInBase64 } from './encoded.ts';
import { endsBy, ofAccount } from './facts.ts';
import { base32, base62, base64, type Checked, type Draw, type Located, type Match, type Rule } from './rule.ts';
import { endOfRun, tableOf } from './shape.ts';

const identifiers = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html';
const accessKeys = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html';
const temporaryKeys = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html';
const revokeSessions = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html';
const manageKeys = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-key-self-managed.html';

const ofId = tableOf(base32);
const idLength = 16;
const ofBase64 = tableOf(base64);
// The ids that begin so are made from the one of AWS's documentation, or hold the account 000000000000 of LocalStack and 123456789012 of Moto and that documentation.
const madeUpId = /EXAMPLE|SAMPLE|PLACEHOLDER|DUMMY|REDACT|FAKE|TEST|XXXX|ABCDEF|YOUR|234567|^(?:IOSFODNN7|(?:QAAAAAAA|RZPUZDIK)[A-P])/;

/** Prefix and 16 characters of base 32, as a word; what documentation and templates write is none. */
function checkId(text: string, start: number, end: number): Checked | undefined {
  if (!beginsWord(text, start)) return undefined;
  const stop = end + idLength;
  if (endOfRun(text, end, stop, ofId) < stop) return undefined;
  if (!endsWord(text, stop) || !isVaried(text, 7, end, stop) || madeUpId.test(text.slice(end, stop))) return { next: stop };
  return { match: { start, end: stop }, next: stop };
}

const scope = /(?:%2[Ff]|\\{0,3}\/)(20\d\d)(\d\d)(\d\d)(?:%2[Ff]|\\{0,3}\/)[a-z]{2,9}-/y;
const day = 86_400_000;
// AWS gives nobody temporary credentials for longer than 36 hours.
const longestSession = 1.5 * day;

/** The same; where it has signed a request, on a day that stands behind it, it has ended by the end of the longest session that may have begun that day. */
function checkTemporaryId(text: string, start: number, end: number): Checked | undefined {
  const checked = checkId(text, start, end);
  if (checked?.match === undefined) return checked;
  scope.lastIndex = checked.next;
  const [year, month, date] = scope.exec(text)?.slice(1).map(Number) ?? [];
  if (year === undefined) return checked;
  return { ...checked, match: { ...checked.match, expires: Date.UTC(year, month! - 1, date) + day + longestSession } };
}

function accountFact(id: string) {
  const account = accountOf(id);
  return account === undefined ? [] : [ofAccount(account)];
}

function idCases(prefix: string, draw: Draw) {
  const body = draw(base32, 16);
  const id = prefix + body;
  return {
    ok: [id, `aws_access_key_id = ${id}`, `{"AccessKeyId":"${id}"}`, `X-Amz-Credential%3D${id}%2F20260101`, `"a\\n${id}\\nb"`],
    ng: [
      `${prefix}IOSFODNN7EXAMPLE`,
      `${prefix}IOSFODNN7EXAMPLF`,
      `${prefix}${'X'.repeat(16)}`,
      `${prefix}<YOUR_KEY_HERE>`,
      `${prefix}\${ACCESS_KEY}`,
      `${prefix}${body.slice(1)}`,
      `${prefix}${body}A`,
      `A${prefix}${body}`,
      `${prefix}${body.slice(1)}1`,
      `AIDA${body} AROA${body} AGPA${body} ANPA${body}`,
      `${prefix}QAAAAAAAG${draw(base32, 7)}`,
      `${prefix}RZPUZDIKG${draw(base32, 7)}`,
    ],
  };
}

/** A string in quotes cut in pieces, that is given to a name with "secret" in it. */
const assignment =
  /[\w.-]{0,32}\\{0,3}["'`\])]{0,3}[ \t]{0,4}(?::[ \t]{0,2}\w{1,16}[ \t]{0,2})?(?:=>|:=|[:=,(])[ \t\r\n]{0,60}(?:\([ \t\r\n]{0,60})?\\{0,3}["'`]/y;

const quotes = '"\'`';

/** What `assignment` lets stand before the sign, the sign, the quote, the first piece and its quote, and the one of the next piece. */
const piecesBehind = markAfter(
  '=:,(',
  `${base62}_.-\\"'\`)] \t`,
  48,
  markAfter(quotes, `${base62}_=:>,(\\ \t\r\n`, 160, markAfter(quotes, `${base64}\\`, 48, markAfter(quotes, `\\${betweenPieces}`, 248))),
);

/** A secret in pieces, or the first of those in the columns of a table that its header names. */
const checkSecret = (text: string, start: number, end: number): Checked | undefined =>
  checkSplit(text, start, end) ?? secretsBelow(text, end);

function checkSplit(text: string, start: number, end: number): Checked | undefined {
  assignment.lastIndex = end;
  if (!assignment.test(text)) return undefined;
  const split = splitSecret(text, assignment.lastIndex);
  if (split === undefined || isNamedOtherwise(text, split.start)) return undefined;
  const nameStart = Math.max(0, start - 24);
  return /aws|amazon|s3|access|key/i.test(text.slice(nameStart, split.start)) ? { match: split, next: split.end } : undefined;
}

/** The secret whose first piece begins at `start`, if it is one of several pieces. */
function splitSecret(text: string, start: number): Match | undefined {
  let [content, end] = ['', start];
  for (let piece = start; piece - start <= farthestPiece; ) {
    const stop = endOfRun(text, piece, piece + secretLength, ofBase64);
    const length = stop - piece;
    if (length === 0) break;
    if (length === secretLength || content.length + length > secretLength || text[stop] === '=') return undefined;
    const next = skipGlue(text, stop, false);
    if (next === stop && content === '') return undefined;
    content += text.slice(piece, stop);
    end = stop;
    if (next === stop) break;
    piece = next;
  }
  if (content.length !== secretLength || isBase64Neighbour(text, end) || !looksRandom40(content, 0, secretLength)) return undefined;
  return { start, end, credential: content };
}

// How far from its beginning the last piece may begin.
const farthestPiece = 1024;

const isBase64Neighbour = (text: string, at: number): boolean => /[-_=]/.test(text[at] ?? '') || isAlphanumeric(unitAt(text, at));

// How far from an access key id a value without a name may stand.
const neighbourhood = 320;

// one in base 64 is beside nothing
const isAnId = ({ rule, credential }: Located): boolean => (rule === longTermId || rule === temporaryId) && credential === undefined;

/** The values of 40 characters that their name or an access key id near them shows to be secrets. */
function findSecrets(text: string, found: readonly Located[], runs: readonly Run[], suspects: boolean): Match[] {
  const ids = found.filter(isAnId);
  if (ids.length > 1) ids.sort((a, b) => a.start - b.start);
  const secrets = runs.length === 0 ? [] : secretsOf(text, ids, runs, suspects);
  return ids.length === 0 ? secrets : secrets.concat(splitNear(text, ids));
}

/** Those that stand in one piece. */
function secretsOf(text: string, ids: readonly Located[], runs: readonly Run[], suspects: boolean): Match[] {
  const surroundings = surroundingsIn(text);
  const secrets: Match[] = [];
  let nextId = 0;
  for (const { start, end, value } of runs) {
    while (nextId < ids.length && ids[nextId]!.end + neighbourhood < start) nextId++;
    const nearId = ids[nextId] !== undefined && ids[nextId]!.start - neighbourhood <= end;
    if (!nearId && !surroundings.mayBeNamed(start)) continue;
    let isSuspect = false;
    if (nearId) {
      if (isNamedOtherwise(text, start)) continue;
    } else {
      const evidence = evidenceFor(text, start, end, surroundings);
      isSuspect = evidence === 'suspected';
      if (evidence !== 'named' && !(isSuspect && suspects)) continue;
    }
    // takes longest, and of most its name has told enough
    if (!(value === undefined ? looksRandom40(text, start, end) : looksRandom40(value, 0, value.length)) || isInHash(text, start)) continue;
    const match: Match = isSuspect ? { start, end, suspect: true } : { start, end };
    secrets.push(value === undefined ? match : { ...match, credential: value });
  }
  return secrets;
}

/** Is what begins at `start` part of a hash of bcrypt, whose alphabet has the full stop too? */
const isInHash = (text: string, start: number): boolean =>
  /[.$]/.test(text[start - 1] ?? '') && /\$2[abxy]?\$\d{2}\$[./A-Za-z0-9]{0,52}$/.test(text.slice(Math.max(0, start - 60), start));

/** Those near an access key id that are cut in pieces, and that no name calls something else. The ids are in the order of the text. */
function splitNear(text: string, ids: readonly Located[]): Match[] {
  const secrets: Match[] = [];
  const add = (start: number, isArgument: boolean): void => {
    const split = splitSecret(text, start);
    if (split !== undefined && !isNamedOtherwise(text, start) && (isArgument || !isList(text, split))) secrets.push(split);
  };
  let searched = 0;
  for (let index = 0; index < ids.length; index++) {
    const { start, end } = ids[index]!;
    const behind = skipGlue(text, end, false);
    if (behind > end && behind !== ids[index + 1]?.start) add(behind, true);
    const last = Math.min(text.length, end + neighbourhood);
    for (searched = Math.max(searched, start - neighbourhood, 0); searched < last; searched++) {
      if (isQuote(text.charCodeAt(searched)) && beginsPieces(text, searched)) add(searched + 1, false);
    }
  }
  return secrets;
}

/** Are the pieces between commas, and nothing puts them together? */
function isList(text: string, { start, end }: Match): boolean {
  return (
    text.slice(start, end).includes(',') && !/join|concat/i.test(text.slice(Math.max(0, start - 40), start) + text.slice(end, end + 16))
  );
}

function secretCases(draw: Draw) {
  const id = `AKIA${draw(base32, 16)}`;
  const secret = `${draw(base64, 19)}/+${draw(base64, 19)}`;
  const [head, tail] = [secret.slice(0, 17), secret.slice(17)];
  const hex = draw('0123456789abcdef', 40);
  return {
    ok: [
      `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
      `AWS_SECRET_ACCESS_KEY=${secret}`,
      `export AWS_SECRET_ACCESS_KEY="${secret}"`,
      `ENV AWS_SECRET_ACCESS_KEY ${secret}`,
      `{"awsSecretKey":"${secret}"}`,
      JSON.stringify(JSON.stringify({ id, key: secret })),
      JSON.stringify({ secretKey: secret }).replaceAll('/', '\\/'),
      JSON.stringify({ secretKey: secret }).replaceAll('+', '\\u002B'),
      `Access key ID,Secret access key\n${id},${secret}\n`,
      `User name,Password,Access key ID,Secret access key,Console login link\r\nci,,${id},${secret},https://1.signin.aws.amazon.com/console`,
      `${id}:${secret}`,
      `s3://${id}:${encodeURIComponent(secret)}@bucket`,
      `new BasicAWSCredentials("${id}", "${secret}")`,
      `AwsBasicCredentials.builder().accessKeyId("${id}")\n  .secretAccessKey("${secret}").build()`,
      `const secretAccessKey = '${head}' +\n  '${tail}'`,
      `new AWS("${id}", "${head}" + "${tail}")`,
      `const id = '${id}'; const key = '${head}' + '${tail}';`,
      `String sk = "${head}" +\n    "${tail}";\nString ak = "${id}";`,
      `ID = '${id}'\nKEY = ('${head}'\n       '${tail}')\n`,
      `ID = "${id}"\nKEY = "${head}" \\\n  "${tail}"\n`,
      `$id = '${id}';\n$key = '${head}' . '${tail}';`,
      `local id, key = "${id}", "${head}" .. "${tail}"`,
      `Dim id = "${id}"\nDim key = "${head}" & _\n "${tail}"`,
      `id = "${id}"\nkey = "${head}" <> "${tail}"`,
      `SELECT '${id}', '${head}' || '${tail}'`,
      `let id = "${id}"\nlet key = "${head}" ^ "${tail}"`,
      `ID=${id}\nKEY='${head}'"${tail}"\n`,
      `const id = '${id}', key = ['${head}', '${tail}'].join('');`,
      `env:\n  - name: AWS_SECRET_ACCESS_KEY\n    value: ${secret}\n`,
      `variable "aws_secret_key" {\n  default = "${secret}"\n}`,
      `<key>AWSSecretKey</key>\n<string>${secret}</string>`,
      `# the CI user is ${id} and its key is ${secret}.`,
      `// my aws secret is ${secret}`,
      `aws configure set aws_secret_access_key ${secret}`,
      `secret_key = ${secret}\n`,
      `{"config.ini": "AWS_SECRET_KEY=${secret}\\nBACKUP=true"}`,
      `"x\\n${id}\\n${secret}\\n"`,
      `    environment:\n      AWS_SECRET_ACCESS_KEY: "\${AWS_SECRET_ACCESS_KEY:-${secret}}"\n`,
      `AWS_SECRET_ACCESS_KEY=\${KEY:-${secret}}`,
      `: \${AWS_SECRET_ACCESS_KEY-${secret}} \${AWS_REGION:=eu-west-1}`,
      `export AWS_SECRET_ACCESS_KEY=\${KEY:=${secret}}`,
      `secretAccessKey: aws.String("${secret}"),`,
      `secretAccessKey: process.env.X ?? '${secret}',`,
      `AWS_SECRET_ACCESS_KEY = os.environ.get("A") or "${secret}"`,
      `AWS_SECRET_ACCESS_KEY = config("X", default="${secret}")`,
      `let secret_access_key = SecretString::new("${secret}");`,
      `  secret_key = var.x != "" ? var.x : "${secret}"`,
      `  secret_key = coalesce(var.s, "${secret}")`,
      `"awsSecretKey" -> "${secret}"`,
      `export AWS_SECRET_ACCESS_KEY=$(echo ${secret})`,
      `AWS_SECRET_ACCESS_KEY: >-\n  ${secret}\n`,
      `<property>\n  <name>fs.s3a.secret.key</name>\n  <value>${secret}</value>\n</property>`,
      `aws_secret_access_key%3D${encodeURIComponent(secret)}`,
      `&quot;secretAccessKey&quot;:&quot;${secret}&quot;`,
      `.withSecretKey("${secret}")`,
      `import secrets,os\n\nAWS_SECRET = ("${head}"\n  "${tail}")`,
      `const {secret,name} = settings;const secretKey='${head}'+'${tail}'`,
      `new BasicAWSCredentials(System.getenv("AWS_ACCESS_KEY_ID"), "${secret}")`,
      `Aws::Credentials.new(ENV['AWS_ACCESS_KEY_ID'], '${secret}')`,
      `new AWS.Credentials(process.env.AWS_ACCESS_KEY_ID, '${secret}')`,
      `credentials.NewStaticCredentials(\n\t\tos.Getenv("AWS_ACCESS_KEY_ID"),\n\t\t"${secret}",\n\t\t"")`,
      `DYNAMO_SECRET_KEY=${secret}`,
      `SES_SECRET=${secret}`,
    ],
    ng: [
      `id = "${id}"\nnames = ["${draw(base62, 20)}", "${draw(base62, 20)}"]`,
      `id = "${id}"\nverify(password, "$2b$10$${draw(base62, 12)}.${secret}")`,
      `id = "${id}"\nverify(password, "$2b$10$${secret}.${draw(base62, 12)}")`,
      `AWS_SECRET_ACCESS_KEY=${hex}`,
      `${id} ${hex}`,
      `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`,
      `aws_secret_access_key = ${'a'.repeat(40)}`,
      'aws_secret_access_key = <YOUR_SECRET_ACCESS_KEY>',
      `aws_secret_access_key = \${AWS_SECRET_ACCESS_KEY}`,
      `aws_secret_access_key = ${secret}a`,
      `aws_secret_access_key = ${secret.slice(1)}`,
      `aws_secret_access_key = ${secret}=`,
      `aws_secret_access_key = key:-${secret}`,
      `aws_secret_access_key = {key-${secret}}`,
      `{"secretAccessKey":"x","token":"${secret}"}`,
      `secretAccessKey = hashOf("${secret}")`,
      `client_secret_key = read("${secret}")`,
      `secretAccessKey: string; etag = read("${secret}")`,
      `<name>fs.s3a.secret.key</name>\n<value></value>\n<name>block</name>\n<value>${secret}</value>`,
      `value = ${secret}`,
      `new Credentials(process.env.KEY_ID, '${secret}')`,
      `new AWS.Credentials(process.env.AWS_ACCESS_KEY_ID, secret); verify(key, '${secret}')`,
      `const key = '${head}' + '${tail}';`,
      `const id = '${id}'; const hash = '${head}' + '${tail}';`,
      `const id = '${id}'; const data = '${draw(base64, 30)}' +\n '${head}' +\n '${tail}';`,
      `aws s3 etag: ${secret}`,
      `"integrity": "sha1-${draw(base64, 27)}="`,
      `aws_secret_path = secretAccessKeyProviderForTheDefaultChain`,
      `aws secret: src/credentials/provider/chain/SecretKeys`,
      `client_secret = ${secret}`,
      `sessionSecret = ${secret}`,
      `EXAMPLE_ORG_SECRET_KEY=${secret}`,
      `export interface OAuth2Secret extends OAuth2CredentialProviderFactoryBaseProps {`,
      `AIDA${draw(base32, 16)},${secret}`,
    ],
  };
}

const knownBeginning = ['IQoJb3JpZ2luX2Vj', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz', 'FwoDYXdz', 'FQoDYXdz', 'AQoDYXdz'];
const tokenName = ['session_token', 'sessiontoken', 'session-token', 'security_token', 'securitytoken', 'security-token'];
const tokenBody = /(?:[A-Za-z0-9+/_.-]|%2[FfBb]|\\{1,3}\/|\\{1,3}u002[FfBb]){100,4096}(?:={0,2}|(?:%3[Dd]){0,2})/y;
const bodyBehind = [{ set: setOf(`${base62}+/_.-%\\`), length: 100, within: 60 }];
const tokenAssignment = /\w{0,16}\\{0,3}["'\])]{0,3}(?:[ \t]{0,4}(?:=>|:=|[:=,(>])|[ \t])[ \t\r\n]{0,20}\\{0,3}["'`]?/y;

/** A token that begins as session tokens do, or that its name (`AWS_SESSION_TOKEN`, `x-amz-security-token`) calls one. */
function checkSessionToken(text: string, start: number, end: number): Checked | undefined {
  let from = start;
  if (knownBeginning.includes(text.slice(start, end))) {
    if (!beginsWord(text, start)) return undefined;
  } else {
    if (!/(?:aws|amz)[\w.-]{0,8}$/i.test(text.slice(Math.max(0, start - 12), start))) return undefined;
    tokenAssignment.lastIndex = end;
    if (!tokenAssignment.test(text)) return undefined;
    from = tokenAssignment.lastIndex;
  }
  tokenBody.lastIndex = from;
  const body = tokenBody.exec(text)?.[0].replace(/\.+$/, '');
  if (body === undefined) return undefined;
  const next = from + body.length;
  if (variety(body) < 30 || isPlaceholder(body) || !/[0-9]/.test(body)) return { next };
  const expires = sessionTokenEnds(body);
  return { match: { start: from, end: next, ...(expires === undefined ? {} : { expires }) }, next };
}

/** A token that was issued then and opens nothing. */
function sampleSessionToken(draw: Draw, issued: Date): string {
  const text = (field: number, content: string) => [field * 8 + 2, content.length, ...Buffer.from(content)];
  const fields = [...text(1, 'origin_ec'), 2 * 8, 16, ...text(3, 'us-east-1'), ...text(5, draw(base62, 120)), 6 * 8];
  for (let rest = Math.floor(issued.getTime() / 1000); rest > 0; rest = Math.floor(rest / 128))
    fields.push((rest % 128) | (rest > 127 ? 128 : 0));
  return Buffer.from([33, ...fields, ...text(7, draw(base62, 100))]).toString('base64');
}

const longTermId = alsoInBase64(
  {
    id: 'aws-access-key-id',
    name: 'AWS access key ID',
    risk: 'Names an account and a key that somebody can use who also has its secret: a reason to look for where the secret stands.',
    format: 'AKIA and 16 characters of A–Z and 2–7',
    source: identifiers,
    severity: 'information',
    revocation: manageKeys,
    publicPrefix: /^AKIA/,
    literals: [{ text: 'AKIA' }],
    check: checkId,
    facts: accountFact,
    cases: (draw) => idCases('AKIA', draw),
  },
  'AKIA',
);

const temporaryId: Rule = {
  id: 'aws-temporary-access-key-id',
  name: 'AWS temporary access key ID',
  risk: 'Part of temporary credentials: with its secret and session token it acts as a role or user until the session ends.',
  format: 'ASIA and 16 characters of A–Z and 2–7',
  source: identifiers,
  severity: 'warning',
  revocation: revokeSessions,
  publicPrefix: /^ASIA/,
  temporary: true,
  literals: [{ text: 'ASIA' }],
  check: checkTemporaryId,
  facts: accountFact,
  cases: (draw) => {
    const { ok, ng } = idCases('ASIA', draw);
    const signedIn = (year: number) => `X-Amz-Credential=ASIA${draw(base32, 16)}/${year}0108/us-east-1/s3/aws4_request`;
    return { ok: [...ok, signedIn(new Date().getFullYear() + 1)], ng: [...ng, signedIn(2019), signedIn(2019).replaceAll('/', '%2F')] };
  },
};

export const awsRules = (): readonly Rule[] => [
  longTermId,
  temporaryId,
  alsoInBase64(
    {
      id: 'aws-secret-access-key',
      name: 'AWS secret access key',
      risk: 'With its access key ID it acts as the IAM user in the whole account, until the key is deactivated: reads data, starts machines, spends money.',
      format: '40 characters of A–Z, a–z, 0–9, / and +',
      source: accessKeys,
      severity: 'error',
      revocation: manageKeys,
      partners: [longTermId.id, temporaryId.id],
      literals: [{ text: 'secret', anyCase: true, gates: [piecesBehind, ...valuesBelow] }],
      check: checkSecret,
      goOn: secretsInRow,
      sweep: findSecrets,
      cases: secretCases,
    },
    'SECRET_ACCESS_KEY',
    'secret_access_key',
  ),
  {
    id: 'aws-session-token',
    name: 'AWS session token',
    risk: 'With its temporary key it acts as a role or user until the session ends.',
    format:
      'long base64 (100 characters and more) with one of a few beginnings, and when it was issued in it, observed; AWS documents no size',
    source: temporaryKeys,
    severity: 'warning',
    revocation: revokeSessions,
    publicPrefix: /^(?:IQoJb3JpZ2luX2Vj|F[wQ]oGZXIvYXdz|F[wQ]oDYXdz|AQoDYXdz)/,
    temporary: true,
    literals: [
      ...knownBeginning.map((text) => ({ text })),
      ...tokenName.map((text) => ({ text, anyCase: true as const, gates: bodyBehind })),
    ],
    check: checkSessionToken,
    facts(token) {
      const time = sessionTokenEnds(token);
      return time === undefined ? [] : [endsBy(time)];
    },
    cases: (draw) => {
      const [anHourAgo, longAgo] = [new Date(Date.now() - 3_600_000), new Date('2022-11-25T20:12:14Z')];
      const token = `IQoJb3JpZ2luX2Vj${draw(base64, 344)}`;
      return {
        ok: [
          `aws_session_token = ${token}`,
          `export AWS_SESSION_TOKEN="${token}=="`,
          `{"SessionToken":"${token}"}`,
          `https://b.s3.amazonaws.com/k?X-Amz-Security-Token=${encodeURIComponent(token)}&X-Amz-Expires=60`,
          `AWS_SESSION_TOKEN=${draw(base64, 300)}`,
          `AWS_SESSION_TOKEN=${sampleSessionToken(draw, anHourAgo)}`,
        ],
        ng: [
          `aws_session_token = \${AWS_SESSION_TOKEN}`,
          `aws_session_token = ${'A'.repeat(300)}`,
          `session_token = ${draw(base64, 300)}`,
          'AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEXAMPLE',
          `AWS_SESSION_TOKEN=${sampleSessionToken(draw, longAgo)}`,
          `X-Amz-Security-Token=${encodeURIComponent(sampleSessionToken(draw, longAgo))}&X-Amz-Expires=60`,
          `{\\"x-amz-security-token\\": \\"${sampleSessionToken(draw, longAgo).replaceAll('/', '\\/')}\\"}`,
        ],
      };
    },
  },
];
