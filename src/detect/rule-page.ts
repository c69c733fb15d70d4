import { genericRule } from './generic/rule.ts';
import { allRules } from './rules/catalogue.ts';
import { knownSecretRule } from './rules/known-secret.ts';
import type { Rule } from './rules/rule.ts';
import { isOfOthers } from './rules/sources.ts';

const severities = {
  error: 'Error: a long-term secret that can be used',
  warning: 'Warning: temporary, or a part of a credential',
  information: 'Information: no secret by itself',
} as const;
const byScore = 'Information or Warning, by its score: perhaps a secret';

/** The page of a rule, in Markdown: what it finds, what a leaked one can do, and what to do. It holds no credential, not even a sample. */
export function rulePage({ id, name, risk, format, source, severity, revocation, commonInTests }: Rule): string {
  return `# ${name}

Rule \`${id}\` · ${id === genericRule.id ? byScore : severities[severity]}${commonInTests ? '. In a file of tests or examples, as its path tells: Information' : ''}

${risk}

## How it looks

\`\`\`
${format}
\`\`\`

${written({ id, source })}

## What to do

Replace it if it was pushed or shared: <${revocation}>. Taking it out of the file is not enough then.

To leave it as it is, write \`keystow:ignore\` in a comment on the line; to switch the rule off, add \`${id}\` to the setting \`keystow.detect.disabledRules\`.
`;
}

const passedOver =
  'Placeholders and values that no service would give out are passed over, and so is what has expired where that can be told, and what everybody has, since a well-known package or its documentation publishes it.';

function written({ id, source }: Pick<Rule, 'id' | 'source'>): string {
  if (source === 'observed') return `The format is observed: no page is known that documents it. ${passedOver}`;
  if (isOfOthers({ id, source })) {
    return `No page of the provider’s is known that documents the format; <${source}> tells it, among those of other providers. ${passedOver}`;
  }
  if (source !== 'known') return `The format is documented at <${source}>. ${passedOver}`;
  return 'Keystow keeps no secret to find it by, only keyed hashes, in memory. It knows your AWS files, and your keychain where it is open: it is not unlocked for this. Where a rule finds the same secret, the finding keeps that rule and says whose it is. In the AWS files themselves a secret is at its place.';
}

/** The rules that have a page: the catalogue, the one that is looked for only where somebody asks for it, and the one of known secrets. */
export const documentedRules = (): readonly Rule[] => [...allRules(), genericRule, knownSecretRule];

/** The list of all pages. */
export function ruleIndex(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, name, severity }) => `| [\`${id}\`](${id}.md) | ${name} | ${severity} |`);
  return `# The rules\n\nMade from the catalogue by \`npm run docs\`: ${rules.length} rules.\n\n| rule | what it finds | severity |\n|---|---|---|\n${rows.join('\n')}\n`;
}

/** The page of the rule of this id; undefined for what is no rule. */
export function pageOfRule(id: string): string | undefined {
  const rule = documentedRules().find((one) => one.id === id);
  return rule && rulePage(rule);
}
