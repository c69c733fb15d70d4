// What keeps other secrets, describes infrastructure, or runs containers.

import { markAfter, setOf } from '../engine/matcher.ts';
import { isMixed, isPlaceholder, isVaried } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { alsoInBase64 } from './encoded.ts';
import { standsFor } from './facts.ts';
import { inFile } from './in-file.ts';
import { type Claims, claimFacts, expiry, jwtBeginnings, readJwt, sampleJwt } from './jwt.ts';
import { isLikelyPassword } from './password.ts';
import { base62, base64, type Checked, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, digits, holding, lowerAlphanumeric, lowerHex, sampleOf, some, uuid } from './shape.ts';
import { datadogPatterns, scalibr } from './sources.ts';
import { token } from './token.ts';

const vaultTokens = 'https://developer.hashicorp.com/vault/docs/concepts/tokens';
const dopplerTokens = 'https://docs.doppler.com/docs/service-tokens';
const onePassword = 'https://developer.1password.com/docs/service-accounts/manage-service-accounts/';
const dockerTokens = 'https://docs.docker.com/security/access-tokens/';

const isServiceAccount = ({ sub }: Claims): boolean => typeof sub === 'string' && sub.startsWith('system:serviceaccount:');

const [holdsDigit, holdsTwoDigits] = [holding(some(digits, 1)), holding(some(digits, 2))];

