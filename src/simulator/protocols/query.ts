import { XMLBuilder } from 'fast-xml-parser';
import type { Output, OutputRecord, Protocol, WireAnswer, WireRequest } from '../wire.ts';

const xml = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/** The query protocol: a form in, with Action and Version; XML out (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html). */
export function query(version: string, namespace: string): Protocol {
  const write = (status: number, root: string, content: object): WireAnswer => ({
    status,
    contentType: 'text/xml',
    body: xml.build({ [root]: { '@xmlns': namespace, ...content } }),
  });
  return {
    ...fromForm(version),
    answer(operation, output, requestId) {
      const result = output === undefined ? {} : { [`${operation}Result`]: shape(output) };
      return write(200, `${operation}Response`, { ...result, ResponseMetadata: { RequestId: requestId } });
    },
    fail(error, requestId) {
      const Type = error.status < 500 ? 'Sender' : 'Receiver';
      return write(error.status, 'ErrorResponse', { Error: { Type, Code: error.code, Message: error.message }, RequestId: requestId });
    },
  };
}

/** How a request of this version is read from its form, which is the same in both query protocols. */
export const fromForm = (version: string): Pick<Protocol, 'operationOf' | 'inputOf'> => ({
  operationOf(request) {
    const form = formOf(request);
    return form.get('Version') === version ? (form.get('Action') ?? undefined) : undefined;
  },
  inputOf(request) {
    const form = formOf(request);
    form.delete('Action');
    form.delete('Version');
    return unflatten(form);
  },
});

/** The form of a request: in its body, or in the query of a GET. */
function formOf({ method, query, body, headers }: WireRequest): URLSearchParams {
  if (method === 'GET') {
    const own = Object.entries(query).filter(([name]) => !name.toLowerCase().startsWith('x-amz-'));
    return new URLSearchParams(own.flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value])));
  }
  return new URLSearchParams(headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? body.toString() : '');
}

type Tree = Map<string, Tree | string>;

/** `Tags.member.1.Key=a` as `{ Tags: [{ Key: 'a' }] }`. */
function unflatten(form: URLSearchParams): unknown {
  const root: Tree = new Map();
  for (const [name, value] of form) {
    const path = name.split('.');
    let at = root;
    for (const step of path.slice(0, -1)) {
      const known = at.get(step);
      const next: Tree = known instanceof Map ? known : new Map();
      at.set(step, next);
      at = next;
    }
    at.set(path.at(-1)!, value);
  }
  return Object.fromEntries([...root].map(([name, value]) => [name, value instanceof Map ? plain(value) : value]));
}

function plain(tree: Tree): unknown {
  const entries = [...tree].map(([name, value]) => [name, value instanceof Map ? plain(value) : value] as const);
  if (entries.every(([name]) => /^\d{1,6}$/.test(name))) return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
  const [first] = entries;
  return entries.length === 1 && first?.[0] === 'member' ? first[1] : Object.fromEntries(entries);
}

/** The output as the builder of XML takes it: lists as `member`, maps as `entry`, moments in seconds. */
function shape(output: Output): unknown {
  if (output instanceof Date) return output.toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (output instanceof Map) return { entry: [...output].map(([key, value]) => ({ key, value: shape(value) })) };
  if (Array.isArray(output)) return output.length > 0 ? { member: output.map(shape) } : '';
  if (typeof output !== 'object') return output;
  const members = Object.entries(output as OutputRecord).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, shape(value)]));
}
