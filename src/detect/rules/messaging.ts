// Mail, telephone, and what programs send to many.
import { markAfter, setOf } from '../engine/matcher.ts';
import { isPlaceholder, isVaried } from '../randomness.ts';
import { variety } from '../variety.ts';
import { assigned } from './assigned.ts';
import { inFile } from './in-file.ts';
import { base62, base64url, type Rule } from './rule.ts';
import { alphanumeric, anyHex, base64Url, charactersOf, holding, lowerHex, patternOf, sampleOf, some, uuid } from './shape.ts';
import { datadogPatterns, postHogPatterns, truffleHog } from './sources.ts';
import { token } from './token.ts';

/** As a secret does that goes with a key of Twilio's. */
const holdsMoreThanHex = holding(some('A-Z', 1), some('g-z', 1));

const isUuid = new RegExp(`^${patternOf(uuid)}$`);

export const messagingRules = (): readonly Rule[] => [
  assigned({
    id: 'twilio-api-key',
    name: 'Twilio API key SID',
    risk: 'With its secret it sends messages and makes calls at the account’s cost, and reads those that were.',
    source: 'https://www.twilio.com/docs/glossary/what-is-a-sid',
    severity: 'warning',
    revocation: 'https://www.twilio.com/docs/iam/api-keys',
    near: ['twilio'],
    acrossLines: true,
    shapes: [['SK', some(anyHex, 32)]],
    named: /key|sid|token|secret/,
  }),
  assigned({
    id: 'twilio-auth-token',
    name: 'Twilio auth token',
    risk: 'Sends messages and makes calls at the account’s cost, reads those that were, and manages the account, until it is rotated.',
    format: '32 characters (of the package, src/commands/profiles/create.js); that they are hexadecimal digits is observed',
    source: 'https://www.npmjs.com/package/twilio-cli/v/6.2.4',
    severity: 'error',
    revocation: 'https://www.twilio.com/docs/iam/api/authtoken',
    near: ['twilio'],
    shapes: [[some(anyHex, 32)]],
    example: 'auth_token',
  }),
  inFile({
    id: 'twilio-auth-token-beside-account',
    name: 'Twilio auth token beside its account',
    risk: 'Sends messages and makes calls at the account’s cost, reads those that were, and manages the account, until it is rotated.',
    format:
      '32 hexadecimal digits as a string behind that of the account, AC and 32 hexadecimal digits, or behind that and a colon, as in a login',
    source: truffleHog('twilio'),
    severity: 'error',
    revocation: 'https://www.twilio.com/docs/iam/api-keys',
    literals: ['"AC', "'AC", ' AC', '/AC', '=AC'],
    gates: [{ set: setOf(charactersOf(anyHex)), length: 32, within: 0 }],
    after:
      /[0-9a-f]{32}(?::|["'](?:[ \t]{0,4},\s{0,40}|;?\s{1,40}(?:(?:const|let|var|String|string)[ \t])?[\w$.]{0,20}token[ \t]{0,4}:?=[ \t]{0,4})["'](?=.{32}["']))([0-9a-f]{32})(?![\w-])/iy,
    accepts: (value) => variety(value) >= 6 && !isPlaceholder(value),
    draws: (draw) => draw('0123456789abcdef', 32),
    sample: (value) => `client = Client("AC${'0f1e2d3c4b5a6978'.repeat(2)}", "${value}")`,
    cases: (draw) => {
      const [account, value] = [draw('0123456789abcdef', 32), draw('0123456789abcdef', 32)];
      return {
        ok: [
          `curl https://api.twilio.com/2010-04-01/Accounts.json -u AC${account}:${value}`,
          `curl --user "AC${account}:${value}" https://api.twilio.com`,
          `https://AC${account}:${value}@api.twilio.com/2010-04-01/Accounts`,
          `account_sid = "AC${account}"\nauth_token = "${value}"\n`,
          `$sid = 'AC${account}';\n$token = '${value}';`,
        ],
        ng: [`["AC${account}", "SK${value}"]`, `["${account}", "${value}"]`, `sid = "AC${account}"\ndigest = "${value}"`],
      };
    },
  }),
  assigned({
    id: 'twilio-api-key-secret',
    name: 'Twilio API key secret',
    risk: 'With its SID it sends messages and makes calls at the account’s cost, and reads those that were.',
    source: truffleHog('twilioapikey'),
    severity: 'error',
    revocation: 'https://www.twilio.com/docs/iam/api-keys',
    near: ['twilio'],
    shapes: [[some(alphanumeric, 32)]],
    named: /key|secret/,
    example: 'api_key_secret',
    verify: holdsMoreThanHex,
    sample: (draw) => `${draw(base62, 30)}Kx`,
  }),
  inFile({
    id: 'twilio-api-key-secret-beside-key',
    name: 'Twilio API key secret beside its key',
    risk: 'With its SID it sends messages and makes calls at the account’s cost, and reads those that were.',
    format: '32 letters and digits as a string behind that of the key, SK and 32 hexadecimal digits',
    source: truffleHog('twilioapikey'),
    severity: 'error',
    revocation: 'https://www.twilio.com/docs/iam/api-keys',
    literals: ['"SK', "'SK"],
    gates: [{ set: setOf(charactersOf(anyHex)), length: 32, within: 0 }],
    after:
      /[0-9a-f]{32}["'](?:[ \t]{0,4},\s{0,40}|;?\s{1,40}(?:(?:const|let|var|String|string)[ \t])?[\w$.]{0,20}secret[ \t]{0,4}:?=[ \t]{0,4})["']([0-9a-z]{32})(?=["'])/iy,
    accepts: (value) => holdsMoreThanHex(value) && !isPlaceholder(value),
    draws: (draw) => `${draw(base62, 30)}Kx`,
    sample: (value) => `client = Client("SK${'0f1e2d3c4b5a6978'.repeat(2)}", "${value}", account_sid)`,
    cases: (draw) => {
      const [key, value] = [draw('0123456789abcdef', 32), `${draw(base62, 30)}Kx`];
      return {
        ok: [
          `twilio('SK${key}', '${value}', { accountSid })`,
          `api_key = "SK${key}"\napi_secret = "${value}"\n`,
          `const apiKeySid = 'SK${key}';\nconst apiKeySecret = '${value}';`,
        ],
        ng: [
          `["SK${key}", "SK${draw('0123456789abcdef', 32)}"]`,
          `["SK${key}", "${draw('0123456789abcdef', 32)}"]`,
          `["${key}", "${value}"]`,
          `sid = "SK${key}"\nname = "${value}"`,
        ],
      };
    },
  }),
  token({
    id: 'sendgrid-key',
    name: 'SendGrid API key',
    risk: 'Sends mail in the name of the account’s domains, and reads its contacts, within the key’s scopes, until it is deleted.',
    source: postHogPatterns,
    severity: 'error',
    revocation: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
    shapes: [['SG.', some(base64Url, 22), '.', some(base64Url, 43)]],
  }),
  assigned({
    id: 'mailgun-signing-key',
    name: 'Mailgun webhook signing key',
    risk: 'Sends the application events that seem to come from Mailgun, until it is replaced.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
    near: ['mailgun', 'mg_'],
    shapes: [[some(lowerHex, 32)]],
    named: /signing|webhookkey|webhooksecret/,
    example: 'signing_key',
  }),
  assigned({
    id: 'mailgun-key',
    name: 'Mailgun API key',
    risk: 'Sends mail in the name of the account’s domains, and reads what was sent and received, until it is revoked.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://help.mailgun.com/hc/en-us/articles/203380100',
    near: ['mailgun', 'mg_api'],
    acrossLines: true,
    shapes: [
      ['key-', some(lowerHex, 32)],
      [some(lowerHex, 32), '-', some(lowerHex, 8), '-', some(lowerHex, 8)],
    ],
    named: /mailgun|key|token|secret|pass|^api$/,
    behindId: /Mailgun::(?:create\(|Client\.new[ (])["']$/,
    cases: (draw) => {
      const hex = '0123456789abcdef';
      const auth = `auth=("api", "${draw(hex, 32)}-${draw(hex, 8)}-${draw(hex, 8)}")`;
      return {
        ok: [
          `Mailgun::Client.new 'key-${draw(hex, 32)}'`,
          `requests.post(\n    "https://api.mailgun.net/v3/shop.io/messages",\n    ${auth})`,
        ],
        ng: [`requests.post("https://api.shop.io/",\n  ${auth})`],
      };
    },
  }),
  assigned({
    id: 'postmark-token',
    name: 'Postmark token',
    risk: 'Sends mail in the name of the server’s senders, or manages the whole account, depending on its kind.',
    source: truffleHog('postmark'),
    severity: 'error',
    revocation: 'https://postmarkapp.com/support/article/1008-what-are-the-account-and-server-api-tokens',
    near: ['postmark'],
    shapes: [uuid],
    named: /token|key|secret|postmark$/,
    behindId: /[Pp]ostmark\.?(?:Server|Account)?Client\(["']$/,
    example: 'server_token',
    cases: (draw) => ({ ok: [`new postmark.ServerClient("${sampleOf(uuid, draw)}")`], ng: [] }),
  }),
  token({
    id: 'pubnub-secret-key',
    name: 'PubNub secret key',
    risk: 'Grants rights to all channels, reads and writes them and manages the application, until it is replaced.',
    format: 'sec-c- and a UUID in base64',
    source: 'observed',
    severity: 'error',
    revocation: 'https://www.pubnub.com/docs/general/setup/account-setup',
    shapes: [['sec-c-', some(alphanumeric, 48)]],
    verify: (key) => isUuid.test(Buffer.from(key.slice('sec-c-'.length), 'base64').toString('latin1')),
    sample: (draw) => `sec-c-${Buffer.from(sampleOf(uuid, draw)).toString('base64')}`,
  }),
  assigned({
    id: 'pusher-secret',
    name: 'Pusher Channels secret',
    risk: 'Sends events to every channel of the application and lets anyone into its private ones, until the key is deleted.',
    format: '20 hexadecimal digits, as the public key beside it (that they are hexadecimal is observed)',
    source: truffleHog('pusherchannelkey'),
    severity: 'error',
    revocation: 'https://docs.bird.com/pusher/channels/channels/connecting/how-can-i-rotate-my-channels-app-keys',
    near: ['pusher'],
    shapes: [[some(lowerHex, 20)]],
    named: /secret/,
    behindId: /\bPusher\(\s{0,20}(?:["'][0-9a-f]{20}["']|\$?\w{1,30}),\s{0,20}["']$/,
    example: 'app_secret',
    cases: (draw) => {
      const of = () => draw('0123456789abcdef', 20);
      return {
        ok: [
          `Pusher::Client.new(\n  app_id: '1234567',\n  key: '${of()}',\n  secret: '${of()}',\n  cluster: 'eu'\n)`,
          `$pusher = new Pusher\\Pusher("${of()}", "${of()}", "1234567", ['cluster' => 'eu']);`,
          `PUSHER_APP_ID=1234567\nPUSHER_APP_KEY=${of()}\nPUSHER_APP_SECRET=${of()}\nPUSHER_APP_CLUSTER=eu\n`,
          `pusher.Pusher(\n  app_id='1234567',\n  key='${of()}',\n  secret='${of()}',\n  cluster='eu')`,
          `'pusher' => [\n    'driver' => 'pusher',\n    'key' => '${of()}',\n    'secret' => '${of()}',\n],\n`,
          `new Pusher({\n  appId: '1234567',\n  key: '${of()}',\n  secret: '${of()}',\n  useTLS: true\n});`,
        ],
        ng: [`PUSHER_APP_KEY=${of()}\n`, `new Pusher('${of()}', { cluster: 'eu' })`, `new Pusher(key, options); find(commit, '${of()}')`],
      };
    },
  }),
  inFile({
    id: 'govuk-notify-key',
    name: 'GOV.UK Notify API key',
    risk: 'Sends texts, emails and letters in the service’s name, and reads those that it sent, until it is revoked.',
    format: 'a name, the UUID of the service and a UUID, joined by hyphens, behind a name with notify in it',
    source: 'https://www.servicenow.com/docs/r/integrate-applications/integration-hub/govnotify-setup.html',
    severity: 'error',
    revocation: 'https://www.notifications.service.gov.uk/using-notify/api-documentation',
    commonInTests: true,
    literals: [
      {
        text: 'notify',
        anyCase: true,
        gates: [markAfter('=:,(', `${base62}_.-"'])\t `, 47, { set: setOf(base64url), length: 75, within: 7 })],
      },
    ],
    after: new RegExp(
      `[\\w.-]{0,40}["'\\])]{0,2}[ \\t]{0,4}(?:=>|[=:,(])[ \\t]{0,4}["'\`]?(\\w[\\w-]{0,80}-${patternOf(uuid)}-${patternOf(uuid)})(?![\\w-])`,
      'y',
    ),
    accepts: (key) => isVaried(key, 11, key.length - 36) && !isPlaceholder(key, key.length - 36),
    draws: (draw) => `live_key-${sampleOf(uuid, draw)}-${sampleOf(uuid, draw)}`,
    sample: (key) => `NOTIFY_API_KEY=${key}\n`,
    cases: (draw) => ({
      ok: [
        `const notifyClient = new NotifyClient('my-service-live-${sampleOf(uuid, draw)}-${sampleOf(uuid, draw)}');`,
        `govuk_notify:\n  GovukNotifyApiKey: "team-${sampleOf(uuid, draw)}-${sampleOf(uuid, draw)}"\n`,
      ],
      ng: [
        `NOTIFY_TEMPLATE_ID=${sampleOf(uuid, draw)}\n`,
        `NOTIFY_API_KEY=test-${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}-${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}\n`,
      ],
    }),
  }),
];
