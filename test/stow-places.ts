import type { KeyPairPlace, SecretPlace } from '../src/stow/edit.ts';
import { type SampleKeyPair, sampleKeyPair } from './sample-keys.ts';

/** A text with a fresh key pair in the places of `ID` and `SECRET` (the first of each, in guillemets), and where it stands. */
export function withKeys(
  template: string,
  keys: SampleKeyPair = sampleKeyPair(),
): { text: string; pair: KeyPairPlace; keys: SampleKeyPair } {
  const text = template.replaceAll('«ID»', keys.accessKeyId).replaceAll('«SECRET»', keys.secretAccessKey);
  return { text, keys, pair: { accessKeyId: placeOf(text, keys.accessKeyId), secretAccessKey: placeOf(text, keys.secretAccessKey) } };
}

/** Where a value first stands in the text. */
export function placeOf(text: string, value: string): SecretPlace {
  const start = text.indexOf(value);
  if (start < 0) throw new Error('The text does not hold the value.');
  return { start, end: start + value.length, value };
}
