import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the browser brought back: a code to get tokens with, or the error that stands in its place, such as `access_denied`. */
export type CallbackAnswer = { readonly code: string } | { readonly error: string };

export interface LoopbackListener {
  /** With the listener's own port. */
  readonly redirectUri: string;
  /** The answer to the one request that bears the state; undefined when `waitMs` have passed. Rejects with the signal's reason. */
  readonly answer: Promise<CallbackAnswer | undefined>;
  /** May be called at any time, and more than once. */
  close(): void;
}

/** Two sentences for the browser's page. */
export interface CallbackPage {
  /** As HTML names it: `en`. */
  readonly language: string;
  readonly title: string;
  readonly text: string;
}

/** The path of the redirect address; a client registers it without a port (RFC 8252, section 7.3). */
export const callbackPath = '/oauth/callback';

/**
 * Waits on 127.0.0.1, at a port that the system chooses, for the browser to bring the answer of a sign-in. It takes one answer: a GET of exactly the
 * path, to exactly this host, not sent by a web page's script, with the state that was given out. Whatever else comes is refused and waited past.
 * @returns undefined where no loopback port can be had
 */
export async function openLoopbackListener(options: {
  readonly state: string;
  readonly page: CallbackPage;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}): Promise<LoopbackListener | undefined> {
  const { state, page, waitMs, signal } = options;
  signal?.throwIfAborted();
  let resolve: (answer: CallbackAnswer | undefined) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const answer = new Promise<CallbackAnswer | undefined>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever closes early does not wait for the answer.
  answer.catch(() => {});

  let host = '';
  const server = createServer((request, response) => {
    const found = request.headers.host === host ? callbackOf(request, host, state) : undefined;
    if (found === undefined) {
      respond(response, 400, { language: 'en', title: 'Not expected', text: 'Nothing waits for this request.' });
      return;
    }
    respond(response, 200, page);
    resolve(found);
    close();
  });
  server.maxConnections = 16;
  server.headersTimeout = 10_000;

  const timer = setTimeout(() => {
    resolve(undefined);
    close();
  }, waitMs);
  const abort = () => {
    reject(signal?.reason);
    close();
  };
  const close = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    resolve(undefined);
    server.close();
    server.closeIdleConnections();
  };
  signal?.addEventListener('abort', abort);

  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    close();
    return undefined;
  }
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { redirectUri: `http://${host}${callbackPath}`, answer, close };
}

function callbackOf({ method, url, headers }: IncomingMessage, host: string, state: string): CallbackAnswer | undefined {
  const address = `http://${host}${url}`;
  // A link in a browser has no Origin; the request of a page's script has.
  if (method !== 'GET' || headers.origin !== undefined || !URL.canParse(address)) return undefined;
  const { pathname, searchParams } = new URL(address);
  if (pathname !== callbackPath || !url?.startsWith(`${callbackPath}?`)) return undefined;
  const only = (name: string) => (searchParams.getAll(name).length === 1 ? (searchParams.get(name) ?? '') : '');
  if (!sameText(only('state'), state)) return undefined;
  const code = only('code');
  const error = only('error');
  if ((code === '') === (error === '')) return undefined;
  return code === '' ? { error } : { code };
}

/** Compares without telling by its time how much was right. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const style =
  ':root{color-scheme:light dark}body{font:1.125rem/1.5 system-ui,sans-serif;max-width:32em;margin:20vh auto 0;padding:0 1em}h1{font-size:1.5em}';
const styleHash = createHash('sha256').update(style).digest('base64');

function respond(response: ServerResponse, status: number, { language, title, text }: CallbackPage): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(
    `<!doctype html>
<html lang="${escaped(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p></main></body></html>
`,
  );
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
