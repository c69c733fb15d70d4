// Texts that hold what rules look for, whole and in parts, beside what breaks it: for tests that try any text.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { allRules } from '../src/detect/detect.ts';
import type { Change } from '../src/detect/live-text.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from './sample-keys.ts';

const { accessKeyId, secretAccessKey } = sampleKeyPair('live');
const other = sampleKeyPair('other');
const temporaryId = accessKeyId.replace('AKIA', 'ASIA');
const token = sampleGitHubToken('live');
const pem = samplePrivateKey();
const password = ['aB3d', 'E6gH9'].join(''); // in two parts, so that a scan of this repository does not find it
const sessionToken = `IQoJb3JpZ2luX2Vj${secretAccessKey.repeat(8)}`;

/** 60 KB of a program without anything to find. */
export const plain = 'const plain = value;\n'.repeat(3000);

const whole = [
  accessKeyId,
  temporaryId,
  other.accessKeyId,
  secretAccessKey,
  other.secretAccessKey,
  encodeURIComponent(`${secretAccessKey.slice(0, 38)}/+`),
  `${secretAccessKey.slice(0, 20)}' + '${secretAccessKey.slice(20)}`,
  token,
  pem,
  sessionToken,
  'aws_secret_access_key = ',
  'AWS_SESSION_TOKEN=',
  'const secretAccessKey = "',
  ' // keystow:ignore\n',
  '# pragma: allowlist nextline secret\n',
  '\n// keystow:ignore\nconst text = `\n',
  '\n`; // keystow:ignore\n',
  '\n/* secretlint-disable */\n',
  '\n/* secretlint-enable */\n',
];
/** Lines that hold a finding each. */
const lines = [
  `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  `export AWS_SECRET_ACCESS_KEY="${other.secretAccessKey}"\n`,
  `${other.accessKeyId},${other.secretAccessKey}\n`,
  `"${temporaryId}": "${secretAccessKey}",\n`,
  `const secretAccessKey = '${secretAccessKey.slice(0, 20)}' +\n  '${secretAccessKey.slice(20)}';\n`,
  `TOKEN=${token}\n`,
  `AWS_SESSION_TOKEN=${sessionToken}\n`,
  `token = '${token}'; // keystow:ignore\n`,
  `# pragma: allowlist nextline secret\n${accessKeyId}\n`,
  `"x\\n${accessKeyId}\\n${secretAccessKey}\\n"\n`,
  `\n${pem}\n`,
  `const secret = '${other.secretAccessKey}';\n`,
];
const pieces = [
  ...lines,
  ...lines,
  ...whole,
  ...whole.map((one) => one.slice(0, one.length >> 1)),
  ...whole.map((one) => one.slice(one.length >> 1)),
  ...['AKIA', 'secret', 'secret=', '-----BEGIN ', '-----END PRIVATE KEY-----', 'ghp_', 'aws ', 'key', 'IQoJb3JpZ2luX2Vj'],
  ...[
    '\n',
    '\n',
    '\r\n',
    '\n\n',
    ' ',
    '"',
    "'",
    '=',
    ':',
    ',',
    '+',
    '\\',
    '\\n',
    '%',
    '%2F',
    '\\u003d',
    '[31m',
    '%3D',
    '}',
    '[',
    'A',
    'x9',
    '/',
    '\u0141',
    '😀',
  ],
  `${' '.repeat(400)}\n`,
  `${'let plainProgram = otherThing(text);\n'.repeat(60)}`,
  `${secretAccessKey}\\n`.repeat(30),
  ...Array.from({ length: 4 }, (_, i) => plain.slice(0, 2000 * (i + 1))),
];

/** As fractions of the text's length, so that a change fits whatever the ones before it did. */
const relative = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(3), fc.nat(3), fc.nat(60), fc.nat(1500)),
  inserted: fc.oneof(fc.constant(''), fc.constantFrom(...pieces), fc.string({ maxLength: 3 }), fc.constantFrom(...accessKeyId, '\n', ' ')),
});
/** Of up to 40 pieces. */
export const adversarialText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), { maxLength: 40, size: 'max' })
  .map((parts) => parts.join(''));

const encodings = ['utf8', 'latin1', 'utf16le'] as const;

/** Up to 30 parts of a file: any bytes, and what rules look for in one encoding or another; some begin with a mark of UTF-16 or UTF-8. */
export const adversarialBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom([], [], [], [0xff, 0xfe], [0xfe, 0xff], [0xef, 0xbb, 0xbf]),
    fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 60, size: 'max' }),
        fc.uint8Array({ min: 1, maxLength: 60, size: 'max' }),
        fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...encodings)).map(([piece, encoding]) => Buffer.from(piece, encoding)),
        fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...encodings)).map(([piece, encoding]) => Buffer.from(piece, encoding)),
        fc.constantFrom(...lines).map((line) => Buffer.from(line)),
      ),
      { maxLength: 30, size: 'max' },
    ),
  )
  .map(([mark, parts]) => Buffer.concat([Uint8Array.from(mark), ...parts]));

