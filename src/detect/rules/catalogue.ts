import { awsRules } from './aws.ts';
import { awsServiceRules } from './aws-services.ts';
import { azureRules } from './azure.ts';
import { cloudRules } from './clouds.ts';
import { dataPlatformRules } from './data-platforms.ts';
import { githubRules } from './github.ts';
import { googleRules } from './google.ts';
import { hostingRules } from './hosting.ts';
import { jwtRules } from './jwt.ts';
import { privateKeyRules } from './private-key.ts';
import type { Rule } from './rule.ts';
import { secretStoreRules } from './secret-stores.ts';

/**
 * Every rule, one file a provider family. Where two find the same, the first one counts: so what a form gives away comes before what only a
 * name gives away, and a service's own before what any service may have.
 */
export const allRules: readonly Rule[] = [
  ...awsServiceRules,
  ...azureRules,
  ...googleRules,
  ...cloudRules,
  ...hostingRules,
  ...dataPlatformRules,
  ...secretStoreRules,
  ...awsRules,
  ...githubRules,
  ...privateKeyRules,
  ...jwtRules,
];
