import { awsRules } from './aws.ts';
import { awsServiceRules } from './aws-services.ts';
import { azureRules } from './azure.ts';
import { githubRules } from './github.ts';
import { privateKeyRules } from './private-key.ts';
import type { Rule } from './rule.ts';

/** Every rule, one file a provider family. */
export const allRules: readonly Rule[] = [...awsRules, ...awsServiceRules, ...azureRules, ...githubRules, ...privateKeyRules];
