import { isMixed } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { annotatedChecksum, hasChecksum } from './azure-checksum.ts';
import { checksum } from './facts.ts';
import { base62, base64, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, lowerHex, type Shape, some, uuid } from './shape.ts';
import { type Parameters, signedUrl } from './signed-url.ts';
import { gitleaks, microsoftPatterns, purview } from './sources.ts';
import { token } from './token.ts';

const storageKeys = 'https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage';

const annotated: Shape = [
  some(alphanumeric, 52),
  'JQQJ9',
  some('9DH', 1),
  some(alphanumeric, 1),
  some('A-L', 1),
  some(alphanumeric, 16),
  some('A-Za-z', 1),
  some(alphanumeric, 7),
];
const isDevOps = (key: string): boolean => key.slice(76, 80) === 'AZDO';
const annotatedFacts = (key: string) => (key.length === 84 ? [checksum(annotatedChecksum(key.slice(0, 80)) === key.slice(80))] : []);

/** Keys of 64 and of 32 random bytes in base64 with the mark of a service before their checksum. */
const longKey = (mark: string): Shape => [some(base64Characters, 76), mark, some(base64Characters, 5), some('AQgw', 1), '=='];
const shortKey = (mark: string): Shape => [some(base64Characters, 33), mark, some('A-P', 1), some(base64Characters, 5), '='];

interface Service {
  readonly id: string;
  readonly name: string;
  readonly risk: string;
  readonly shape: Shape;
  readonly seeds: readonly string[];
  readonly revocation: string;
}

const messaging = ['Send0000', 'Listen00', 'Manage00', 'System00', 'Unknown0'];

const service = ({ shape, seeds, ...told }: Service): Rule =>
  token({ ...told, source: microsoftPatterns, severity: 'error', shapes: [shape], facts: (key) => [checksum(hasChecksum(key, seeds))] });

