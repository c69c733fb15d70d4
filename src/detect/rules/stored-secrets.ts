// What is given to a store of secrets, whatever it is: by a command, or in a Secret of Kubernetes.
import { type Gate, markAfter } from '../engine/matcher.ts';
import { isMostlyWords, isPlaceholder, isSeries, isVaried } from '../randomness.ts';
import { beginsWord, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { isMixedValue } from './password.ts';
import { base62, type Checked, type Match, type Rule } from './rule.ts';
import { charactersOf, tableOf, wordCharacters } from './shape.ts';

interface Command {
  /** The tools that have it. */
  readonly tools: readonly string[];
  /** Names are written in small letters too. */
  readonly anyCase?: true;
  /** Where the names stand, a path comes before them. */
  readonly path?: RegExp;
}

/** By what keeps a secret under a name. */
const commands: Readonly<Record<string, Command>> = {
  'secret put ': { tools: ['wrangler'] },
  'secrets set ': { tools: ['doppler', 'fly', 'flyctl', 'supabase', 'infisical'] },
  'secret set ': { tools: ['gh'] },
  'secrets create ': { tools: ['gcloud'], anyCase: true },
  'versions add ': { tools: ['gcloud'], anyCase: true },
  'kv put ': {
    tools: ['vault', 'bao'],
    anyCase: true,
    path: /(?:-[\w-]{1,20}=[^\s"'=]{1,80}[ \t]{1,4}){0,4}["']?[\w./-]{1,200}["']?[ \t]{1,4}(?:\\\r?\n[ \t]{0,20})?/y,
  },
};

const name = /[A-Z][A-Z0-9_]{1,60}(?![\w-])/;
const nameOfAnyCase = /[A-Za-z][\w.-]{1,60}(?![\w-])/;
/** What of a name says that its value need be no secret. */
const saysNoSecret =
  /(?:ID|URL|URI|HOST|PORT|NAME|USER|EMAIL|REGION|LEVEL|BUCKET|VERSION|REVISION|REF|ENDPOINT|DOMAIN|ADDRESS|TAG|SHA\d{0,3}|COMMIT|HASH|DIGEST|CHECKSUM|FINGERPRINT|CRT)$|(?:^|[_.-])(?:PUBLIC|PUBLISHABLE)(?:[_.-]|$)/i;
const value = `(?:"([^"\\\\$\`\\s]{1,300})"|'([^'\\s]{1,300})'|((?!-)[^\\s"'\`$|;&<>\\\\]{1,300})(?=[\\s"'\`|;&)]|$))`;
/** A name and its value, behind `=`, a blank, an option or `<<<`. */
const argument = new RegExp(`["']?(${name.source})(?:=|[ \\t]{1,4}(?:(?:--body|-b)[ =]|<<<[ \\t]{0,4})?)${value}["']?[ \\t]{0,4}`, 'y');
const argumentOfAnyCase = new RegExp(`["']?(${nameOfAnyCase.source})=${value}["']?[ \\t]{0,4}(?:\\\\\\r?\\n[ \\t]{0,20})?`, 'y');
const nameAlone = new RegExp(`["']?(${name.source})["']?`, 'y');
const nameAloneOfAnyCase = new RegExp(`["']?(${nameOfAnyCase.source})["']?`, 'y');
/** What a command writes that ends there. */
const written = new RegExp(`\\b(?:echo|printf)[ \\t]+(?:-\\w{1,3}[ \\t]+|["']%s(?:\\\\n)?["'][ \\t]+){0,2}${value}[ \\t]{0,4}$`);

const farthest = 400;
const mostArguments = 20;

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const behind: readonly Gate[] = [markAfter(capitals, `"'`, 2)];
const behindInAnyCase: readonly Gate[] = [markAfter(`${capitals}${capitals.toLowerCase()}-`, `"'`, 2)];

/** What the command whose name ends at `end` is given, behind it or through a pipe. */
function checkCommand(text: string, start: number, end: number): Checked {
  const { tools, anyCase, path } = commands[text.slice(start, end)]!;
  if (!isCalled(tools, text, start)) return { next: end };
  const matches: Match[] = [];
  const given = anyCase ? argumentOfAnyCase : argument;
  const first = path === undefined ? end : endOf(path, text, end);
  let next = first;
  for (let turn = 0; turn < mostArguments; turn++) {
    given.lastIndex = next;
    const found = given.exec(text);
    if (found === null) break;
    const secret = found[2] ?? found[3] ?? found[4]!;
    const place = next + found[0].lastIndexOf(secret);
    next = given.lastIndex;
    if (isSecret(found[1]!, secret)) matches.push({ start: place, end: place + secret.length });
  }
  if (next > first) return { match: matches[0], more: matches.slice(1), next };
  const alone = anyCase ? nameAloneOfAnyCase : nameAlone;
  alone.lastIndex = end;
  const named = alone.exec(text)?.[1];
  return { match: named === undefined ? undefined : piped(text.slice(Math.max(0, start - farthest), start), start, named), next: end };
}

/** Where what stands at a place ends; the place itself where it does not stand there. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

const mostBetween = 6;
const longestBetween = 40;
const ofArgument = tableOf(charactersOf(`${wordCharacters}=./-`));
const [tab, space] = [9, 32];

/** Is one of these tools called before a place, with no more than some arguments in between? */
function isCalled(tools: readonly string[], text: string, place: number): boolean {
  for (let [end, words] = [place - 1, 0]; words <= mostBetween; words++) {
    const sign = unitAt(text, end);
    if (sign !== space && sign !== tab) return false;
    for (const tool of tools) if (text.endsWith(tool, end) && beginsWord(text, end - tool.length)) return true;
    let begin = end;
    while (end - begin <= longestBetween && ofArgument[unitAt(text, begin - 1)] === 1) begin--;
    if (begin === end || end - begin > longestBetween) return false;
    end = begin - 1;
  }
  return false;
}

/** What is written to the command before which a text stands, that ends at `end`. */
function piped(before: string, end: number, given: string): Match | undefined {
  const pipe = before.lastIndexOf('|');
  if (pipe === -1 || !/^\|[ \t]{0,4}(?:\\\r?\n[ \t]{0,20})?[^\r\n|;&]{1,120}$/.test(before.slice(pipe))) return undefined;
  const source = before.slice(0, pipe).replace(/[ \t]*\\\r?\n[ \t]*$/, ' ');
  const line = source.lastIndexOf('\n') + 1;
  const found = written.exec(source.slice(line));
  if (found === null) return undefined;
  const secret = found[1] ?? found[2] ?? found[3]!;
  if (!isSecret(given, secret)) return undefined;
  const start = end - before.length + line + found.index + found[0].lastIndexOf(secret);
  return { start, end: start + secret.length };
}

/** A value that is random, also in base 64, where it is no path and no words. */
function isSecret(name: string, secret: string): boolean {
  if (saysNoSecret.test(name) || isSeries(secret, 0, secret.length)) return false;
  if (!/\d/.test(secret) && isMostlyWords(secret)) return false;
  if (/^[0-9a-f]{32,128}$/.test(secret)) return isVaried(secret, 8) && !isPlaceholder(secret);
  const isBase64 = secret.includes('/') && /^[A-Za-z0-9+/]{32,}={0,2}$/.test(secret);
  return isMixedValue(isBase64 ? secret.replaceAll('/', '+') : secret, '"');
}

const lineOfSecret =
  /([ \t]{1,20})["']?([\w.-]{1,80})["']?:[ \t]{1,8}(?:"([^"\\\s]{8,300})"|'([^'\s]{8,300})'|([^\s"'#{|>&*!%@`][^\s"'#]{7,299}))[ \t]{0,8}(?:[ \t]#[^\r\n]{0,200})?\r?(?=\n|$)/y;
const mostLines = 60;
const longestLine = 400;

/** The values of a Secret in YAML that stand as they are below `stringData:`, as deep as the first of them. All of these lines are read then. */
function checkStringData(text: string, _start: number, end: number): Checked | undefined {
  if (!/^[ \t]{0,8}\r?\n/.test(text.slice(end, end + 10))) return undefined;
  const matches: Match[] = [];
  let indent: string | undefined;
  let at = text.indexOf('\n', end) + 1;
  for (let line = 0; line < mostLines && at < text.length; line++) {
    indent ??= /^[ \t]*/.exec(text.slice(at, at + longestLine))![0];
    if (indent === '' || !text.startsWith(indent, at)) break;
    lineOfSecret.lastIndex = at;
    const found = lineOfSecret.exec(text);
    const secret = found?.[3] ?? found?.[4] ?? found?.[5];
    if (found?.[1] === indent && secret !== undefined && isSecret(found[2]!, secret)) {
      const place = at + found[0].indexOf(secret, found[1].length + found[2]!.length + 1);
      matches.push({ start: place, end: place + secret.length });
    }
    at = Math.min(endOfLine(text, at), at + longestLine) + 1;
  }
  const [match, ...more] = matches;
  return { match, more, next: Math.min(at, text.length) };
}

export const storedSecretRules = (): readonly Rule[] => [
  {
    id: 'secret-command-value',
    name: 'Secret that a command stores',
    risk: 'Does whatever the program may that is given the secret; it stands in the script or the history beside the store that was to keep it.',
    format:
      'a random value behind the name in a command such as doppler secrets set, gh secret set or vault kv put, or written by echo or printf to one such as wrangler secret put or gcloud secrets create',
    source: 'https://docs.doppler.com/docs/setting-secrets',
    severity: 'error',
    isChosen: true,
    revocation: 'https://docs.doppler.com/docs/setting-secrets',
    commonInTests: true,
    literals: Object.entries(commands).map(([text, { anyCase }]) => ({
      text,
      beginsWord: true,
      gates: anyCase ? behindInAnyCase : behind,
    })),
    check: checkCommand,
    cases(draw) {
      const secret = () => `${draw(base62, 24)}a7Z`;
      return {
        ok: [
          `echo "${secret()}" | npx wrangler secret put SESSION_SECRET --env production\n`,
          `printf '%s' '${secret()}' | wrangler --env prod secret put SESSION_SECRET\n`,
          `echo -n ${secret()} | \\\n  wrangler secret put SESSION_SECRET\n`,
          `doppler secrets set SESSION_SECRET ${secret()}\n`,
          `doppler secrets set "SESSION_SECRET=${secret()}" --project shop\n`,
          `fly secrets set PORT=8080 SESSION_SECRET=${secret()}\n`,
          `gh secret set SESSION_SECRET --body "${secret()}" --repo shop/app\n`,
          `echo ${draw('0123456789abcdef', 32)} | wrangler secret put SESSION_SECRET\n`,
          `gh secret set SESSION_SECRET <<< ${secret()}\n`,
          `echo -n '${secret()}' | gcloud secrets create session-secret --data-file=-\n`,
          `printf '${secret()}' | gcloud secrets versions add session-secret --data-file=-\n`,
          `vault kv put secret/shop user=shop session_secret=${secret()}\n`,
          `vault kv put -mount=secret shop/prod session_secret="${secret()}"\n`,
          `supabase secrets set SESSION_SECRET=${draw(base62, 20)}/${draw(base62, 20)}+a7Z=\n`,
        ],
        ng: [
          `echo "$SESSION_SECRET" | wrangler secret put SESSION_SECRET\n`,
          'wrangler secret put SESSION_SECRET\n',
          'gcloud secrets create session-secret --replication-policy=automatic\n',
          'vault kv put secret/shop session_secret=@secret1File.txt api_key=your-secret-value1\n',
          `consul kv put shop/revision=${secret()}\n`,
          'cat key1.pem | wrangler secret put SESSION_SECRET\n',
          `echo "${secret()}"\nwrangler secret put SESSION_SECRET\n`,
          'doppler secrets set SESSION_SECRET your-secret-value1\n',
          `doppler secrets set SESSION_SECRET "$(openssl rand -hex 32)"\n`,
          `doppler secrets set SERVER_ID=${secret()}\n`,
          `fly secrets set GIT_REF=${draw('0123456789abcdef', 40)} NEXT_PUBLIC_MAP_KEY=${secret()}\n`,
          `wrangler secret put VAPID_PUBLIC_KEY <<< ${secret()}\n`,
          `gh secret set SESSION_SECRET < Secret1File\n`,
          `the secrets set SESSION_SECRET ${secret()}\n`,
          `fly secrets set SESSION_SECRET=\${{ secrets.SESSION_SECRET1 }}\n`,
          'gh secret set SESSION_SECRET --body config/prod/Secret1.json\n',
          'fly secrets set DATA_NAME=data-valueL\n',
        ],
      };
    },
  },
  {
    id: 'kubernetes-secret-value',
    name: 'Secret in a manifest of Kubernetes',
    risk: 'Does whatever the programs may that are given the secret: it opens the database, the server or the service that it is of.',
    format: 'a random value below stringData: in YAML, whose name is not that of an id, an address or a user',
    source: 'https://www.kubernetes.io/docs/tasks/configmap-secret/managing-secret-using-config-file/',
    severity: 'error',
    isChosen: true,
    revocation: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
    commonInTests: true,
    literals: [{ text: 'stringData:', beginsWord: true }],
    check: checkStringData,
    cases(draw) {
      const secret = () => `${draw(base62, 14)}-7aZ`;
      const of = (lines: string) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\nstringData:\n${lines}type: Opaque\n`;
      return {
        ok: [
          of(`  username: shop\n  password: ${secret()} # of production\n`),
          of(`  password: "${secret()}"\n  host: db.shop.io\n`),
          of(`    session-secret: '${draw(base62, 24)}a7Z'\r\n`),
          of(`  signing-key: ${draw('0123456789abcdef', 64)}\n`),
        ],
        ng: [
          of('  password: "{{ .Values.password1 }}"\n'),
          of('  password: $(PASSWORD1)\n'),
          of('  password: t0p-Secret # as in the documentation\n'),
          of(`  client-id: ${secret()}\n`),
          of(`  tls.crt: ${draw(base62, 60)}a7Z\n`),
          of(`  config.yaml: |\n    other: ${secret()}\n`),
          of('  url: https://shop.io/Path1\n'),
          of('  data-nameL: data-valueL\n'),
          `stringData:\n  username: shop\nspec:\n  password: ${secret()}\n`,
        ],
      };
    },
  },
];
