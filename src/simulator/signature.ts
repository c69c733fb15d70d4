import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Caller } from './caller.ts';
import { ServiceError, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

/** What a request says of its own signature, in its header or (presigned) in its query. */
interface Claim {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly time: string;
  readonly sessionToken: string | undefined;
  /** How long a presigned request holds, in seconds. */
  readonly expires: number;
}

const allowedSkewMs = 15 * 60 * 1000;
const algorithm = 'AWS4-HMAC-SHA256';

/** The service that a request is signed for, before anything of it is believed. */
export function signingNameOf(request: WireRequest): string | undefined {
  const credential =
    single(request.query, 'X-Amz-Credential') ?? /Credential=([^,\s]{1,256})/.exec(request.headers.authorization ?? '')?.[1];
  return credential?.split('/')[3];
}

/**
 * Who signed the request, and for which region. Signature Version 4 in a header or in the query, computed again with the secret of the key
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 *
 * @throws ServiceError in AWS's words
 */
export async function authenticate(request: WireRequest, service: string, world: World): Promise<{ caller: Caller; region: string }> {
  const claim = claimOf(request);
  const { caller, secretAccessKey, sessionToken } = holderOf(claim, world);
  checkScope(claim, service);
  checkTime(claim, world.now());
  checkSignedHeaders(claim, request);
  const expected = await signatureOf(request, claim, { accessKeyId: claim.accessKeyId, secretAccessKey, sessionToken });
  if (!sameText(expected, claim.signature)) throw mismatch();
  if (caller.session && caller.session.expiration <= world.now()) {
    throw new ServiceError('ExpiredToken', 403, 'The security token included in the request is expired');
  }
  return { caller, region: claim.region };
}

/** The refusal of a key id or token that AWS does not know, or no longer, or not yet, or not for this. */
export function invalidToken(): ServiceError {
  return new ServiceError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
}

function mismatch(
  text = 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
): ServiceError {
  return new ServiceError('SignatureDoesNotMatch', 403, text);
}

const incomplete = (text: string) => new ServiceError('IncompleteSignature', 400, text);

function claimOf(request: WireRequest): Claim {
  const presigned = single(request.query, 'X-Amz-Algorithm') !== undefined;
  const parts = presigned ? queryParts(request.query) : headerParts(request.headers.authorization);
  const scope = parts.credential.split('/');
  const [accessKeyId, day, region, service, terminator] = scope;
  if (scope.length !== 5 || !accessKeyId || !day || !region || !service || terminator !== 'aws4_request') {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request, got '${parts.credential}'`,
    );
  }
  const time = presigned ? single(request.query, 'X-Amz-Date') : request.headers['x-amz-date'];
  if (!time || !/^\d{8}T\d{6}Z$/.test(time) || Number.isNaN(dateOf(time).getTime())) {
    throw incomplete("Authorization header requires existence of a valid 'X-Amz-Date' header.");
  }
  const expires = Number(single(request.query, 'X-Amz-Expires') ?? 0);
  if (presigned && !(expires >= 1 && expires <= 604_800)) throw incomplete('X-Amz-Expires must be between 1 and 604800 seconds.');
  const sessionToken = presigned ? single(request.query, 'X-Amz-Security-Token') : request.headers['x-amz-security-token'];
  const signedHeaders = parts.signedHeaders.toLowerCase().split(';');
  return { presigned, accessKeyId, day, region, service, signedHeaders, signature: parts.signature, time, sessionToken, expires };
}

interface Parts {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

function headerParts(header: string | undefined): Parts {
  if (!header?.startsWith(algorithm)) throw new ServiceError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  const given = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map((part) => part.trim())
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  return partsOf((name) => given.get(name), 'Authorization header', '');
}

function queryParts(query: WireRequest['query']): Parts {
  if (single(query, 'X-Amz-Algorithm') !== algorithm) throw incomplete(`X-Amz-Algorithm only supports "${algorithm}"`);
  return partsOf((name) => single(query, `X-Amz-${name}`), 'AWS query-string parameters', 'X-Amz-');
}

function partsOf(get: (name: string) => string | undefined, where: string, prefix: string): Parts {
  const required = (name: string) => {
    const value = get(name);
    if (!value) throw incomplete(`${where} requires '${prefix}${name}' parameter.`);
    return value;
  };
  return { credential: required('Credential'), signedHeaders: required('SignedHeaders'), signature: required('Signature') };
}

/** Whose key it is, as the services know it at this moment. */
function holderOf(claim: Claim, world: World): { caller: Caller; secretAccessKey: string; sessionToken: string | undefined } {
  const { accessKeyId } = claim;
  const session = world.sessions.get(accessKeyId);
  if (session) {
    const known = claim.sessionToken !== undefined && sameText(session.sessionToken, claim.sessionToken) && world.exists(session.principal);
    if (!known) throw invalidToken();
    return { caller: { accessKeyId, principal: session.principal, session }, ...session };
  }
  const key = world.accessKeys.get(accessKeyId);
  if (!key || claim.sessionToken !== undefined || !world.isUsable(key)) throw invalidToken();
  return {
    caller: { accessKeyId, principal: key.user, session: undefined },
    secretAccessKey: key.secretAccessKey,
    sessionToken: undefined,
  };
}

function checkScope(claim: Claim, service: string): void {
  if (claim.service !== service) throw mismatch(`Credential should be scoped to correct service: '${service}'. `);
  if (!claim.time.startsWith(claim.day)) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.day}' != '${claim.time.slice(0, 8)}', from '${claim.time}'.`,
    );
  }
}

