import type { ClientRequest } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';

/** How the certificate of a server is checked. */
export interface Verification {
  readonly rejectUnauthorized: true;
  /** In the place of Node's own authorities. */
  readonly ca?: string[];
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];

/**
 * An agent that goes through an HTTP proxy and checks the certificate of the server behind it by these options. The agent it is made of takes them for
 * the proxy's own certificate only, and leaves the server's to NODE_TLS_REJECT_UNAUTHORIZED.
 */
export class VerifiedProxyAgent extends HttpsProxyAgent<string> {
  readonly #verification: Verification;

  constructor(proxy: string, verification: Verification) {
    super(proxy, verification);
    this.#verification = verification;
  }

  override connect(request: ClientRequest, options: ConnectOptions): ReturnType<HttpsProxyAgent<string>['connect']> {
    return super.connect(request, { ...options, ...this.#verification });
  }
}
