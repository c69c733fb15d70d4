import type { Sliceable } from './chunked-text.ts';
import { isPublished } from './published.ts';
import { isPlaceholder, isVaried } from './randomness.ts';
import type { RuleSet } from './rule-set.ts';
import { type Located, locatedAt } from './rules/rule.ts';

// Files that hold a key and nothing else, so that only their names tell what it is.

// https://guides.rubyonrails.org/security.html#custom-credentials
const ofRails = /(?:^|[\\/])(?:master|config[\\/]credentials[\\/][\w-]{1,40})\.key$/;
const keyOfRails = /^([0-9a-f]{32})\r?\n?$/;
const longestOfRails = 34;

/** Does a file of this name hold a key of which nothing in it tells? */
export const isKeyFile = (file: string | undefined): boolean => file?.endsWith('.key') === true && ofRails.test(file);

/** What is found in a file, and the key that is all that one of this name holds. */
export function withKeyAlone(found: readonly Located[], text: Sliceable, file: string | undefined, rules: RuleSet): readonly Located[] {
  if (!isKeyFile(file)) return found;
  const [, key] = keyOfRails.exec(text.slice(0, longestOfRails + 1)) ?? [];
  const rule =
    key === undefined || !isVaried(key, 8) || isPlaceholder(key) || isPublished(key) ? undefined : rules.find('rails-master-key');
  return rule === undefined ? found : [...found, locatedAt({ start: 0, end: key!.length }, rule, 0, key!.length)];
}
