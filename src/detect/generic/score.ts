// How much speaks for a value with a telling name being a secret: what is seen of it, each with its weight. A weight is the logarithm of how much likelier a
// secret shows it than another value does; those of the value's characters are learned (see ../secret-weights.ts), the others are set by what public packages hold.
import { isOtherThing, squeeze } from '../evidence.ts';
import type { Score, Severity, Weight } from '../finding.ts';
import { consistsOfWords, likelihood } from '../randomness.ts';
import { variety } from '../variety.ts';
import type { Assignment } from './assignment.ts';

/** A value whose weights come to less is not reported. */
const needed = 2.5;

/** From here on it is a warning. */
const muchSpeaksFor = 5;

// Each has its translation.
const sentences = {
  name: 'The name says {word}.',
  nameGoesOn: 'The name goes on with {words}.',
  random: 'The value looks random.',
  words: 'The value looks like words.',
  mixed: 'The value has letters, digits and signs, as passwords have.',
  uuid: 'The value is a UUID, as ids are.',
  hexadecimal: 'The value is hexadecimal, as checksums are.',
  short: 'The value is short.',
  long: 'The value is long.',
  repeats: 'The value repeats itself or counts up.',
  placeholder: 'The value holds {word}, as placeholders do.',
  user: 'A user’s name stands beside it.',
  example: 'What stands beside it speaks of an example or a test.',
  bare: 'The value stands without quotes, as a name in a program does.',
  exampleFile: 'The file is a test or an example.',
  textFile: 'The file holds a program’s texts.',
  configuration: 'The file is a configuration.',
} as const;

/** Every sentence, for the test that each is translated. */
export const weightSentences: readonly string[] = Object.values(sentences);

const seen = (what: keyof typeof sentences, weight: number, values: Weight['values'] = {}): Weight => ({
  text: sentences[what],
  values,
  weight: Math.round(weight * 10) / 10,
});

/** The words that a secret's name has, as one, and what one of them weighs. */
const telling: readonly (readonly [RegExp, number])[] = (
  [
    [/pass(?:word|wd|phrase|wort)|passcode|pwd|motdepasse/, 2],
    [/(?:api|access|private|encryption|signing|auth|master|account|secret)key/, 2],
    [/secret|credentials?|creds/, 2],
    [/token|bearer|authorization|auth/, 1.4],
  ] as const
).map(([{ source }, weight]) => [new RegExp(`(?:${source})s?\\d*$`), weight]);

const speaksOf =
  /^(?:ids?|names?|urls?|uris?|paths?|files?|filenames?|dirs?|types?|fields?|labels?|hints?|placeholders?|prompts?|messages?|msgs?|errors?|regexp?|patterns?|lengths?|len|sizes?|min|max|policy|policies|prefix|suffix|headers?|env|var|variables?|params?|parameters?|props?|key|keys|index|count|counts|limits?|expir\w*|ttl|lifetime|age|scopes?|providers?|managers?|mgr|services?|stores?|storage|inputs?|buttons?|btn|forms?|class|selectors?|icons?|help|titles?|descriptions?|desc|strength|reset|forgot|change|changed|required|enabled|disabled|visible|visibility|mode|format|kind|version|status|state|source|endpoint|address|symbol|decimals|contract|balance|supply|ring|group|role|arn|ref|alias|hash|hashes|algorithm|alg|encoder|callback|handler|function|fn|method|action|event|request|response|data|info|list|map|set|array|table|column|row|link|last|used|at|on|date|time|since|page|route|view|screen|dialog|modal|color|style|tokenizer|s)$/;
const speaksOfBefore =
  /^(?:csrf|xsrf|public|next|page|pagination|continuation|continue|cancel|cancellation|cancelation|sync|lexer|syntax|parse|parser|design|injection|forgot|reset|show|hide|toggle|no|is|has|use|uses|require|requires|enable|disable|min|max|invalid|missing|wrong|incorrect|bad|empty|unexpected|abort|stop|end|eof|first|last|previous|prev|current|special|operator|keyword|identifier|punctuator|comment|string|number|symbol|color|erc20|nft|mask|masked|redacted|hashed|encrypted|crypted|fake|mock|dummy|example|sample|expected|actual|test|session|request|action|idempotency|verification|update|lock|sequence)$/;
const means = /^(?:value|val|string|str|text|default|base64|b64|raw|plain|prod|production|live|dev|staging|old|new|\d+)$/;

