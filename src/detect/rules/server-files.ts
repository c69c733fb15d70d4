// Secrets that servers of networks share with their peers, in their own files: name servers, tunnels, RADIUS and LDAP.
import { markAfter } from '../engine/matcher.ts';
import { isVaried } from '../randomness.ts';
import { beginsLine, inFile } from './in-file.ts';
import { isLikelyPassword, isMixedValue } from './password.ts';
import { base62, type Checked, type Draw, type Match, type Rule } from './rule.ts';

const told = { severity: 'error', commonInTests: true } as const;

const leastOfKey = 20;
const longestOfKey = 172;
const keyOfDns = `([A-Za-z0-9+/]{${leastOfKey},${longestOfKey}}={0,2})(?=["';\\s]|$)`;
const secretWithKey = `secret(?:[ \\t]{1,12}|["']?[ \\t]{0,8}[:=][ \\t]{0,8})["']?${keyOfDns}`;
const inEntry = new RegExp(`\\b${secretWithKey}`, 'i');
const ofUpdates = new RegExp(`[_-](?:tsig[_-])?${secretWithKey}`, 'iy');
const ofOption = new RegExp(`(?:md5|sha\\d{1,3}):[\\w.-]{1,120}:${keyOfDns}`, 'iy');
const reach = { entry: 200, name: 40 };
const namesAlgorithm = /\balgorithm["']?[ \t]{0,12}(?:[:=][ \t]{0,8})?["']?$/i;
const endOfEntry = /[{}]|\n[ \t]{0,40}-[ \t]/;

/** The key of a name server beside the algorithm in the same entry, as an argument, or behind a name of dynamic updates. No more than that is read. */
function checkKey(text: string, start: number, end: number): Checked | undefined {
  if (text[end - 1] !== '-') return keyBehind(text, end, ofUpdates);
  if (text.startsWith('-y ', start - 3)) return keyBehind(text, end, ofOption);
  if (!namesAlgorithm.test(text.slice(Math.max(0, start - reach.name), start))) return undefined;
  const before = text
    .slice(Math.max(0, start - reach.entry), start)
    .split(endOfEntry)
    .at(-1)!;
  const rest = text.slice(start, start + reach.entry);
  const entry = before + rest.slice(0, endOfEntry.exec(rest)?.index);
  const from = start - before.length;
  const found = inEntry.exec(entry);
  const next = from + entry.length;
  return found === null ? { next } : { ...matchOfKey(found[1]!, from + found.index + found[0].length), next };
}

function keyBehind(text: string, end: number, expression: RegExp): Checked | undefined {
  expression.lastIndex = end;
  const key = expression.exec(text)?.[1];
  return key === undefined ? undefined : { ...matchOfKey(key, expression.lastIndex), next: expression.lastIndex };
}

/** A key that ends at `end`, where it is one. */
const matchOfKey = (key: string, end: number): { match?: Match } =>
  key.length % 4 === 0 && isVaried(key, 12) && !isPrintable(key) ? { match: { start: end - key.length, end } } : {};

/** Is it a sentence in base64, as examples have it? Of 15 random bytes hardly any are. */
const isPrintable = (key: string): boolean => /^[\s -~]*$/.test(Buffer.from(key, 'base64').toString('latin1'));

const longestSecrets = 1500;
const secretOfSection =
  /\n[ \t]{1,20}secret[ \t]{0,8}=[ \t]{0,8}(?:"(?=[^"\s]{8,120}")|0[sx](?=[A-Za-z0-9+/=]{8,200}\s))?([^\s"#]{8,200})(?=["\s]|$)/g;

/** The secrets of the sections in strongSwan’s `secrets`. */
function checkSections(text: string, _start: number, end: number): Checked {
  const [sections] = text.slice(end, end + longestSecrets).split('\n}', 1) as [string];
  const [match, ...more] = [...sections.matchAll(secretOfSection)].flatMap(({ 0: line, 1: secret, index }): Match[] => {
    const stop = end + index + line.length;
    return isLikelyPassword(secret!) ? [{ start: stop - secret!.length, end: stop }] : [];
  });
  return { match, more, next: end + sections.length };
}

const drawKey = (draw: Draw): string => Buffer.from(`${draw(base62, 31)}\u0001`).toString('base64');

export const serverFileRules = (): readonly Rule[] => [
  {
    ...told,
    id: 'dns-key',
    name: 'Key of a name server (TSIG)',
    risk: 'Changes the records of its zones, transfers them, or controls the name server, from wherever that can be reached.',
    format: 'secret beside algorithm hmac-…, as in BIND and Knot; behind rfc2136_secret or rfc2136-tsig-secret; -y hmac-…:NAME:KEY',
    source: 'https://bind9.readthedocs.io/en/v9.18.49/manpages.html#rndc-conf-rndc-configuration-file',
    revocation: 'https://bind9.readthedocs.io/en/v9.18.49/manpages.html#rndc-confgen-rndc-key-generation-tool',
    literals: ['hmac-', 'rfc2136'].map((text) => ({ text, anyCase: true as const })),
    check: checkKey,
    cases(draw) {
      const key = () => drawKey(draw);
      const sentence = Buffer.from('Strong enough for a man but made for a woman').toString('base64');
      return {
        ok: [
          `key "rndc-key" {\n\talgorithm hmac-sha256;\n\tsecret "${key()}";\n};\n`,
          `key shop { secret "${key()}"; algorithm "hmac-md5"; };\n`,
          `key:\n  - id: shop\n    algorithm: hmac-sha256\n    secret: ${key()}\n`,
          `dns_rfc2136_name = shop.\ndns_rfc2136_secret = ${key()}\n`,
          `RFC2136_TSIG_SECRET=${key()}\n`,
          `external-dns --rfc2136-tsig-secret=${key()} --registry=txt`,
          `nsupdate -y hmac-sha256:shop:${key()} changes`,
          `key:\n- id: a\n  secret: ${key()}\n  algorithm: hmac-sha256\n- id: b\n`,
        ],
        ng: [
          `key shop { algorithm hmac-sha256; secret "${'A'.repeat(43)}="; };\n`,
          `key shop { algorithm hmac-sha256; secret "${sentence}"; };\n`,
          `key shop { algorithm hmac-sha256; };\nother { secret "${key()}"; };\n`,
          `key shop { algorithm hmac-sha256; secret "${key().slice(1)}"; };\n`,
          `cookie { secret "${key()}"; };\n`,
          `dns_rfc2136_secret = getSecretFromKeychainOfShop\n`,
        ],
      };
    },
  },
  inFile({
    ...told,
    id: 'ipsec-secret',
    name: 'Secret of an IPsec connection',
    risk: 'Joins the private network as one of its ends, or signs in to it as the user.',
    format: 'PSK, EAP or XAUTH behind a colon in ipsec.secrets, and the secret in quotes or as 0s and base64',
    source: 'https://github.com/strongswan/strongswan/blob/5.9.8/man/ipsec.secrets.5.in',
    revocation: 'https://docs.strongswan.org/docs/latest/swanctl/swanctlConf.html',
    literals: [': PSK', ': EAP', ': XAUTH'],
    gates: [markAfter('"0', ' \t', 8)],
    after: /[ \t]{1,8}(?:"(?=[^"\s]{8,120}")|0[sx](?=[A-Za-z0-9+/=]{16,200}(?:\s|$)))([^\s"]{8,200})/y,
    before: { test: (before) => /(?:^|\s)$/.test(before) },
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `192.0.2.1 198.51.100.2 : PSK "${password}"\n`,
    cases: (draw) => ({
      ok: [`: PSK 0s${drawKey(draw)}\n`, `carol : EAP "${draw(base62, 14)}a7Z"\n`, `@dave : XAUTH "${draw(base62, 14)}a7Z"\n`],
      ng: [': PSK "mysecretpassword"\n', `key: PSK "${draw(base62, 14)}a7Z"\n`, 'carol : EAP "Carol"\n'],
    }),
  }),
  {
    ...told,
    id: 'swanctl-secret',
    name: 'Secret of an IPsec connection in swanctl.conf',
    risk: 'Joins the private network as one of its ends, or signs in to it as the user.',
    format: 'secret in a section of secrets, in quotes or not, or as 0s and base64',
    source: 'https://docs.strongswan.org/docs/latest/swanctl/swanctlConf.html',
    revocation: 'https://docs.strongswan.org/docs/latest/swanctl/swanctlConf.html',
    isChosen: true,
    literals: [{ text: 'secrets {', beginsWord: true, gates: [markAfter('\n', ' \t\r', 4)] }],
    check: checkSections,
    cases(draw) {
      const secret = () => `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `secrets {\n  ike-1 {\n    id = moon.shop.io\n    secret = 0s${drawKey(draw)}\n  }\n}\n`,
          `secrets {\n\n   eap-carol {\n      id = carol\n      secret = "${secret()}"\n   }\n}\n`,
          `secrets {\n  xauth {\n    id = dave\n    secret = ${secret()}\n  }\n}\n`,
        ],
        ng: [
          `secrets {\n  private {\n    file = key.pem\n  }\n}\nother {\n    secret = ${secret()}\n}\n`,
          'secrets {\n  ike {\n    secret = mysecret\n  }\n}\n',
          `pub struct Secrets {\n    secret: String1Value,\n}\n`,
        ],
      };
    },
  },
  inFile({
    ...told,
    id: 'radius-secret',
    name: 'Shared secret of a RADIUS client',
    risk: 'Reads the passwords that the client sends to the RADIUS server, and answers in the name of that.',
    format: 'secret behind ipaddr in the block of a client, as in clients.conf',
    source: 'https://github.com/FreeRADIUS/freeradius-server/blob/release_3_2_1/raddb/clients.conf',
    revocation: 'https://github.com/FreeRADIUS/freeradius-server/blob/release_3_2_1/raddb/clients.conf',
    literals: [{ text: 'ipaddr', beginsWord: true, gates: [markAfter('=', ' \t', 12)] }],
    after:
      /[ \t]{0,12}=[^{}\r\n]{1,80}(?:\r?\n(?![ \t]{0,20}secret\b|[^\r\n]{0,20}ipaddr)[^{}\r\n]{0,120}){0,20}\r?\n[ \t]{0,20}secret[ \t]{0,12}=[ \t]{0,12}["']?([^\s"'#]{8,64})(?=["']?[ \t]{0,8}(?:[\r\n#]|$))/y,
    isChosen: true,
    accepts: isMixedValue,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `client office {\n\tipaddr = 192.0.2.0/24\n\tsecret = ${password}\n}\n`,
    cases: (draw) => ({
      ok: [
        `client office {\n  ipaddr    = office.shop.io\n\n  # of all machines\n  secret    = "${draw(base62, 14)}a7Z"\n  proto = *\n}\n`,
      ],
      ng: [
        'client office {\n\tipaddr = 192.0.2.0/24\n\tsecret = "nobody-will-use-this"\n}\n',
        'client localhost {\n\tipaddr = 127.0.0.1\n\tsecret = testing123\n}\n',
        `client office {\n\tipaddr = 192.0.2.0/24\n}\nother {\n\tsecret = ${draw(base62, 14)}a7Z\n}\n`,
        'client office {\n\tipaddr = 192.0.2.0/24\n\tsecret = $ENV{RADIUS_SECRET1}\n}\n',
      ],
    }),
  }),
  inFile({
    ...told,
    id: 'ldap-password',
    name: 'Password of a directory (LDAP)',
    risk: 'Reads the directory as its user, or changes it as its administrator: people, groups and password hashes.',
    format: 'the whole line behind rootpw, olcRootPW, bindpw, dnpass or ldap_default_authtok, as OpenLDAP, nslcd, Dovecot and SSSD have it',
    source: 'https://www.openldap.org/software/man.cgi?query=slapd.conf&apropos=0&sektion=5&manpath=OpenLDAP+2.5-Release',
    revocation: 'https://www.openldap.org/software/man.cgi?query=ldappasswd',
    isChosen: true,
    literals: ['rootpw', 'olcRootPW', 'bindpw', 'dnpass', 'ldap_default_authtok'].map((text) => ({ text, beginsWord: true })),
    before: beginsLine,
    after: /(?:[ \t]{0,4}[:=]|[ \t])[ \t]{0,20}["']?([^\s"'#]{8,64})(?=["']?[ \t]{0,8}(?:[\r\n]|$))/y,
    accepts: isMixedValue,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `rootdn "cn=admin,dc=shop,dc=io"\nrootpw ${password}\n`,
    cases: (draw) => ({
      ok: [
        `olcRootDN: cn=admin,dc=shop,dc=io\nolcRootPW: ${draw(base62, 14)}a7Z\n`,
        `binddn cn=proxy,dc=shop,dc=io\nbindpw ${draw(base62, 14)}a7Z\n`,
        `dn = cn=dovecot,dc=shop,dc=io\ndnpass = ${draw(base62, 14)}a7Z\n`,
        `ldap_default_authtok_type = password\nldap_default_authtok = ${draw(base62, 14)}a7Z\n`,
      ],
      ng: [
        `rootpw {SSHA}${draw(base62, 32)}\n`,
        `rootpw --iscrypted $6$${draw(base62, 8)}$${draw(base62, 60)}\n`,
        'bindpw = config.bindPassword1\n',
        `this.bindpw = ${draw(base62, 14)}a7Z\n`,
        'bindpw os.environ["BIND_PW1"]\n',
      ],
    }),
  }),
];
