import assert from 'node:assert/strict';
import test from 'node:test';
import { restJson } from '../../src/simulator/protocols/rest-json.ts';
import { ServiceError, type WireRequest } from '../../src/simulator/wire.ts';

const protocol = restJson({
  GetThing: { method: 'GET', path: '/things/{Name}', query: { Qualifier: 'qualifier', Ids: 'id' }, headers: { Token: 'x-token' } },
  PutThing: { method: 'PUT', path: '/things/{Name}', answer: { status: 201 } },
  CallThing: {
    method: 'POST',
    path: '/things/{Name}/calls',
    payload: 'Payload',
    answer: { statusMember: 'StatusCode', headers: { 'x-error': 'FunctionError' }, payload: 'Payload' },
  },
});

const request = (method: string, path: string, more: Partial<WireRequest> = {}): WireRequest => ({
  method,
  path,
  query: {},
  headers: {},
  body: Buffer.alloc(0),
  ...more,
});

test('method and path name the operation; members come from path, query, headers and body', () => {
  const get = request('GET', '/things/a%2Fb', { query: { qualifier: '1', id: ['x', 'y'] }, headers: { 'x-token': 't' } });
  assert.equal(protocol.operationOf(get), 'GetThing');
  assert.deepEqual(protocol.inputOf(get), { Name: 'a/b', Qualifier: '1', Ids: ['x', 'y'], Token: 't' });
  const put = request('PUT', '/things/a', { body: Buffer.from('{"Size":1,"Name":"of the body"}') });
  assert.deepEqual([protocol.operationOf(put), protocol.inputOf(put)], ['PutThing', { Size: 1, Name: 'a' }]);
  for (const [method, path] of [
    ['DELETE', '/things/a'],
    ['GET', '/things'],
    ['GET', '/things/'],
    ['GET', '/things/a/b'],
    ['GET', '/things/%'],
    ['GET', '/other/a'],
  ] as const) {
    assert.equal(protocol.operationOf(request(method, path)), undefined, `${method} ${path}`);
  }
});

test('a body that is not JSON is refused, and a payload is taken as it is', () => {
  assert.throws(() => protocol.inputOf(request('PUT', '/things/a', { body: Buffer.from('{') })), {
    code: 'SerializationException',
    status: 400,
  });
  const call = request('POST', '/things/a/calls', { body: Buffer.from('not JSON') });
  assert.deepEqual(protocol.inputOf(call), { Name: 'a', Payload: 'not JSON' });
});

test('answers and failures are written as the clients read them', () => {
  const moment = new Date('2026-11-23T10:00:00.500Z');
  const { status, body } = protocol.answer('PutThing', { At: moment, None: undefined, List: [new Map([['a', 1]])] }, 'id');
  assert.deepEqual([status, JSON.parse(body)], [201, { At: 1795428000.5, List: [{ a: 1 }] }]);
  assert.deepEqual(protocol.answer('CallThing', { StatusCode: 202, FunctionError: 'Unhandled', Payload: '"x"' }, 'id'), {
    status: 202,
    contentType: 'application/json',
    headers: { 'x-error': 'Unhandled' },
    body: '"x"',
  });
  const failure = protocol.fail(new ServiceError('ResourceNotFoundException', 404, 'No thing.'), 'id');
  assert.deepEqual(
    [failure.status, failure.headers, failure.body],
    [404, { 'x-amzn-ErrorType': 'ResourceNotFoundException' }, '{"message":"No thing."}'],
  );
});
