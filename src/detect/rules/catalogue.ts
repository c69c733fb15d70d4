import { addressRules } from './addresses.ts';
import { applicationRules } from './applications.ts';
import { artificialIntelligenceRules } from './artificial-intelligence.ts';
import { awsRules } from './aws.ts';
import { awsServiceRules } from './aws-services.ts';
import { azureRules } from './azure.ts';
import { azureEntraRules } from './azure-entra.ts';
import { buildRules } from './builds.ts';
import { chatRules } from './chat.ts';
import { cloudflareRules } from './cloudflare.ts';
import { cloudRules } from './clouds.ts';
import { codeHostRules } from './code-hosts.ts';
import { collectorRules } from './collectors.ts';
import { commandPasswordRules } from './command-passwords.ts';
import { dataPlatformRules } from './data-platforms.ts';
import { databaseConnectionRules } from './database-connections.ts';
import { databaseRules } from './databases.ts';
import { deviceRules } from './devices.ts';
import { valuesOfSecrets } from './encoded.ts';
import { frameworkRules } from './frameworks.ts';
import { githubRules } from './github.ts';
import { googleRules } from './google.ts';
import { hostingRules } from './hosting.ts';
import { jwtRules } from './jwt.ts';
import { mailRules } from './mail.ts';
import { merchantRules } from './merchants.ts';
import { messagingRules } from './messaging.ts';
import { modelToolRules } from './model-tools.ts';
import { networkRules } from './networks.ts';
import { observabilityRules } from './observability.ts';
import { otherPrivateKeyRules } from './other-private-keys.ts';
import { passwordExportRules } from './password-exports.ts';
import { paymentRules } from './payments.ts';
import { privateKeyRules } from './private-key.ts';
import { requestRules } from './requests.ts';
import type { AnyRule, Rule } from './rule.ts';
import { s3CompatibleRules } from './s3-compatible.ts';
import { secretStoreRules } from './secret-stores.ts';
import { serverCallRules } from './server-calls.ts';
import { serverFileRules } from './server-files.ts';
import { serverHostRules } from './server-hosts.ts';
import { serverPasswordRules } from './server-passwords.ts';
import { serverSettingsRules } from './server-settings.ts';
import { serverTagRules } from './server-tags.ts';
import { serviceRules } from './services.ts';
import { socialRules } from './social.ts';
import { sqlRules } from './sql.ts';
import { storedSecretRules } from './stored-secrets.ts';
import { terraformStateRules } from './terraform-state.ts';
import { toolFileRules } from './tool-files.ts';
import { webhookRules } from './webhooks.ts';
import { wirelessRules } from './wireless.ts';
import { workplaceRules } from './workplaces.ts';

/** The rules of a provider's family: made once, and only when one of them is needed, as there are hundreds. */
type Family = () => readonly Rule[];

function once(make: Family): Family {
  let made: readonly Rule[] | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * Every rule, one file a provider family. Where two find the same, the first one counts: so what a form gives away comes before what only a
 * name gives away, and a service's own before what any service may have.
 */
const families: readonly Family[] = [
  awsServiceRules,
  azureRules,
  azureEntraRules,
  googleRules,
  cloudRules,
  serverHostRules,
  cloudflareRules,
  hostingRules,
  dataPlatformRules,
  secretStoreRules,
  githubRules,
  codeHostRules,
  merchantRules,
  chatRules,
  messagingRules,
  mailRules,
  socialRules,
  networkRules,
  paymentRules,
  artificialIntelligenceRules,
  observabilityRules,
  applicationRules,
  serviceRules,
  buildRules,
  modelToolRules,
  workplaceRules,
  deviceRules,
  webhookRules,
  s3CompatibleRules,
  awsRules,
  privateKeyRules,
  otherPrivateKeyRules,
  jwtRules,
  addressRules,
  requestRules,
  toolFileRules,
  passwordExportRules,
  databaseRules,
  databaseConnectionRules,
  sqlRules,
  frameworkRules,
  serverPasswordRules,
  commandPasswordRules,
  serverCallRules,
  serverTagRules,
  terraformStateRules,
  storedSecretRules,
  collectorRules,
  wirelessRules,
  serverFileRules,
  serverSettingsRules,
].map(once);

/** What texts are looked at with: these, and behind them what finds nothing but leads to what they find. */
export const groups: readonly (() => readonly AnyRule[])[] = [...families, () => [valuesOfSecrets]];

/** Those of the group at a place of the order. */
export const rulesOf = (group: number): readonly AnyRule[] => groups[group]!();

/** All rules that find something. */
export const allRules = (): readonly Rule[] => families.flatMap((family) => family());