const wordsOf = (name: string): string[] =>
  name
    .split(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');

/** What a name says; undefined where it is no secret's. */
function nameWeights(name: string): Weight[] | undefined {
  const last = name.split(/[.$]/).at(-1)!;
  if (isOtherThing(last)) return undefined;
  const words = wordsOf(last);
  let best: Weight | undefined;
  let after = 0;
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= Math.min(words.length, from + 3); to++) {
      const joined = words.slice(from, to).join('');
      const told = telling.find(([pattern]) => pattern.test(joined));
      if (told === undefined || (best !== undefined && best.weight > told[1])) continue;
      best = seen('name', told[1], { word: words.slice(from, to).join(' ') });
      after = to;
    }
  }
  if (best === undefined) return undefined;
  const rest = words.slice(after).filter((word) => !means.test(word));
  if (rest.some((word) => speaksOf.test(word)) || words.slice(0, after - 1).some((word) => speaksOfBefore.test(word))) return undefined;
  return rest.length === 0 ? [best] : [best, seen('nameGoesOn', -0.7 * rest.length, { words: rest.join(' ') })];
}

const template =
  /^[$<{]|^%\w*%?$|^#[0-9a-fA-F]{3,8}$|^[#@!*&~][A-Za-z_-]+$|^[A-Z]{2,8}[=[(]|\\[xu][0-9a-f]{2}|[$#%]\{|\$\(|\{\{|%[sd]$|<[\w ._-]+>|\.\.\.|\u2026|\*{3}|x{5}|X{5}|^\[|^(?:&lt;|\\u003c)/;
const reference =
  /^(?:process\.|os\.|env\.|var\.|local\.|secrets?\.|vault|data\.|module\.|param|arn:|ssm:|ref:|op:\/\/|keystow:\/\/|encrypted:|self\.|this\.|config\.|settings\.|req\.|request\.|null$|none$|undefined$|true$|false$|nil$|new )|^[a-z][\w+.-]*:\/\/|^\.{0,2}\/|^~\/|^[\w-]+\.(?:pem|key|json|ya?ml|txt|crt|cer|p12|pfx|jks|env|py|js|ts|go|html?|css|svg|png|com|org|net|io|dev)$/i;
const code = /^[A-Za-z_$][\w$]*(?:(?:\?\.|[.?!]|->|::)[A-Za-z_$][\w$]*)*[?!]?$/;
const placeholders =
  /example|sample|dummy|placeholder|change|redact|fake|your|insert|default|admin|guest|root|test|demo|foo|bar|hello|welcome|letmein|qwert|passw?o?r?d|passphrase|p@ss|secret|token|credential|api.?key|username|string|value|hunter2|swordfish|todo|local|abuser|super/i;
const counting = /0123|1234|abcd|qwer|asdf|(.)\1{3}|(..)\2{3}|(.{4,})\3/i;
const countingLong = /01234|12345|abcdef|qwerty|(.)\1{5}|(..)\2{4}|(.{6,})\3/i;
const uuid = /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i;
const hexadecimal = /^(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)$/;

const shortest = 6;
const [leastLikelihood, mostLikelihood] = [-4, 3.5];
const surelyNoName = /^[A-Za-z0-9+/]{20,}={0,2}$/;

/** What a value says; undefined where it surely is none. */
function valueWeights({ value, quoted }: Assignment): Weight[] | undefined {
  if (value.length < shortest || template.test(value) || reference.test(value) || /[\s\u0080-\uffff]/.test(value)) return undefined;
  if (/^\d{4}-\d\d-\d\dT?/.test(value) || /^[\d.,:-]+$/.test(value) || !/[A-Za-z]/.test(value)) return undefined;
  if (!/\d/.test(value) && ((code.test(value) && (!quoted || value.length < 12)) || isPlain(value))) return undefined;
  const weights: Weight[] = [];
  const random = randomness({ value, quoted });
  weights.push(seen(random >= 0 ? 'random' : 'words', random));
  if (uuid.test(value)) weights.push(seen('uuid', -1));
  else if (hexadecimal.test(value) && value.length >= 32) weights.push(seen('hexadecimal', value.length === 40 ? -3 : -1));
  const signs = value.replace(/[A-Za-z0-9/+=_.:-]/g, '').length;
  if (signs > 0 && /\d/.test(value) && /[A-Za-z]/.test(value)) weights.push(seen('mixed', Math.min(1.5, signs * 0.8)));
  if (value.length < 10) weights.push(seen('short', -0.5 * (10 - value.length)));
  if (value.length >= 20) weights.push(seen('long', 0.5));
  const word = placeholders.exec(value)?.[0] ?? placeholders.exec(spelledOut(value))?.[0];
  if (word !== undefined && (word.length > 5 || value.length < 5 * word.length)) weights.push(seen('placeholder', -4, { word }));
  if ((value.length < 20 ? counting : countingLong).test(value) || variety(value) < Math.min(8, value.length * 0.5))
    weights.push(seen('repeats', -3));
  if (!quoted && code.test(value)) weights.push(seen('bare', value.replace(/\D/g, '').length > 3 ? -0.5 : -2));
  return weights;
}

/** Small letters alone, or capital ones, in words of which none is long. */
const isPlain = (value: string): boolean => !(/[a-z]/.test(value) && /[A-Z]/.test(value)) && !/[A-Za-z]{12}/.test(value);

const letters: Readonly<Record<string, string>> = { 0: 'o', 1: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' };

/** With the letters that digits and signs stand for in `Pa55w0rd`. */
const spelledOut = (value: string): string => value.replace(/[013457@$!]/g, (sign) => letters[sign]!);

/** How much likelier random text is than words, over the parts of letters and digits; bounded, as long texts would outweigh all else. */
function randomness({ value, quoted }: Pick<Assignment, 'value' | 'quoted'>): number {
  let sum = 0;
  for (const [part] of value.matchAll(/[A-Za-z0-9/+]{3,}/g)) sum += likelihood(part) / 10;
  if (value.length >= 16 && hexadecimal.test(value) && (value.match(/\d/g)?.length ?? 0) >= 4) sum = Math.max(sum, 2); // no word is that
  if (consistsOfWords(value)) sum = Math.min(sum, -1);
  else if (surelyNoName.test(value) && (quoted || /\d/.test(value))) sum = Math.max(sum, 0); // of random ones, one in 2,000 looks like words by chance
  return Math.max(leastLikelihood, Math.min(mostLikelihood, sum));
}

const userBeside = /(?:\b|_)(?:user(?:[ _-]?name)?|login|email|account|host)\w{0,8}\\?["'`]?[)\]]?[ \t]{0,4}(?:=>|[:=,])/i;
const exampleBeside =
  /\b(?:examples?|e\.g\.|samples?|dummy|fake|mock\w*|fixtures?|expect\(|assert\w*|should|deprecated|i18n|placeholder|badge|describe\()|\bit\(/i;
const beside = 160;

function neighbourWeights(text: string, { start, end }: Assignment): Weight[] {
  const [before, after] = [text.slice(Math.max(0, start - beside), start), text.slice(end, end + beside)];
  const [line, rest] = [before.slice(before.lastIndexOf('\n') + 1), after.slice(0, (after.indexOf('\n') + 1 || beside + 1) - 1)];
  return [
    ...(userBeside.test(before) || userBeside.test(after) ? [seen('user', 0.6)] : []),
    ...(exampleBeside.test(line) || exampleBeside.test(rest) ? [seen('example', -1.5)] : []),
  ];
}

/** What speaks for and against a value in its text; undefined where it is no secret in any file. */
export function weigh(text: string, assignment: Assignment): Weight[] | undefined {
  const name = nameWeights(assignment.name);
  if (name === undefined) return undefined;
  const value = valueWeights(assignment);
  if (value === undefined || squeeze(assignment.name).includes(squeeze(assignment.value))) return undefined;
  const weights = [...name, ...value, ...neighbourWeights(text, assignment)];
  return total(weights) + mostOfFile < needed ? undefined : weights;
}

const total = (weights: readonly Weight[]): number => Math.round(weights.reduce((sum, { weight }) => sum + weight, 0) * 10) / 10;

/** What the weights of a value come to in a file of this path, and how bad that is; undefined where it is too little. */
export function judge(
  evidence: readonly Weight[],
  path: string | undefined,
): { readonly score: Score; readonly severity: Severity } | undefined {
  const weights = [...evidence, ...(path === undefined ? [] : fileWeights(path))].sort((a, b) => b.weight - a.weight);
  const score = { weights, total: total(weights), needed };
  return score.total < needed ? undefined : { score, severity: score.total < muchSpeaksFor ? 'information' : 'warning' };
}

const texts =
  /(?:^|[\\/])(?:i18n|l10n|locales?|lang|languages|translations?|messages)[\\/]|(?:^|[\\/.])(?:messages|bundle\.l10n)[\w.-]*$|\.(?:po|pot|resx|xlf|strings)$/i;
const examples =
  /(?:^|[\\/_.-])(?:tests?|specs?|__tests__|fixtures?|mocks?|examples?|samples?|demos?|docs?|e2e|stories|storybook|testdata)(?:[\\/_.-]|$)|\.(?:md|mdx|rst|adoc|txt|map|min\.js|lock)$|(?:^|[\\/])(?:readme|changelog)/i;
const configurations = /(?:^|[\\/])\.env[^\\/]*$|\.(?:env|ini|cfg|conf|config|properties|toml|ya?ml|tfvars)$/i;

function fileWeights(path: string): Weight[] {
  if (texts.test(path)) return [seen('textFile', -3)];
  if (examples.test(path)) return [seen('exampleFile', -2)];
  return configurations.test(path) ? [seen('configuration', mostOfFile)] : [];
}

// The most that a file can add.
const mostOfFile = 0.5;