export const secretStoreRules = (): readonly Rule[] => [
  token({
    id: 'vault-token',
    name: 'HashiCorp Vault token',
    risk: 'Reads and writes the secrets that its policies allow, until it expires or is revoked.',
    format: 'hvs. (service), hvb. (batch) or hvr. (recovery), and 24 letters and digits; longer ones in base64url are observed',
    source: vaultTokens,
    severity: 'error',
    revocation: vaultTokens,
    shapes: ['hvs.', 'hvb.', 'hvr.'].map((prefix) => [prefix, some(base64Url, 24, 400)]),
    cases: () => ({ ok: [], ng: ["client_token: 'hvs.myvaultgeneratedgithubtoken'", 'VAULT_TOKEN=hvs.the-token-that-vault-gave-you'] }),
  }),
  assigned({
    id: 'vault-token-legacy',
    name: 'HashiCorp Vault token, older format',
    risk: 'Reads and writes the secrets that its policies allow, until it expires or is revoked.',
    source: 'https://developer.hashicorp.com/vault/docs/upgrading/upgrade-to-1.0.0',
    severity: 'error',
    revocation: vaultTokens,
    near: ['vault'],
    shapes: ['s.', 'b.', 'r.'].flatMap((prefix) => [
      [prefix, some(alphanumeric, 24)],
      [prefix, some(alphanumeric, 26)],
      [prefix, some(base64Url, 80, 400)],
    ]),
    named: /token|key|secret/,
    example: 'token',
  }),
  assigned({
    id: 'vault-approle-secret-id',
    name: 'HashiCorp Vault AppRole secret ID',
    risk: 'With the ID of its role it signs in to Vault, and reads and writes the secrets that the role’s policies allow.',
    format: 'a UUID, which is observed, that its name calls a secret_id',
    source: 'https://developer.hashicorp.com/vault/api-docs/auth/approle',
    severity: 'error',
    revocation: 'https://developer.hashicorp.com/vault/api-docs/auth/approle',
    near: ['approle', 'role_id', 'vault_secret_id'],
    acrossLines: true,
    shapes: [uuid],
    named: /secretid$/,
    endsInId: true,
    example: 'secret_id',
    cases(draw) {
      const id = () => sampleOf(uuid, draw);
      return {
        ok: [
          `VAULT_SECRET_ID=${id()}\n`,
          `vault write auth/approle/login role_id="${id()}" secret_id="${id()}"`,
          `client.auth.approle.login(\n    role_id="${id()}",\n    secret_id="${id()}",\n)`,
        ],
        ng: [
          `VAULT_ROLE_ID=${id()}\n`,
          `approle:\n  secret_id_accessor: ${id()}\n`,
          `// of the password vault\nconst secretId = "${id()}";\n`,
        ],
      };
    },
  }),
  assigned({
    id: 'vault-unseal-key',
    name: 'HashiCorp Vault unseal key',
    risk: 'With enough others of its kind it opens the sealed vault.',
    format: '33 bytes in base64, of which one is the number of the share, or 32 where the key is in one piece',
    source: 'https://github.com/hashicorp/vault/blob/v1.21.4/shamir/shamir.go',
    severity: 'error',
    revocation: 'https://developer.hashicorp.com/vault/docs/commands/operator/rekey',
    near: ['unseal'],
    shapes: [[some(base64Characters, 44)], [some(base64Characters, 43), '=']],
    named: /unseal|^key/,
    example: 'key_1',
  }),
  inFile({
    id: 'consul-gossip-key',
    name: 'Gossip key of Consul, Nomad or Serf',
    risk: 'Joins the cluster’s gossip and reads it, from wherever its servers can be reached, until the key is replaced.',
    format: 'encrypt = with 32 bytes in base64; 16 are observed',
    source: 'https://learn.hashicorp.com/consul/security-networking/certificates',
    severity: 'warning',
    revocation: 'https://developer.hashicorp.com/consul/commands/keyring',
    literals: ['encrypt = "', '"encrypt": "', '"encrypt":"', 'encrypt      = "'],
    gates: [{ set: setOf(base64), length: 22, within: 0 }],
    after: /([A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{43}=)(?=")/y,
    accepts: (key) => isMixed(key) && !isPlaceholder(key),
    draws: (draw) => `${draw(base64, 40)}aZ5=`,
    sample: (key) => `datacenter = "shop"\nencrypt = "${key}"\n`,
    cases: (draw) => ({ ok: [`{"server": true, "encrypt": "${draw(base64, 19)}aZ5=="}`], ng: [`encrypt = "${draw(base62, 32)}"\n`] }),
  }),
  assigned({
    id: 'consul-token',
    name: 'Consul or Nomad ACL token',
    risk: 'Reads and changes what its policies allow in the cluster, as a bootstrap token everything, until it is deleted.',
    format: 'a UUID',
    source: 'https://developer.hashicorp.com/consul/api-docs/acl',
    severity: 'error',
    revocation: 'https://developer.hashicorp.com/consul/commands/acl/token/delete',
    near: ['consul', 'nomad'],
    shapes: [uuid],
    named: /token(?!.*accessor)/,
    example: 'http_token',
    cases: (draw) => ({
      ok: [`curl -H "X-Consul-Token: ${sampleOf(uuid, draw)}" https://consul.shop.io:8501/v1/kv/a`],
      ng: [`consul acl token read -accessor-id ${sampleOf(uuid, draw)}\n`, `nomad_token_accessor = "${sampleOf(uuid, draw)}"\n`],
    }),
  }),
  token({
    id: 'terraform-cloud-token',
    name: 'HCP Terraform token',
    risk: 'Plans and applies in the workspaces that it reaches, and reads their state with the secrets in it, until it is revoked.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens',
    shapes: [[some(alphanumeric, 14), '.atlasv1.', some('A-Za-z0-9_=-', 60, 70)]],
  }),
  token({
    id: 'pulumi-token',
    name: 'Pulumi access token',
    risk: 'Changes the stacks that it reaches, and reads their state with the secrets in it, until it is deleted.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://www.pulumi.com/docs/administration/access-identity/access-tokens/',
    shapes: [['pul-', some(lowerHex, 40)]],
  }),
  assigned({
    id: 'hcp-client-secret',
    name: 'HashiCorp Cloud client secret',
    risk: 'With its id it manages what the service principal may at HashiCorp Cloud: Vault, Consul, images and secrets, until it is deleted.',
    format: '64 characters of A-Za-z0-9._~-',
    source: scalibr('hcp'),
    severity: 'error',
    revocation: 'https://developer.hashicorp.com/hcp/docs/hcp/iam/service-principal/key',
    near: ['hcp_client', 'hcpclient', 'hcp-client'],
    acrossLines: true,
    shapes: [[some('A-Za-z0-9._~-', 64)]],
    named: /secret/,
    example: 'secret',
  }),
  token({
    id: 'doppler-token',
    name: 'Doppler token',
    risk: 'Reads, and depending on its kind changes, the secrets of the projects that it reaches, until it is revoked.',
    format:
      'dp., its kind (pt; st, ct, sa, scim, audit, which are observed), for service tokens the configuration, and 40 to 44 letters and digits',
    source: datadogPatterns,
    severity: 'error',
    revocation: dopplerTokens,
    shapes: [
      ...['dp.pt.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.', 'dp.st.'].map((prefix) => [prefix, some(alphanumeric, 40, 44)]),
      ['dp.st.', some('a-z0-9_-', 2, 35), '.', some(alphanumeric, 40, 44)],
    ],
  }),
  token({
    id: 'onepassword-service-account-token',
    name: '1Password service account token',
    risk: 'Reads, and with write access changes, the vaults that the service account may use, until it is revoked.',
    format: 'ops_ and JSON in base64url, 240 characters and more',
    source: scalibr('onepasswordkeys'),
    severity: 'error',
    revocation: onePassword,
    shapes: [['ops_eyJ', some('A-Za-z0-9_+/-', 240, 1500), some('=', 0, 2)]],
  }),
  token({
    id: 'onepassword-secret-key',
    name: '1Password secret key',
    risk: 'With the account’s password it opens the owner’s vaults from any device.',
    source: scalibr('onepasswordkeys'),
    severity: 'error',
    revocation: 'https://support.1password.com/regenerate-secret-key/',
    shapes: [
      [
        'A3-',
        some('A-Z0-9', 6),
        '-',
        some('A-Z0-9', 6),
        '-',
        some('A-Z0-9', 5),
        '-',
        some('A-Z0-9', 5),
        '-',
        some('A-Z0-9', 5),
        '-',
        some('A-Z0-9', 5),
      ],
      ['A3-', some('A-Z0-9', 6), '-', some('A-Z0-9', 11), '-', some('A-Z0-9', 5), '-', some('A-Z0-9', 5), '-', some('A-Z0-9', 5)],
    ],
  }),
  token({
    id: 'onepassword-recovery-code',
    name: '1Password recovery code',
    risk: 'With the mail address of the account it sets a new password and opens all of the owner’s vaults, until it is replaced.',
    source: scalibr('onepasswordkeys'),
    severity: 'error',
    revocation: 'https://support.1password.com/recovery-codes/',
    shapes: [['1PRK', ...Array.from({ length: 13 }, () => ['-', some('A-Z0-9', 4)]).flat()]],
  }),
  {
    id: 'onepassword-connect-token',
    name: '1Password Connect token',
    risk: 'Reads, and with write access changes, the vaults that it names, through the organisation’s Connect server, until it is revoked.',
    format: 'a signed JWT with the claims 1password.com/auuid and 1password.com/vts',
    source: 'observed',
    severity: 'error',
    revocation: 'https://developer.1password.com/docs/connect/manage-connect/',
    publicPrefix: /^eyJ/,
    literals: jwtBeginnings,
    check(text, start) {
      const found = readJwt(text, start);
      if (found?.claims === undefined) return found;
      return '1password.com/auuid' in found.claims
        ? { match: { start, end: found.next, ...expiry(found.claims) }, next: found.next }
        : { next: found.next };
    },
    facts: claimFacts,
    cases: (draw) => ({
      ok: [
        `OP_CONNECT_TOKEN=${sampleJwt(draw, { '1password.com/auuid': draw(base62, 26), '1password.com/vts': [], iss: 'com.1password.b5' })}`,
      ],
      ng: [`OP_CONNECT_TOKEN=${sampleJwt(draw, { iss: 'com.1password.b5' })}`],
    }),
  },
  inFile({
    id: 'dotenvx-private-key',
    name: 'Private key of dotenvx',
    risk: 'Decrypts the .env file that it is for, which lies in the repository, until the file is encrypted for a new one.',
    format: '64 hexadecimal digits behind DOTENV_PRIVATE_KEY, perhaps with the name of an environment',
    source: 'https://dotenvx.com/docs/quickstart/encryption',
    severity: 'error',
    revocation: 'https://dotenvx.com/docs/advanced/rotate',
    literals: ['DOTENV_PRIVATE_KEY'],
    after: /(?:_[A-Z0-9_]{1,40})?["']?\]?[ \t]{0,4}(?:[=:,][ \t]{0,4}|[ \t])["']?([0-9a-f]{64})(?![\w-])/y,
    accepts: (key) => isVaried(key, 10),
    draws: (draw) => draw('0123456789abcdef', 64),
    sample: (key) => `# .env.keys\nDOTENV_PRIVATE_KEY="${key}"\n`,
    cases: (draw) => ({
      ok: [
        `DOTENV_PRIVATE_KEY_PRODUCTION=${draw('0123456789abcdef', 64)} dotenvx run -- node index.js`,
        `env:\n  DOTENV_PRIVATE_KEY_CI: ${draw('0123456789abcdef', 64)}\n`,
      ],
      ng: [`DOTENV_PUBLIC_KEY="03${draw('0123456789abcdef', 64)}"\n`, `DOTENV_PRIVATE_KEY="${'0'.repeat(63)}1"\n`],
    }),
  }),
  assigned({
    id: 'bitwarden-access-token',
    name: 'Bitwarden Secrets Manager access token',
    risk: 'Reads, and with write access changes, the secrets of the machine account’s projects, until it is revoked.',
    format: '0., a UUID, a full stop, the client secret (30 characters), a colon, and 16 bytes in base64',
    source: 'https://github.com/bitwarden/sdk-internal/blob/main/crates/bitwarden-core/src/auth/access_token.rs',
    severity: 'error',
    revocation: 'https://bitwarden.com/help/access-tokens/',
    near: ['bitwarden', 'bws_', 'bws '],
    shapes: [['0.', ...uuid, '.', some(alphanumeric, 30), ':', some(base64Characters, 21), some('AQgw', 1), '==']],
    example: 'access_token',
  }),
  {
    id: 'kubernetes-service-account-token',
    name: 'Kubernetes service account token',
    risk: 'Acts as the service account in its cluster, with its roles, until the token expires or its secret is deleted.',
    format:
      'a signed JWT that stands for system:serviceaccount:, a namespace, a colon and a name (the name of a service account; that the token holds it is observed)',
    source: 'https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/authentication/serviceaccount/util.go',
    severity: 'error',
    revocation: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/',
    publicPrefix: /^eyJ/,
    literals: jwtBeginnings,
    check(text, start) {
      const found = readJwt(text, start);
      if (found?.claims === undefined) return found;
      return isServiceAccount(found.claims)
        ? { match: { start, end: found.next, ...expiry(found.claims) }, next: found.next }
        : { next: found.next };
    },
    facts: claimFacts,
    cases: (draw) => ({
      ok: [
        `token: ${sampleJwt(draw, { iss: 'kubernetes/serviceaccount', sub: 'system:serviceaccount:default:ci' })}`,
        `{"token":"${sampleJwt(draw, { iss: 'https://k8s.example.com', sub: 'system:serviceaccount:a:b', exp: 4_000_000_000 })}"}`,
      ],
      ng: [
        `token: ${sampleJwt(draw, { iss: 'https://k8s.example.com', sub: 'system:serviceaccount:a:b', exp: 1_600_000_000 })}`,
        `token: ${sampleJwt(draw, { iss: 'https://accounts.example.com', sub: 'somebody' })}`,
        `token: ${sampleJwt(draw, { sub: 'system:serviceaccount:default:ci' }, 'none')}`,
      ],
    }),
  },
  inFile({
    id: 'kubeconfig-login',
    name: 'Login of a kubeconfig',
    risk: 'Acts in the cluster as the user that the entry names, until the token or password is replaced.',
    format: 'in users: of a kubeconfig, an entry with name: and user:, and in that token:, or password: beside username:',
    source: 'https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/',
    severity: 'error',
    revocation: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/',
    literals: [{ text: 'user:', beginsWord: true, gates: [markAfter('\n', ' \t\r', 8, markAfter('upt', ' \t', 21))] }],
    after:
      /[ \t]{0,4}\r?\n[ \t]{2,20}(?:username:[^\r\n]{1,100}\r?\n[ \t]{2,20}password|password|token):[ \t]{1,4}["']?([^\s"'#]{8,2000})(?=["'\s]|$)/y,
    before: /(?:^|\n)[ \t]{0,8}(?:-[ \t]{1,4}|[ \t]{2})name:[ \t]{1,4}[^\r\n]{1,200}\r?\n[ \t]{0,12}$/,
    accepts: (value) => /[0-9]/.test(value) && isLikelyPassword(value),
    isChosen: true,
    sample: (password) => `users:\n- name: admin\n  user:\n    token: ${password}\n`,
    cases: (draw) => ({
      ok: [
        `users:\n  - name: admin\n    user:\n      username: admin\n      password: ${draw(base62, 14)}a7Z\n`,
        `users:\n- name: admin\n  user:\n    password: "${draw(base62, 14)}a7Z"\n    username: admin\n`,
      ],
      ng: [
        `seed:\n  user:\n    token: ${draw(base62, 24)}\n`,
        'users:\n- name: a\n  user:\n    token: localhost-match-with-port\n',
        'users:\n- name: admin\n  user:\n    token: {{ .Values.token }}\n',
      ],
    }),
  }),
  assigned({
    id: 'kubernetes-bootstrap-token',
    name: 'Kubernetes bootstrap token',
    risk: 'Lets a machine join the cluster as a node, until it expires.',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
    severity: 'warning',
    revocation: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
    near: ['bootstrap', 'kubeadm', '--token', 'token:', 'join'],
    within: 24,
    shapes: [[some(lowerAlphanumeric, 6), '.', some(lowerAlphanumeric, 16)]],
    named: /token/,
    example: 'token',
    verify: (text, start, end) => holdsDigit(text, start, start + 6) && holdsTwoDigits(text, start + 7, end),
    sample: (draw) => `${draw('abcdef', 5)}4.${draw('abcdefghijklmnopqrstuvwxyz', 13)}7x2`,
  }),
  inFile({
    id: 'kubernetes-bootstrap-token-secret',
    name: 'Secret half of a Kubernetes bootstrap token',
    risk: 'With the id beside it, it lets a machine join the cluster as a node, until it expires.',
    format: 'token-secret: and 16 characters of a-z0-9, below token-id in a Secret',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
    severity: 'warning',
    revocation: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
    literals: ['token-secret:'],
    after: /[ \t]{1,4}["']?([a-z0-9]{16})(?=["']?[ \t]{0,8}(?:[\r\n]|$))/y,
    before: /\btoken-id:[ \t]{1,4}["']?[a-z0-9]{6}["']?[ \t]{0,8}\r?\n(?:[ \t]{1,20}#[^\n]{0,100}\n)?[ \t]{1,20}$/,
    accepts: (secret) => holdsTwoDigits(secret, 0, secret.length),
    draws: (draw) => `${draw('abcdefghijklmnopqrstuvwxyz', 13)}7x2`,
    sample: (secret) => `type: bootstrap.kubernetes.io/token\nstringData:\n  token-id: 4fd2ab\n  token-secret: ${secret}\n`,
    cases: (draw) => ({
      ok: [],
      ng: [
        `stringData:\n  token-secret: ${draw('abcdefghijklmnopqrstuvwxyz', 13)}7x2\n`,
        '  token-id: 4fd2ab\n  token-secret: {{ .Values.secret }}\n',
      ],
    }),
  }),
  alsoInBase64(
    {
      id: 'docker-registry-auth',
      name: 'Docker registry login',
      risk: 'Pulls, and mostly pushes, the images of the registry: whoever runs them runs what was pushed.',
      format: 'in "auths": "auth" with user:password in base64',
      source: 'https://github.com/docker/docker-py/blob/main/docker/auth.py',
      severity: 'error',
      revocation: dockerTokens,
      commonInTests: true,
      // Also in a string of another JSON or TOML file, where its quotes are escaped.
      literals: [
        { text: '"auth"', gates: [markAfter(':', ' \t\r\n', 21, markAfter('"', ' \t\r\n', 21))] },
        { text: '"auth\\"', gates: [markAfter(':', ' ', 21, markAfter('\\', ' ', 21))] },
      ],
      check: checkDockerAuth,
      facts(credential) {
        const user = Buffer.from(credential, 'base64').toString('utf8').split(':')[0];
        return user ? [standsFor(user)] : [];
      },
      cases(draw) {
        const auth = Buffer.from(`ci:${draw(base62, 24)}`).toString('base64');
        return {
          ok: [
            `{"auths":{"ghcr.io":{"auth":"${auth}"}}}`,
            `environment = ["DOCKER_AUTH_CONFIG={\\"auths\\":{\\"ghcr.io\\":{\\"auth\\":\\"${auth}\\"}}}"]`,
            JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth } } }, null, 2),
          ],
          ng: [
            '{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNzd29yZA=="}}}',
            '{"auths":{"ghcr.io":{"auth":""}}}',
            `{"auth":"${draw(base62, 24)}"}`,
          ],
        };
      },
    },
    '"auths":',
  ),
  token({
    id: 'docker-hub-token',
    name: 'Docker Hub access token',
    risk: 'Pulls, and mostly pushes, images as its owner or organisation: whoever runs them runs what was pushed.',
    format:
      'dckr_pat_ (personal) and 27 characters, or dckr_oat_ (organisation) and 27 or 32 (only dckr_pat_ is documented, the rest is observed)',
    source: 'https://docs.docker.com/reference/api/hub/latest/operations/AuthCreateAccessToken/',
    severity: 'error',
    revocation: dockerTokens,
    shapes: [
      ['dckr_pat_', some(base64Url, 27)],
      ['dckr_oat_', some(base64Url, 27)],
      ['dckr_oat_', some(base64Url, 32)],
    ],
  }),
  token({
    id: 'docker-swarm-token',
    name: 'Docker Swarm join token or unlock key',
    risk: 'Lets a machine join the swarm, as a manager if it is a manager’s token, or opens a locked manager.',
    format: 'SWMTKN-1-, 49 or 50 and 24 or 25 small letters and digits, or SWMKEY-1- and 40 to 43 characters of base64, which is observed',
    source: 'https://docs.docker.com/reference/api/engine/version/v1.57/schemas/JoinTokens/',
    severity: 'error',
    revocation: 'https://docs.docker.com/reference/cli/docker/swarm/join-token/',
    shapes: [
      ['SWMTKN-1-', some(lowerAlphanumeric, 49, 50), '-', some(lowerAlphanumeric, 24, 25)],
      ['SWMKEY-1-', some(base64Characters, 40, 43)],
    ],
  }),
];

const authValue = /[ \t\r\n]{0,20}:[ \t\r\n]{0,20}\\?"([A-Za-z0-9+/]{12,1000}={0,2})(?=\\?")/y;
function checkDockerAuth(text: string, start: number, end: number): Checked | undefined {
  authValue.lastIndex = end;
  const value = authValue.exec(text)?.[1];
  if (value === undefined || !/auths\\?"/.test(text.slice(Math.max(0, start - 1000), start)) || !isLogin(value)) return undefined;
  const next = authValue.lastIndex;
  return { match: { start: next - value.length, end: next }, next };
}

/** Is this `user:password` in base64, with a password that one may have? */
function isLogin(base64: string): boolean {
  const [, user, password] = /^([^:\0-\x1f]{1,200}):([^\0-\x1f]{8,4000})$/.exec(Buffer.from(base64, 'base64').toString('utf8')) ?? [];
  return user !== undefined && isLikelyPassword(password!);
}
