import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import tls from 'node:tls';
import { state as nodeVersionWarning } from '@aws-sdk/core/client';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import { AwsFailure, awsFailure } from './failure.ts';
import { proxyFor } from './proxy.ts';
import type { Verification } from './verified-proxy-agent.ts';

/** Where a call goes. */
export interface AwsPlace {
  readonly region: string;
  /** An endpoint that is not AWS's own. */
  readonly endpoint?: string;
  /** Read for proxies (`HTTPS_PROXY`, `NO_PROXY` …) and the company's certificates (`AWS_CA_BUNDLE`) only. */
  readonly env: NodeJS.ProcessEnv;
}

export interface CallOptions {
  /** Gives up when it is aborted. */
  readonly signal?: AbortSignal;
  /** How often a failed call is tried in all; 1 for a call that must not be made twice. */
  readonly attempts?: number;
}

/**
 * The configuration of every AWS client. All that the SDK would otherwise take from the environment or the shared config file is said here, so that
 * neither steers where a call goes, as whom, or how it is checked (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, `AWS_USE_FIPS_ENDPOINT`, `retry_mode` …).
 */
export interface ClientConfiguration {
  readonly region: string;
  readonly credentials: AccessKey & { readonly sessionToken?: string };
  readonly endpoint?: string;
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
    readonly httpAgent: HttpAgent;
    readonly httpsAgent: HttpsAgent;
  };
  readonly retryMode: 'standard';
  readonly defaultsMode: 'standard';
  readonly useFipsEndpoint: false;
  readonly useDualstackEndpoint: false;
  readonly ignoreConfiguredEndpointUrls: true;
  readonly authSchemePreference: string[];
  readonly sigv4aSigningRegionSet: string[];
  readonly disableClockSkewCorrection: true;
  readonly userAgentAppId: string;
}

const connectionTimeoutMs = 4_000;
const requestTimeoutMs = 7_000;

/** The configuration of a client that acts with this key in this place. @throws AwsFailure where `AWS_CA_BUNDLE` or the proxy cannot be used. */
export async function clientConfiguration(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  { attempts = 2 }: CallOptions = {},
): Promise<ClientConfiguration> {
  // The SDK's notice about Node's age is for its user's developer. Only this bundle's copy of the SDK is told: the variable would be for all.
  nodeVersionWarning.warningEmitted = true;
  return {
    region: place.region,
    credentials: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      ...('sessionToken' in key ? { sessionToken: key.sessionToken } : {}),
    },
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(),
      httpsAgent: await tlsAgent(place),
    },
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    ignoreConfiguredEndpointUrls: true,
    authSchemePreference: ['sigv4'],
    sigv4aSigningRegionSet: [place.region],
    // A wrong clock is named, not worked around: the end of a session is read off the same clock.
    disableClockSkewCorrection: true,
    userAgentAppId: 'keystow',
  };
}

/** The host that a call to this service in this place goes to, as messages name it. */
export function hostOf(service: string, { endpoint }: AwsPlace): string {
  return endpoint === undefined ? `AWS ${service}` : URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}

/** Runs one call with a client and closes its connections. @throws AwsFailure */
export async function withClient<Client extends { destroy(): void }, T>(
  make: (configuration: ClientConfiguration) => Client,
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  call: { readonly service: string; readonly action: string } & CallOptions,
  run: (client: Client, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  let client: Client | undefined;
  try {
    client = make(await clientConfiguration(key, place, call));
    return await run(client, call.signal === undefined ? {} : { abortSignal: call.signal });
  } catch (error) {
    throw awsFailure(error, { accessKeyId: key.accessKeyId, action: call.action, host: hostOf(call.service, place) });
  } finally {
    client?.destroy();
  }
}

async function tlsAgent({ endpoint, region, env }: AwsPlace): Promise<HttpsAgent> {
  // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED=0 is only the default of this option.
  const options: Verification = { rejectUnauthorized: true, ...(await companyCertificates(env)) };
  const proxy = proxyFor(new URL(endpoint ?? `https://sts.${region}.amazonaws.com`), env);
  if (proxy === undefined) return new HttpsAgent(options);
  if (!/^https?:/.test(proxy) || !URL.canParse(proxy)) {
    throw new AwsFailure(
      'unreachable',
      'The proxy in HTTPS_PROXY is not an http or https address. Correct the variable, then try again.',
      {},
    );
  }
  const { VerifiedProxyAgent } = await import('./verified-proxy-agent.ts');
  return new VerifiedProxyAgent(proxy, options);
}

async function companyCertificates({ AWS_CA_BUNDLE: file }: NodeJS.ProcessEnv): Promise<Pick<Verification, 'ca'>> {
  if (!file) return {};
  const bundle = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AwsFailure(
      'unreachable',
      'The file {file}, which AWS_CA_BUNDLE names, cannot be read ({code}). Correct the variable, then try again.',
      {
        file,
        code: error.code ?? '',
      },
    );
  });
  // Editors older than Node 22.15 have no way to ask for what NODE_EXTRA_CA_CERTS added.
  return { ca: [...(typeof tls.getCACertificates === 'function' ? tls.getCACertificates('default') : tls.rootCertificates), bundle] };
}
