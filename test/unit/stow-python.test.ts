import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { format } from '../../src/message.ts';
import { applyEdits, type Edited, type Replacement } from '../../src/stow/edit.ts';
import { loadParser } from '../../src/stow/grammar.ts';
import { editPython } from '../../src/stow/python.ts';
import { withKeys } from '../stow-places.ts';

const parser = await loadParser(join(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm'), 'python');

function edit(template: string, choice: Replacement = 'profile', profile = 'p') {
  const { text, pair } = withKeys(template);
  return { text, result: editPython(text, pair, { profile, choice, parser }) };
}

function edited(template: string, choice?: Replacement, profile?: string): string {
  const { text, result } = edit(template, choice, profile);
  if ('refused' in result) assert.fail(format(result.refused));
  const after = applyEdits(text, result.edits);
  assert.ok(parser.read(after, (root) => !root.hasError));
  return after;
}

const keys = `aws_access_key_id='«ID»', aws_secret_access_key='«SECRET»'`;

const toProfile: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    'a client on one line',
    `import boto3\ns3 = boto3.client('s3', ${keys}, aws_session_token=None, region_name='x', verify=False)\n`,
    `import boto3\ns3 = boto3.Session(profile_name='p').client('s3', region_name='x', verify=False)\n`,
  ],
  [
    'a resource over many lines, with comments, double quotes and CRLF',
    `import boto3\r\ntable = boto3.resource(\r\n    "dynamodb",\r\n    # who we are\r\n    aws_access_key_id="«ID»",  # the shop’s\r\n    aws_secret_access_key="«SECRET»",\r\n    endpoint_url="http://localhost",\r\n).Table("a")\r\n`,
    `import boto3\r\ntable = boto3.Session(profile_name="p").resource(\r\n    "dynamodb",\r\n    # who we are\r\n    # the shop’s\r\n    endpoint_url="http://localhost",\r\n).Table("a")\r\n`,
  ],
  [
    'the keys last, without a comma',
    `import boto3\nboto3.client(\n    service_name='s3',\n    aws_access_key_id='«ID»',\n    aws_secret_access_key='«SECRET»'\n)\n`,
    `import boto3\nboto3.Session(profile_name='p').client(\n    service_name='s3'\n)\n`,
  ],
  [
    'boto3 under another name',
    `import boto3 as b, os\nb.client('s3', ${keys})\n`,
    `import boto3 as b, os\nb.Session(profile_name='p').client('s3')\n`,
  ],
  [
    'boto3.session imported',
    `import boto3.session\nboto3.client('s3', ${keys})\n`,
    `import boto3.session\nboto3.Session(profile_name='p').client('s3')\n`,
  ],
  [
    'client imported by its name',
    `from boto3 import client\ns3 = client('s3', ${keys})\n`,
    `from boto3 import client, Session\ns3 = Session(profile_name='p').client('s3')\n`,
  ],
  [
    'client imported under another name, in parentheses, where Session is taken',
    `from boto3 import (\n    client as c\n)\nfrom requests import Session\ns3 = c('s3', ${keys})\n`,
    `from boto3 import (\n    client as c, Session as Boto3Session\n)\nfrom requests import Session\ns3 = Boto3Session(profile_name='p').client('s3')\n`,
  ],
  [
    'client and Session imported by their names',
    `from boto3 import resource\nfrom boto3.session import Session as S\nresource('s3', ${keys})\n`,
    `from boto3 import resource\nfrom boto3.session import Session as S\nS(profile_name='p').resource('s3')\n`,
  ],
  [
    'a session',
    `import boto3\nboto3.Session(${keys}, region_name='x')\n`,
    `import boto3\nboto3.Session(profile_name='p', region_name='x')\n`,
  ],
  [
    'a session of boto3.session, the keys apart',
    `import boto3\nboto3.session.Session(\n    aws_secret_access_key=r'«SECRET»',\n    region_name='x',\n    aws_access_key_id=u'«ID»',\n)\n`,
    `import boto3\nboto3.session.Session(\n    profile_name='p',\n    region_name='x',\n)\n`,
  ],
  [
    'a session imported by its name',
    `from boto3 import Session\nSession(${keys})\n`,
    `from boto3 import Session\nSession(profile_name='p')\n`,
  ],
  [
    'a session whose profile is named already',
    `import boto3\nboto3.Session(${keys}, profile_name='old')\n`,
    `import boto3\nboto3.Session(profile_name='p')\n`,
  ],
  [
    'the default session',
    `import boto3\nboto3.setup_default_session(${keys})\n`,
    `import boto3\nboto3.setup_default_session(profile_name='p')\n`,
  ],
  [
    'three quotes, text outside the Basic Multilingual Plane, a byte-order mark',
    `\uFEFFimport boto3  # 😀\nboto3.client('s3', '😀', aws_access_key_id="""«ID»""", aws_secret_access_key="""«SECRET»""")\n`,
    `\uFEFFimport boto3  # 😀\nboto3.Session(profile_name="p").client('s3', '😀')\n`,
  ],
];

