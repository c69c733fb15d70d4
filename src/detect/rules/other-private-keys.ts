// Private keys beside PEM, and those that a passphrase protects.
import { readJoined } from '../text.ts';
import { bech32, bech32Of, isBech32 } from './bech32.ts';
import { hasSeedChecksum, sampleSeed } from './nats-seed.ts';
import { bodyOfPem, endOfPem } from './private-key.ts';
import { base32, base64, type Checked, type Draw, type Rule } from './rule.ts';
import { some } from './shape.ts';
import { token } from './token.ts';

const label = /(?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/y;
const lineEnd = '(?:\\\\{1,4}[rn]|\\\\\\r?\\n|[\\s"\'`+,]){1,80}';
const procType = new RegExp(`${lineEnd}Proc-Type: 4,ENCRYPTED${lineEnd}DEK-Info: [A-Z0-9-]{5,30},[0-9A-Fa-f]{8,64}`, 'y');
const longest = 20_000;
const openSsh = Buffer.from('openssh-key-v1\0');
// So much of a key's base64 tells whether it is encrypted.
const toldBy = 88;

/** Is this base64 an encrypted PKCS#8 (a SEQUENCE that begins with another one), or an OpenSSH key with a cipher? */
function isEncrypted(content: string): boolean {
  if (content.length < 60) return false;
  const bytes = Buffer.from(content.slice(0, toldBy), 'base64');
  if (bytes.subarray(0, openSsh.length).equals(openSsh)) {
    const size = bytes.length < openSsh.length + 4 ? 0 : bytes.readUInt32BE(openSsh.length);
    const cipher = bytes.subarray(openSsh.length + 4, openSsh.length + 4 + size).toString('latin1');
    return /^[a-z0-9@.-]{5,40}$/.test(cipher);
  }
  const header = bytes[1] === 0x82 ? 4 : bytes[1] === 0x81 ? 3 : 2;
  return bytes.length > 60 && bytes[0] === 0x30 && bytes[header] === 0x30;
}

function checkProtected(text: string, start: number, end: number): Checked | undefined {
  label.lastIndex = end;
  if (!label.test(text)) return undefined;
  let from = label.lastIndex;
  procType.lastIndex = from;
  const old = procType.test(text);
  if (old) from = procType.lastIndex;
  const body = bodyOfPem(text, from);
  if (old ? body.content.length < 60 : !isEncrypted(body.content)) return { next: body.next };
  const stop = endOfPem(text, body);
  return { match: { start, end: stop }, next: stop };
}

const base64Line = '[A-Za-z0-9+/=]{1,80}\\r?\\n';
/** What follows the name of a key file of PuTTY that is encrypted so, with lines that tell how its key is derived. */
const puttyFile = (encryption: string, derivation = ''): RegExp =>
  new RegExp(
    `\\d: [\\w@.-]{3,40}\\r?\\nEncryption: ${encryption}\\r?\\nComment: [^\\r\\n]{0,200}\\r?\\nPublic-Lines: \\d{1,3}\\r?\\n(?:${base64Line}){1,60}${derivation}Private-Lines: \\d{1,3}\\r?\\n(?:${base64Line}){1,200}Private-(?:MAC|Hash): [0-9a-f]{40,64}`,
    'y',
  );
const putty = puttyFile('none');
const protectedPutty = puttyFile('aes256-cbc', '(?:(?:Key-Derivation|Argon2-\\w{4,11}): \\w{1,128}\\r?\\n){0,5}');
const puttyName = 'PuTTY-User-Key-File-';
const pgpLabel = / PRIVATE KEY BLOCK-----/y;
// Any key may stand there (RFC 9580, 6.2.2).
const armourHeaders = new RegExp(`(?:${lineEnd}[A-Za-z][\\w-]{0,30}: ?(?:[^\\r\\n\\\\]|\\\\(?![rn\\r\\n\\\\])){0,200}){1,8}`, 'y');
const pgpEnd = /(?:=[A-Za-z0-9+/]{4}(?:\\{1,4}[rn]|[\s"'`+,]){1,20})?-----END PGP PRIVATE KEY BLOCK-----/y;

// As much of a key as is read at least.
const shortestLong = (longest * 3) / 4;

/** How many bytes the secret key packet has that these begin with (RFC 9580, 4.2); infinity where they begin with none. */
function sizeOfSecretKey(bytes: Buffer): number {
  const [tag, size = 0, second = 0] = bytes;
  if (tag === 0x94) return 2 + size;
  if (tag === 0x95) return 3 + bytes.readUInt16BE(1);
  if (tag === 0x96) return 5 + bytes.readUInt32BE(1);
  if (tag !== 0xc5) return Number.POSITIVE_INFINITY;
  if (size < 192) return 2 + size;
  return size < 224 ? 3 + ((size - 192) << 8) + second + 192 : 6 + bytes.readUInt32BE(2);
}

/** The lines that such a file may have, behind its name. */
const puttyLines = new RegExp(`\\d: [^\\r\\n]{0,40}\\r?\\n(?:(?:[A-Z][\\w-]{1,20}: [^\\r\\n]{0,200}\\r?\\n)|${base64Line}){0,280}`, 'y');

/** A key in a file of PuTTY, whose name stands from `start` to `end`. Of one that is not whole it is told how far it goes: what makes it whole may stand there. */
function checkFile(file: RegExp, text: string, start: number, end: number): Checked {
  file.lastIndex = end;
  if (file.test(text)) return { match: { start, end: file.lastIndex }, next: file.lastIndex };
  puttyLines.lastIndex = end;
  return { next: puttyLines.test(text) ? puttyLines.lastIndex : end };
}

const lines = (content: string): string => content.match(/.{1,64}/g)!.join('\n');

const samplePutty = (draw: Draw, encryption: string, derivation = ''): string =>
  `${puttyName}3: ssh-ed25519\nEncryption: ${encryption}\nComment: me\nPublic-Lines: 2\n${lines(draw(base64, 112))}\n${derivation}Private-Lines: 1\n${draw(base64, 47)}=\nPrivate-MAC: ${draw('0123456789abcdef', 64)}\n`;

export const otherPrivateKeyRules = (): readonly Rule[] => [
  {
    id: 'putty-private-key',
    name: 'PuTTY private key',
    risk: 'Signs in to every server that trusts its public half, as whoever holds the key.',
    format: 'PuTTY-User-Key-File-2 (of the package, lib/ssh.js) or -3 (observed), with Encryption: none',
    source: 'https://www.npmjs.com/package/node-forge/v/1.4.3',
    severity: 'error',
    commonInTests: true,
    revocation: 'https://www.openssh.com/manual.html',
    publicPrefix: /^PuTTY-User-Key-File-\d/,
    literals: [{ text: puttyName }],
    check: (text, start, end) => checkFile(putty, text, start, end),
    cases(draw) {
      const key = (encryption: string) => samplePutty(draw, encryption);
      return {
        ok: [key('none'), key('none').replaceAll('\n', '\r\n')],
        ng: [key('aes256-cbc'), 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n'],
      };
    },
  },
  {
    id: 'pgp-private-key',
    name: 'PGP private key',
    risk: 'Signs and decrypts as its owner, unless a passphrase protects it.',
    format: 'an armoured block PGP PRIVATE KEY BLOCK that begins with a secret key packet',
    source: 'https://www.rfc-editor.org/rfc/rfc9580',
    severity: 'error',
    commonInTests: true,
    revocation: 'https://www.gnupg.org/gph/en/manual/c235.html',
    publicPrefix: /^-----BEGIN PGP PRIVATE KEY BLOCK-----/,
    literals: [{ text: '-----BEGIN PGP' }],
    check(text, start, end) {
      pgpLabel.lastIndex = end;
      if (!pgpLabel.test(text)) return undefined;
      armourHeaders.lastIndex = pgpLabel.lastIndex;
      const from = armourHeaders.test(text) ? armourHeaders.lastIndex : pgpLabel.lastIndex;
      const body = readJoined(text, from, longest);
      const bytes = Buffer.from(body.content, 'base64');
      if (bytes.length <= 90 || bytes.length < Math.min(sizeOfSecretKey(bytes), shortestLong)) return { next: body.next };
      pgpEnd.lastIndex = body.next;
      const stop = pgpEnd.test(text) ? pgpEnd.lastIndex : body.end;
      return { match: { start, end: stop }, next: stop };
    },
    cases(draw) {
      const block = (content: string) =>
        `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${content}\n=${draw(base64, 4)}\n-----END PGP PRIVATE KEY BLOCK-----\n`;
      const key = (first: string) => block(lines(first + draw(base64, 2396)));
      const cut = `${lines(`lQWG${draw(base64, 188)}`)}\n.\n.\n${lines(draw(base64, 192))}`;
      return {
        ok: [
          key('lQWG'),
          key('lIYE'),
          key('lgAABYYE'),
          key('xYYE'),
          key('xcXG'),
          key('lQWG').replace('\n', '\nVersion: GnuPG v2\nComment0: of tests: "one"\nComment1: -\n'),
          key('lQWG').replace('\n', '\nComment: of C:\\keys\nHash:\n'),
          key('lQWG').replace('\n', '\nVersion: GnuPG v2\n').replace(/.+/g, '"$&\\n" \\'),
        ],
        ng: [key('mQGN'), block(cut), '-----BEGIN PGP PRIVATE KEY BLOCK-----\n…\n-----END PGP PRIVATE KEY BLOCK-----'],
      };
    },
  },
  token({
    id: 'age-secret-key',
    name: 'age secret key',
    risk: 'Decrypts every file that was encrypted for it, such as the secrets that sops keeps in a repository.',
    source: 'https://github.com/FiloSottile/age/blob/main/x25519.go',
    severity: 'error',
    commonInTests: true,
    revocation: 'https://github.com/FiloSottile/age',
    format: 'AGE-SECRET-KEY-1 and 32 bytes with their checksum in Bech32: 58 characters; AGE-SECRET-KEY-PQ-1, which is observed, too',
    shapes: [
      ['AGE-SECRET-KEY-1', some(bech32, 58)],
      ['AGE-SECRET-KEY-PQ-1', some(bech32, 58)],
    ],
    verify: isBech32,
    sample: (draw) => bech32Of('AGE-SECRET-KEY-', draw(bech32, 52)),
  }),
  token({
    id: 'nats-seed',
    name: 'NATS seed',
    risk: 'Signs in to the messaging system as this user or server, or, as an account or operator, lets anybody in.',
    format: 'SU (user), SA (account), SO (operator), SN, SC or SX; 32 bytes and a CRC-16 in base 32: 58 characters',
    source: 'https://github.com/nats-io/nkeys',
    severity: 'error',
    commonInTests: true,
    revocation: 'https://docs.nats.io/using-nats/nats-tools/nsc/revocation',
    shapes: ['SUA', 'SAA', 'SOA', 'SNA', 'SCA', 'SXA'].map((kind) => [kind, some('A-P', 1), some('A-Z2-7', 54)]),
    verify: hasSeedChecksum,
    sample: sampleSeed,
    cases: (draw) => ({
      ok: [`-----BEGIN USER NKEY SEED-----\n${sampleSeed(draw)}\n------END USER NKEY SEED------`],
      ng: [`SUAA${draw(base32, 54)}`],
    }),
  }),
  {
    id: 'protected-private-key',
    name: 'Private key with a passphrase',
    risk: 'Is as safe as its passphrase: whoever has the file can try passphrases as fast as they like.',
    format:
      'PEM: ENCRYPTED PRIVATE KEY, Proc-Type: 4,ENCRYPTED, or OpenSSH with a cipher; PuTTY-User-Key-File-2 or -3 with Encryption: aes256-cbc',
    source: 'https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key',
    severity: 'information',
    revocation: 'https://letsencrypt.org/docs/revoking/',
    publicPrefix: /^(?:-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----|PuTTY-User-Key-File-\d)/,
    literals: [{ text: '-----BEGIN ' }, { text: puttyName }],
    check: (text, start, end) =>
      end - start === puttyName.length ? checkFile(protectedPutty, text, start, end) : checkProtected(text, start, end),
    cases(draw) {
      const random = Buffer.from(draw(base64, 160), 'base64');
      const encrypted = Buffer.concat([Buffer.from([0x30, 0x81, 2 + random.length, 0x30, 88]), random]).toString('base64');
      const plain = Buffer.concat([Buffer.from([0x30, 0x81, 3 + random.length, 2, 1, 0]), random]).toString('base64');
      const ssh = (cipher: string) =>
        Buffer.concat([openSsh, Buffer.from([0, 0, 0, cipher.length]), Buffer.from(cipher), random]).toString('base64');
      const pem = (kind: string, content: string) => `-----BEGIN ${kind}-----\n${lines(content)}\n-----END ${kind}-----\n`;
      return {
        ok: [
          pem('ENCRYPTED PRIVATE KEY', encrypted),
          pem('OPENSSH PRIVATE KEY', ssh('aes256-ctr')),
          `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${draw('0123456789ABCDEF', 32)}\n\n${lines(plain)}\n-----END RSA PRIVATE KEY-----`,
          samplePutty(draw, 'aes256-cbc'),
          samplePutty(
            draw,
            'aes256-cbc',
            `Key-Derivation: Argon2id\nArgon2-Memory: 8192\nArgon2-Passes: 13\nArgon2-Parallelism: 1\nArgon2-Salt: ${draw('0123456789abcdef', 32)}\n`,
          ),
        ],
        ng: [
          samplePutty(draw, 'none'),
          pem('PRIVATE KEY', plain),
          pem('OPENSSH PRIVATE KEY', ssh('none')),
          pem('ENCRYPTED PRIVATE KEY', '…'),
          pem('PUBLIC KEY', plain),
        ],
      };
    },
  },
];
