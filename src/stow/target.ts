import { type Finding, ruleOf } from '../detect/detect.ts';
import { UserError } from '../message.ts';
import type { SecretPlace } from './edit.ts';
import type { StowTarget } from './plan.ts';

/** What of the findings is to be stowed: the pair, or the secret alone. @throws UserError where it cannot be. */
export function targetOf(findings: readonly Finding[], finding: Finding): StowTarget {
  const other = finding.pairedWith === undefined ? undefined : findings[finding.pairedWith];
  const rule = ruleOf(finding.rule);
  if (rule.temporary || (other && ruleOf(other.rule).temporary)) {
    throw new UserError(
      'This credential is temporary and expires soon, so the keychain is no place for it. Delete it from the file and sign in instead.',
    );
  }
  for (const { credential, value } of [finding, ...(other ? [other] : [])]) {
    if (credential !== undefined && credential !== value) {
      throw new UserError(
        'The secret is written with escapes or in several parts, so no edit would surely work. Write it in one piece, then stow it.',
      );
    }
  }
  if (finding.rule.startsWith('aws-')) {
    const id = [finding, other].find((one) => one?.rule === 'aws-access-key-id');
    const secret = [finding, other].find((one) => one?.rule === 'aws-secret-access-key');
    if (!id || !secret) {
      throw new UserError(
        'Only one half of an AWS key stands in this file. Bring access key id and secret access key together, then stow them.',
      );
    }
    return { kind: 'key pair', pair: { accessKeyId: placeOf(id), secretAccessKey: placeOf(secret) } };
  }
  return { kind: 'secret', group: finding.rule.split('-')[0] ?? 'secret', what: rule.name, place: placeOf(finding) };
}

const placeOf = ({ start, end, value }: Finding): SecretPlace => ({ start, end, value });
