import type { Rule } from './rule.ts';

/** What a known secret is found as where no rule of the catalogue finds it. It has no literals: known secrets have a first pass of their own. */
export const knownSecretRule: Rule = {
  id: 'known-secret',
  name: 'Secret of your own',
  risk: 'Whoever reads it here can use it as you do.',
  format:
    'a secret of 16 characters or more from your keychain or your AWS files: as it is, in base 64, URL-encoded, JSON-escaped, or cut over strings and lines',
  source: 'known',
  severity: 'error',
  isChosen: true,
  revocation: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-key-self-managed.html',
  literals: [],
  check: () => undefined,
  cases: () => ({ ok: [], ng: [] }),
};
