// Chat, mail and telephone.
import { markAfter, setOf } from '../engine/matcher.ts';
import { isMixed, isMixedAndVaried, isPlaceholder, isVaried } from '../randomness.ts';
import { variety } from '../variety.ts';
import { assigned } from './assigned.ts';
import { alsoInBase64 } from './encoded.ts';
import { inFile } from './in-file.ts';
import { base62, base64url, type Rule } from './rule.ts';
import {
  alphanumeric,
  anyHex,
  base64Characters,
  base64Url,
  charactersOf,
  digits,
  holding,
  lowerHex,
  patternOf,
  sampleOf,
  some,
  uuid,
} from './shape.ts';
import { datadogPatterns, postHogPatterns, purview, truffleHog } from './sources.ts';
import { token } from './token.ts';

const slackRevoke = 'https://docs.slack.dev/reference/methods/auth.revoke';
const discordApplications = 'https://discord.com/developers/applications';

/** As a secret does that goes with a key of Twilio's. */
const holdsMoreThanHex = holding(some('A-Z', 1), some('g-z', 1));

const isUuid = new RegExp(`^${patternOf(uuid)}$`);

export const messagingRules = (): readonly Rule[] => [
  alsoInBase64(
    token({
      id: 'slack-token',
      name: 'Slack token',
      risk: 'Reads and writes in the workspace as the app, its bot or the person who installed it, within its scopes, until it is revoked.',
      format:
        'xoxb- (bot) or xoxp- (user), numbers of workspace and user, and 24 or 32 characters; older xoxa-, xoxr-, xoxs-, xoxo- (the beginnings are documented, the rest is observed)',
      source: purview('slack-access-token'),
      severity: 'error',
      revocation: slackRevoke,
      shapes: [
        ['xoxb-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(alphanumeric, 18, 34)],
        ['xoxb-', some(digits, 8, 14), '-', some(alphanumeric, 18, 26)],
        ['xoxp-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(alphanumeric, 28, 34)],
        ['xoxa-2-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(alphanumeric, 18, 34)],
        ['xoxr-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(alphanumeric, 28, 34)],
        ['xoxs-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(lowerHex, 10, 70)],
        ['xoxo-', some(digits, 6, 14), '-', some(digits, 6, 14), '-', some(digits, 6, 14), '-', some(lowerHex, 10, 70)],
      ],
    }),
    'xoxb-',
    'xoxp-',
  ),
  token({
    id: 'slack-session-token',
    name: 'Slack session token',
    risk: 'Together with its cookie it reads and writes in the workspace as the person, until they sign out.',
    format:
      'xoxc- (the browser’s storage), three numbers and 64 hexadecimal digits, joined by hyphens; or xoxd- (the cookie d) and 80 to 260 characters of base64, escaped or not; of all that the page tells the beginnings',
    source: 'https://github.com/korotovsky/slack-mcp-server/blob/master/docs/01-authentication-setup.md',
    severity: 'error',
    revocation: slackRevoke,
    shapes: [
      ['xoxc-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(digits, 8, 14), '-', some(lowerHex, 64)],
      ['xoxd-', some('A-Za-z0-9+/=%_-', 80, 260)],
    ],
    // Numbers of one digit are made up.
    verify: (value) => !/-(\d)\1{7,}-/.test(value),
  }),
  assigned({
    id: 'slack-signing-secret',
    name: 'Slack signing secret or client secret',
    risk: 'Sends the app events that seem to come from Slack, or poses as the app and with a code gets its users’ tokens.',
    format: '32 hexadecimal digits (the signing secret is documented so, the client secret is observed)',
    source: 'https://docs.slack.dev/authentication/verifying-requests-from-slack/',
    severity: 'error',
    revocation: 'https://docs.slack.dev/authentication/verifying-requests-from-slack/',
    near: ['slack'],
    acrossLines: true,
    shapes: [[some(lowerHex, 32)]],
    named: /signingsecret|clientsecret/,
    example: 'signing_secret',
    cases: (draw) => ({ ok: [`slack: { clientId: '1234.5678', clientSecret: '${draw('0123456789abcdef', 32)}' }`], ng: [] }),
  }),
  token({
    id: 'slack-app-token',
    name: 'Slack app-level token',
    risk: 'Receives the app’s events of all workspaces in which it is installed, until it is revoked.',
    format:
      'xapp-, a digit, the application, a number and 64 hexadecimal digits (only xapp- is documented: of the package, slack_bolt/adapter/socket_mode; the rest is observed)',
    source: 'https://pypi.org/project/slack-bolt/1.30.0/',
    severity: 'error',
    revocation: slackRevoke,
    shapes: [['xapp-', some(digits, 1), '-', some('A-Z0-9', 9, 12), '-', some(digits, 8, 14), '-', some(lowerHex, 64)]],
  }),
  token({
    id: 'slack-configuration-token',
    name: 'Slack app configuration token',
    risk: 'Creates and changes apps of its owner: an access token for 12 hours, a refresh token makes new ones.',
    format:
      'xoxe.xoxp- or xoxe.xoxb-, a digit, a hyphen and 163 to 166 letters and digits; or xoxe-, a digit, a hyphen and 146. A few more or fewer, and + and / among them, as observed',
    source: datadogPatterns,
    severity: 'error',
    revocation: slackRevoke,
    shapes: [
      ['xoxe.xoxp-', some(digits, 1), '-', some(base64Characters, 140, 180)],
      ['xoxe.xoxb-', some(digits, 1), '-', some(base64Characters, 140, 180)],
      ['xoxe-', some(digits, 1), '-', some(base64Characters, 130, 160)],
    ],
  }),
  token({
    id: 'slack-webhook',
    name: 'Slack incoming webhook',
    risk: 'Posts messages into the channel, or starts the workflow, in the name of the app.',
    source: datadogPatterns,
    severity: 'warning',
    revocation: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
    shapes: [
      ['hooks.slack.com/services/T', some(alphanumeric, 7, 12), '/B', some(alphanumeric, 7, 12), '/', some(alphanumeric, 24)],
      [
        'hooks.slack.com/workflows/T',
        some(alphanumeric, 7, 12),
        '/A',
        some(alphanumeric, 7, 12),
        '/',
        some(digits, 17, 20),
        '/',
        some(alphanumeric, 24),
      ],
      ['hooks.slack.com/triggers/T', some(alphanumeric, 7, 12), '/', some(digits, 12, 16), '/', some(lowerHex, 32)],
    ],
  }),
  assigned({
    id: 'discord-bot-token',
    name: 'Discord bot token',
    risk: 'Acts as the bot in every server that it is in: reads, writes, and manages what its roles allow, until it is reset.',
    format:
      'the bot’s number in base64, a time, and 27 characters, joined by full stops (the example of the page); that there may be up to 38 is observed',
    source: 'https://discord.com/developers/docs/reference',
    severity: 'error',
    revocation: 'https://support-dev.discord.com/hc/en-us/articles/6470840524311',
    near: [
      'discord',
      'token"',
      "token'",
      'token=',
      'token =',
      'token:',
      'bot_token',
      'bottoken',
      'client.login',
      'bot.login',
      'client.run',
      'bot.run',
      'authorization: bot',
      'client::builder',
    ],
    within: 60,
    shapes: [[some('MNO', 1), some(base64Url, 23, 25), '.', some(base64Url, 6), '.', some(base64Url, 27, 38)]],
    named: /token|bot|login|key|builder/,
    example: 'token',
    cases(draw) {
      const token = `M${draw(base62, 23)}.${draw(base62, 6)}.${draw(base62, 27)}`;
      return { ok: [`-H 'Authorization: Bot ${token}'`, `Client::builder("${token}", intents)`], ng: [] };
    },
  }),
  assigned({
    id: 'discord-client-secret',
    name: 'Discord client secret',
    risk: 'Poses as the application towards Discord, and with a code gets access to its users’ accounts.',
    source: datadogPatterns,
    severity: 'error',
    revocation: discordApplications,
    near: ['discord'],
    shapes: [[some(base64Url, 32)]],
    named: /secret|token/,
    example: 'client_secret',
  }),
  token({
    id: 'discord-webhook',
    name: 'Discord webhook',
    risk: 'Posts messages into the channel in any name, and deletes the webhook.',
    format:
      'discord.com or discordapp.com, /api/webhooks/, 17 to 20 digits, a slash, and 60 and more letters, digits, _ and - (of the package, discord/webhook/async_.py)',
    source: 'https://pypi.org/project/discord.py/2.7.1/',
    severity: 'warning',
    revocation: 'https://discord.com/developers/docs/resources/webhook',
    shapes: [
      ['discord.com/api/webhooks/', some(digits, 17, 20), '/', some(base64Url, 60, 80)],
      ['discordapp.com/api/webhooks/', some(digits, 17, 20), '/', some(base64Url, 60, 80)],
    ],
  }),
  token({
    id: 'telegram-bot-token',
    name: 'Telegram bot token',
    risk: 'Acts as the bot: reads what is written to it, and writes in its name, until it is revoked.',
    format:
      'the bot’s number, which begins with no 0, a colon, and 35 characters of A-Za-z0-9_- without /, 80 in all at most; that there are 35 and that AA begins them is observed',
    source: 'https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/ClientManager.cpp',
    severity: 'error',
    revocation: 'https://core.telegram.org/bots/features#botfather',
    shapes: [8, 9, 10].map((count) => [some(digits, count), ':AA', some(base64Url, 33)]),
    behind: 'bot',
    cases: (draw) => {
      const bot = `${draw('123456789', 9)}:AA${draw(base64url, 33)}`;
      return {
        ok: [`curl https://api.telegram.org/bot${bot}/sendMessage -d chat_id=1`],
        ng: [
          `https://api.telegram.org/robot${bot}/getMe`,
          'https://api.telegram.org/bot123456789:AAExampleTokenOfTheDocumentation000/getMe',
        ],
      };
    },
  }),
  assigned({
    id: 'telegram-bot-token-named',
    name: 'Telegram bot token, by its name',
    risk: 'Acts as the bot: reads what is written to it, and writes in its name, until it is revoked.',
    format: 'the number of the bot, a colon, and 35 characters of A-Za-z0-9_-; that the first may be another than A is observed',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://core.telegram.org/bots/features',
    near: ['telegram', 'tgram', 'api.telegram.org/bot'],
    shapes: [[some(digits, 5, 16), ':', some(base64Url, 35)]],
    named: /telegram|tgram|token|bot/,
    example: 'bot_token',
  }),
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
  assigned({
    id: 'wechat-app-secret',
    name: 'WeChat AppSecret',
    risk: 'With its AppID it acts as the official account or mini program: reads its users and writes to them, until it is reset.',
    format: '32 hexadecimal digits',
    source: 'observed',
    severity: 'error',
    revocation: 'https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Get_access_token.html',
    near: ['wechat', 'weixin', 'wx_app', 'wx_secret'],
    acrossLines: true,
    shapes: [[some(lowerHex, 32)]],
    named: /secret/,
    example: 'app_secret',
    cases: (draw) => {
      const of = () => draw('0123456789abcdef', 32);
      return {
        ok: [
          `https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential&appid=wx${draw('0123456789abcdef', 16)}&secret=${of()}`,
          `wechat:\n  appid: wx${draw('0123456789abcdef', 16)}\n  secret: ${of()}\n`,
        ],
        ng: [`wechat_app_token=${of()}`],
      };
    },
  }),
  assigned({
    id: 'feishu-app-secret',
    name: 'Feishu or Lark app secret',
    risk: 'With its app ID it acts as the app: reads and sends messages and reads documents, within its scopes, until it is reset.',
    format: '32 letters and digits',
    source: 'observed',
    severity: 'error',
    revocation: 'https://open.feishu.cn/document/server-docs/api-call-guide/terminology',
    near: ['feishu', 'lark'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 32)]],
    named: /secret/,
    behindId: /["']cli_[0-9a-f]{16}["'],\s{0,40}["']$/,
    example: 'app_secret',
    verify: isMixedAndVaried,
    sample: (draw) => `${draw(base62, 29)}aZ5`,
    cases: (draw) => ({
      ok: [
        `lark.NewClient("cli_${draw('0123456789abcdef', 16)}", "${draw(base62, 29)}aZ5")`,
        `feishu:\n  app_id: cli_${draw('0123456789abcdef', 16)}\n  app_secret: ${draw(base62, 29)}aZ5\n`,
      ],
      ng: [],
    }),
  }),
  assigned({
    id: 'dingtalk-app-secret',
    name: 'DingTalk app or robot secret',
    risk: 'With its AppKey it acts as the app in the organisation, or with its address it writes as the robot, until it is reset.',
    format: '64 characters of A-Za-z0-9_- (app), or SEC and 64 hexadecimal digits (robot)',
    source: 'observed',
    severity: 'error',
    revocation: 'https://open.dingtalk.com/document/orgapp/the-creation-and-installation-of-the-application-robot-in-the',
    near: ['dingtalk'],
    acrossLines: true,
    shapes: [['SEC', some(lowerHex, 64)], [some(base64Url, 64)]],
    named: /secret/,
    example: 'app_secret',
    verify: isMixed,
    sample: (draw) => `${draw(base62, 61)}aZ5`,
    cases: (draw) => ({ ok: [`DINGTALK_SECRET=SEC${draw('0123456789abcdef', 64)}\n`], ng: [] }),
  }),
  assigned({
    id: 'wecom-secret',
    name: 'WeCom (WeChat Work) secret',
    risk: 'With the company’s ID it acts as the app: reads its members and writes to them, until it is reset.',
    format: '43 characters of A-Za-z0-9_-, 64 in older ones',
    source: 'observed',
    severity: 'error',
    revocation: 'https://developer.work.weixin.qq.com/document/path/91039',
    near: ['corpsecret', 'corp_secret', 'wecom', 'qywx'],
    acrossLines: true,
    shapes: [[some(base64Url, 43)], [some(base64Url, 64)]],
    named: /secret/,
    example: 'secret',
    verify: isMixed,
    sample: (draw) => `${draw(base62, 40)}aZ5`,
    cases: (draw) => ({
      ok: [
        `https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww${draw('0123456789abcdef', 16)}&corpsecret=${draw(base62, 40)}aZ5`,
        `params = {\n  "corpid": "ww${draw('0123456789abcdef', 16)}",\n  "corpsecret": "${draw(base62, 40)}aZ5"\n}`,
      ],
      ng: [],
    }),
  }),
];