export const azureRules = (): readonly Rule[] => [
  token({
    id: 'azure-devops-token',
    name: 'Azure DevOps personal access token',
    risk: 'Acts as its owner in Azure DevOps: reads and changes code, pipelines and packages, within the token’s scopes, until it expires.',
    format: '84 letters and digits: 52 random ones, JQQJ99, a date, AZDO and a checksum',
    source: microsoftPatterns,
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate',
    shapes: [annotated],
    verify: isDevOps,
    sample: (draw) => annotatedSample('AZDO', draw(base62, 52)),
    facts: annotatedFacts,
  }),
  token({
    id: 'azure-annotated-key',
    name: 'Azure access key',
    risk: 'Opens the Azure resource that it was made for (an AI service, an app configuration, a registry …) with all its data, until it is regenerated.',
    format: '84 letters and digits: 52 random ones, JQQJ99, a date, the service and a checksum; or 88 with == at the end',
    source: microsoftPatterns,
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/ai-services/rotate-keys',
    shapes: [annotated, [...annotated, some(alphanumeric, 2), '==']],
    verify: (key) => !isDevOps(key),
    sample: (draw) => annotatedSample('ACOG', draw(base62, 52)),
    facts: annotatedFacts,
  }),
  service({
    id: 'azure-storage-key',
    name: 'Azure Storage account key',
    risk: 'Reads, changes and deletes everything in the storage account, and signs access for others, until the key is regenerated.',
    shape: longKey('+ASt'),
    seeds: ['Default0'],
    revocation: storageKeys,
  }),
  service({
    id: 'azure-cosmos-key',
    name: 'Azure Cosmos DB key',
    risk: 'Reads the whole database account, and with a read-write key changes it, until the key is regenerated.',
    shape: longKey('ACDb'),
    seeds: ['MastRW00', 'MastRO00', 'SystRW00', 'SystRO00', 'SysAll00', 'Resour00', 'Encryp00'],
    revocation: 'https://learn.microsoft.com/azure/cosmos-db/how-to-rotate-keys',
  }),
  service({
    id: 'azure-batch-key',
    name: 'Azure Batch account key',
    risk: 'Starts machines and runs programs in the Batch account, at its cost, until the key is regenerated.',
    shape: longKey('+ABa'),
    seeds: ['AbAcct00'],
    revocation: 'https://learn.microsoft.com/azure/batch/account-key-rotation',
  }),
  service({
    id: 'azure-machine-learning-key',
    name: 'Azure Machine Learning web service key',
    risk: 'Calls the web service at the account’s cost, until the key is regenerated.',
    shape: longKey('+AMC'),
    seeds: ['Classic0'],
    revocation: 'https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint',
  }),
  service({
    id: 'azure-api-management-key',
    name: 'Azure API Management key',
    risk: 'Calls the APIs behind the gateway, or manages the gateway itself, depending on its kind, until it is regenerated.',
    shape: longKey('APIM'),
    seeds: ['Tenant00', 'IoTHub00', 'Gatewy00', 'GitKey00'],
    revocation: 'https://learn.microsoft.com/azure/api-management/api-management-subscriptions',
  }),
  service({
    id: 'azure-service-bus-key',
    name: 'Azure Service Bus key',
    risk: 'Sends and receives the messages of the namespace, as its policy allows, until the key is regenerated.',
    shape: shortKey('+ASb'),
    seeds: messaging,
    revocation: 'https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas',
  }),
  service({
    id: 'azure-event-hub-key',
    name: 'Azure Event Hubs key',
    risk: 'Sends and receives the events of the namespace, as its policy allows, until the key is regenerated.',
    shape: shortKey('+AEh'),
    seeds: messaging,
    revocation: 'https://learn.microsoft.com/azure/event-hubs/authorize-access-shared-access-signature',
  }),
  service({
    id: 'azure-relay-key',
    name: 'Azure Relay key',
    risk: 'Listens and sends on the relay, as its policy allows, until the key is regenerated.',
    shape: shortKey('+ARm'),
    seeds: messaging,
    revocation: 'https://learn.microsoft.com/azure/azure-relay/relay-authentication-and-authorization',
  }),
  service({
    id: 'azure-iot-key',
    name: 'Azure IoT key',
    risk: 'Speaks as a device, or controls all devices of the hub, depending on its kind, until the key is regenerated.',
    shape: shortKey('AIoT'),
    seeds: ['IoTHub00', 'DpsKey00', 'Device00'],
    revocation: 'https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas',
  }),
  service({
    id: 'azure-redis-key',
    name: 'Azure Cache for Redis key',
    risk: 'Reads and changes everything in the cache, until the key is regenerated.',
    shape: shortKey('AzCa'),
    seeds: ['Access00'],
    revocation: 'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure',
  }),
  assigned({
    id: 'azure-redis-key-legacy',
    name: 'Azure Cache for Redis key, older format',
    risk: 'Reads and changes everything in the cache, until the key is regenerated.',
    source: 'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure',
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure',
    near: ['redis.cache.windows.net'],
    acrossLines: true,
    shapes: [[some(base64Characters, 43), '=']],
    named: /password|key/,
    example: 'primary_key',
    cases: (draw) => ({
      ok: [`cache=shop.redis.cache.windows.net:6380,password=${draw(base64, 43)}=,ssl=True,abortConnect=False`],
      ng: [`cache=cache.shop.io:6380,password=${draw(base64, 43)}=,ssl=True`],
    }),
  }),
  service({
    id: 'azure-event-grid-key',
    name: 'Azure Event Grid key',
    risk: 'Publishes events into the topic, until the key is regenerated.',
    shape: shortKey('AZEG'),
    seeds: ['Default0'],
    revocation: 'https://learn.microsoft.com/azure/event-grid/get-access-keys',
  }),
  service({
    id: 'azure-container-registry-key',
    name: 'Azure Container Registry password',
    risk: 'Pulls and pushes the registry’s images: whoever runs them runs what was pushed.',
    shape: [some(base64Characters, 42), '+ACR', some('A-D', 1), some(base64Characters, 5)],
    seeds: ['ACRDflt0'],
    revocation: 'https://learn.microsoft.com/azure/container-registry/container-registry-authentication',
  }),
  service({
    id: 'azure-search-key',
    name: 'Azure AI Search key',
    risk: 'Reads the search indexes, and with an admin key changes and deletes them, until the key is regenerated.',
    shape: [some(alphanumeric, 42), 'AzSe', some('A-D', 1), some(alphanumeric, 5)],
    seeds: ['Query000', 'PAdmin00'],
    revocation: 'https://learn.microsoft.com/azure/search/search-security-api-keys',
  }),
  service({
    id: 'azure-functions-key',
    name: 'Azure Functions access key',
    risk: 'Calls the function, or with a master key every function and the app’s management, until the key is renewed.',
    shape: [some(base64Url, 44), 'AzFu', some(base64Url, 5), some('AQgw', 1), '=='],
    seeds: ['Master00', 'System00', 'Functi00'],
    revocation: 'https://learn.microsoft.com/azure/azure-functions/function-keys-how-to',
  }),
  assigned({
    id: 'azure-functions-key-legacy',
    name: 'Azure Functions access key, older format',
    risk: 'Calls the function, or with a master key every function and the app’s management, until the key is renewed.',
    source: purview('azure-function-master-api-key'),
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/azure-functions/function-keys-how-to',
    near: ['azurewebsites', 'function_key', 'functions_key', 'azure'],
    shapes: [[some(base64Characters, 54), '==']],
    named: /functions?key|masterkey|hostkey|^code/,
    example: 'function_key',
    cases: (draw) => ({
      ok: [`fetch("https://shop.azurewebsites.net/api/orders?code=${draw(base64, 54)}==")`, `x-functions-key: ${draw(base64, 54)}==`],
      ng: [`https://shop.io/api/orders?code=${draw(base64, 54)}==`],
    }),
  }),
  assigned({
    id: 'azure-connection-string-key',
    name: 'Azure account key in a connection string',
    risk: 'Opens the storage account, database, hub or namespace that the string names, until the key is regenerated.',
    format: 'AccountKey, SharedAccessKey or AccessKey, with 64 or 32 bytes in base64',
    source: microsoftPatterns,
    severity: 'error',
    revocation: storageKeys,
    near: [
      'accountkey',
      'account_key',
      'sharedaccesskey',
      ';accesskey=',
      'storage_ac',
      'storagekey',
      'storage_key',
      'azure',
      'cosmos',
      'sharedkeycredential',
      'storagecredentials',
      'namedkeycredential',
      'documents.azure',
      'core.windows',
    ],
    shapes: [
      [some(base64Characters, 86), '=='],
      [some(base64Characters, 43), '='],
    ],
    acrossLines: true,
    named:
      /accountkey|sharedaccesskey|storagekey|primarykey|^(?:accesskey|key$)|cosmos.*key|storage(?:account)?accesskey|azure.*(?:key|secret)/,
    behindId:
      /(?:(?:SharedKey|NamedKey)Credential|StorageCredentials|CosmosClient)\(\s{0,8}(?:["'][^"'\s]{3,50}["']|[\w.]{1,40}),\s{0,40}(?:credential=)?["']$|documents\.azure\.com(?::443)?\/?["']\)?,?\s{0,40}(?:(?:auth\s?=\s?)?\{\s{0,8}["']masterKey["']:\s{0,4}|["']?(?:[Kk]ey|credential)["']?\s{0,4}[:=]\s{0,4})?["']$|\.core\.windows\.net[^\n]{0,60}(?:credential|key|pass(?:word)?["']?)\s?[:=]\s?["']?$|\.core\.windows\.net\S{1,40} \/user:\S{1,40} $|\btype = azureblob\r?\n(?:account = \w{3,24}\r?\n)?key = $/,
    example: 'primary_key',
    cases: (draw) => ({
      ok: [
        `new StorageSharedKeyCredential(account, "${draw(base64, 86)}==")`,
        `new CosmosClient("https://shop.documents.azure.com:443/", "${draw(base64, 86)}==");`,
        `new StorageCredentials("shop", "${draw(base64, 86)}==")`,
        `new DocumentClient(new Uri("https://shop.documents.azure.com:443/"), "${draw(base64, 86)}==")`,
        `CosmosClient('https://shop.documents.azure.com:443/', {'masterKey': '${draw(base64, 86)}=='})`,
        `new CosmosClient({ endpoint: "https://shop.documents.azure.com:443/", key: "${draw(base64, 86)}==" });`,
        `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${draw(base64, 86)}==;EndpointSuffix=core.windows.net`,
        `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${draw(base64, 43)}=`,
        `"Endpoint=https://chat.service.signalr.net;AccessKey=${draw(base64, 43)}=;Version=1.0;"`,
        `storageaccountkey = "${draw(base64, 86)}=="`,
        `[remote]\ntype = azureblob\naccount = shop\nkey = ${draw(base64, 86)}==\n`,
        `new StorageSharedKeyCredential("shop",\n    "${draw(base64, 86)}==")`,
        `BlobServiceClient(account_url="https://shop.blob.core.windows.net", credential="${draw(base64, 86)}==")`,
        `mount -t cifs //shop.file.core.windows.net/share /mnt -o username=shop,password=${draw(base64, 86)}==,dir_mode=0777`,
        `net use Z: \\\\shop.file.core.windows.net\\share /user:Azure\\shop ${draw(base64, 86)}==`,
        `CosmosClient(url="https://shop.documents.azure.com:443/", credential="${draw(base64, 86)}==")`,
        `azure:\n  service: AzureStorage\n  storage_account_name: shop\n  storage_access_key: ${draw(base64, 86)}==\n`,
        `storage_account_access_key = "${draw(base64, 86)}=="`,
      ],
      ng: [
        'AccountName=X;AccountKey=X;',
        `https://shop.blob.core.windows.net/a.zip sha512 ${draw(base64, 86)}==`,
        `azure-core:\n  resolved: https://shop.core.windows.net\n  integrity: ${draw(base64, 86)}==\n`,
      ],
    }),
  }),
  {
    id: 'azure-app-configuration-secret',
    name: 'Azure App Configuration secret',
    risk: 'Reads, and with a read-write key changes, the settings of every program that takes them from this store.',
    format: 'Endpoint=https://….azconfig.io;Id=…;Secret= and bytes in base64 (of the package, azure/appconfiguration/_utils.py)',
    source: 'https://pypi.org/project/azure-appconfiguration/1.10.0/',
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/azure-app-configuration/howto-disable-access-key-authentication',
    literals: [{ text: ';Secret=' }],
    check(text, start, end) {
      secretPart.lastIndex = end;
      const value = secretPart.exec(text)?.[0];
      if (value === undefined || !/\.azconfig\.[a-z.]{2,20};Id=[\w+/=:-]{4,80}$/.test(text.slice(Math.max(0, start - 160), start)))
        return undefined;
      return { match: { start: end, end: end + value.length }, next: end + value.length };
    },
    cases: (draw) => ({
      ok: [`Endpoint=https://shop.azconfig.io;Id=ab1C-l0-s0:${draw(base62, 20)};Secret=${draw(base64, 43)}=`],
      ng: [`Endpoint=https://shop.azconfig.io;Id=xxx;Secret=xxx`, `Endpoint=https://shop.example.com;Id=ab1C;Secret=${draw(base64, 43)}=`],
    }),
  },
  signedUrl({
    id: 'azure-sas',
    name: 'Azure shared access signature',
    risk: 'Anybody who has it can do what it was signed for (read, write, list, send …), until it expires.',
    format:
      'parameters with sig, se (the end), and sv and sp (of the package, azure/storage/queue/_shared/shared_access_signature.py), or sr and skn (a device has none), which is observed',
    source: 'https://pypi.org/project/azure-storage-queue/12.18.1/',
    revocation: storageKeys,
    mark: 'sig=',
    marked: signature,
    address: 'https://shop.blob.core.windows.net/images/a.png',
    ends: sasEnds,
    sample: (draw, until) =>
      `sp=r&st=2026-01-01T00:00:00Z&se=${until.toISOString().slice(0, 19)}Z&spr=https&sv=2024-11-04&sr=b&sig=${encodeURIComponent(`${draw(base64, 43)}=`)}`,
  }),
  signedUrl({
    id: 'azure-logic-app-url',
    name: 'Azure Logic Apps or Power Automate trigger URL',
    risk: 'Anybody who has it starts the workflow with data of their choice, until the key that signed it is regenerated.',
    format: 'an address …/triggers/…/paths/invoke with sp, sv and sig, and no end',
    source: 'https://learn.microsoft.com/powershell/module/az.logicapp/get-azlogicapptriggercallbackurl',
    revocation: 'https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app',
    permanent: true,
    mark: 'sig=',
    marked: signature,
    address: 'https://prod-01.westeurope.logic.azure.com:443/workflows/0123/triggers/manual/paths/invoke',
    ends: (parameters, address) =>
      /\/triggers\/[\w%-]+\/(?:paths\/invoke|run)/.test(address) && /^[A-Za-z0-9_-]{43}$/.test(parameters.get('sig') ?? '')
        ? Number.POSITIVE_INFINITY
        : undefined,
    sample: (draw) => `api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${draw(`${base62}-_`, 43)}`,
  }),
  assigned({
    id: 'azure-ai-key',
    name: 'Azure AI services key',
    risk: 'Calls the models and services of the Azure AI resource at the account’s cost, until the key is regenerated.',
    source: purview('azure-cognitive-service-key'),
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/ai-services/rotate-keys',
    near: [
      'azure',
      'cognitive',
      'apim',
      'openai',
      'speechconfig',
      'speechtranslationconfig',
      'spxspeechconfig',
      'speech_key',
      'speechkey',
      'subscription_key',
      'subscriptionkey',
      'prediction_key',
      'prediction-key',
      'training_key',
      'training-key',
      'apikeyserviceclientcredentials',
      'searchcredentials',
    ],
    acrossLines: true,
    shapes: [[some(lowerHex, 32)], [some('0-9A-F', 32)]],
    named: /(?:azure|cognitive|apim|openai).*(?:key|secret)|(?:subscription|speech|prediction|training)_?key/,
    behindId:
      /(?:(?:\.(?:openai|cognitiveservices)\.azure|\.api\.cognitive\.microsoft)\.com\/?["'],?\s{1,20}["']?(?:api_?)?|\b(?:Azure)?OpenAI\(\{?\s{0,20}api_?)key["']?\s{0,4}[:=]\s{0,4}["']$|\b(?:(?:CognitiveServices|ApiKeyServiceClient|Search)Credentials|(?:SPX)?Speech(?:Translation)?Config(?:uration)?(?:\.fromSubscription)?)\(\s{0,20}(?:subscription\s?[=:]\s?)?["']$|\bspeech_?key, ?(?:service)?_?region ?= ?["']$/i,
    example: 'openai_key',
    cases(draw) {
      const key = () => draw('0123456789abcdef', 32);
      return {
        ok: [
          `"AzureOpenAI": { "Endpoint": "https://shop.openai.azure.com/", "ApiKey": "${key()}" }`,
          `AzureOpenAI(\n    api_key="${key()}",\n    azure_endpoint="https://shop.openai.azure.com",\n)`,
          `new AzureOpenAI({ apiKey: '${key()}', apiVersion: '2024-10-21' })`,
          `AzureOpenAI(azure_endpoint="https://shop.openai.azure.com/",\n    api_key="${key()}")`,
          `new OpenAI({ apiKey: "${key()}", baseURL: "https://shop.openai.azure.com/openai" })`,
          `APIM_SUBSCRIPTION_KEY=${key()}`,
          `new CognitiveServicesCredentials('${key()}')`,
          `new ApiKeyServiceClientCredentials("${key()}")`,
          `SpeechConfig.FromSubscription("${key()}", "westeurope");`,
          `speechsdk.SpeechConfig(subscription="${key()}", region="westeurope")`,
          `speech_key, service_region = "${key()}", "westeurope"`,
          `let config = try SPXSpeechConfiguration(subscription: "${key()}", region: "westeurope")`,
          `'Prediction-Key': '${key()}'`,
          `new SearchCredentials("${draw('0123456789ABCDEF', 32)}")`,
          `const subscriptionKey = '${key()}';`,
          `endpoint = "https://westeurope.api.cognitive.microsoft.com/"\nkey = "${key()}"`,
          `Ocp-Apim-Subscription-Key: ${key()}`,
        ],
        ng: [`"Endpoint": "https://shop.openai.azure.com/", "Deployment": "${key()}"`],
      };
    },
  }),
  assigned({
    id: 'azure-maps-key-legacy',
    name: 'Azure Maps key, older format',
    risk: 'Asks for maps, routes and addresses at the account’s cost, until the key is regenerated; in a page everybody reads it.',
    format: '43 characters of A-Za-z0-9_-',
    source: 'observed',
    severity: 'warning',
    revocation: 'https://learn.microsoft.com/azure/azure-maps/how-to-manage-authentication',
    near: ['azure_maps', 'azuremaps', 'azure-maps', 'atlas.microsoft', 'subscriptionkey', 'subscription_key', 'subscription-key'],
    shapes: [[some(base64Url, 43)]],
    named: /subscription_?key|maps.*key|^(?:api|primary)key$/,
    verify: isMixed,
    example: 'subscription_key',
    sample: (draw) => `${draw(base62, 40)}aZ5`,
    cases(draw) {
      const key = () => `${draw(base62, 40)}aZ5`;
      return {
        ok: [
          `https://atlas.microsoft.com/map/tile?subscription-key=${key()}&api-version=2.0`,
          `authOptions: {\n  authType: 'subscriptionKey',\n  subscriptionKey: '${key()}'\n}`,
          `AZURE_MAPS_KEY=${key()}`,
        ],
        ng: [`azure_maps_client = '${key()}'`, `subscription = '${key()}'`],
      };
    },
  }),
  assigned({
    id: 'azure-devops-legacy-token',
    name: 'Azure DevOps personal access token, older format',
    risk: 'Acts as its owner in an organisation of Azure DevOps, within the token’s scopes, until it expires.',
    source: microsoftPatterns,
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate',
    near: [
      'access_token',
      'accesstoken',
      'auth_token',
      'authtoken',
      'azure',
      'devops',
      'vsts',
      'ado_',
      'ado-',
      'adopat',
      'adotoken',
      'azp_',
      '_pat',
      '-pat',
      'pat =',
      'pat=',
      'pat:',
      'pat"',
      'basicauthentication',
      'vssbasiccredential',
    ],
    within: 40,
    shapes: [[some('a-z2-7', 52)]],
    named: /token|pat$|pat_/,
    behindId: /\b(?:BasicAuthentication|VssBasicCredential)\((?:""|''|[Ss]tring\.Empty),\s{0,8}["']$/,
    example: 'token',
    cases(draw) {
      const token = () => draw('abcdefghijklmnopqrstuvwxyz234567', 52);
      return {
        ok: [`ado_pat = "${token()}"`, `BasicAuthentication('', '${token()}')`, `new VssBasicCredential(string.Empty, "${token()}")`],
        ng: [`new BasicAuthentication("shop", "${token()}")`],
      };
    },
  }),
  assigned({
    id: 'azure-publish-profile-password',
    name: 'Azure publish profile password',
    risk: 'Deploys any program to the web app, and so runs it there with the app’s rights.',
    source: purview('azure-app-service-deployment-password'),
    severity: 'error',
    revocation: 'https://learn.microsoft.com/azure/app-service/deploy-configure-credentials',
    near: ['userpwd'],
    shapes: [[some(base64Characters, 60)]],
    named: /userpwd/,
    example: 'userPWD',
  }),
  token({
    id: 'microsoft-teams-webhook',
    name: 'Microsoft Teams incoming webhook',
    risk: 'Posts messages into the channel in the name of the connector, while Teams still takes connectors.',
    source: gitleaks,
    severity: 'warning',
    revocation: 'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook',
    shapes: [[...uuid, '@', ...uuid, '/IncomingWebhook/', some(lowerHex, 32), '/', ...uuid]],
  }),
];

// in base 64 of either alphabet, with what escapes are written with
const signature = some('A-Za-z0-9+/_%=-', 43);

const secretPart = /[A-Za-z0-9+/]{43,86}={1,2}(?![A-Za-z0-9+/=])/y;

function annotatedSample(mark: string, random: string): string {
  const first80 = `${random}JQQJ99BF${'ACAAAAALGcqjAAAS'}${mark}`;
  return first80 + annotatedChecksum(first80);
}

function sasEnds(parameters: Parameters): number | undefined {
  const has = (name: string): boolean => parameters.get(name) !== undefined;
  const end = parameters.get('se');
  const isOfResource = has('skn') ? has('sr') : /\.(?:azure-devices|servicebus\.windows)\.net\b/.test(parameters.get('sr') ?? '');
  if (end === undefined || (!(has('sv') && has('sp')) && !isOfResource)) return undefined;
  if (!/^[A-Za-z0-9+/]{43}=$/.test((parameters.get('sig') ?? '').replaceAll(' ', '+'))) return undefined;
  const time = /^\d{9,11}$/.test(end) ? Number(end) * 1000 : Date.parse(end);
  return Number.isNaN(time) ? undefined : time;
}
