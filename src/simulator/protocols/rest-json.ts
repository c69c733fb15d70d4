import { type Protocol, ServiceError, type WireAnswer, type WireRequest } from '../wire.ts';
import { inJson } from './json.ts';

/** Where the members of one operation stand in its request and in its answer; what is not named here stands in the JSON body. */
export interface RestRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** With its members in braces: `/2015-03-31/functions/{FunctionName}`; a `/` in a member is percent-encoded. */
  readonly path: string;
  /** Members in the query, by the names that they have there. */
  readonly query?: Readonly<Record<string, string>>;
  /** Members in headers, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The member that is the whole body of the request, as text. */
  readonly payload?: string;
  readonly answer?: {
    /** The status of a success; 200 unless told. */
    readonly status?: number;
    /** The member that is the status. */
    readonly statusMember?: string;
    /** Headers, each with the member that goes into it. */
    readonly headers?: Readonly<Record<string, string>>;
    /** The member, a text, that is the whole body of the answer. */
    readonly payload?: string;
  };
}

/** REST JSON: method and path name the operation, JSON in and out, moments in seconds since 1970 (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html). */
export function restJson(
  routes: Readonly<Record<string, RestRoute>>,
  /** What stands in the body of an error. */
  errorBody: (error: ServiceError) => object = ({ message }) => ({ message }),
): Protocol {
  const compiled = Object.entries(routes).map(([operation, route]) => ({ operation, route, match: matcherOf(route) }));
  const routed = (request: WireRequest) => {
    for (const { operation, route, match } of compiled) {
      const labels = match(request);
      if (labels) return { operation, route, labels };
    }
    return undefined;
  };

  return {
    operationOf: (request) => routed(request)?.operation,

    inputOf(request) {
      const found = routed(request);
      return found && { ...bodyOf(request, found.route), ...found.labels, ...boundOf(request, found.route) };
    },

    answer(operation, output = {}) {
      const { status = 200, statusMember, headers = {}, payload } = routes[operation]?.answer ?? {};
      const bound = new Set([statusMember, payload, ...Object.values(headers)]);
      const rest = Object.entries(output).filter(([member]) => !bound.has(member));
      const given = Object.entries(headers).flatMap(([name, member]) =>
        output[member] === undefined ? [] : [[name, `${output[member]}`]],
      );
      return {
        status: statusMember === undefined ? status : Number(output[statusMember] ?? status),
        contentType: 'application/json',
        headers: Object.fromEntries(given),
        body: payload === undefined ? JSON.stringify(inJson(Object.fromEntries(rest))) : String(output[payload] ?? ''),
      };
    },

    fail: (error): WireAnswer => ({
      status: error.status,
      contentType: 'application/json',
      headers: { 'x-amzn-ErrorType': error.code },
      body: JSON.stringify(errorBody(error)),
    }),
  };
}

function matcherOf({ method, path }: RestRoute): (request: WireRequest) => Record<string, string> | undefined {
  const steps = path.split('/');
  return (request) => {
    const given = request.path.split('/');
    if (request.method !== method || given.length !== steps.length) return undefined;
    const labels: Record<string, string> = {};
    for (const [i, step] of steps.entries()) {
      const value = decoded(given[i] ?? '');
      const [, label] = /^\{(\w{1,64})\}$/.exec(step) ?? [];
      if (label === undefined ? value !== step : !value) return undefined;
      if (label !== undefined && value !== undefined) labels[label] = value;
    }
    return labels;
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function bodyOf({ body }: WireRequest, { payload }: RestRoute): object {
  if (payload !== undefined) return body.length === 0 ? {} : { [payload]: body.toString() };
  try {
    const parsed: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString());
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  } catch {
    throw new ServiceError('SerializationException', 400, 'The body of the request is not JSON.');
  }
}

function boundOf(request: WireRequest, { query = {}, headers = {} }: RestRoute): Record<string, string | string[]> {
  const bound: Record<string, string | string[]> = {};
  for (const [member, name] of Object.entries(query)) {
    const value = Object.hasOwn(request.query, name) ? request.query[name] : undefined;
    if (value !== undefined) bound[member] = value;
  }
  for (const [member, name] of Object.entries(headers)) {
    const value = request.headers[name];
    if (value !== undefined) bound[member] = value;
  }
  return bound;
}
