import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import { accountOf } from './principals.ts';
import { createWorld, type ScenarioFile, scenarios } from './scenario.ts';
import type { Service } from './service.ts';
import { services } from './services/all.ts';
import { sts } from './services/sts.ts';
import { authenticate, signingNameOf } from './signature.ts';
import { type OutputRecord, type Protocol, ServiceError, type WireAnswer, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

/** What is kept of a request: no secret, and nothing of its content. */
export interface RequestRecord {
  readonly time: string;
  readonly service?: string;
  readonly action?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  /** The status of the answer, also where a fault kept it from arriving. */
  readonly status: number;
  readonly fault?: Fault['kind'];
}

export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly scenario?: 'quiet' | 'incident' | ScenarioFile;
  /** The world's clock; the wall clock unless given. Signatures are judged by it too. */
  readonly clock?: () => Date;
  /** How long a new, changed or deleted access key takes to be seen by the services. */
  readonly consistencyDelayMs?: number;
  /** How long before now the scenario began, in milliseconds. */
  readonly beganMs?: number;
  readonly record?: (record: RequestRecord) => void;
}

export interface Simulator {
  readonly endpoint: string;
  /** The keys that the scenario began with. */
  readonly accessKeys: readonly { readonly user: string; readonly accessKeyId: string; readonly secretAccessKey: string }[];
  readonly world: World;
  stop(): Promise<void>;
}

/** Starts AWS on a loopback port. @throws UserError if the scenario contradicts itself, the error of `listen` if the port cannot be had */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, scenario = 'quiet', record = () => {}, ...rest } = options;
  const world = createWorld(typeof scenario === 'string' ? scenarios[scenario] : scenario, rest);
  const stopping = new AbortController();
  const server = createServer((request, response) => {
    serve(request, response, world, record, stopping.signal).catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKeys: [...world.accessKeys.values()].map(({ user, accessKeyId, secretAccessKey }) => ({
      user: user.name,
      accessKeyId,
      secretAccessKey,
    })),
    world,
    async stop() {
      stopping.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  world: World,
  record: (record: RequestRecord) => void,
  stopping: AbortSignal,
): Promise<void> {
  const { answer, fault, ...about } = await outcome(incoming, world, stopping);
  record({ time: world.now().toISOString(), ...about, status: answer.status, ...(fault && { fault: fault.kind }) });
  if (fault?.kind === 'lost-answer') {
    response.destroy();
    return;
  }
  // Clients with a wrong clock correct it by this header.
  response.setHeader('Date', world.now().toUTCString());
  response.setHeader('Content-Type', answer.contentType);
  if (answer.requestId !== undefined) response.setHeader('x-amzn-RequestId', answer.requestId);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.statusCode = answer.status;
  response.end(answer.body);
}

interface Outcome {
  readonly answer: WireAnswer & { readonly requestId?: string };
  readonly service?: string;
  readonly action?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly fault?: Fault;
}

const inWords = (status: number, body: string): Outcome => ({ answer: { status, contentType: 'text/plain', body: `${body}\n` } });

async function outcome(incoming: IncomingMessage, world: World, stopping: AbortSignal): Promise<Outcome> {
  // A web page can send requests to loopback, by name of its own (DNS rebinding) or from its own origin.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i.test(incoming.headers.host ?? '')) return inWords(403, 'This Host is not loopback.');
  const origin = `http://${incoming.headers.host}`;
  const { origin: asker } = incoming.headers;
  if (asker !== undefined && asker !== origin) return inWords(403, 'Requests of web pages are not served.');
  const request = await read(incoming);
  if (!request) return inWords(413, 'The request is too large.');
  const page = pageFor(request, world);
  if (page) return page;
  if (asker !== undefined) return inWords(403, 'Requests of web pages are not served.');
  const route = routeOf(request);
  if (!route) return inWords(404, 'No service of the simulator knows this request.');
  return perform(request, route, world, stopping, origin);
}

/** The page that a person's browser asks for, or the answer to its form. */
function pageFor(request: WireRequest, world: World): Outcome | undefined {
  for (const service of services) {
    const answer = service.page?.(request, world);
    if (answer) return { service: service.signingName, action: `${request.method} ${request.path}`, answer };
  }
  return undefined;
}

const largestBody = 1024 * 1024;

/** The whole request, or undefined if it is too large. */
async function read(incoming: IncomingMessage): Promise<WireRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) return undefined;
  const [path = '/', search = ''] = (incoming.url ?? '/').split(/\?(.*)/s, 2);
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search.replaceAll('+', '%2B'))) {
    const known = query[name];
    query[name] = known === undefined ? value : [known, value].flat();
  }
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(',')]);
  return { method: incoming.method ?? 'GET', path, query, headers: Object.fromEntries(headers), body: Buffer.concat(chunks) };
}

