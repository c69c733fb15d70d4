// Signs the person's own browser in to the editor without typing: the browser's command line, which other users of the machine can read, holds an address that works once.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from '../editor/vscode.ts';

export interface OneShotLogin {
  /** The first browser that opens it is signed in and sent on to the editor. It stops answering then, or after five minutes. */
  readonly address: string;
  stop(): void;
}

export async function offerOneShotLogin(server: Pick<Server, 'port' | 'password' | 'url'>): Promise<OneShotLogin> {
  const path = `/${randomBytes(24).toString('base64url')}`;
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const stop = () => {
    listener.close();
    listener.closeIdleConnections();
  };
  let used = false;
  // a page that points a name of its own at loopback sends that name as Host
  const isAsked = ({ method, url, headers }: IncomingMessage) => method === 'GET' && url === path && headers.host === host;
  listener.on('request', async (request, response) => {
    response.setHeader('Connection', 'close').setHeader('Cache-Control', 'no-store').setHeader('Referrer-Policy', 'no-referrer');
    if (used || !isAsked(request)) {
      response.writeHead(404).end();
      return;
    }
    used = true;
    try {
      response.writeHead(302, { Location: server.url(), 'Set-Cookie': await sessionCookies(server) }).end();
    } catch (error) {
      response.writeHead(502, { 'Content-Type': 'text/plain' }).end(`${error}\n`);
    }
    stop();
  });
  setTimeout(stop, 5 * 60_000).unref();
  return { address: `http://${host}${path}`, stop };
}

/** What the editor gives to whom knows its password; a cookie of 127.0.0.1 goes to each of its ports. */
async function sessionCookies({ port, password }: Pick<Server, 'port' | 'password'>): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/login`, {
    method: 'POST',
    body: new URLSearchParams({ password }),
    redirect: 'manual',
  });
  const cookies = answer.headers.getSetCookie();
  if (answer.status !== 302 || cookies.length === 0) throw new Error(`the editor did not take the password (${answer.status})`);
  return cookies;
}
