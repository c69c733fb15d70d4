// What Terraform's state keeps of secrets: all attributes of all resources, in plain JSON.
import { markAfter } from '../engine/matcher.ts';
import { isMixed, isPlaceholder, isUnguessable } from '../randomness.ts';
import { unescaped } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { isLikelyPassword } from './password.ts';
import { base62, type Checked, type Match, type Rule } from './rule.ts';

export const terraformStateRules = (): readonly Rule[] => [
  {
    id: 'terraform-state-secret',
    name: 'Secret in the state of Terraform',
    risk: 'Opens what the resource is: a database, a user, a service, for whoever can read the state.',
    format:
      'in a state, a plan or the outputs in JSON: an attribute whose name ends in password, secret, token or a kind of key, the result of random_password, a sensitive output',
    source: 'https://github.com/hashicorp/terraform/blob/01dcda3ddd0e7a6988993c995bdbac6cf8010717/internal/states/statefile/version4.go',
    severity: 'error',
    revocation: 'https://developer.hashicorp.com/terraform/language/state/sensitive-data',
    isChosen: true,
    commonInTests: true,
    literals: [
      { text: '"schema_version":', gates: [markAfter('0123456789', ' \t', 4)] },
      // in a state; behind the word in a plan and what `terraform output` says, where the models of AWS have neither
      { text: '"outputs":', gates: [markAfter('{', ' \t', 4, markAfter('"', ' \t\r\n', 20))] },
      { text: '"sensitive":', gates: [markAfter(',', 'true \t', 8, markAfter('"', ' \t\r\n', 60, markAfter('tv', '', 1)))] },
    ],
    check: (text, start, end) => checks[text[start + 2]!]!(text, end),
    cases(draw) {
      const password = () => `${draw(base62, 14)}a7Z`;
      const state = (attributes: Readonly<Record<string, unknown>>, space?: number) =>
        JSON.stringify(
          { mode: 'managed', type: 'a', instances: [{ schema_version: 2, attributes, sensitive_attributes: [] }] },
          undefined,
          space,
        );
      return {
        ok: [
          state({ address: 'db.shop.io', allow: [{ cidr: '10.0.0.0/8' }], password: password(), port: 5432 }, 2),
          state({ id: 'x', tags: { a: 'b' }, administrator_login_password: `${password()}"\\<` }),
          state({ bcrypt_hash: `$2a$10$${draw(base62, 53)}`, length: 17, result: password() }, 2),
          state({ auth: [{ client_secret: draw('0123456789abcdef', 40) }] }, 2),
          state({ secret_string: JSON.stringify({ host: 'db.shop.io', username: 'app', password: password() }) }, 2),
          state({ password: password() }).replace('attributes', 'values'),
          JSON.stringify({ outputs: { db: { value: password(), type: 'string', sensitive: true } } }, undefined, 2),
          JSON.stringify({ db: { sensitive: true, type: 'string', value: password() } }, undefined, 2),
        ],
        ng: [
          state({ password: null, name: password(), password_version: '2', token_id: password() }, 2),
          state({ secret: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf', result: password() }, 2),
          state({ password: 'password' }, 2),
          `${state({ address: 'a' })}\n${JSON.stringify({ password: password() })}`,
          JSON.stringify({ block: { schema_version: 0, block: { attributes: { password: { type: 'string', sensitive: true } } } } }),
          JSON.stringify({ outputs: { host: { value: 'db.shop.io', type: 'string', sensitive: true } } }, undefined, 2),
          JSON.stringify({ outputs: { id: { value: password(), type: 'string' }, other: { type: 'string', sensitive: true } } }),
        ],
      };
    },
  },
];

const attributes = /[ \t]{0,4}\d{1,4},\s{0,200}"(?:attributes|values)":\s{0,4}\{/y;
const longestInstance = 64 * 1024;
const secretName =
  /(?:password|passphrase|secret|token|(?:access|secret|private|api|auth|account|shared|license|primary|secondary|master)_key)$/i;
// these end by themselves within hours
const endsSoon = /^(?:authorization_token|access_token|session_token|next_token)$/;
const [quote, backslash, open, close, colon] = [34, 92, 123, 125, 58];

/** The secrets among the attributes of a resource, whose version ends at `end`. All of them are read then. */
function checkInstance(text: string, end: number): Checked | undefined {
  attributes.lastIndex = end;
  if (!attributes.test(text)) return undefined;
  const matches: Match[] = [];
  let at = attributes.lastIndex;
  const last = Math.min(text.length, at + longestInstance);
  let name: string | undefined;
  let isRandom = false;
  for (let depth = 1; depth > 0 && at < last; at++) {
    const unit = text.charCodeAt(at);
    if (unit === open) depth++;
    else if (unit === close) depth--;
    else if (unit === quote) {
      const start = at + 1;
      at = endOfString(text, start, last);
      if (unitAt(text, at + 1) === colon) {
        name = at - start <= 60 ? text.slice(start, at) : '';
        isRandom ||= name === 'bcrypt_hash';
      } else if (name !== undefined) {
        if (isSecretName(name) || (name === 'result' && isRandom)) matches.push(...secretAt(text, start, at));
        else if (name === 'secret_string' || name === 'data_json') matches.push(...secretsInside(text, start, at));
        name = undefined;
      }
    }
  }
  const [match, ...more] = matches;
  return match === undefined ? { next: at } : { match, more, next: at };
}

const isSecretName = (name: string): boolean => secretName.test(name) && !endsSoon.test(name);

const member = /\\"(\w{1,60})\\":\s{0,4}\\"([^"\\]{8,200})\\"/g;

/** The secrets of an object in JSON that a string holds, as Secrets Manager and Vault keep some. */
function secretsInside(text: string, start: number, end: number): Match[] {
  const matches: Match[] = [];
  for (const { 0: all, 1: name, 2: value, index } of text.slice(start, end).matchAll(member)) {
    const to = start + index + all.length - 2;
    const from = to - value!.length;
    if (isSecretName(name!)) matches.push(...secretAt(text, from, to));
  }
  return matches;
}

/** Where the quote stands that ends the string which begins at `at`, or `last`. */
function endOfString(text: string, at: number, last: number): number {
  for (; at < last; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at;
    if (unit === backslash) at++;
  }
  return last;
}

const output = /"value":\s{0,4}"((?:[^"\\\n]|\\.){8,200})",\s{0,40}"type":\s{0,4}"string",\s{0,40}"sensitive":\s{0,4}true/g;
const longestOutputs = 8 * 1024;