interface Route {
  readonly service: Service;
  readonly protocol: Protocol;
  readonly operation: string;
}

/** The service, protocol and operation by the request's shape; where several fit, the one that the request is signed for. */
function routeOf(request: WireRequest): Route | undefined {
  const routes = services.flatMap((service) =>
    service.protocols.flatMap((protocol) => {
      const operation = protocol.operationOf(request);
      return operation === undefined ? [] : [{ service, protocol, operation }];
    }),
  );
  const signedFor = signingNameOf(request);
  return routes.find(({ service }) => service.signingName === signedFor) ?? routes[0];
}

async function perform(
  request: WireRequest,
  { service, protocol, operation: name }: Route,
  world: World,
  stopping: AbortSignal,
  origin: string,
): Promise<Outcome> {
  const action = `${service.actionPrefix}:${name}`;
  const id = randomUUID();
  const about: { service: string; action: string; region?: string; accessKeyId?: string; fault?: Fault } = {
    service: service.signingName,
    action: name,
  };
  const fault = world.faults.take(action);
  if (fault) about.fault = fault;
  try {
    await befall(fault, stopping);
    let output: OutputRecord | undefined;
    if (service.unsigned) {
      const operation = operationOf(service.operations, name, service.signingName);
      output = operation.perform(protocol.inputOf(request), { world, region: world.region, action, origin });
    } else {
      const { caller, region } = await authenticate(request, service.signingName, world);
      Object.assign(about, { region, accessKeyId: caller.accessKeyId });
      world.recordUse(caller.accessKeyId, service.signingName, region);
      if (accountOf(caller.principal) !== world.accountId && service !== sts) {
        throw new ServiceError('NotImplemented', 501, `The simulator has nothing but STS in the account ${accountOf(caller.principal)}.`);
      }
      world.resourcesOf(caller.principal).recordCall(service.signingName, name, region, world.now());
      service.admit?.(caller);
      const operation = operationOf(service.operations, name, service.signingName);
      output = operation.perform(protocol.inputOf(request), { world, caller, region, action, origin });
    }
    return { ...about, answer: { ...protocol.answer(name, output, id), requestId: id } };
  } catch (error) {
    if (error instanceof Gateway) return { ...about, answer: error.answer };
    const known = error instanceof ServiceError ? error : new ServiceError('InternalFailure', 500, `The simulator failed: ${error}`);
    return { ...about, answer: { ...protocol.fail(known, id), requestId: id } };
  }
}

function operationOf<Found>(operations: Readonly<Record<string, Found>>, name: string, service: string): Found {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation) return operation;
  throw new ServiceError('InvalidAction', 400, `Could not find operation ${name}: the simulator's ${service} has none such.`);
}

/** What a proxy or load balancer says in the place of the service. */
class Gateway extends Error {
  readonly answer: WireAnswer = {
    status: 502,
    contentType: 'text/html',
    body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n',
  };
}

async function befall(fault: Fault | undefined, stopping: AbortSignal): Promise<void> {
  if (fault?.kind === 'throttling') throw new ServiceError('Throttling', 400, 'Rate exceeded');
  if (fault?.kind === 'internal-failure') {
    throw new ServiceError('InternalFailure', 500, 'The request processing has failed because of an unknown error, exception or failure.');
  }
  if (fault?.kind === 'bad-gateway') throw new Gateway();
  if (fault?.kind === 'delay') await wait(fault.milliseconds, undefined, { signal: stopping });
}
