// Chat.
import { isMixed, isMixedAndVaried } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { alsoInBase64 } from './encoded.ts';
import { base62, base64url, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, digits, lowerHex, some } from './shape.ts';
import { datadogPatterns, purview } from './sources.ts';
import { token } from './token.ts';

const slackRevoke = 'https://docs.slack.dev/reference/methods/auth.revoke';
const discordApplications = 'https://discord.com/developers/applications';

export const chatRules = (): readonly Rule[] => [
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
