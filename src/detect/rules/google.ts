import { isMixed } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { alsoInBase64 } from './encoded.ts';
import { checkPem, samplePem } from './private-key.ts';
import { base64, base64url, type Rule } from './rule.ts';
import { base64Characters, base64Url, holding, some } from './shape.ts';
import { inBasicTime, signedUrl, version4Ends } from './signed-url.ts';
import { betterLeaks, noseyParker, postHogPatterns, purview, scalibr } from './sources.ts';
import { token } from './token.ts';

const apiKeys = 'https://cloud.google.com/docs/authentication/api-keys';
const oauthClients = 'https://support.google.com/cloud/answer/15549257';
const serviceAccountKeys = 'https://cloud.google.com/iam/docs/keys-create-delete';
const hmacKeys = 'https://cloud.google.com/storage/docs/authentication/hmackeys';
const hmacFormat = 'https://documentation.s3ns.fr/storage/docs/authentication/hmackeys';
const revokeTokens = 'https://developers.google.com/identity/protocols/oauth2/web-server';

const ofServiceAccount = /type\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["']?service_account|client_email|gserviceaccount\.com/;
// The secrets of Google's own command-line clients, which stand in their public source.
const publicClient = /^(?:d-FL95Q19q7MQmFpd7hHD0Ty|ZmssLNjJy2998hD4CTg2ejr2)$/;

export const googleRules = (): readonly Rule[] => [
  alsoInBase64(
    {
      id: 'google-service-account-key',
      name: 'Google service account key',
      risk: 'Acts as the service account in all projects that it may use, until the key is deleted: reads data, starts machines, spends money.',
      format: 'JSON with "type": "service_account" and a private key in PEM (of the package, google/oauth2/service_account.py)',
      source: 'https://pypi.org/project/google-auth/2.63.0/',
      severity: 'error',
      revocation: serviceAccountKeys,
      literals: [{ text: '-----BEGIN ' }],
      check(text, start, end) {
        const checked = checkPem(text, start, end);
        if (checked?.match === undefined) return checked;
        const around = text.slice(Math.max(0, start - 600), start) + text.slice(checked.next, checked.next + 600);
        return /private_key\\{0,3}["']?[ \t]{0,4}[:=]/.test(text.slice(Math.max(0, start - 40), start)) && ofServiceAccount.test(around)
          ? checked
          : { next: checked.next };
      },
      cases(draw) {
        const key = {
          type: 'service_account',
          project_id: 'shop',
          private_key: samplePem(draw),
          client_email: 'ci@shop.iam.gserviceaccount.com',
        };
        return {
          ok: [JSON.stringify(key), JSON.stringify(key, null, 2), JSON.stringify({ key: JSON.stringify(key) })],
          ng: [
            samplePem(draw),
            JSON.stringify({ ...key, private_key: '-----BEGIN PRIVATE KEY-----\\n…' }),
            JSON.stringify({ private_key: samplePem(draw) }),
          ],
        };
      },
    },
    'service_account',
  ),
  token({
    id: 'google-api-key',
    name: 'Google API key',
    risk: 'Calls the Google APIs that the key is not restricted from (Maps, Gemini, Firebase …) at the project’s cost, until it is deleted.',
    source: purview('google-api-key'),
    severity: 'warning',
    revocation: apiKeys,
    shapes: [['AIza', some(base64Url, 35)]],
  }),
  token({
    id: 'google-gemini-key',
    name: 'Google Gemini API key',
    risk: 'Calls Gemini and other Google APIs as the service account that it is bound to, at the project’s cost, until it is deleted.',
    format: 'AQ.Ab8R and 46 characters of A-Za-z0-9_- (of Google’s own scanner)',
    source: scalibr('gcpexpressmode'),
    severity: 'error',
    revocation: apiKeys,
    shapes: [['AQ.Ab8R', some(base64Url, 46)]],
  }),
  token({
    id: 'google-oauth-client-secret',
    name: 'Google OAuth client secret',
    risk: 'Poses as the application towards Google, and with a refresh token or a code gets access to its users’ data.',
    format: 'GOCSPX- and 28 characters of A-Za-z0-9_- (of Google’s own scanner, which first took any 10 to 40)',
    source: 'https://github.com/google/osv-scalibr/blob/main/veles/secrets/gcpoauth2client/detector.go',
    severity: 'error',
    revocation: oauthClients,
    shapes: [['GOCSPX-', some(base64Url, 28)]],
  }),
  assigned({
    id: 'google-oauth-client-secret-legacy',
    name: 'Google OAuth client secret, older format',
    risk: 'Poses as the application towards Google, and with a refresh token or a code gets access to its users’ data.',
    source: noseyParker('google'),
    severity: 'error',
    revocation: oauthClients,
    near: ['google', 'gapi', 'apps.googleusercontent.com'],
    anchors: ['client_secret', 'client secret', 'google_secret', 'google secret'],
    acrossLines: true,
    shapes: [[some(base64Url, 24)]],
    named: /clientsecret$|googlesecret$/,
    example: 'client_secret',
    verify: (text, start, end) => isMixed(text, start, end) && !publicClient.test(text.slice(start, end)),
    sample: (draw) => `${draw(base64url, 21)}Qz7`,
  }),
  token({
    id: 'google-refresh-token',
    name: 'Google OAuth refresh token',
    risk: 'Together with its client’s secret it makes access tokens for a person’s data or projects, until it is revoked.',
    format: '1//0 and 38 to 200 characters of A-Za-z0-9_- (only 1// is documented, the rest is observed)',
    source: 'https://developers.google.com/identity/protocols/oauth2/web-server',
    severity: 'error',
    revocation: revokeTokens,
    shapes: [['1//0', some(base64Url, 38, 200)]],
  }),
  token({
    id: 'google-access-token',
    name: 'Google OAuth access token',
    risk: 'Acts as the person or service account for about an hour, within the token’s scopes.',
    source: postHogPatterns,
    severity: 'warning',
    revocation: revokeTokens,
    temporary: true,
    shapes: [['ya29.', some('A-Za-z0-9_.-', 40, 2000)]],
  }),
  token({
    id: 'google-hmac-key-id',
    name: 'Google Cloud Storage HMAC access ID',
    risk: 'Names a key that opens buckets to somebody who also has its secret: a reason to look for where the secret stands.',
    source: hmacFormat,
    severity: 'information',
    revocation: hmacKeys,
    shapes: [
      ['GOOG', some('A-Z0-9', 57)],
      ['GOOG', some('A-Z0-9', 20)],
    ],
  }),
  assigned({
    id: 'google-hmac-secret',
    name: 'Google Cloud Storage HMAC secret',
    risk: 'With its access ID it reads and writes the buckets of the account that it belongs to, until the key is deactivated.',
    format: '40 characters of base64',
    source: hmacFormat,
    severity: 'error',
    revocation: hmacKeys,
    partners: ['google-hmac-key-id'],
    near: ['gs_secret', 'goog', 'gcs', 'hmac'],
    anchors: ['secret'],
    acrossLines: true,
    shapes: [[some(base64Characters, 40)]],
    named: /secret/,
    example: 'secret_access_key',
    verify: holding(some('A-Z', 1), some('a-z', 1), some('0-9+/', 1)),
    cases: (draw) => ({
      ok: [`gs_access_key_id = GOOG1E${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 55)}\ngs_secret_access_key = ${draw(base64, 40)}\n`],
      ng: [`google_commit_secret = ${draw('0123456789abcdef', 40)}`],
    }),
  }),
  signedUrl({
    id: 'google-signed-url',
    name: 'Google Cloud Storage signed URL',
    risk: 'Anybody who has it can do with one object what it was signed for, until it expires.',
    format:
      'an address with X-Goog-Credential, X-Goog-Date, X-Goog-Expires and X-Goog-Signature (of the package, google/cloud/storage/_signing.py)',
    source: 'https://pypi.org/project/google-cloud-storage/3.17.1/',
    revocation: serviceAccountKeys,
    mark: 'X-Goog-Credential=',
    address: 'https://storage.googleapis.com/bucket/report.pdf',
    ends: (parameters) => version4Ends(parameters, 'X-Goog-'),
    sample: (draw, until) =>
      'X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=ci%40shop.iam.gserviceaccount.com%2F20260101%2Fus%2Fstorage%2Fgoog4_request' +
      `&X-Goog-Date=${inBasicTime(new Date(until.getTime() - 3_600_000))}&X-Goog-Expires=3600&X-Goog-SignedHeaders=host&X-Goog-Signature=${draw('0123456789abcdef', 512)}`,
  }),
  token({
    id: 'google-firebase-messaging-key',
    name: 'Firebase Cloud Messaging server key',
    risk: 'Sends notifications to every device on which the app is installed, by an API that Google began to turn off in June 2024.',
    format: 'AAAA, 7 letters, digits, underscores and hyphens, :APA91b and 120 to 180 more; 134 as observed',
    source: betterLeaks('firebase'),
    severity: 'warning',
    revocation: 'https://firebase.google.com/docs/cloud-messaging/migrate-v1',
    // without AAAA it is the registration of a device, which is no secret
    shapes: [['AAAA', some(base64Url, 7), ':APA91b', some(base64Url, 134)]],
  }),
];