function checkTime(claim: Claim, now: Date): void {
  const signed = dateOf(claim.time).getTime();
  const lifetime = claim.presigned ? claim.expires * 1000 : allowedSkewMs;
  const words = claim.presigned ? `${claim.expires} sec.` : '15 min.';
  const earliest = new Date(now.getTime() - lifetime);
  const latest = new Date(now.getTime() + allowedSkewMs);
  if (signed < earliest.getTime() - 999) {
    throw mismatch(`Signature expired: ${claim.time} is now earlier than ${timeOf(earliest)} (${timeOf(now)} - ${words})`);
  }
  if (signed > latest.getTime()) {
    throw mismatch(`Signature not yet current: ${claim.time} is still later than ${timeOf(latest)} (${timeOf(now)} + 15 min.)`);
  }
}

function checkSignedHeaders({ signedHeaders }: Claim, { headers }: WireRequest): void {
  if (!signedHeaders.includes('host')) throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  const loose = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (loose.length > 0) throw mismatch(`'${loose.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`);
}

async function signatureOf(
  request: WireRequest,
  claim: Claim,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string | undefined },
): Promise<string> {
  const headers = Object.fromEntries(claim.signedHeaders.map((name) => [name, request.headers[name] ?? '']));
  // The signer takes this header's word for the body; so does AWS only where the body agrees.
  const bodyHash = headers['x-amz-content-sha256'];
  if (bodyHash !== undefined && bodyHash !== createHash('sha256').update(request.body).digest('hex')) throw mismatch();
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: claim.region,
    service: claim.service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const query = Object.fromEntries(Object.entries(request.query).filter(([name]) => !claim.presigned || !signerAdds.has(name)));
  const unsigned = new HttpRequest({ method: request.method, path: request.path, query, headers, body: request.body });
  const signableHeaders = new Set(claim.signedHeaders);
  const signingDate = dateOf(claim.time);
  if (claim.presigned) {
    const signed = await signer.presign(unsigned, {
      signingDate,
      expiresIn: claim.expires,
      signableHeaders,
      unhoistableHeaders: signableHeaders,
    });
    return String(signed.query?.['X-Amz-Signature']);
  }
  const signed = await signer.sign(unsigned, { signingDate, signableHeaders });
  return /Signature=(\w{1,128})$/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
}

const signerAdds = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
]);

/** SHA-256, keyed or not, as the signer wants it. */
class Sha256 {
  #hash: Hash | Hmac;
  readonly #secret: Uint8Array | string | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : bytesOf(secret);
    this.#hash = this.#start();
  }

  #start(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#start();
  }
}

const bytesOf = (data: ArrayBuffer | ArrayBufferView) =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

/** Compares without telling by its time how much was right. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const timeOf = (date: Date) => date.toISOString().replace(/[-:]|\.\d{3}/g, '');
const dateOf = (time: string) => new Date(time.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));

function single(query: WireRequest['query'], name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  return Array.isArray(value) ? value[0] : value;
}
