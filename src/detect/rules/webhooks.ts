// Addresses that let whoever knows them send something.
import type { Rule } from './rule.ts';
import { base64Url, lowerAlphanumeric, lowerHex, some, uuid } from './shape.ts';
import { truffleHog } from './sources.ts';
import { token } from './token.ts';

const posts = 'Posts messages into the group in the name of the robot, until it is removed.';
const starts = 'Starts the workflow, with any data that it takes, until the address is replaced.';

export const webhookRules = (): readonly Rule[] => [
  token({
    id: 'dingtalk-webhook',
    name: 'DingTalk robot webhook',
    risk: posts,
    format: 'oapi.dingtalk.com/robot/send?access_token= (documented) and 64 hexadecimal digits (observed)',
    source: 'https://qwenlm.github.io/qwen-code-docs/en/users/features/channels/dingtalk-webhook/',
    severity: 'warning',
    revocation: 'https://open.dingtalk.com/document/robots/custom-robot-access',
    shapes: [['oapi.dingtalk.com/robot/send?access_token=', some(lowerHex, 64)]],
  }),
  token({
    id: 'feishu-webhook',
    name: 'Feishu or Lark bot webhook',
    risk: posts,
    source: 'https://github.com/Rollingegg/feishu-robot-action',
    severity: 'warning',
    revocation: 'https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot',
    shapes: [
      ['open.feishu.cn/open-apis/bot/v2/hook/', ...uuid],
      ['open.larksuite.com/open-apis/bot/v2/hook/', ...uuid],
    ],
  }),
  token({
    id: 'wecom-webhook',
    name: 'WeCom group robot webhook',
    risk: posts,
    format: 'the address with key= and a UUID (of which the page shows the form)',
    source: 'https://developer.work.weixin.qq.com/document/path/91770',
    severity: 'warning',
    revocation: 'https://developer.work.weixin.qq.com/document/path/91770',
    shapes: [['qyapi.weixin.qq.com/cgi-bin/webhook/send?key=', ...uuid]],
  }),
  token({
    id: 'zapier-webhook',
    name: 'Zapier webhook',
    risk: starts,
    format: 'hooks.zapier.com/hooks/catch/ and 10 to 24 small letters, digits and slashes (16 there)',
    source: truffleHog('zapierwebhook'),
    severity: 'warning',
    revocation: 'https://help.zapier.com/hc/en-us/articles/8496288690317',
    shapes: [['hooks.zapier.com/hooks/catch/', some('0-9/a-z', 10, 24)]],
    verify: (value) => /catch\/\d{4,10}\/[a-z0-9]{5,8}\/?$/.test(value),
    sample: (draw) => `hooks.zapier.com/hooks/catch/${draw('2468', 7)}/${draw('bcdfghjk', 4)}${draw('2357', 3)}`,
  }),
  token({
    id: 'make-webhook',
    name: 'Make webhook',
    risk: starts,
    format: '32 small letters and digits (udid of an example) behind the address of a zone, as observed: hook.eu1.make.com and the like',
    source: 'https://github.com/integromat/make-typescript-sdk/blob/main/test/mocks/hooks/list.json',
    severity: 'warning',
    revocation: 'https://help.make.com/webhooks',
    shapes: ['eu1.make', 'eu2.make', 'us1.make', 'us2.make', 'eu1.make.celonis', 'us1.make.celonis'].map((zone) => [
      `hook.${zone}.com/`,
      some(lowerAlphanumeric, 32),
    ]),
  }),
  token({
    id: 'ifttt-webhook-key',
    name: 'IFTTT webhook key',
    risk: 'Starts every applet of its owner that a webhook starts, until the service is disconnected.',
    format: '/with/key/ (of the package, pyfttt/sending.py) and 22 or 43 letters, digits, underscores and hyphens, which is observed',
    source: 'https://pypi.org/project/pyfttt/0.3.2/',
    severity: 'warning',
    revocation: 'https://help.ifttt.com/hc/en-us/articles/115010230347',
    shapes: [
      ['/with/key/', some(base64Url, 22)],
      ['/with/key/', some(base64Url, 43)],
    ],
  }),
  token({
    id: 'loggly-input',
    name: 'Loggly input address',
    risk: 'Sends made-up logs into the account, until the token is retired.',
    format: 'loggly.com/inputs/ (documented) and a UUID (observed)',
    source: 'https://documentation.solarwinds.com/en/success_center/loggly/Content/admin/http-endpoint.htm',
    severity: 'warning',
    revocation: 'https://documentation.solarwinds.com/en/success_center/loggly/content/admin/customer-token-authentication-token.htm',
    shapes: [['log', 'gly.com/inputs/', ...uuid]],
  }),
];
