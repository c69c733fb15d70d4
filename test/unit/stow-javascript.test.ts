import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { format } from '../../src/message.ts';
import { applyEdits, type Edited, type Refused, type Replacement } from '../../src/stow/edit.ts';
import { type Grammar, grammarOf, loadParser } from '../../src/stow/grammar.ts';
import { editJavaScript } from '../../src/stow/javascript.ts';
import { withKeys } from '../stow-places.ts';

const grammars = join(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');
const parsers = {
  javascript: await loadParser(grammars, 'javascript'),
  typescript: await loadParser(grammars, 'typescript'),
  tsx: await loadParser(grammars, 'tsx'),
} satisfies Partial<Record<Grammar, unknown>>;
type Language = keyof typeof parsers;

function edit(
  template: string,
  { language = 'javascript' as Language, choice = 'profile' as Replacement, profile = 'p', resolvable = true } = {},
) {
  const { text, pair, keys } = withKeys(template);
  const result = editJavaScript(text, pair, { profile, choice, credentialProvidersResolvable: resolvable, parser: parsers[language] });
  return { text, keys, result };
}

function edited(template: string, options: Parameters<typeof edit>[1] = {}): string {
  const { text, result } = edit(template, options);
  if ('refused' in result) assert.fail(format(result.refused));
  const after = applyEdits(text, result.edits);
  assert.ok(parsers[options.language ?? 'javascript'].read(after, (root) => !root.hasError));
  return after;
}

function reasonOf(result: Edited | Refused): string {
  assert.ok('refused' in result);
  return format(result.refused);
}

test('the languages of the editor have their grammars', () => {
  assert.deepEqual(['javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'python', 'vue'].map(grammarOf), [
    'javascript',
    'javascript',
    'typescript',
    'tsx',
    'python',
    undefined,
  ]);
});

type Case = readonly [what: string, before: string, after: string, language?: Language];

const version3: readonly Case[] = [
  [
    'import, single quotes, semicolons; the import comes behind the last one of AWS',
    `import { readFile } from 'node:fs/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { other } from './other.js';

const s3 = new S3Client({
  region: 'eu-west-1',
  credentials: {
    accessKeyId: '«ID»',
    secretAccessKey: '«SECRET»',
  },
  maxAttempts: 3, // enough
});
`,
    `import { readFile } from 'node:fs/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { fromIni } from '@aws-sdk/credential-providers';
import { other } from './other.js';

const s3 = new S3Client({
  region: 'eu-west-1',
  credentials: fromIni({ profile: 'p' }),
  maxAttempts: 3, // enough
});
`,
  ],
  [
    'require, double quotes, no semicolons, no spaces in braces, CRLF',
    `'use strict'\r\nconst {S3Client} = require("@aws-sdk/client-s3")\r\nconst fs = require("fs")\r\nconst s3 = new S3Client({credentials: {accessKeyId: "«ID»", secretAccessKey: "«SECRET»"}})\r\n`,
    `'use strict'\r\nconst {S3Client} = require("@aws-sdk/client-s3")\r\nconst {fromIni} = require("@aws-sdk/credential-providers")\r\nconst fs = require("fs")\r\nconst s3 = new S3Client({credentials: fromIni({ profile: "p" })})\r\n`,
  ],
  [
    'a comment behind the import stays with it, var stays var, the module as a whole',
    `#!/usr/bin/env node\nvar sts = require('@aws-sdk/client-sts'); // who am I\nnew sts.STSClient({ 'credentials': { 'accessKeyId': '«ID»', 'secretAccessKey': \`«SECRET»\`, sessionToken: undefined } });`,
    `#!/usr/bin/env node\nvar sts = require('@aws-sdk/client-sts'); // who am I\nvar { fromIni } = require('@aws-sdk/credential-providers');\nnew sts.STSClient({ 'credentials': fromIni({ profile: 'p' }) });`,
  ],
  [
    'an import of fromIni is used again, under its own name',
    `import { S3Client } from '@aws-sdk/client-s3';\nimport { fromIni as ini } from '@aws-sdk/credential-providers';\nconst a = new S3Client({ credentials: ini() }), b = new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    `import { S3Client } from '@aws-sdk/client-s3';\nimport { fromIni as ini } from '@aws-sdk/credential-providers';\nconst a = new S3Client({ credentials: ini() }), b = new S3Client({ credentials: ini({ profile: 'p' }) });`,
  ],
  [
    'an import of the same package grows',
    `import { S3Client } from "@aws-sdk/client-s3";\nimport {\n  fromEnv,\n  fromSSO,\n} from "@aws-sdk/credential-providers";\nnew S3Client({ credentials: { accessKeyId: "«ID»", secretAccessKey: "«SECRET»" } });`,
    `import { S3Client } from "@aws-sdk/client-s3";\nimport {\n  fromEnv,\n  fromSSO,\n  fromIni,\n} from "@aws-sdk/credential-providers";\nnew S3Client({ credentials: fromIni({ profile: "p" }) });`,
  ],
  [
    'a destructuring of the same package grows',
    `const { S3Client } = require('@aws-sdk/client-s3');\nconst { fromEnv } = require('@aws-sdk/credential-providers');\nnew S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    `const { S3Client } = require('@aws-sdk/client-s3');\nconst { fromEnv, fromIni } = require('@aws-sdk/credential-providers');\nnew S3Client({ credentials: fromIni({ profile: 'p' }) });`,
  ],
  [
    'the package as a whole is used',
    `import { S3Client } from '@aws-sdk/client-s3';\nimport * as providers from '@aws-sdk/credential-providers';\nnew S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    `import { S3Client } from '@aws-sdk/client-s3';\nimport * as providers from '@aws-sdk/credential-providers';\nnew S3Client({ credentials: providers.fromIni({ profile: 'p' }) });`,
  ],
  [
    'another fromIni of the file is left alone',
    `import { S3Client } from '@aws-sdk/client-s3';\nimport { fromIni } from './config.js';\nnew S3Client({ region: fromIni().region, credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    `import { S3Client } from '@aws-sdk/client-s3';\nimport { fromIni as fromIniFile } from '@aws-sdk/credential-providers';\nimport { fromIni } from './config.js';\nnew S3Client({ region: fromIni().region, credentials: fromIniFile({ profile: 'p' }) });`,
  ],
  [
    'a client loaded inside a function has its provider there',
    `async function list() {\n  const { S3Client } = await import('@aws-sdk/client-s3');\n  return new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });\n}\n`,
    `async function list() {\n  const { S3Client } = await import('@aws-sdk/client-s3');\n  const { fromIni } = await import('@aws-sdk/credential-providers');\n  return new S3Client({ credentials: fromIni({ profile: 'p' }) });\n}\n`,
  ],
  [
    'a client loaded inside a function, where others of AWS are loaded at the top',
    `const { STSClient } = require('@aws-sdk/client-sts');\nfunction list() {\n  const { S3Client } = require('@aws-sdk/client-s3');\n  return new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });\n}\n`,
    `const { STSClient } = require('@aws-sdk/client-sts');\nconst { fromIni } = require('@aws-sdk/credential-providers');\nfunction list() {\n  const { S3Client } = require('@aws-sdk/client-s3');\n  return new S3Client({ credentials: fromIni({ profile: 'p' }) });\n}\n`,
  ],
  [
    'options that take in others keep doing so',
    `import { S3 } from '@aws-sdk/client-s3';\nnew S3({ ...base, credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    `import { S3 } from '@aws-sdk/client-s3';\nimport { fromIni } from '@aws-sdk/credential-providers';\nnew S3({ ...base, credentials: fromIni({ profile: 'p' }) });`,
  ],
  [
    'text outside the Basic Multilingual Plane and a byte-order mark move nothing',
    `\uFEFF// 😀😀 é\nimport { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({ note: '😀', credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } }); // 😀`,
    `\uFEFF// 😀😀 é\nimport { S3Client } from '@aws-sdk/client-s3';\nimport { fromIni } from '@aws-sdk/credential-providers';\nnew S3Client({ note: '😀', credentials: fromIni({ profile: 'p' }) }); // 😀`,
  ],
  [
    'TypeScript with types around the literal',
    `import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';\nimport type { AwsCredentialIdentity } from '@aws-sdk/types';\nexport const s3: S3Client = new S3Client({ credentials: { accessKeyId: '«ID»' as string, secretAccessKey: '«SECRET»' } as AwsCredentialIdentity } satisfies S3ClientConfig);\n`,
    `import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';\nimport { fromIni } from '@aws-sdk/credential-providers';\nimport type { AwsCredentialIdentity } from '@aws-sdk/types';\nexport const s3: S3Client = new S3Client({ credentials: fromIni({ profile: 'p' }) } satisfies S3ClientConfig);\n`,
    'typescript',
  ],
  [
    'TSX',
    `import { S3Client } from '@aws-sdk/client-s3';\nexport const App = () => <p>{String(new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } }))}</p>;\n`,
    `import { S3Client } from '@aws-sdk/client-s3';\nimport { fromIni } from '@aws-sdk/credential-providers';\nexport const App = () => <p>{String(new S3Client({ credentials: fromIni({ profile: 'p' }) }))}</p>;\n`,
    'tsx',
  ],
  [
    'JSX',
    `import { S3Client } from '@aws-sdk/client-s3';\nexport const App = () => <p>{String(new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } }))}</p>;\n`,
    `import { S3Client } from '@aws-sdk/client-s3';\nimport { fromIni } from '@aws-sdk/credential-providers';\nexport const App = () => <p>{String(new S3Client({ credentials: fromIni({ profile: 'p' }) }))}</p>;\n`,
  ],
];

for (const [what, before, after, language] of version3) {
  test(`SDK v3: ${what}`, () => assert.equal(edited(before, language ? { language } : {}), after));
}

const version2: readonly Case[] = [
  [
    'options of a service',
    `const AWS = require('aws-sdk');\nconst s3 = new AWS.S3({\n  accessKeyId: '«ID»',\n  secretAccessKey: '«SECRET»',\n  region: 'eu-west-1',\n});\n`,
    `const AWS = require('aws-sdk');\nconst s3 = new AWS.S3({\n  credentials: new AWS.ProcessCredentials({ profile: 'p' }),\n  region: 'eu-west-1',\n});\n`,
  ],
  [
    'AWS.config.update, the keys last and apart',
    `import AWS from "aws-sdk"\nAWS.config.update({ secretAccessKey: "«SECRET»", region: "eu-west-1", accessKeyId: "«ID»" })\n`,
    `import AWS from "aws-sdk"\nAWS.config.update({ credentials: new AWS.ProcessCredentials({ profile: "p" }), region: "eu-west-1" })\n`,
  ],
  [
    'new AWS.Credentials with two strings',
    `const aws = require('aws-sdk');\naws.config.credentials = new aws.Credentials('«ID»', '«SECRET»');\n`,
    `const aws = require('aws-sdk');\naws.config.credentials = new aws.ProcessCredentials({ profile: 'p' });\n`,
  ],
  [
    'new AWS.Credentials with an object',
    `import * as AWS from 'aws-sdk';\nnew AWS.DynamoDB.DocumentClient({ credentials: new AWS.Credentials({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' }), region: 'x' });\n`,
    `import * as AWS from 'aws-sdk';\nnew AWS.DynamoDB.DocumentClient({ credentials: new AWS.ProcessCredentials({ profile: 'p' }), region: 'x' });\n`,
    'typescript',
  ],
  [
    'credentials as a literal',
    `const AWS = require('aws-sdk');\nnew AWS.S3({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' }, region: 'x' });\n`,
    `const AWS = require('aws-sdk');\nnew AWS.S3({ credentials: new AWS.ProcessCredentials({ profile: 'p' }), region: 'x' });\n`,
  ],
  [
    'a service taken from the SDK by its name',
    `const { S3 } = require('aws-sdk');\nnew S3({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });\n`,
    `const { S3, ProcessCredentials } = require('aws-sdk');\nnew S3({ credentials: new ProcessCredentials({ profile: 'p' }) });\n`,
  ],
  [
    'a service loaded by itself',
    `const S3 = require('aws-sdk/clients/s3');\nnew S3({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });\n`,
    `const S3 = require('aws-sdk/clients/s3');\nconst AWS = require('aws-sdk/global');\nnew S3({ credentials: new AWS.ProcessCredentials({ profile: 'p' }) });\n`,
  ],
  [
    'a service loaded by itself, as TypeScript does',
    `import * as S3 from 'aws-sdk/clients/s3';\nnew S3({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });\n`,
    `import * as S3 from 'aws-sdk/clients/s3';\nimport * as AWS from 'aws-sdk/global';\nnew S3({ credentials: new AWS.ProcessCredentials({ profile: 'p' }) });\n`,
    'typescript',
  ],
  [
    'import … = require',
    `import S3 = require('aws-sdk/clients/s3');\nnew S3({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });\n`,
    `import S3 = require('aws-sdk/clients/s3');\nimport AWS = require('aws-sdk/global');\nnew S3({ credentials: new AWS.ProcessCredentials({ profile: 'p' }) });\n`,
    'typescript',
  ],
  [
    'signing with a callback waits for the credentials',
    `const AWS = require('aws-sdk');\nconst s3 = new AWS.S3({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });\ns3.getSignedUrl('getObject', params, done);\n`,
    `const AWS = require('aws-sdk');\nconst s3 = new AWS.S3({ credentials: new AWS.ProcessCredentials({ profile: 'p' }) });\ns3.getSignedUrl('getObject', params, done);\n`,
  ],
];

for (const [what, before, after, language] of version2) {
  test(`SDK v2: ${what}`, () => assert.equal(edited(before, language ? { language } : {}), after));
}

const leftOut: readonly Case[] = [
  [
    'v3, its own lines',
    `import { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({\n  region: 'x',\n  credentials: {\n    accessKeyId: '«ID»',\n    secretAccessKey: '«SECRET»',\n  },\n});\n`,
    `import { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({\n  region: 'x',\n});\n`,
  ],
  [
    'v3, the only property',
    `import { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });\n`,
    `import { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({});\n`,
  ],
  [
    'v2 options',
    `const AWS = require('aws-sdk');\nAWS.config.update({ region: 'x', accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });\n`,
    `const AWS = require('aws-sdk');\nAWS.config.update({ region: 'x' });\n`,
  ],
  [
    'v2 credentials of a service',
    `const AWS = require('aws-sdk');\nnew AWS.S3({ credentials: new AWS.Credentials('«ID»', '«SECRET»', null), region: 'x' });\n`,
    `const AWS = require('aws-sdk');\nnew AWS.S3({ region: 'x' });\n`,
  ],
  [
    'v2 credentials of all services',
    `const AWS = require('aws-sdk');\nAWS.config.credentials = new AWS.Credentials('«ID»', '«SECRET»');\nrun();\n`,
    `const AWS = require('aws-sdk');\nrun();\n`,
  ],
];

for (const [what, before, after] of leftOut) {
  test(`default chain: ${what}`, () => assert.equal(edited(before, { choice: 'default-chain' }), after));
}

test('it is told that other machines need the profile, and which package is missing', () => {
  const program = `import { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });\n`;
  const { result } = edit(program, { resolvable: false });
  assert.ok(!('refused' in result));
  assert.equal(result.needsPackage, '@aws-sdk/credential-providers');
  assert.equal(format(result.notes[0]!), 'On other machines and in CI, the profile p must exist.');
  assert.equal((edit(program).result as Edited).needsPackage, undefined);
  assert.match(
    format((edit(program, { choice: 'default-chain' }).result as Edited).notes[0]!),
    /^The program takes its credentials from the place where it runs/,
  );
});

test('a profile’s name is written as a string of the program', () => {
  const program = `import { S3Client } from '@aws-sdk/client-s3';\nnew S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });\n`;
  assert.ok(edited(program, { profile: `it's "a\\b"` }).includes(`fromIni({ profile: 'it\\'s "a\\\\b"' })`));
});

const clientOf3 = `import { S3Client } from '@aws-sdk/client-s3';\n`;
const refusals: readonly (readonly [what: string, program: string, why: RegExp, choice?: Replacement])[] = [
  [
    'a spread',
    `${clientOf3}new S3Client({ credentials: { ...base, accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    /takes in another one/,
  ],
  [
    'a computed name',
    `${clientOf3}new S3Client({ credentials: { [x]: 1, accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    /computed name/,
  ],
  [
    'a token from a variable',
    `${clientOf3}new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»', sessionToken } });`,
    /values from elsewhere/,
  ],
  [
    'another fact',
    `${clientOf3}new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»', expiration: soon } });`,
    /other facts/,
  ],
  [
    'a function',
    `${clientOf3}new S3Client({ credentials: async () => ({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' }) });`,
    /not the value of a credentials argument/,
  ],
  [
    'values from variables',
    `${clientOf3}const id = '«ID»', secret = '«SECRET»';\nnew S3Client({ credentials: { accessKeyId: id, secretAccessKey: secret } });`,
    /not the value of a credentials argument/,
  ],
  [
    'options from a variable',
    `${clientOf3}const options = { credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } };\nnew S3Client(options);`,
    /not written in the argument of a client/,
  ],
  [
    'a client of somebody else',
    `import { S3Client } from './client.js';\nnew S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    /not known to be a client/,
  ],
  ['a part of a string', `${clientOf3}use('«ID»:«SECRET»');`, /only a part of a string/],
  ['halves in different places', `${clientOf3}a({ accessKeyId: '«ID»' }, { secretAccessKey: '«SECRET»' });`, /stand in different places/],
  [
    'a program with an error',
    `${clientOf3}new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } ;`,
    /cannot be read/,
  ],
  [
    'the default chain under a spread',
    `${clientOf3}new S3Client({ ...base, credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`,
    /takes in another one/,
    'default-chain',
  ],
  [
    'v2, a spread',
    `const AWS = require('aws-sdk');\nnew AWS.S3({ ...base, accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });`,
    /takes in another one/,
  ],
  [
    'v2, another function',
    `const AWS = require('aws-sdk');\nstore.update({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });`,
    /not known to be a client/,
  ],
  [
    'v2, signing without a callback',
    `const AWS = require('aws-sdk');\nconst s3 = new AWS.S3({ accessKeyId: '«ID»', secretAccessKey: '«SECRET»' });\ns3.getSignedUrl('getObject', params);`,
    /^Line 3 uses the credentials at once \(getSignedUrl\)/,
  ],
  [
    'v2, reading the key',
    `const AWS = require('aws-sdk');\nconst c = new AWS.Credentials('«ID»', '«SECRET»');\nsign(c.secretAccessKey);`,
    /^Line 3 uses the credentials at once \(secretAccessKey\)/,
  ],
  [
    'v2, the default chain for a variable',
    `const AWS = require('aws-sdk');\nconst c = new AWS.Credentials('«ID»', '«SECRET»');`,
    /could be left out/,
    'default-chain',
  ],
];

for (const [what, program, why, choice] of refusals) {
  test(`JavaScript is refused: ${what}`, () => {
    const { result, keys } = edit(program, choice ? { choice } : {});
    assert.match(reasonOf(result), why);
    assert.ok(!reasonOf(result).includes(keys.accessKeyId));
  });
}

test('a refusal offers what works', () => {
  const { result } = edit(`const key = { id: '«ID»', secret: '«SECRET»' };`);
  assert.match(reasonOf(result), /^The key on line 1 .* from a \.env file, .* keystow exec --env-file \.env -- …\.$/);
});

test('a key that moved since it was found is not edited', () => {
  const { text, pair } = withKeys(`${clientOf3}new S3Client({ credentials: { accessKeyId: '«ID»', secretAccessKey: '«SECRET»' } });`);
  const options = { profile: 'p', choice: 'profile', credentialProvidersResolvable: true, parser: parsers.javascript } as const;
  assert.match(reasonOf(editJavaScript(`\n${text}`, pair, options)), /has changed since/);
});
