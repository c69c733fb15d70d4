import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { query } from '../../src/simulator/protocols/query.ts';
import { ServiceError, type WireRequest } from '../../src/simulator/wire.ts';

const protocol = query('2010-05-08', 'https://example.com/doc/');
const post = (body: string): WireRequest => ({
  method: 'POST',
  path: '/',
  query: {},
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: Buffer.from(body),
});
const parse = (body: string) => new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(body);

test('an operation is known by action and version, in a form or in the query', () => {
  assert.equal(protocol.operationOf(post('Action=GetUser&Version=2010-05-08')), 'GetUser');
  assert.equal(protocol.operationOf(post('Action=GetUser&Version=2011-06-15')), undefined);
  assert.equal(protocol.operationOf({ ...post('{"Action":"GetUser"}'), headers: { 'content-type': 'application/json' } }), undefined);
  assert.equal(protocol.operationOf({ ...post(''), method: 'GET', query: { Action: 'GetUser', Version: '2010-05-08' } }), 'GetUser');
});

test('lists and structures are read from dotted names', () => {
  const input = protocol.inputOf(
    post(
      'Action=X&Version=2010-05-08&Name=a%20%26b&Tags.member.2.Key=k2&Tags.member.1.Key=k1&Tags.member.1.Value=v1&Ids.1=i&Filter.Name=n',
    ),
  );
  assert.deepEqual(input, { Name: 'a &b', Tags: [{ Key: 'k1', Value: 'v1' }, { Key: 'k2' }], Ids: ['i'], Filter: { Name: 'n' } });
});

test('a name cannot reach into the prototype', () => {
  protocol.inputOf(post('Action=X&Version=2010-05-08&__proto__.polluted=1&constructor.prototype.polluted=1'));
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('answers are written as AWS writes them', () => {
  const output = {
    Text: '<a> & "b" \u00e9',
    Count: 2,
    Truncated: false,
    Missing: undefined,
    Date: new Date('2026-03-01T12:00:00.789Z'),
    None: [],
    Names: ['one', 'two'],
    Map: new Map([['Users', 3]]),
  };
  const answer = protocol.answer('GetThing', output, 'id-1');
  assert.equal(answer.status, 200);
  assert.deepEqual(parse(answer.body), {
    GetThingResponse: {
      '@_xmlns': 'https://example.com/doc/',
      GetThingResult: {
        Text: '<a> & "b" \u00e9',
        Count: '2',
        Truncated: 'false',
        Date: '2026-03-01T12:00:00Z',
        None: '',
        Names: { member: ['one', 'two'] },
        Map: { entry: { key: 'Users', value: '3' } },
      },
      ResponseMetadata: { RequestId: 'id-1' },
    },
  });
});

test('an error says whose fault it is', () => {
  const sender = parse(protocol.fail(new ServiceError('NoSuchEntity', 404, 'The user with name <b> cannot be found.'), 'id-2').body);
  assert.deepEqual(sender.ErrorResponse.Error, {
    Type: 'Sender',
    Code: 'NoSuchEntity',
    Message: 'The user with name <b> cannot be found.',
  });
  assert.equal(sender.ErrorResponse.RequestId, 'id-2');
  assert.equal(parse(protocol.fail(new ServiceError('InternalFailure', 500, 'x'), 'id-3').body).ErrorResponse.Error.Type, 'Receiver');
});