/** A text and changes one after another. */
export const textAndChanges: fc.Arbitrary<{ text: string; changes: Change[] }> = fc
  .tuple(adversarialText, fc.array(relative, { minLength: 10, maxLength: 30, size: 'max' }))
  .map(([text, given]) => {
    let length = text.length;
    const changes = given.map(({ at, removed, inserted }) => {
      const offset = Math.floor(at * length);
      const one = { offset, removed: Math.min(removed, length - offset), inserted };
      length += inserted.length - one.removed;
      return one;
    });
    return { text, changes };
  });

export const apply = (text: string, { offset, removed, inserted }: Change): string =>
  text.slice(0, offset) + inserted + text.slice(offset + removed);

const inBase64 = (text: string): string => Buffer.from(text).toString('base64');

const inHex = Buffer.from(secretAccessKey).toString('hex').slice(0, 32);
const inUuid = Buffer.from(secretAccessKey)
  .toString('hex')
  .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');

/** What takes long to look at where it stands a hundred thousand times, by a name for it. */
export const hostile: Readonly<Record<string, string>> = {
  AKIA: 'AKIA',
  ghp_: 'ghp_',
  'JWT heads': 'eyJ',
  'heads of installation tokens': 'ghs_eyJhbGciOi',
  'heads of session tokens': 'IQoJb3JpZ2luX2Vj',
  'begin marks': '-----BEGIN ',
  'begin marks of keys': '-----BEGIN RSA PRIVATE KEY-----\n',
  'cut keys': `-----BEGIN PRIVATE KEY-----\n${'QUJDREVGR0hJSktMTU5PUFFS\n'.repeat(50)}`,
  'secret=': 'secret=',
  secret_access_key: 'secret_access_key',
  'pieces of strings': 'secret="abcd"+"',
  'blanks after a name': 'secret=                    ',
  'names of tokens': 'aws_session_token=',
  'line breaks that are written': '\\n',
  'percent signs': '%2F',
  'one long line of base 64': 'QUJDREVGR0hJSktMTU5PUFFS',
  'words of all kinds in base 64': inBase64('AKIA ghp_ gho_ ghs_ github_pat_ glpat- xoxb- sk_live_ -----BEGIN "auths": '),
  'ids in base 64': `${inBase64(accessKeyId)}\n`,
  'values of Secrets': `data:\n  a: ${inBase64(`${accessKeyId} `)}\n  b: ${inBase64('AKIA and no more')}\n`,
  'runs of 40': 'Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdo ',
  'runs with escapes': `${secretAccessKey}\\n`,
  'key ids': `${accessKeyId} `,
  'key pairs': `${accessKeyId} ${secretAccessKey} `,
  'key pairs in addresses': `s3://${accessKeyId}:${encodeURIComponent(secretAccessKey)}@`,
  'key pairs in an INSERT': `INSERT INTO k (id, secret_key) VALUES ('${accessKeyId}', '${secretAccessKey}');\n`,
  'a service’s name': 'token',
  'values of a service': `azure_key = ${inHex}\n`,
  'named secrets': `aws secret ${secretAccessKey}} `,
  'tokens that seem signed': `eyJhbGciOi${'Zm9vYmFy'.repeat(3)}.`,
  'tokens of tunnels without an end': 'eyJhIjoi'.repeat(20),
  'passwords among pairs': ';pwd=aB3dE6gH9',
  'pairs without a server': 'User=a;Password=aB3dE6gH9;',
  'pairs without a user': 'Server=a;Password=aB3dE6gH9;',
  'pairs that say nothing': `host${';'.repeat(100)}${';pwd=aB3dE6gH9'.repeat(20)}`,
  'pairs behind no address of JDBC': 'jdbc;pwd=aB3dE6gH9',
  'ids below an ignore comment': `keystow:ignore\n${`${accessKeyId}\n`.repeat(60)}`,
  'ids in ignored blocks of Markdown': `<!-- keystow:ignore -->\n\`\`\`\n${`${accessKeyId}\n`.repeat(60)}\`\`\`\n`,
  'ids in ignored blocks of Markdown without an end': `<!-- keystow:ignore -->\n\`\`\`a\n${accessKeyId}\n\n`,
  'ids between quotes of several lines': `# keystow:ignore\nx = \`\n${`${accessKeyId}\n`.repeat(60)}`,
  'tokens behind Bearer': `Authorization=Bearer ${secretAccessKey.replace(/\W/g, '7')}`,
  'headers of exported passwords': 'url,username,password\n',
  'hosts of an API, a section each': '.luna.akamaiapis.net[]',
  'statements of SQL without an end': `create user a identified by '`,
  'statements of SQL in prose': 'create user a password x ',
  'states in states': '{"schema_version": 0,"attributes": {"a": ',
  'outputs without a type': '"value": "aB3dE6gH9","sensitive": true,',
  'states with no outputs': '"outputs":{"resources":',
  'addresses of Go': 'a@tcp(d)',
  'addresses with lone percent signs': 'postgres://app:%DB_PW_1%@db.shop.io/main ',
  'addresses with escapes that are none': `postgres://app:%FF%FF${password}@db.shop.io/main `,
  'settings beside settings': 'database=a,user=b,password=c,',
  'passwords in addresses': `amqp://u:${password}@h/`,
  'passwords in escaped addresses': `ws%3a%2f%2fu%3a${password}%40h%2f`,
  'servers of Maven': `<server><password>${password}</password>`,
  'words of services before values of one shape': `cf_api atlas _mmk npmtoken postmark deepl snyk: ${inUuid}\n`,
  'settings of databases without a password': 'dbname=',
  'settings of databases, a block each': 'database: shop\nuser: app\npassword: aB3dE6gH9\n\n',
  'settings of databases among those of mail servers': '  database: shop\nmail:\n  user: a',
  'heads of settings within heads': 'smtp:\n mail:\n  redis:\n   ldap:\n    password:a\n',
  'keys of two services in a list': ['MINIO', 'HUAWEI']
    .map((name) => `- name: ${name}_SECRET_KEY\n  value: ${secretAccessKey.replace(/\W/g, '7')}\n`)
    .join(''),
  'keys that several services may have': `mailgun:\n  api_key: key-${inHex}\nHONEYCOMB_API_KEY=${inHex}\n`,
  'signed addresses in one word': 'X-Amz-Credential=a,',
  'signed addresses with full stops': `X-Amz-Credential=${'.'.repeat(3900)}x `,
  'signed addresses without an end': `sv=2024&sp=r&sig=${secretAccessKey}aaa%3D `,
  'logins of curl between empty lines': `\n\n\n\ncurl -u :${password}\n\n\n\n\n`,
  'indexes of Python': 'repository=a\nusername=b\npassword=aB3dE6gH9\n',
};