/** The values of the outputs that are called sensitive, in a state. All outputs are read then. */
function checkOutputs(text: string, end: number): Checked {
  const [outputs] = text.slice(end, end + longestOutputs).split('"resources":', 1) as [string];
  const matches = Array.from(outputs.matchAll(output)).flatMap(({ 0: all, 1: value, index }) => {
    const start = end + index + all.indexOf(value!, '"value":'.length);
    return secretAt(text, start, start + value!.length);
  });
  const [match, ...more] = matches;
  const next = end + outputs.length;
  return match === undefined ? { next } : { match, more, next };
}

const behind = /[ \t]{0,4}true,\s{0,60}(?:"type":\s{0,4}"string",\s{0,60})?"value":\s{0,4}"((?:[^"\\\n]|\\.){8,200})"/y;

/** The value behind the word that calls it sensitive. */
function checkOutput(text: string, end: number): Checked | undefined {
  behind.lastIndex = end;
  const found = behind.exec(text);
  if (found === null) return undefined;
  const next = behind.lastIndex;
  const [match] = secretAt(text, next - 1 - found[1]!.length, next - 1);
  return match === undefined ? { next } : { match, next };
}

/** By the third character of what is looked for. */
const checks: Readonly<Record<string, (text: string, end: number) => Checked | undefined>> = {
  c: checkInstance,
  u: checkOutputs,
  e: checkOutput,
};

const longestSecret = 200;

/** The secret that a string of JSON is. */
function secretAt(text: string, start: number, end: number): readonly Match[] {
  if (end - start > longestSecret) return [];
  const written = text.slice(start, end);
  const credential = unescaped(written);
  if (!isSecretValue(credential)) return [];
  return [credential === written ? { start, end } : { start, end, credential }];
}

/** May what a secret's name is given be one, and no address, path or text? What is a token of several parts tells by itself when it ends. */
function isSecretValue(value: string): boolean {
  if (/[:\s()]|^[./]|^eyJ|^k8s-aws-v1|\$\{/.test(value) || isPlaceholder(value)) return false;
  return isLikelyPassword(value) && (isMixed(value) || isUnguessable(value));
}
