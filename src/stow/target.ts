import { standardKeyNames } from '../credentials/references.ts';
import { type Finding, type RuleSet, ruleOf } from '../detect/detect.ts';
import type { Placed } from '../detect/pairs-across.ts';
import { credentialOf } from '../detect/report.ts';
import { knownSecretRule } from '../detect/rules/known-secret.ts';
import { type Message, UserError } from '../message.ts';
import { isDotenv } from './dotenv.ts';
import type { SecretPlace } from './edit.ts';
import type { Taken } from './environment/language.ts';
import { environmentLanguageOf } from './environment/languages.ts';
import { variableFor } from './environment/variable.ts';
import { grammarOf, isJson } from './grammar.ts';
import type { SourceFile, StowTarget } from './plan.ts';

/** What of the findings, which are of these rules, is to be stowed: the pair, or the secret alone. @throws UserError where it cannot be. */
export function targetOf(findings: readonly Placed[], finding: Placed, rules?: RuleSet): StowTarget {
  const { pairedWith, elsewhere } = finding;
  const other = pairedWith === undefined ? elsewhere?.finding : findings[pairedWith];
  const rule = ruleOf(finding.rule, rules);
  if (rule.temporary || (other && ruleOf(other.rule, rules).temporary)) {
    throw new UserError(
      'This credential is temporary and expires soon, so the keychain is no place for it. Delete it from the file and sign in instead.',
    );
  }
  if (finding.rule === knownSecretRule.id) return ownSecret(finding);
  const id = [finding, other].find((one) => one?.rule === 'aws-access-key-id');
  const secret = [finding, other].find((one) => one?.rule === 'aws-secret-access-key');
  const isKey = id !== undefined || secret !== undefined;
  if ([finding, ...(other && !elsewhere ? [other] : [])].some((one) => isWrittenOtherwise(one, isKey))) {
    throw new UserError(
      'The secret is written with escapes, in base64 or in several parts, so no edit would surely work. Write it in one piece, then stow it.',
    );
  }
  if (isKey) {
    if (!id || !secret) {
      throw new UserError(
        'Only one half of an AWS key stands in this file. Bring access key id and secret access key together, then stow them.',
      );
    }
    if (elsewhere) return halfOf(finding, id, secret);
    return { kind: 'key pair', pair: { accessKeyId: placeOf(id), secretAccessKey: placeOf(secret) } };
  }
  const told = { kind: 'secret', rule: finding.rule, what: rule.name, place: placeOf(finding) } as const;
  return { ...told, ...(stowedAs(finding) ?? { group: groupOf(finding.rule) }) };
}

/** Is a finding not what the file's reader takes? A text in base 64 is, but its tools take an access key as it is. */
const isWrittenOtherwise = ({ value, credential = value }: Finding, isKey: boolean): boolean =>
  credential !== value && (isKey || !/^[A-Za-z0-9+/]+=*$/.test(value));

/** A known secret that no rule finds: there is a reference for it already, or there is a profile. */
function ownSecret(finding: Finding): StowTarget {
  const { owner, rule, credential } = finding;
  const stowed = stowedAs(finding);
  if (credential === undefined && stowed !== undefined) {
    return { kind: 'secret', rule, what: ruleOf(rule).name, place: placeOf(finding), ...stowed };
  }
  if (owner?.kind === 'profile') {
    throw new UserError('This is the key of the profile {profile}. Take it out here, and let the program use the profile.', {
      profile: owner.name,
    });
  }
  throw new UserError('This is a secret of your own in another form, so no edit would surely work. Take it out here.');
}

/** The two halves of the reference under which a secret is stowed already. */
function stowedAs({ owner }: Finding): { readonly group: string; readonly item: string } | undefined {
  const [, group, item] = (owner?.kind === 'reference' && /^keystow:\/\/(.+)\/([\w.-]{1,100})$/.exec(owner.name)) || [];
  return group === undefined || item === undefined ? undefined : { group, item };
}

/** Of a key in two files, the secret is what is stowed. */
function halfOf(finding: Finding, id: Finding, secret: Finding): StowTarget {
  if (finding !== secret) {
    throw new UserError('The secret of this access key id stands in another file. Stow it there: the id alone opens nothing.');
  }
  return {
    kind: 'key half',
    key: { accessKeyId: credentialOf(id), secretAccessKey: credentialOf(secret) },
    place: placeOf(secret),
  };
}

/** The first half of a reference: the provider, but `aws` holds nothing but access keys. */
const groupOf = (rule: string): string => /^aws-\w+|^\w+/.exec(rule)![0];

/** Why a finding cannot be stowed, as far as that can be told without reading anything else; undefined where it may be. */
export function stowObstacle(findings: readonly Placed[], finding: Placed, file: SourceFile, rules?: RuleSet): Message | undefined {
  try {
    const target = targetOf(findings, finding, rules);
    if (isDotenv(file.path) || (target.kind === 'key pair' && mayBecomeProfile(file))) return undefined;
    const language = environmentLanguageOf(file, [secretOf(target, file.text)]);
    return 'refused' in language ? language.refused : undefined;
  } catch (error) {
    if (error instanceof UserError) return error.said;
    throw error;
  }
}

/** A key pair becomes a profile in a program that uses the SDK, in settings in JSON and in the AWS files themselves, which may lie anywhere. */
function mayBecomeProfile({ path, text, languageId }: SourceFile): boolean {
  const isOfAws = /^[ \t]*\[[^\]\n]{1,200}\][ \t]*\r?$/m.test(text) && /^[ \t]*aws_access_key_id[ \t]*=/m.test(text);
  return isJson(path) || grammarOf(languageId) !== undefined || isOfAws;
}

/** What stands for a secret once its file reads it from the environment, e.g. `process.env.GITHUB_TOKEN`; undefined for a file that cannot. */
export function environmentReading(target: StowTarget, file: SourceFile): string | undefined {
  if (isDotenv(file.path)) return undefined;
  const { place, variable } = secretOf(target, file.text);
  const language = environmentLanguageOf(file, [{ place, variable }]);
  return 'refused' in language ? undefined : language.reads(language.variable?.(variable, file.text, place) ?? variable);
}

/** The secret itself, and the variable that is wanted for it. */
function secretOf(target: StowTarget, text: string): Taken {
  if (target.kind === 'secret') return { place: target.place, variable: variableFor(text, target.place, target.rule) };
  const place = target.kind === 'key pair' ? target.pair.secretAccessKey : target.place;
  return { place, variable: standardKeyNames.secretAccessKey };
}

const placeOf = ({ start, end, value }: Finding): SecretPlace => ({ start, end, value });
