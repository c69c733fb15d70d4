// Networks, names, identities and the machines behind them.
import { setOf } from '../engine/matcher.ts';
import { isMixed } from '../randomness.ts';
import { variety } from '../variety.ts';
import { assigned } from './assigned.ts';
import { crcInBase62 } from './github.ts';
import { base62, base64, type Checked, type Rule } from './rule.ts';
import {
  alphanumeric,
  base64Characters,
  base64Url,
  digits,
  holding,
  lowerAlphanumeric,
  lowerHex,
  some,
  uuid,
  wordCharacters,
} from './shape.ts';
import { datadogPatterns, gitleaks, truffleHog } from './sources.ts';
import { token } from './token.ts';

const changesNames = 'Changes the domain names of the account, and so where they lead, until it is deleted.';

const wireGuardValue = /[ \t]{0,8}=[ \t]{0,8}["']?([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/y;

const keyBehind = [{ set: setOf(base64), length: 43, most: 43, within: 18 }];

/** The 32 bytes of a key in base64, as `wg genkey` and `wg genpsk` write them. */
function checkWireGuard(text: string, _start: number, end: number): Checked | undefined {
  if (!/(?:Private|Preshared)Key$/.test(text.slice(Math.max(0, end - 12), end))) return undefined;
  wireGuardValue.lastIndex = end;
  const key = wireGuardValue.exec(text)?.[1];
  if (key === undefined) return undefined;
  const next = wireGuardValue.lastIndex;
  return variety(key) < 12 ? { next } : { match: { start: next - key.length, end: next }, next };
}

/** What Rancher draws from: no vowels, and no digits that look like letters. */
const unmistakable = 'bcdfghj-np-tv-xz24-9';

export const networkRules = (): readonly Rule[] => [
  {
    id: 'wireguard-key',
    name: 'WireGuard private or preshared key',
    risk: 'Joins the private network as the machine that it is of, and reads what is sent to it, until its public key is removed.',
    format: 'PrivateKey or PresharedKey = and 32 bytes in base64',
    source: 'https://github.com/WireGuard/wireguard-tools/blob/master/src/man/wg.8',
    severity: 'error',
    revocation: 'https://www.wireguard.com/quickstart/',
    commonInTests: true,
    // the ends of PrivateKey and PresharedKey: their beginnings are those of many words
    literals: ['ivateKey', 'sharedKey'].map((text) => ({ text, gates: keyBehind })),
    check: checkWireGuard,
    cases(draw) {
      const key = Buffer.from(draw(base62, 32)).toString('base64');
      return {
        ok: [
          `[Interface]\nPrivateKey = ${key}\nAddress = 10.0.0.2/32\n`,
          `[Peer]\nPublicKey = ${key.toLowerCase()}\nPresharedKey=${key}\n`,
        ],
        ng: [
          `[Peer]\nPublicKey = ${key}\n`,
          `PrivateKey = ${'A'.repeat(43)}=\n`,
          `PrivateKey = \${WG_KEY}\n`,
          `PrivateKey = ${key.slice(1)}\n`,
          `PrivateKey = a${key}\n`,
        ],
      };
    },
  },
  token({
    id: 'netbird-token',
    name: 'NetBird personal access token',
    risk: 'Manages the private network as its owner: adds machines and changes who reaches what, until it expires or is deleted.',
    format: 'nbp_, 30 letters and digits, and their CRC32 in base 62',
    source: 'https://github.com/netbirdio/netbird/blob/main/management/server/types/personal_access_token.go',
    severity: 'error',
    revocation: 'https://docs.netbird.io/how-to/access-netbird-public-api',
    shapes: [['nbp_', some(alphanumeric, 36)]],
    verify: (value) => crcInBase62(value.slice(4, 34)) === value.slice(34),
    sample(draw) {
      const random = draw(base62, 30);
      return `nbp_${random}${crcInBase62(random)}`;
    },
  }),
  token({
    id: 'defined-networking-token',
    name: 'Defined Networking API token',
    risk: 'Manages the private network: adds machines and changes who reaches what, within its permissions, until it is deleted.',
    format: 'dnkey-, 26 letters and digits, a hyphen and 52 more; that they are those of base 32 is observed',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://docs.defined.net/guides/automating-host-creation/',
    shapes: [['dnkey-', some('A-Z2-7', 26), '-', some('A-Z2-7', 52)]],
  }),
  token({
    id: 'ngrok-access-token',
    name: 'ngrok access token',
    risk: 'Opens tunnels and manages them and the domains as its owner, within its scopes, until it expires or is revoked.',
    format: 'ngrok_pat_ and 20 letters, digits and underscores or more, of which the page says nothing',
    source: 'https://ngrok.com/docs/iam/access-tokens/',
    severity: 'error',
    revocation: 'https://dashboard.ngrok.com/access-tokens',
    shapes: [['ngrok_pat_', some(wordCharacters, 20, 120)]],
    verify: holding(some('A-Z', 1), some(digits, 1)),
    sample: (draw) => `ngrok_pat_${draw(base62, 24)}aZ5`,
    cases: () => ({ ok: [], ng: ['const ngrok_pat_1_for_staging_environment2 = x;'] }),
  }),
  assigned({
    id: 'ngrok-token',
    name: 'ngrok authtoken or API key',
    risk: 'Opens tunnels in the account’s name, or manages them and its domains, until it is reset.',
    format: 'two words joined by _ (documented), of 27, of which the first is a digit, and 20 to 22 letters and digits (observed)',
    source: 'https://ngrok.com/docs/errors/err_ngrok_207/',
    severity: 'error',
    revocation: 'https://dashboard.ngrok.com/authtokens',
    near: ['ngrok'],
    shapes: [[some('1-9', 1), some(alphanumeric, 26), '_', some(alphanumeric, 20, 22)]],
    example: 'authtoken',
  }),
  assigned({
    id: 'zerotier-token',
    name: 'ZeroTier API token',
    risk: 'Manages the private networks of its owner: adds machines and changes who reaches what, until it is deleted.',
    source: truffleHog('zerotier'),
    severity: 'error',
    revocation: 'https://docs.zerotier.com/api/tokens/',
    near: ['zerotier'],
    shapes: [[some(alphanumeric, 32)]],
    example: 'api_token',
    verify: isMixed,
    sample: (draw) => `${draw(base62, 29)}7Kx`,
  }),
  assigned({
    id: 'okta-token',
    name: 'Okta API token',
    risk: 'Reads and changes the organisation’s people, groups and applications as its owner, until it is revoked or unused for 30 days.',
    source: gitleaks,
    severity: 'error',
    revocation: 'https://developer.okta.com/docs/guides/create-an-api-token/main/',
    near: ['okta'],
    shapes: [['00', some(base64Url, 40)]],
    named: /okta|(?<!state)token|key|secret|ssws|authorization/,
    example: 'api_token',
    cases: (draw) => ({ ok: [], ng: [`"stateToken": "00${draw(base62, 40)}", "url": "https://shop.okta.com/login"`] }),
  }),
  token({
    id: 'stytch-secret',
    name: 'Stytch secret',
    risk: 'Reads, changes and signs in as any user of the project, until it is deleted.',
    format: 'secret-live-, 35 letters, digits, underscores and hyphens, and =',
    source: 'observed',
    severity: 'error',
    revocation: 'https://stytch.com/dashboard/api-keys',
    shapes: [['secret-live-', some(base64Url, 35), '=']],
  }),
  assigned({
    id: 'clerk-secret-key',
    name: 'Clerk secret key',
    risk: 'Reads, changes and signs in as any user of the application, until it is deleted.',
    format: 'sk_live_ or sk_test_, and 40 to 50 letters and digits (that there are so many is observed)',
    source: 'https://nango.dev/docs/integrations/all/clerk/connect',
    severity: 'error',
    revocation: 'https://clerk.com/docs/guides/secure/rotate-api-keys',
    near: ['clerk'],
    shapes: [
      ['sk_live_', some(alphanumeric, 40, 50)],
      ['sk_test_', some(alphanumeric, 40, 50)],
    ],
    example: 'secret_key',
    sample: (draw) => `sk_live_${draw(base62, 42)}`,
  }),
  assigned({
    id: 'auth0-client-secret',
    name: 'Auth0 client secret',
    risk: 'Poses as the application, and gets the tokens that it may, until it is rotated.',
    format: '64 characters of A-Za-z0-9_- (64 and more there)',
    source: truffleHog('auth0oauth'),
    severity: 'error',
    revocation: 'https://auth0.com/docs/get-started/applications/rotate-client-secret',
    near: ['auth0'],
    acrossLines: true,
    shapes: [[some(base64Url, 64)]],
    named: /secret/,
    example: 'client_secret',
    verify: isMixed,
    sample: (draw) => `${draw(base62, 61)}7Kx`,
  }),
  assigned({
    id: 'jumpcloud-key',
    name: 'JumpCloud API key',
    risk: 'Reads and changes the organisation’s people, groups and machines as its owner, until it is replaced.',
    format: '40 letters and digits; hexadecimal ones alone, and jca_, as observed',
    source: truffleHog('jumpcloud'),
    severity: 'error',
    revocation: 'https://jumpcloud.com/support/jumpcloud-apis',
    near: ['jumpcloud'],
    shapes: [['jca_', some(alphanumeric, 36)], [some(lowerHex, 40)]],
  }),
  token({
    id: 'dnsimple-token',
    name: 'DNSimple API token',
    risk: changesNames,
    format: 'dnsimple_a_ (of an account) or dnsimple_u_ (of a user), and 32 letters and digits, which is observed',
    source: 'https://github.com/chgeuer/req_dnsimple/blob/main/lib/req_dnsimple.ex',
    severity: 'error',
    revocation: 'https://support.dnsimple.com/articles/api-access-token/',
    shapes: ['dnsimple_a_', 'dnsimple_u_'].map((prefix) => [prefix, some(alphanumeric, 32)]),
  }),
  token({
    id: 'porkbun-secret-key',
    name: 'Porkbun secret API key',
    risk: changesNames,
    format: 'sk1_ (of the page); the length is observed',
    source: 'https://porkbun.com/llms/guides/getting-started',
    severity: 'error',
    revocation: 'https://porkbun.com/account/api',
    shapes: [['sk1_', some(lowerHex, 64)]],
  }),
  assigned({
    id: 'godaddy-secret',
    name: 'GoDaddy API secret',
    risk: changesNames,
    source: truffleHog('godaddy/v1', 'godaddy'),
    severity: 'error',
    revocation: 'https://developer.godaddy.com/keys',
    near: ['godaddy'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 22)]],
    named: /secret/,
    example: 'secret',
    verify: isMixed,
    sample: (draw) => `${draw(base62, 19)}7Kx`,
  }),
  assigned({
    id: 'fastly-token',
    name: 'Fastly API token',
    risk: 'Changes what the services deliver, and clears their caches, within its scope, until it expires or is deleted.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://www.fastly.com/documentation/guides/account-info/user-access-and-control/using-api-tokens/',
    near: ['fastly'],
    shapes: [[some(base64Url, 32)]],
    example: 'api_token',
    verify: holding(some(digits, 1), some('A-Za-z', 1)),
    sample: (draw) => `${draw(base62, 29)}7Kx`,
  }),
  token({
    id: 'proxmox-token',
    name: 'Proxmox VE API token',
    risk: 'Manages the virtual machines as the user that it is of, within its privileges, until it is removed.',
    format: 'PVEAPIToken=, user@realm!, the token’s ID, = and a UUID',
    source: 'https://pve.proxmox.com/wiki/Proxmox_VE_API',
    severity: 'error',
    revocation: 'https://pve.proxmox.com/wiki/User_Management',
    shapes: [['PVEAPIToken=', some('A-Za-z0-9_.@-', 3, 50), '!', some('A-Za-z0-9_.-', 1, 60), '=', ...uuid]],
  }),
  token({
    id: 'openshift-token',
    name: 'OpenShift access token',
    risk: 'Acts in the cluster as its owner, until it expires or is deleted.',
    format: 'sha256~ and 32 bytes in base64url, which do not begin with -',
    source: 'https://github.com/openshift/oauth-server/blob/master/pkg/osinserver/tokengen.go',
    severity: 'error',
    revocation: 'https://docs.openshift.com/container-platform/latest/authentication/managing-oauth-access-tokens.html',
    shapes: [['sha256~', some(base64Url, 43)]],
  }),
  token({
    id: 'rancher-token',
    name: 'Rancher API token',
    risk: 'Manages the clusters as its owner, until it expires or is deleted.',
    format: 'token- and 5, or kubeconfig-u- and 10 to 15 letters and digits (observed), a colon, and 54 of bcdfghjklmnpqrstvwxz2456789',
    source: 'https://github.com/rancher/wrangler/blob/master/pkg/randomtoken/token.go',
    severity: 'error',
    revocation: 'https://ranchermanager.docs.rancher.com/api/api-tokens',
    shapes: [
      ['token-', some(lowerAlphanumeric, 5), ':', some(unmistakable, 54)],
      ['kubeconfig-u-', some(lowerAlphanumeric, 10, 15), ':', some(unmistakable, 54)],
    ],
  }),
  token({
    id: 'infisical-token',
    name: 'Infisical service token',
    risk: 'Reads, and perhaps changes, the secrets of the project’s environment, until it expires or is deleted.',
    format: 'st., an ID (a UUID, or 24 hexadecimal digits), 32 hexadecimal digits, and 32 more, which are observed, joined by full stops',
    source: 'https://github.com/Infisical/infisical/blob/main/backend/src/services/service-token/service-token-service.ts',
    severity: 'error',
    revocation: 'https://infisical.com/docs/documentation/platform/token',
    shapes: [
      ['st.', ...uuid, '.', some(lowerHex, 32), '.', some(lowerHex, 32)],
      ['st.', some(lowerHex, 24), '.', some(lowerHex, 32), '.', some(lowerHex, 32)],
    ],
  }),
  token({
    id: 'backblaze-application-key',
    name: 'Backblaze B2 application key',
    risk: 'With its key ID it reads, changes and deletes the files of the buckets that it is for, until it is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://www.backblaze.com/docs/cloud-storage-application-keys',
    shapes: [['K00', some(digits, 1), some(base64Characters, 27)]],
    verify: isMixed,
    sample: (draw) => `K005${draw(base62, 24)}7Kx`,
  }),
  assigned({
    id: 'virustotal-key',
    name: 'VirusTotal API key',
    risk: 'Looks files and addresses up at the account’s quota, and with a premium key reads what others uploaded, until it is replaced.',
    source: truffleHog('virustotal'),
    severity: 'warning',
    revocation: 'https://www.virustotal.com/gui/my-apikey',
    near: ['virustotal'],
    shapes: [[some(lowerHex, 64)]],
  }),
  assigned({
    id: 'shodan-key',
    name: 'Shodan API key',
    risk: 'Searches at the account’s quota, until it is reset.',
    source: truffleHog('shodankey'),
    severity: 'warning',
    revocation: 'https://account.shodan.io',
    near: ['shodan'],
    shapes: [[some(alphanumeric, 32)]],
    verify: isMixed,
    sample: (draw) => `${draw(base62, 29)}7Kx`,
  }),
  assigned({
    id: 'abuseipdb-key',
    name: 'AbuseIPDB API key',
    risk: 'Reports and looks up addresses in the account’s name, until it is deleted.',
    format: '80 hexadecimal digits (small letters and digits there)',
    source: truffleHog('abuseipdb'),
    severity: 'warning',
    revocation: 'https://www.abuseipdb.com/account/api',
    near: ['abuseipdb'],
    shapes: [[some(lowerHex, 80)]],
  }),
  assigned({
    id: 'meraki-key',
    name: 'Cisco Meraki API key',
    risk: 'Reads and changes the networks of its owner’s organisations, until it is revoked.',
    format: '40 hexadecimal digits (an example)',
    source: 'https://github.com/meraki/dashboard-api-python/blob/main/examples/get_pages_iterator.py',
    severity: 'error',
    revocation: 'https://developer.cisco.com/meraki/api-v1/authorization/',
    near: ['meraki'],
    shapes: [[some(lowerHex, 40)]],
  }),
];
