// AWS credentials beside access keys: what single services, the console and the command line give out.
import { assigned } from './assigned.ts';
import { ends, ofAccount } from './facts.ts';
import { base32, base64, base64url, type Rule } from './rule.ts';
import { base64Characters, base64Url, lowerAlphanumeric, some, uuid } from './shape.ts';
import { inBasicTime, Parameters, signedUrl, version4Ends } from './signed-url.ts';
import { token } from './token.ts';

const identifiers = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html';
const bedrockKeys = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html';
const serviceCredentials = 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html';
const manageKeys = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-key-self-managed.html';
const revokeSessions = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html';

const bedrockLong = 'ABSKQmVkcm9ja0FQSUtleS'; // ABSK, then what `BedrockAPIKey-` has to itself in base64
const bedrockShort = 'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t'; // then `bedrock.amazonaws.com` in base64

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');

/** A short key is a signed address in base64; it ends as that does. */
const bedrockEnds = (key: string): number | undefined =>
  version4Ends(new Parameters(decode(key.slice('bedrock-api-key-'.length))), 'X-Amz-');

export const awsServiceRules = (): readonly Rule[] => [
  token({
    id: 'aws-service-credential-id',
    name: 'AWS service credential ID',
    risk: 'Names a bearer token or a credential of one service that somebody can use who also has its secret half.',
    source: identifiers,
    severity: 'information',
    revocation: serviceCredentials,
    shapes: [
      ['ABIA', some('A-Z2-7', 16)],
      ['ACCA', some('A-Z2-7', 16)],
    ],
  }),
  token({
    id: 'aws-bedrock-api-key',
    name: 'Amazon Bedrock API key',
    risk: 'Calls every model in Amazon Bedrock at the account’s cost, until the key is deleted or expires.',
    format:
      'ABSK, and in base64: BedrockAPIKey-, four characters, -at-, the account, a colon, and a secret (only its kinds are documented, the rest is observed)',
    source: bedrockKeys,
    severity: 'error',
    revocation: bedrockKeys,
    shapes: [[bedrockLong, some(base64Characters, 81, 261), some('=', 0, 2)]],
    verify: (key) => decode(key.slice(4)).startsWith('BedrockAPIKey-'),
    sample: (draw) =>
      `ABSK${Buffer.from(`BedrockAPIKey-${draw('abcdefghijklmnopqrstuvwxyz', 4)}-at-${draw('0123456789', 12)}:${draw(base64, 43)}=`).toString('base64')}`,
    cases: (draw) => {
      const keyOf = (user: string) =>
        `ABSK${Buffer.from(`BedrockAPIKey-${user}-at-${draw('0123456789', 12)}:${draw(base64, 43)}=`).toString('base64')}`;
      return { ok: ['64fk', 'a7b2', '0000'].map((user) => `AWS_BEARER_TOKEN_BEDROCK=${keyOf(user)}`), ng: [] };
    },
    facts(key) {
      const account = /-at-(\d{12}):/.exec(decode(key.slice(4)))?.[1];
      return account === undefined ? [] : [ofAccount(account)];
    },
  }),
  token({
    id: 'aws-bedrock-short-term-api-key',
    name: 'Amazon Bedrock short-term API key',
    risk: 'Calls every model in Amazon Bedrock that its session may call, for at most 12 hours.',
    format: 'bedrock-api-key- and a signed address of bedrock.amazonaws.com in base64',
    source: bedrockKeys,
    severity: 'warning',
    revocation: bedrockKeys,
    temporary: true,
    shapes: [[bedrockShort, some(base64Characters, 200, 4000), some('=', 0, 2)]],
    expires: bedrockEnds,
    facts: (key) => ends(bedrockEnds(key)),
    verify: (key) => bedrockEnds(key) !== undefined,
    sample(draw) {
      const credential = encodeURIComponent(`ASIA${draw(base32, 16)}/20260101/us-east-1/bedrock/aws4_request`);
      const signed = `X-Amz-Credential=${credential}&X-Amz-Date=${inBasicTime(new Date())}&X-Amz-Expires=43200&X-Amz-Signature=${draw('0123456789abcdef', 64)}`;
      return `bedrock-api-key-${Buffer.from(`bedrock.amazonaws.com/?Action=CallWithBearerToken&${signed}&Version=1`).toString('base64')}`;
    },
  }),
  token({
    id: 'aws-appsync-api-key',
    name: 'AWS AppSync API key',
    risk: 'Reads and changes what a GraphQL API offers to everybody who has the key, until it expires, at most a year after it was made.',
    format: 'da2-, the version of the key, and 26 small letters and digits, which are observed',
    source: 'https://docs.aws.amazon.com/appsync/latest/APIReference/API_ApiKey.html',
    severity: 'error',
    revocation: 'https://docs.aws.amazon.com/appsync/latest/APIReference/API_DeleteApiKey.html',
    shapes: [['da2-', some(lowerAlphanumeric, 26)]],
  }),
  token({
    id: 'aws-mws-auth-token',
    name: 'Amazon MWS authorisation token',
    risk: 'Opened a seller’s orders and stock at Amazon to a developer’s keys, until Amazon ended that service in April 2024.',
    format: 'amzn.mws. and a UUID (only the beginning is documented, the rest is observed)',
    source: 'https://developer.amazon.com/zh/docs/amazon-pay-registration/token-exchange.html',
    severity: 'information',
    revocation: 'https://developer-docs.amazon.com/sp-api/changelog/update-amazon-marketplace-web-service-mws-credential-deletion',
    shapes: [['amzn.mws.', ...uuid]],
  }),
  token({
    id: 'aws-sign-in-token',
    name: 'AWS Sign-In token',
    risk: 'Makes new credentials of its owner’s session (refresh token), or is such a credential for minutes, until the session ends.',
    format: 'ASOR (refresh) or ASOA (access), and base64 or base64url: 100 characters and more, which is observed',
    source: 'https://github.com/aws/aws-cli/blob/1.46.3/awscli/botocore/data/signin/2023-01-01/service-2.json',
    severity: 'warning',
    revocation: revokeSessions,
    temporary: true,
    shapes: [
      ['ASOR', some('A-Za-z0-9+/_-', 96, 3900), some('=', 0, 2)],
      ['ASOA', some('A-Za-z0-9+/_-', 96, 3900), some('=', 0, 2)],
    ],
  }),
  signedUrl({
    id: 'aws-presigned-url',
    name: 'AWS presigned URL',
    risk: 'Anybody who has it can do with one object what it was signed for, until it expires.',
    format: 'an address with X-Amz-Credential, X-Amz-Date, X-Amz-Expires and X-Amz-Signature',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html',
    revocation: revokeSessions,
    mark: 'X-Amz-Credential=',
    address: 'https://bucket.s3.amazonaws.com/report.pdf',
    ends: (parameters) => version4Ends(parameters, 'X-Amz-'),
    sample: (draw, until) =>
      `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA${draw(base32, 16)}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request` +
      `&X-Amz-Date=${inBasicTime(new Date(until.getTime() - 3_600_000))}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=${draw('0123456789abcdef', 64)}`,
  }),
  signedUrl({
    id: 'aws-presigned-url-v2',
    name: 'AWS presigned URL, version 2',
    risk: 'Anybody who has it can do with one object what it was signed for, until it expires.',
    format: 'an address with AWSAccessKeyId, Expires (seconds since 1970) and Signature',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html',
    revocation: manageKeys,
    mark: 'AWSAccessKeyId=',
    address: 'https://bucket.s3.amazonaws.com/report.pdf',
    ends: (parameters) => version2Ends(parameters, 'AWSAccessKeyId'),
    sample: (draw, until) =>
      `AWSAccessKeyId=AKIA${draw(base32, 16)}&Expires=${Math.floor(until.getTime() / 1000)}&Signature=${encodeURIComponent(`${draw(base64, 27)}=`)}`,
  }),
  signedUrl({
    id: 'aws-cloudfront-signed-url',
    name: 'Amazon CloudFront signed URL',
    risk: 'Anybody who has it can fetch what it was signed for, until it expires.',
    format: 'an address with Expires, Signature and Key-Pair-Id',
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html',
    revocation: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html',
    mark: 'Key-Pair-Id=',
    address: 'https://d111111abcdef8.cloudfront.net/film.mp4',
    ends: (parameters) => version2Ends(parameters, 'Key-Pair-Id', /^[A-Za-z0-9~_-]{171,700}$/),
    sample: (draw, until) =>
      `Expires=${Math.floor(until.getTime() / 1000)}&Signature=${draw(`${base64url}~`, 342)}__&Key-Pair-Id=K${draw(base32, 13)}`,
  }),
  assigned({
    id: 'aws-ses-smtp-password',
    name: 'Amazon SES SMTP password',
    risk: 'Sends mail in the name of the account’s domains through Amazon SES, at the account’s cost and reputation.',
    format: '44 characters of base64 that begin with the version byte 4: B, one of A–P, and 42 more',
    source:
      'https://github.com/awsdocs/amazon-ses-developer-guide/blob/0ba5091481902c0200b5bff0ae22e5542b89a552/doc-source/smtp-credentials.md',
    severity: 'error',
    revocation: manageKeys,
    near: ['smtp', 'ses_', 'ses-', 'ses.', 'email_', 'email-', 'email.', 'emailpass', 'mail_', 'mail-', 'mail.', 'mailpass'],
    shapes: [['B', some('A-P', 1), some(base64Characters, 42)]],
    named: /pass|pwd|secret/,
    example: 'password',
  }),
  {
    id: 'aws-codecommit-password',
    name: 'AWS CodeCommit Git password',
    risk: 'Reads and writes the account’s Git repositories in CodeCommit as the IAM user that it belongs to.',
    format: 'beside a user name that ends in -at- and the account: 44 characters of base64 that end in =',
    source: 'https://github.com/aws/aws-cli/blob/1.46.3/awscli/examples/iam/create-service-specific-credential.rst',
    severity: 'error',
    revocation: serviceCredentials,
    literals: [{ text: '-at-' }],
    check(text, start, end) {
      codeCommit.lastIndex = end;
      const found = codeCommit.exec(text);
      if (found === null || !/[\w+=,.@-]/.test(text[start - 1] ?? '')) return undefined;
      const next = codeCommit.lastIndex;
      return { match: { start: next - found[1]!.length, end: next }, next };
    },
    facts: () => [],
    cases(draw) {
      const user = `ci-at-${draw('0123456789', 12)}`;
      const password = `${draw(base64, 43)}=`;
      return {
        ok: [
          `User Name,Password\n${user},${password}\n`,
          `https://${user}:${encodeURIComponent(password)}@git-codecommit.us-east-1.amazonaws.com/v1/repos/r`,
          `"username": "${user}",\n  "password": "${password}"`,
          `username=${user}\npassword=${password}\n`,
        ],
        ng: [`look-at-${draw('0123456789', 12)},`, `${user},${password.slice(2)}`, `${user},\${PASSWORD}`, `${user}\n\n\n${password}`],
      };
    },
  },
  token({
    id: 'aws-sso-token',
    name: 'AWS IAM Identity Center token',
    risk: 'Gets credentials of every account and role that its owner may use, until the session ends; a refresh token makes new ones.',
    format:
      'aoa (access) or aor (refresh), base64url, a colon, and a signature in base64, as in ~/.aws/sso/cache (of the package, dist-types/commands/CreateTokenWithIAMCommand.d.ts)',
    source: 'https://www.npmjs.com/package/@aws-sdk/client-sso-oidc/v/3.1164.0',
    severity: 'warning',
    revocation: 'https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html',
    temporary: true,
    shapes: [
      ['aoa', some(base64Url, 60, 2000), ':', some(base64Characters, 40, 300), some('=', 0, 2)],
      ['aor', some(base64Url, 60, 2000), ':', some(base64Characters, 40, 300), some('=', 0, 2)],
    ],
  }),
  {
    id: 'aws-cli-login-token',
    name: 'AWS CLI login token',
    risk: 'Makes new credentials of the console session that `aws login` was granted, until that ends.',
    format: 'the refreshToken of a file in ~/.aws/login/cache, beside a client ID arn:aws:signin:::devtools/…',
    source: 'https://github.com/aws/aws-cli/blob/1.46.3/awscli/botocore/data/signin/2023-01-01/service-2.json',
    severity: 'warning',
    revocation: revokeSessions,
    temporary: true,
    literals: [{ text: '"refreshToken"' }],
    check(text, start, end) {
      loginToken.lastIndex = end;
      const found = loginToken.exec(text);
      if (found === null) return undefined;
      const next = loginToken.lastIndex;
      const around = text.slice(Math.max(0, start - 1000), start) + text.slice(next, next + 6000);
      return around.includes('arn:aws:signin:::devtools/') ? { match: { start: next - found[1]!.length, end: next }, next } : { next };
    },
    cases(draw) {
      const refresh = draw(base64url, 400);
      const client = 'arn:aws:signin:::devtools/same-device';
      return {
        ok: [
          JSON.stringify({ clientId: client, refreshToken: refresh }),
          JSON.stringify({ refreshToken: refresh, clientId: client }, null, 2),
        ],
        ng: [JSON.stringify({ refreshToken: refresh }), JSON.stringify({ clientId: client, refreshToken: '…' })],
      };
    },
  },
];

const codeCommit =
  /\d{12}(?:\\?["'])?[ \t]{0,4}(?:[,:]|,?\r?\n)[ \t]{0,8}(?:\\?["'])?(?:["']?[Pp]assword["']?[ \t]{0,4}[:=][ \t]{0,4}(?:\\?["'])?)?([A-Za-z0-9+/]{43}=|(?:[A-Za-z0-9]|%2[FfBb]){35,60}%3[Dd])(?![A-Za-z0-9+/=])/y;
const loginToken = /[ \t]{0,4}:[ \t]{0,4}"([A-Za-z0-9+/=_.-]{100,4000})(?=")/y;

function version2Ends(parameters: Parameters, id: string, signature = /^[A-Za-z0-9+/]{27}=$/): number | undefined {
  const seconds = Number(parameters.get('Expires'));
  if (!(seconds > 1_000_000_000) || !/^[A-Z0-9]{10,128}$/.test(parameters.get(id) ?? '')) return undefined;
  // A plus sign in an address stands for a space where it was not encoded.
  return signature.test((parameters.get('Signature') ?? '').replaceAll(' ', '+')) ? seconds * 1000 : undefined;
}
