import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate, evaluateTrust, type Policy, parsePolicy, type Question } from '../../src/simulator/policy.ts';

const policy = (...statements: readonly object[]): Policy => {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity');
  assert.ok(parsed, 'a policy');
  return parsed;
};

const ask = (action: string, resource = 'arn:aws:iam::111122223333:user/ana', conditions: Record<string, string> = {}): Question => ({
  action,
  resource,
  conditions: new Map(Object.entries(conditions)),
});

test('what nothing allows is not allowed, and a deny wins over every allow', () => {
  const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
  const noKeys = policy({ Effect: 'Deny', Action: ['iam:CreateAccessKey', 'iam:delete*'], Resource: '*' });
  assert.equal(evaluate([], ask('iam:GetUser')), 'not allowed');
  assert.equal(evaluate([all], ask('iam:GetUser')), 'allowed');
  assert.equal(evaluate([noKeys, all], ask('iam:CreateAccessKey')), 'explicitly denied');
  assert.equal(evaluate([noKeys, all], ask('iam:DeleteUser')), 'explicitly denied', 'actions are compared without case');
  assert.equal(evaluate([noKeys, all], ask('iam:GetUser')), 'allowed');
});

test('actions and resources are patterns', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable is written so.
  const own = policy({ Effect: 'Allow', Action: 'iam:*AccessKey?', Resource: 'arn:aws:iam::*:user/${aws:username}' });
  const ana = { 'aws:username': 'ana' };
  assert.equal(evaluate([own], ask('iam:ListAccessKeys', undefined, ana)), 'allowed');
  assert.equal(evaluate([own], ask('iam:CreateAccessKey', undefined, ana)), 'not allowed', '? stands for one character');
  assert.equal(evaluate([own], ask('iam:ListAccessKeys', 'arn:aws:iam::111122223333:user/Ana', ana)), 'not allowed', 'resources have case');
  assert.equal(evaluate([own], ask('iam:ListAccessKeys')), 'not allowed', 'a variable without a value fits nothing');
  const butIam = policy({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::secret*' });
  assert.equal(evaluate([butIam], ask('ec2:RunInstances')), 'allowed');
  assert.equal(evaluate([butIam], ask('iam:GetUser')), 'not allowed');
  assert.equal(evaluate([butIam], ask('s3:GetObject', 'arn:aws:s3:::secrets/a')), 'not allowed');
  const stars = policy({ Effect: 'Allow', Action: 'iam:Get*', Resource: `${'*a'.repeat(2000)}b` });
  assert.equal(evaluate([stars], ask('iam:GetUser', 'a'.repeat(2000))), 'not allowed', 'and no pattern takes long');
});

test('sessions issued before a moment can be revoked', () => {
  const revoked = policy(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-03-01T12:00:00Z' } } },
  );
  const issued = (at: string) => ask('ec2:RunInstances', '*', { 'aws:tokenissuetime': at });
  assert.equal(evaluate([revoked], issued('2026-03-01T11:59:59.000Z')), 'explicitly denied');
  assert.equal(evaluate([revoked], issued('2026-03-01T12:00:00.000Z')), 'allowed');
  assert.equal(evaluate([revoked], ask('ec2:RunInstances', '*')), 'allowed', 'a long-term key has no issue time');
});

const conditions: readonly [name: string, condition: object, context: Record<string, string>, holds: boolean][] = [
  [
    'one of the values',
    { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
    { 'aws:requestedregion': 'us-east-1' },
    true,
  ],
  ['none of the values', { StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] } }, { 'aws:requestedregion': 'us-east-1' }, false],
  ['a negated one', { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, { 'aws:requestedregion': 'us-east-1' }, true],
  ['a negated one without a value', { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, {}, true],
  ['a pattern', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/a*' } }, { 'aws:principalarn': 'arn:aws:iam::1:user/ana' }, true],
  ['Bool', { Bool: { 'aws:MultiFactorAuthPresent': true } }, { 'aws:multifactorauthpresent': 'false' }, false],
  ['IfExists without a value', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, {}, true],
  ['Null', { Null: { 'aws:TokenIssueTime': 'true' } }, {}, true],
  ['all of several keys', { StringEquals: { a: '1', b: '2' } }, { a: '1', b: '3' }, false],
  ['an unknown operator', { NumericLessThan: { a: '1' } }, { a: '0' }, false],
  ['an operator named like a method', { toString: { a: '1' } }, { a: '1' }, false],
];

for (const [name, Condition, context, holds] of conditions) {
  test(`condition: ${name}`, () => {
    const conditional = policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
    assert.equal(evaluate([conditional], ask('iam:GetUser', '*', context)), holds ? 'allowed' : 'not allowed');
  });
}

test('a role trusts a user by name, or leaves it to the policies of the account', () => {
  const trust = (statement: object) => {
    const parsed = parsePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...statement } }), 'trust');
    assert.ok(parsed, 'a trust policy');
    return parsed;
  };
  const ana = 'arn:aws:iam::111122223333:user/ana';
  const question = ask('sts:AssumeRole', 'arn:aws:iam::111122223333:role/r', { 'sts:externalid': 'x1' });
  const verdict = (statement: object) => evaluateTrust(trust(statement), ana, '111122223333', question);
  assert.equal(verdict({ Principal: { AWS: ana } }), 'allowed');
  assert.equal(verdict({ Principal: { AWS: ['111122223333'] } }), 'delegated');
  assert.equal(verdict({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } }), 'delegated');
  assert.equal(verdict({ Principal: { AWS: 'arn:aws:iam::444455556666:root' } }), 'not allowed');
  assert.equal(verdict({ Principal: { Service: 'ec2.amazonaws.com' } }), 'not allowed');
  assert.equal(verdict({ Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'other' } } }), 'not allowed');
  assert.equal(verdict({ Principal: { AWS: ana }, Effect: 'Deny' }), 'explicitly denied');
});

const malformed: readonly [name: string, text: string][] = [
  ['no JSON', '{'],
  ['no statement', '{"Version":"2012-10-17"}'],
  ['another version', '{"Version":"2020-01-01","Statement":[]}'],
  ['no resource', '{"Statement":{"Effect":"Allow","Action":"*"}}'],
  ['a principal', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}'],
  ['two kinds of action', '{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}}'],
  ['a word of its own', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Why":"x"}}'],
];

for (const [name, text] of malformed) {
  test(`malformed for an identity: ${name}`, () => assert.equal(parsePolicy(text, 'identity'), undefined));
}
