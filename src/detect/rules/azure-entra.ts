// Microsoft Entra, which signs in to Azure and Microsoft 365.
import { isMixed } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { base62, type Rule } from './rule.ts';
import { base64Url, some } from './shape.ts';
import { microsoftPatterns, purview, truffleHog } from './sources.ts';
import { token } from './token.ts';

export const azureEntraRules = (): readonly Rule[] => [
  token({
    id: 'azure-entra-client-secret',
    name: 'Microsoft Entra client secret',
    risk: 'Signs in as the application, with all that it may do in the tenant and its subscriptions, until the secret expires.',
    source: microsoftPatterns,
    severity: 'error',
    revocation: 'https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials',
    shapes: [
      [some('A-Za-z0-9_~.-', 3), '8Q~', some('A-Za-z0-9_~.-', 31, 34)],
      [some('A-Za-z0-9_~.-', 3), '7Q~', some('A-Za-z0-9_~.-', 31, 34)],
    ],
  }),
  assigned({
    id: 'azure-entra-client-secret-legacy',
    name: 'Microsoft Entra client secret, older format',
    risk: 'Signs in as the application, with all that it may do in the tenant and its subscriptions, until the secret expires.',
    source: purview('azure-ad-client-secret'),
    severity: 'error',
    revocation: 'https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials',
    near: [
      'azure',
      'azclient',
      'entra',
      'aad',
      'arm_client',
      'tenant',
      'appid',
      'app_id',
      'service-principal',
      'clientsecretcredential',
      'serviceprincipalcredentials',
      'confidentialclient',
    ],
    anchors: ['secret', 'appid', 'service-principal', 'client_credential'],
    acrossLines: true,
    shapes: [[some('A-Za-z0-9_~.-', 34)]],
    named:
      /clientsecret|appsecret|applicationsecret|principalsecret|appidsecret|clientcredential|^secret|^(?:client|sp|app)?(?:password|key)$/,
    behindId:
      /[0-9a-f-]{20}["'],\s{0,8}["'][0-9a-f-]{36}["'],\s{0,8}["']$|--service-principal (?:-u|--username) \S{36,38} (?:-p|--password) ["']?$/,
    verify: isMixed,
    example: 'client_secret',
    cases(draw) {
      const [id, secret] = ['0f7a1c52-6f0b-4c0e-9a55-3b1d7c2e8f90', () => `${draw(base62, 16)}~aZ5_${draw(base62, 13)}`];
      return {
        ok: [
          JSON.stringify({ appId: id, displayName: 'ci', password: secret(), tenant: id }, null, 2),
          `tenant_id = "${id}"\nclient_id = "${id}"\nclient_secret = "${secret()}"`,
          `"AzureAd": { "TenantId": "${id}", "ClientSecret": "${secret()}" }`,
          `ARM_CLIENT_SECRET=${secret()}`,
          `AppId=${id};AppSecret=${secret()};`,
          `az login --service-principal -u ${id} -p ${secret()} --tenant ${id}`,
          `new ClientSecretCredential("${id}", "${id}", "${secret()}")`,
          `ServicePrincipalCredentials(client_id='${id}', secret='${secret()}', tenant='${id}')`,
          `ConfidentialClientApplication('${id}', client_credential='${secret()}')`,
        ],
        ng: [
          `AZURE_CLIENT_SECRET=${secret().toLowerCase()}`,
          `client_secret = "${secret()}"`,
          `AZURE_STORAGE_ACCOUNT=${secret()}`,
          `newTenant("${id}", "${secret()}")`,
          'azure_client_secret: "Contoso.Identity.ClientSecretName2"',
        ],
      };
    },
  }),
  token({
    id: 'azure-entra-refresh-token',
    name: 'Microsoft Entra refresh token',
    risk: 'Gets access to Azure or Microsoft 365 in the name of the person who signed in, until it is revoked or unused for 90 days.',
    format:
      '0.A or 1.A, 45 to 80 characters of A-Za-z0-9_-, .AgAB, and 250 to 2,500 more (the first and how many of the others is observed)',
    source: truffleHog('azure_entra/refreshtoken', 'refreshtoken'),
    severity: 'error',
    revocation: 'https://learn.microsoft.com/entra/identity-platform/refresh-tokens',
    shapes: ['0.A', '1.A'].flatMap((begin) =>
      ['.AgAB', '.1.AgAB'].map((middle) => [begin, some(base64Url, 45, 80), middle, some(base64Url, 250, 2500)]),
    ),
  }),
];
