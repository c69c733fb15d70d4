import { isVaried } from '../randomness.ts';
import { whenForgetting } from '../remembered.ts';
import { type Joined, readJoined } from '../text.ts';
import { alsoInBase64 } from './encoded.ts';
import { base64, type Checked, type Draw, type Rule } from './rule.ts';

const marker = '-----BEGIN ';
// as in a kubeconfig, which may be in base64 itself
const encodedMarker = Buffer.from(marker).toString('base64').slice(0, -2);
const label = /(?:RSA |EC |DSA |OPENSSH )?PRIVATE KEY-----/y;
const endMarker = /(?:\r?\n[-+]|\\{0,3}["'`]?)-----END [A-Z ]{0,20}PRIVATE KEY-----/y;

// An RSA key of 16,384 bits takes some 12,700 characters.
const longest = 20_000;

export function checkPem(text: string, start: number, end: number): Checked | undefined {
  label.lastIndex = end;
  if (!label.test(text)) return undefined;
  const body = readInDiff(text, label.lastIndex) ?? bodyOfPem(text, label.lastIndex);
  if (!isPrivateKey(body.content)) return { next: body.next };
  const stop = endOfPem(text, body);
  return { match: { start, end: stop }, next: stop };
}

const lineOfDiff = /\r?\n[-+]([A-Za-z0-9+/]{1,80}={0,2})(?=\r?\n)/y;

/** The content of a key that a diff adds or takes away, from the end of its first line on: the sign before each line is no part of it. Undefined where there is no such sign. */
function readInDiff(text: string, from: number): Pick<Joined, 'content' | 'end' | 'next'> | undefined {
  const lines: string[] = [];
  let end = from;
  for (let length = 0; length <= longest; length += lines.at(-1)!.length) {
    lineOfDiff.lastIndex = end;
    const line = lineOfDiff.exec(text);
    if (line === null) break;
    lines.push(line[1]!);
    end = lineOfDiff.lastIndex;
  }
  return lines.length === 0 ? undefined : { content: lines.join(''), end, next: end };
}

let read: { readonly text: string; readonly from: number; readonly body: Joined } | undefined;
const forgetRead = () => {
  read = undefined;
};

/** The content of a key behind its first line, which two rules read one after the other. */
export function bodyOfPem(text: string, from: number): Joined {
  if (read?.from === from && read.text === text) return read.body;
  if (read === undefined) whenForgetting(forgetRead);
  const body = readJoined(text, from, longest);
  read = { text, from, body };
  return body;
}

/** Where a key ends whose content was read: behind its end line, if it has one. */
export function endOfPem(text: string, { end, next }: Pick<Joined, 'end' | 'next'>): number {
  endMarker.lastIndex = next;
  return endMarker.test(text) ? endMarker.lastIndex : end;
}

/** Is this base64 the whole of an unencrypted private key? What is cut, encrypted or made up is none. */
function isPrivateKey(content: string): boolean {
  if (content.length < 60 || !isVaried(content, 20)) return false;
  // what begins otherwise is not decoded
  if (content[0] === aSequence) return isAsn1(Buffer.from(content, 'base64'));
  return content.startsWith(openSshInBase64) && isOpenSsh(Buffer.from(content, 'base64'));
}

const aSequence = 'M'; // what 0x30 begins with in base64

/** PKCS#1, SEC 1 and PKCS#8 begin with a SEQUENCE over all of it and a version; an encrypted PKCS#8 has another SEQUENCE there. */
function isAsn1(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return false;
  const form = bytes[1]!;
  const sizeBytes = form < 0x80 ? 0 : form & 0x7f;
  if (sizeBytes > 2) return false;
  const header = 2 + sizeBytes;
  const size = sizeBytes === 0 ? form : bytes.readUIntBE(2, sizeBytes);
  if (bytes.length < header + size) return false;
  return bytes[header] === 2 && bytes[header + 1] === 1 && bytes[header + 2]! <= 1;
}

const openSshMagic = Buffer.from('openssh-key-v1\0'); // of 15 bytes, so that 20 characters of base64 hold no part of what follows
const openSshInBase64 = openSshMagic.toString('base64');

/** The format of OpenSSH's PROTOCOL.key: cipher, key derivation, its options, public keys, private keys; each with its length before it. */
function isOpenSsh(bytes: Buffer): boolean {
  let at = openSshMagic.length;
  const field = (): Buffer | undefined => {
    if (at + 4 > bytes.length) return undefined;
    const from = at + 4;
    at = from + bytes.readUInt32BE(at);
    return at <= bytes.length ? bytes.subarray(from, at) : undefined;
  };
  if (field()?.toString('latin1') !== 'none' || field() === undefined || field() === undefined) return false;
  at += 4; // the number of keys, which is always one
  return field() !== undefined && field() !== undefined;
}

/** 64-character lines between a key's markers. */
const pem = (kind: string, content: string): string =>
  `-----BEGIN ${kind}-----\n${content.match(/.{1,64}/g)!.join('\n')}\n-----END ${kind}-----\n`;

/** A key that opens nothing. */
export function samplePem(draw: Draw): string {
  const random = Buffer.from(draw(base64, 120), 'base64');
  return pem('PRIVATE KEY', Buffer.concat([Buffer.from([0x30, 0x81, 3 + random.length, 2, 1, 0]), random]).toString('base64'));
}

const kinds = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY'];

export const privateKeyRules = (): readonly Rule[] => [
  alsoInBase64(
    {
      id: 'private-key',
      name: 'Private key',
      risk: 'Signs in, signs or decrypts as whoever holds the key: servers, certificates, service accounts and packages that trust its public half.',
      format: 'PEM: PKCS#8, PKCS#1, SEC 1, DSA or OpenSSH, not encrypted and not cut',
      source: 'https://www.rfc-editor.org/rfc/rfc7468',
      severity: 'error',
      commonInTests: true,
      revocation: 'https://letsencrypt.org/docs/revoking/',
      publicPrefix: /^-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/,
      literals: [{ text: marker }],
      check: checkPem,
      cases: (draw) => {
        const random = Buffer.from(draw(base64, 120), 'base64');
        const plain = Buffer.concat([Buffer.from([0x30, 0x81, 3 + random.length, 2, 1, 0]), random]).toString('base64');
        const encrypted = Buffer.concat([Buffer.from([0x30, 0x81, 2 + random.length, 0x30, 88]), random]).toString('base64');
        const key = pem('PRIVATE KEY', plain);
        return {
          ok: [
            ...kinds.map((kind) => pem(kind, plain)),
            `key: |\n${key.replace(/^/gm, '  ')}`,
            JSON.stringify({ private_key: key }),
            JSON.stringify(JSON.stringify({ private_key: key })),
            key
              .trim()
              .split('\n')
              .map((line) => `"${line}\\n"`)
              .join(' +\n  '),
            `[${key
              .trim()
              .split('\n')
              .map((line) => `'${line}'`)
              .join(',\n')}].join('\\n')`,
            key.replaceAll('\n', '\r\n'),
            ...['+', '-', '//! ', '    /// ', ' * ', '# '].map((sign) => key.replace(/^(?=.)/gm, sign)),
            `client-key-data: ${Buffer.from(key).toString('base64')}`,
          ],
          ng: [
            pem('ENCRYPTED PRIVATE KEY', encrypted),
            pem('PRIVATE KEY', encrypted),
            pem('PRIVATE KEY', plain.slice(0, 100)),
            pem('PRIVATE KEY', plain).replace(/(?<=\n.{30}).{20}/, '…'),
            pem('PUBLIC KEY', plain),
            `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${plain}\n-----END RSA PRIVATE KEY-----`,
            `-----BEGIN PRIVATE KEY-----\n\${key}\n-----END PRIVATE KEY-----`,
            pem('PRIVATE KEY', plain[0]!.repeat(160)),
          ],
        };
      },
    },
    marker,
    encodedMarker,
  ),
];
