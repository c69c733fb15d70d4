// `npm run docs`: writes a page a rule to docs/rules, from the catalogue.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { documentedRules, ruleIndex, rulePage } from '../src/detect/rule-page.ts';

rmSync('docs/rules', { recursive: true, force: true });
mkdirSync('docs/rules', { recursive: true });
writeFileSync('docs/rules/README.md', ruleIndex(documentedRules()));
for (const rule of documentedRules()) writeFileSync(`docs/rules/${rule.id}.md`, rulePage(rule));