for (const [what, before, after] of toProfile) {
  test(`Python: ${what}`, () => assert.equal(edited(before), after));
}

const leftOut: readonly (readonly [what: string, before: string, after: string])[] = [
  ['a client', `import boto3\nboto3.client('s3', ${keys}, region_name='x')\n`, `import boto3\nboto3.client('s3', region_name='x')\n`],
  ['a session', `import boto3\nboto3.Session(${keys})\n`, `import boto3\nboto3.Session()\n`],
];

for (const [what, before, after] of leftOut) {
  test(`Python, default chain: ${what}`, () => assert.equal(edited(before, 'default-chain'), after));
}

test('it is told that other machines need the profile, and whether the region comes from it', () => {
  for (const [call, takesRegion] of [
    [`boto3.client('s3', ${keys})`, true],
    [`boto3.client('s3', 'eu-west-1', ${keys})`, undefined],
    [`boto3.client('s3', ${keys}, region_name='eu-west-1')`, undefined],
    [`boto3.Session(${keys})`, true],
  ] as const) {
    const { result } = edit(`import boto3\n${call}\n`);
    assert.ok(!('refused' in result));
    assert.equal(result.takesRegionFromProfile, takesRegion);
    assert.equal(format(result.notes[0]!), 'On other machines and in CI, the profile p must exist.');
  }
  const chain = edit(`import boto3\nboto3.client('s3', ${keys})\n`, 'default-chain').result as Edited;
  assert.equal(chain.takesRegionFromProfile, undefined);
});

test('a profile’s name is written as a string of the program', () => {
  assert.ok(
    edited(`import boto3\nboto3.Session(${keys})\n`, 'profile', `it's "a\\b"`).endsWith(`Session(profile_name='it\\'s "a\\\\b"')\n`),
  );
});

const refusals: readonly (readonly [what: string, program: string, why: RegExp])[] = [
  ['keys by position', `import boto3\nboto3.Session('«ID»', '«SECRET»')`, /not a whole string after/],
  ['arguments from a dictionary', `import boto3\nboto3.client('s3', ${keys}, **rest)`, /taken in with \*/],
  ['arguments from a list', `import boto3\nboto3.client(*rest, ${keys})`, /taken in with \*/],
  ['a token from a variable', `import boto3\nboto3.client('s3', ${keys}, aws_session_token=token)`, /values from elsewhere/],
  ['a token with a hole', `import boto3\nboto3.client('s3', ${keys}, aws_session_token=f'{token}')`, /values from elsewhere/],
  [
    'keys in variables',
    `import boto3\nKEY = '«ID»'\nSECRET = '«SECRET»'\nboto3.client('s3', aws_access_key_id=KEY, aws_secret_access_key=SECRET)`,
    /not a whole string after/,
  ],
  [
    'keys in a dictionary',
    `import boto3\nboto3.client('s3', **{'aws_access_key_id': '«ID»', 'aws_secret_access_key': '«SECRET»'})`,
    /not a whole string after/,
  ],
  [
    'joined strings',
    `import boto3\nboto3.client('s3', aws_access_key_id='«ID»', aws_secret_access_key='«SECRET»' '')`,
    /not a whole string after/,
  ],
  ['bytes', `import boto3\nboto3.client('s3', aws_access_key_id=b'«ID»', aws_secret_access_key='«SECRET»')`, /not a whole string after/],
  ['a session in a variable', `import boto3\nsession = boto3.Session()\nsession.client('s3', ${keys})`, /not known to be boto3/],
  ['a function of somebody else', `from storage import client\nclient('s3', ${keys})`, /not known to be boto3/],
  [
    'two calls',
    `import boto3\nboto3.client('s3', aws_access_key_id='«ID»')\nboto3.client('s3', aws_secret_access_key='«SECRET»')`,
    /different calls/,
  ],
  [
    'a client beside a default session',
    `import boto3\nboto3.setup_default_session(region_name='x')\nboto3.client('s3', ${keys})`,
    /beside setup_default_session/,
  ],
  ['an error in the program', `import boto3\nboto3.client('s3', ${keys}\n`, /cannot be read/],
];

for (const [what, program, why] of refusals) {
  test(`Python is refused: ${what}`, () => {
    const { result } = edit(program);
    assert.ok('refused' in result);
    assert.match(format(result.refused), why);
  });
}
