import type { Literal } from '../engine/matcher.ts';
import { base62, type Checked, generic, type Rule } from '../rules/rule.ts';
import { assignmentAt, nameEnd } from './assignment.ts';
import { weigh } from './score.ts';

const keys = ['api', 'access', 'private', 'encryption', 'signing', 'auth', 'master', 'account'].flatMap((word) =>
  ['', '_', '-'].map((joint) => `${word}${joint}key`),
);
const literals: readonly Literal[] = [
  'passw',
  'passphrase',
  'passcode',
  'pwd',
  'secret',
  'token',
  'credential',
  'creds',
  'authorization',
  '_auth',
  ...keys,
].map((text) => ({ text, anyCase: true }));

function check(text: string, start: number, end: number): Checked {
  const stop = nameEnd(text, end);
  const assignment = assignmentAt(text, start, stop);
  if (assignment === undefined) return { next: stop };
  const evidence = weigh(text, assignment);
  const { start: from, end: to, value } = assignment;
  // what is no secret itself may hold others, as JSON in a string does
  if (evidence === undefined) return { next: /[=:]/.test(value) ? from : to };
  return { match: { start: from, end: to, evidence }, next: to };
}

/** The rules that look at values of no known kind. */
export const genericRules = (): readonly Rule[] => [genericRule];

/** A value whose name says that it is a secret, of no known kind: looked for only where somebody asks for it. */
export const genericRule: Rule = {
  id: 'generic-secret',
  name: 'Value that its name calls a secret',
  risk: 'Opens what its name says, if it is real: the hover shows what speaks for that and what against.',
  format:
    'a name with password, secret, token, credential or … key, and a value whose score comes to 2.5 or more;\nlooked for only with the setting keystow.detect.generic, or with keystow scan --generic',
  source: 'observed',
  severity: 'information',
  revocation: 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
  rank: generic,
  literals,
  check,
  cases(draw) {
    const value = `${draw(base62, 11)}a7Z${draw(base62, 12)}`;
    return {
      ok: [
        `password = "${value}"`,
        `QUEUE_PASSWORD=${value}\n`,
        `secret: '${value}'`,
        `{"apiKey":"${value}"}`,
        `<password>${value}</password>`,
        `<add key="ShopPassword" value="${value}"/>`,
        `"Server=localhost,1433;User ID=app;Password=${value};Encrypt=True"`,
        `curl -H "Api-Key: ${value}" https://shop.io/`,
        `.setPassword("${value}")`,
        `ENV APP_SECRET ${value}\n`,
        `- name: APP_TOKEN\n  value: ${value}\n`,
        `var clientSecret string = "${value}"`,
        `{\\"password\\":\\"${value}\\"}`,
      ],
      ng: [
        'password = "changeme"',
        'password: "Password:"',
        'admin_password=admin',
        `password = "\${DB_PASSWORD}"`,
        'password = process.env.DB_PASSWORD',
        'token = getToken()',
        'password = "<your password>"',
        `password_hash = "${value}"`,
        `credentialsId: '${value}'`,
        `csrf_token = "${value}"`,
        `secret_name = "${value}"`,
        `value = "${value}"`,
        `checksum/secret: ${value}`,
        `DB_PASSWORD="encrypted:BD${value}"`,
      ],
    };
  },
};