/** The same of what takes long only in a file of some kind. */
export const hostileInFiles: Readonly<Record<string, { readonly file: string; readonly piece: string }>> = {
  'ids in ignored strings of JavaScript': { file: 'a.js', piece: `// keystow:ignore\nx = \`\n${`${accessKeyId}\${{}}\n`.repeat(60)}\`\n` },
  'ids in ignored strings without an end': { file: 'a.sh', piece: `# keystow:ignore\nx = "\n${`${accessKeyId}$(())"""\n`.repeat(60)}` },
  'ids in ignored values of YAML': { file: 'a.yml', piece: `# keystow:ignore\nx: "\n${`${accessKeyId}\n`.repeat(60)}` },
  'comments before strings of JavaScript with code in them': {
    file: 'a.js',
    piece: `// keystow:ignore\nx = \`\n${`\${{}}`.repeat(16)} ${accessKeyId}\n`,
  },
  'comments before strings of a shell with commands in them': {
    file: 'a.sh',
    piece: `# keystow:ignore\nx = "\n${'$(())'.repeat(50)} ${accessKeyId}\n`,
  },
  'comments before strings of JavaScript, each in code in the last one': {
    file: 'a.js',
    piece: `// keystow:ignore\nx = \`\n${`\${{}}`.repeat(40)} ${accessKeyId}\${\n`,
  },
  'comments before strings of JavaScript with elements in code in them': {
    file: 'a.js',
    piece: `// keystow:ignore\nx = \`\n${accessKeyId}\${${'=<a>{<b/>}</a>'.repeat(15)}\n`,
  },
  'comments before strings of a shell, each in the last one': {
    file: 'a.sh',
    piece: `# keystow:ignore\nx=\${\n${'$(())'.repeat(50)} ${accessKeyId}\n`,
  },
  'comments before strings without an end, full of escapes': {
    file: 'a.rb',
    piece: `# keystow:ignore\nx = %q(\n${'\\a'.repeat(125)} ${accessKeyId}\n`,
  },
  'comments before here-documents without an end': { file: 'a.php', piece: `# keystow:ignore\nx=<<<A\n${accessKeyId}\n` },
  'comments before strings whose ends are escaped': { file: 'a.ipynb', piece: `# keystow:ignore\n\\"""\n${accessKeyId}\n` },
  'comments before tags without an end': { file: 'a.vue', piece: `// keystow:ignore\n<pre>\n${accessKeyId}\n` },
  'comments before expressions of templates without an end': { file: 'a.hbs', piece: `{{!-- keystow:ignore --}}\n{%\n${accessKeyId}\n` },
  'comments before strings of JavaScript, each in the last one': {
    file: 'a.html',
    piece: `// keystow:ignore\nx=\`\${\`\n${accessKeyId}\n`,
  },
  'comments before strings of a shell, each in an expansion in the last one': {
    file: 'a.sh',
    piece: `# keystow:ignore\nx="\${\n${accessKeyId}\n`,
  },
  'comments before strings of a shell, with here-documents that wait for their line': {
    file: 'a.sh',
    piece: `# keystow:ignore\nx="$(<<A)\n${accessKeyId}${'$(())'.repeat(40)}\n`,
  },
  'comments before strings of JavaScript, in code whose line goes on': {
    file: 'a.js',
    piece: `// keystow:ignore\\\nx=\`\n${accessKeyId}\${=/[${'{}'.repeat(80)}\\\n`,
  },
  'comments before signs that may begin a string of Swift': {
    file: 'a.swift',
    piece: `// keystow:ignore\n${'#'.repeat(1900)}\n${accessKeyId}\n`,
  },
  'comments before signs that may begin tags or PHP': { file: 'a.php', piece: `# keystow:ignore\n${'<'.repeat(1900)}\n${accessKeyId}\n` },
  'comments before empty strings in a notebook': { file: 'a.ipynb', piece: `# keystow:ignore\n${"''".repeat(950)}\n${accessKeyId}\n` },
  'comments before here-documents of a shell on one line': {
    file: 'a.sh',
    piece: `# keystow:ignore\n${'<<A'.repeat(630)}\n${accessKeyId}\n`,
  },
  'comments before brackets of YAML without an end': {
    file: 'a.yml',
    piece: `# keystow:ignore\nx: [\n${'[]'.repeat(125)} ${accessKeyId}\n`,
  },
};

/** What a rule looks for, again and again: with `made`, a text of some length, each value in it the same or each drawn anew. */
export interface OwnText {
  readonly name: string;
  readonly made: (length: number) => string;
}

const partsOf: readonly (readonly [name: string, part: (text: string) => string])[] = [
  ['', (text) => text],
  [', cut', (text) => text.slice(0, -1)],
  [', half', (text) => text.slice(0, text.length >> 1)],
  [', with another end', (text) => `${text.slice(0, -1)}!`],
];

/** For each rule its literals, and each text in which it finds something: whole, cut, halved and with a wrong end. The same one a thousand times, together or apart. */
export function ownTexts(): OwnText[] {
  const texts = new Map<string, OwnText>();
  for (const { id, literals, cases } of allRules()) {
    const pieces = [
      ...literals.map(({ text }) => ({ name: `${id}: ${text}`, piece: text })),
      ...cases(drawing(id)).ok.flatMap((text, i) =>
        partsOf.map(([name, part]) => ({ name: `${id}: case ${i}${name}`, piece: part(text) })),
      ),
    ];
    for (const { name, piece } of pieces) {
      for (const [unit, how] of [
        [piece, ''],
        [`${piece} `, ', apart'],
      ] as const) {
        if (piece !== '' && !texts.has(unit))
          texts.set(unit, { name: name + how, made: (length) => unit.repeat(Math.ceil(length / unit.length)) });
      }
    }
  }
  return [...texts.values()];
}

/** For each rule the text of its first case, with other values each time. */
export function ownTextsDrawnAnew(): OwnText[] {
  return allRules().map(({ id, cases }) => {
    const draw = drawing(id);
    const made = (wanted: number): string => {
      const parts: string[] = [];
      for (let length = 0; length < wanted; length += parts.at(-1)!.length) parts.push(`${cases(draw).ok[0]} `);
      return parts.join('');
    };
    return { name: `${id}: case 0`, made };
  });
}

/** Random text, the same in each run. */
function drawing(seed: string): (alphabet: string, count: number) => string {
  let drawn = 0;
  return (alphabet, count) => {
    let text = '';
    while (text.length < count) {
      for (const byte of createHash('sha512').update(`${seed} ${drawn++}`).digest()) text += alphabet[byte % alphabet.length];
    }
    return text.slice(0, count);
  };
}
