import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { detect, detectBytes } from '../../src/detect/detect.ts';
import { type Change, LiveText } from '../../src/detect/live-text.ts';
import { base62, type Draw } from '../../src/detect/rules/rule.ts';
import { apply } from '../adversarial-texts.ts';
import { sampleKeyPair } from '../sample-keys.ts';

// Tables in CSV, in which a header names what hundreds of lines below it hold.

let drawn = 0;
const draw: Draw = (alphabet, count) =>
  Array.from({ length: count }, () => alphabet[createHash('sha256').update(`tables ${drawn++}`).digest()[0]! % alphabet.length]).join('');

const rows = 60;
const many = <T>(one: (index: number) => T, count = rows): T[] => Array.from({ length: count }, (_, index) => one(index));
const values = (text: string, rule: string) => detect(text).flatMap((one) => (one.rule === rule ? [one.credential ?? one.value] : []));
const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;

const passwords = many(() => `${draw(base62, 14)}a7Z`);
const secrets = many(() => `${draw(base62, 27)}aZ5`);
const ids = many(() => `LTAI${draw(base62, 20)}`);
const exported = `name,url,username,password,note\n${passwords.map((one, at) => `shop ${at},https://shop.io/${at},me,${one},\n`).join('')}`;
const keys = `AccessKey ID,AccessKey Secret,Created\r\n${secrets.map((one, at) => `${ids[at]},"${one}",2026-01-01\r\n`).join('')}`;

test('the passwords of all lines of an export are found, with quotes, commas, line breaks and empty fields in any of them', () => {
  assert.deepEqual(values(exported, 'password-export'), passwords);
  const odd = passwords.map((one, at) => (at % 3 === 0 ? `${one}",` : one));
  const lines = odd.map((one, at) =>
    at % 7 === 0 ? `"https://a.shop.io","me","","a note, of\n ""several"" lines"` : `"https://shop.io","me",${quoted(one)},`,
  );
  assert.deepEqual(
    values(`url,username,password,extra\r\n${lines.join('\r\n')}`, 'password-export'),
    odd.filter((_, at) => at % 7 !== 0),
  );
});

test('what follows a table is no part of it, and a second one is another', () => {
  const prose = `some words, others, ${passwords[0]} and more\n`.repeat(30);
  const other = `title,password,url\nshop,${passwords[1]},https://shop.io\n`;
  assert.deepEqual(values(`${exported}\n${prose}${other}`, 'password-export'), [...passwords, passwords[1]]);
  const below = `title,username,password,url\nshop,me,${passwords[1]},https://shop.io\n`;
  assert.deepEqual(values(`${exported}${below}\n${other}`, 'password-export'), [...passwords, passwords[1], passwords[1]]);
  const badlyQuoted = exported.replace('shop 7,', '"the "shop" of",').replace(`${passwords[9]},`, `"${passwords[9]}\nother\n",`);
  assert.deepEqual(
    values(badlyQuoted, 'password-export'),
    passwords.filter((_, at) => at !== 7 && at !== 9),
    'but where a line is none, and a field of several lines',
  );
});

test('a quote that nothing closes, or that is closed where no field ends, hides its own line', () => {
  const others = passwords.filter((_, at) => at !== 7);
  assert.deepEqual(values(exported.replace('shop 7', '"shop 7'), 'password-export'), others, 'up to the end of the text');
  const long = `${exported.replace('shop 7', '"shop 7')}${exported.slice(exported.indexOf('\n') + 1).repeat(4)}`;
  assert.deepEqual(values(long, 'password-export'), [...others, ...many(() => passwords, 4).flat()], 'in more text than a line may take');
  const farther = exported.replace('shop 7', '"shop 7').replace('shop 12', '"shop" 12').replace('shop 20', '"shop 20"');
  assert.deepEqual(
    values(farther, 'password-export'),
    passwords.filter((_, at) => at !== 7 && at !== 12),
    'up to the next quote',
  );
});

test('the lines of an export are read down to the last one', () => {
  const lines = exported.slice(exported.indexOf('\n') + 1);
  const last = `${draw(base62, 14)}a7Z`;
  const text = `${exported}${lines.repeat(Math.ceil(2 ** 21 / lines.length))}shop,https://shop.io,me,${last},\n`;
  assert.equal(values(text, 'password-export').at(-1), last);
});

test('a secret that the header of its column tells is found in all lines, beside its key id', () => {
  assert.deepEqual(values(keys, 'alibaba-access-key-secret'), secrets);
  assert.ok(detect(keys).every(({ pairedWith }) => pairedWith !== undefined));
  const two = `user,alibaba secret,id,alibaba old secret\n${secrets.map((one, at) => `u${at},${one},${at},${secrets.at(-1 - at)}`).join('\n')}`;
  assert.deepEqual(
    values(two, 'alibaba-access-key-secret'),
    secrets.flatMap((one, at) => [one, secrets.at(-1 - at)]),
    'in both columns',
  );
  const blank = two.replace(secrets[0]!, '');
  assert.deepEqual(
    values(blank, 'alibaba-access-key-secret'),
    secrets.flatMap((one, at) => (at === 0 ? [secrets.at(-1)] : [one, secrets.at(-1 - at)])),
    'in the first of them too where its first line has none',
  );
  const ofOthers = `user,alibaba secret,session secret\n${secrets.map((one, at) => `u${at},${one},${secrets.at(-1 - at)}`).join('\n')}`;
  assert.deepEqual(values(ofOthers, 'alibaba-access-key-secret'), secrets, 'and of no column of somebody else');
  const cut = keys.replace(`${ids[5]},`, '').replaceAll('LTAI', 'ltbi');
  assert.deepEqual(values(cut, 'alibaba-access-key-secret'), [], 'nothing names the provider');
  const mended = cut.replace('AccessKey Secret', 'Aliyun Secret');
  assert.deepEqual(
    values(mended, 'alibaba-access-key-secret'),
    secrets.filter((_, at) => at !== 5),
    'but in a line of other columns',
  );
  const prose = `${mended.split('\n').slice(0, 5).join('\n')}\n\nAll of these are old.\nALIBABA_SECRET=${secrets[7]}\n`;
  assert.deepEqual(values(prose, 'alibaba-access-key-secret'), [...secrets.slice(0, 4), secrets[7]], 'and no farther than its lines');
});

test('a secret in the first column of a table is found in all lines, and goes with the id of its line wherever the two stand', () => {
  for (const count of [5, rows]) {
    const lines = (one: (id: string, secret: string, at: number) => string) =>
      many((at) => one(ids[at]!, secrets[at]!, at), count).join('\n');
    for (const text of [
      `alibaba secret,user,alibaba id\n${lines((id, secret, at) => `${secret},u${at},${id}`)}`,
      `"alibaba secret","user","alibaba id"\r\n${lines((id, secret, at) => `"${secret}","user, no. ${at}","${id}"`)}`,
      `user,alibaba secret,made by,alibaba id\n${lines((id, secret, at) => `u${at},${secret},one who is told in some words,${id}`)}\n`.repeat(
        2,
      ),
    ]) {
      const found = detect(text);
      const lineOf = (place: number) => text.slice(0, place).split('\n').length;
      assert.equal(found.length, (text.match(/LTAI/g) ?? []).length * 2, text.slice(0, 200));
      for (const { start, pairedWith } of found) assert.equal(lineOf(found[pairedWith!]!.start), lineOf(start), text.slice(0, 200));
    }
  }
});

test('a value that begins a line below commas, where no table goes on to there, is called what stands before it', () => {
  const key = draw('0123456789abcdef', 32);
  for (const text of [
    `import os,sys\n\nDATADOG_API_KEYS = [\n"${key}",\n]\n`,
    `name,team\nada,search\n\nDatadog API key:\n${key}, of ada\n`,
  ])
    assert.deepEqual(values(text, 'datadog-api-key'), [key], text);
});

const awsSecrets = many((at) => sampleKeyPair(`tables ${at}`).secretAccessKey);

test('the AWS secrets of a column are found in all lines below its header, without ids beside them', () => {
  const below = (header: string, line: (secret: string, at: number) => string) =>
    values(`${header}${awsSecrets.map(line).join('')}`, 'aws-secret-access-key');
  assert.deepEqual(
    below('user,aws_secret_access_key,since\n', (one, at) => `u${at},${one},2026\n`),
    awsSecrets,
  );
  assert.deepEqual(
    below('"User name","Secret access key"\r\n', (one, at) => `"u${at}","${one}"\r\n`),
    awsSecrets,
    'in quotes',
  );
  assert.deepEqual(
    below('secret key,user\n', (one, at) => `${one},u${at}\n`),
    awsSecrets,
    'in the first column',
  );
  assert.deepEqual(
    below('aws secret,user,old aws secret\n', (one, at) => `${one},u${at},${awsSecrets.at(-1 - at)}\n`),
    awsSecrets.flatMap((one, at) => [one, awsSecrets.at(-1 - at)]),
    'in two columns',
  );
  assert.deepEqual(
    below('user,aws_secret_access_key,etag\n', (one, at) => `u${at},,${one}\n`),
    [],
    'but in no other column',
  );
  assert.deepEqual(
    below('user,client_secret\n', (one, at) => `u${at},${one}\n`),
    [],
    'and below no name of another secret',
  );
  const ended = `user,aws_secret_access_key\n${awsSecrets.map((one, at) => `u${at},${at < 20 ? 'none' : one}${at === 9 ? '\n'.repeat(600) : ''}\n`).join('')}`;
  assert.deepEqual(values(ended, 'aws-secret-access-key'), [], 'nor far behind its end');
});

/** Longer than what is looked at around a change in any text. */
const longExport = `name,url,username,password,note\n${many((at) => `shop ${at},https://shop.io/${at},me,${passwords[at % rows]},${at % 50 === 0 ? '"of\n""two"" lines"' : ''}\n`, 400).join('')}`;
const longKeys = `user,alibaba secret,id\n${many((at) => `u${at},${at % 9 === 0 ? '' : secrets[at % rows]},${at}\n`, 500).join('')}`;

const awsHeader = 'user,aws_secret_access_key,since\n';
const ofAws = `${awsHeader}${many((at) => `u${at},${at % 9 === 0 ? '' : awsSecrets[at % rows]},${at}\n`, 500).join('')}`;

test('after any changes, and in the bytes of a text, what is found in tables is what is found in the whole text', () => {
  let count = 0;
  const pieces = [
    awsHeader,
    ',',
    '"',
    '\n',
    '\r\n',
    'x',
    '""',
    `,"${secrets[0]}"`,
    'name,url,username,password,note\n',
    'AccessKey Secret',
    '"\n',
    ';',
    `;${secrets[1]};`,
  ];
  // near the beginning of a long table too, and where the last change was, as somebody types
  const places = fc.oneof(
    fc.nat().map((at) => ({ at, by: Number.POSITIVE_INFINITY })),
    fc.nat().map((at) => ({ at, by: 200 })),
  );
  const change = fc.record({
    place: fc.oneof(places, fc.constant(undefined)),
    removed: fc.oneof(fc.nat(3), fc.nat(60)),
    inserted: fc.constantFrom('', ...pieces),
  });
  const texts = [
    ofAws,
    ofAws.replaceAll(',', ';'),
    exported,
    keys,
    keys.replaceAll(',', ';'),
    `${keys}\n${exported}`,
    longExport,
    longKeys,
    `${longKeys}${longExport}`,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(change, { maxLength: 12 }), (given, changes) => {
      let text = given;
      const live = new LiveText(text);
      let last = text.length >> 1;
      for (const { place, removed, inserted } of changes) {
        const offset = place === undefined ? Math.min(last, text.length) : place.at % Math.min(text.length + 1, place.by);
        const one = { offset, removed: Math.min(removed, text.length - offset), inserted };
        last = offset;
        text = apply(text, one);
        live.change(one);
        const expected = detect(text);
        assert.deepEqual(live.findings(), expected);
        count += expected.length;
      }
      assert.deepEqual(
        detectBytes(Buffer.from(text), 'utf-8', () => text),
        detect(text),
      );
    }),
    { numRuns: 200 },
  );
  assert.ok(count > 50_000, `${count} findings only`);
});

test('fields may be separated by semicolons, as spreadsheets do where a comma is that of decimals', () => {
  const aws = many((at) => sampleKeyPair(`semicolons ${at}`).secretAccessKey, 5);
  const lines = aws.map((one, at) => (at % 2 === 0 ? `shop, no. ${at};"${one}";1,5` : `shop ${at};${one};1,5`));
  assert.deepEqual(values(`User name;Secret access key;Cost\r\n${lines.join('\r\n')}\r\n`, 'aws-secret-access-key'), aws);
  assert.deepEqual(values(`secret_access_key;name\n${aws.map((one) => `${one};shop\n`).join('')}`, 'aws-secret-access-key'), aws);
  assert.deepEqual(values(keys.replaceAll(',', ';'), 'alibaba-access-key-secret'), secrets);
  const mixed = `User name;Secret access key\n${aws.map((one) => `shop,${one}\n`).join('')}`;
  assert.deepEqual(values(mixed, 'aws-secret-access-key'), [], 'the header is that of another table');
  const program = `let secret;let key\n${aws.map((one) => `a;${one}\n`).join('')}`;
  assert.deepEqual(values(program, 'aws-secret-access-key'), []);
});

test('an export behind one that holds a header in a note is found in the bytes of a text too, however far the first one begins before', () => {
  const header = 'name,url,username,password,note\n';
  const lines = 'shop,https://shop.io,me,x,note\n'.repeat(220);
  const text = `${header}${lines}shop,https://shop.io,me,x,"a note\n${header}"\n${header}shop,https://shop.io,me,${passwords[0]},\nshop,https://shop.io,me,x,"\nend\n`;
  assert.deepEqual(values(text, 'password-export'), [passwords[0]]);
  assert.deepEqual(
    detectBytes(Buffer.from(text), 'utf-8', () => text),
    detect(text),
  );
});

test('a change that all lines below depend on changes them: of the header, of a quote far above the one that closes it, of many lines that are none', () => {
  const lines = many((at) => `shop,https://shop.io/${at},me,${passwords[at % rows]},\n`, 600);
  const text = `name,url,username,password,note\n${lines.join('')}`;
  const lineAt = (index: number) => text.split('\n', index).join('\n').length + 1;
  const inHeader = (name: string, inserted: string) => ({ offset: text.indexOf(name), removed: 0, inserted });
  const ways: readonly (readonly Change[])[] = [
    [inHeader('url', 'more,')],
    [inHeader('password', 'x')],
    [{ offset: 0, removed: 'name'.length, inserted: 'pwd' }],
    [
      { offset: lineAt(250), removed: 0, inserted: '",' },
      { offset: lineAt(100), removed: 0, inserted: '"' },
    ],
    [
      { offset: lineAt(100), removed: 0, inserted: 'x\n'.repeat(19) },
      { offset: lineAt(100) + 2, removed: 0, inserted: 'x\n' },
    ],
  ];
  for (const changes of ways) {
    let now = text;
    const live = new LiveText(now);
    const undone = changes.map(({ offset, removed, inserted }) => ({
      offset,
      removed: inserted.length,
      inserted: text.slice(offset, offset + removed),
    }));
    for (const one of [...changes, ...undone.reverse()]) {
      now = apply(now, one);
      live.change(one);
      assert.deepEqual(live.findings(), detect(now), JSON.stringify(one));
    }
    assert.equal(now, text);
  }
});

test('a change in a long table takes what its lines take, a comma, a quote or a line break too', () => {
  const cpuOf = (work: () => void): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  for (const table of [longExport, longKeys, ofAws]) {
    const begin = table.indexOf('\n') + 1;
    const text = table.slice(0, begin) + table.slice(begin).repeat(30);
    const live = new LiveText(text);
    live.findings();
    const whole = Math.min(...many(() => cpuOf(() => detect(text)), 5));
    const offset = text.indexOf('\n', text.length >> 1) + 1;
    for (const inserted of ['x', ',', '"', '\n']) {
      const took = many(() => {
        const typed = cpuOf(() => live.change({ offset, removed: 0, inserted }));
        return Math.max(
          typed,
          cpuOf(() => live.change({ offset, removed: 1, inserted: '' })),
        );
      }, 9);
      assert.ok(Math.min(...took) < whole / 4, `${JSON.stringify(inserted)}: ${Math.min(...took)} µs, the whole text ${whole} µs`);
    }
  }
});

test('a table that many rules read, and each many columns of, takes little longer than one of a rule and a column', () => {
  const services = 'azure twilio facebook mistral datadog honeycomb linear coveralls rollbar assemblyai fastly openweather';
  const secret = draw('0123456789abcdef', 32);
  const took = (names: string, column: string, odd: string): number => {
    const line = ','.repeat(30);
    const head = `name,first key${many((at) => `,${column}${at}`, 28).join('')},last key\n${names},${secret}${','.repeat(29)}\n`;
    const text = head + `${`${line}\n`.repeat(5)}${odd}${line}${secret}\n`.repeat(2000);
    const times = many(() => {
      const before = process.cpuUsage();
      detect(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    }, 5);
    return Math.min(...times);
  };
  const one = took('datadog', 'size', '');
  for (const odd of ['', 'x\n']) {
    const all = took(services, 'key', odd);
    assert.ok(all < 10 * one, `${all / 1000} ms, of one ${one / 1000} ms`);
  }
});

test('hostile tables take time in proportion', () => {
  const hostile = {
    'headers in a table': 'url,username,password\n',
    'quotes that nothing closes': 'url,username,password\n"a,b,c\n',
    'quotes in an export that no field ends behind': `a,b,c${'"x'.repeat(40)}\n"a\n`,
    'quotes in quotes': `"${'""'.repeat(50)}\n`,
    'lines that are none in a table': `7,${secrets[0]}\n\n\n,,,,\n`,
    'tables of a line each': `alibaba secret,id\n7,x\nid,alibaba secret\n7,${secrets[0]}\n`,
    'headers of AWS secrets': 'secret key,a\n',
    'columns of AWS secrets': `${'secret key,a,'.repeat(20)}${awsSecrets[0]}`,
    'tables of AWS secrets': `secret key,a\n${awsSecrets[0]},x\n\n`,
    'AWS secrets in a table': `${awsSecrets[0]},${awsSecrets[1]}\n`,
    'lines of many columns': `id,alibaba secret${',a'.repeat(29)}\n7,${secrets[0]}${','.repeat(29)}\n`,
  };
  const heads: Readonly<Record<string, string>> = {
    'quotes in an export that no field ends behind': 'url,username,password\n',
    'AWS secrets in a table': 'secret key,aws secret\n',
    'quotes in quotes': 'url,username,password\n',
    'lines that are none in a table': 'id,alibaba secret\n',
  };
  for (const [name, piece] of Object.entries(hostile)) {
    const took = (size: number): number => {
      const text = (heads[name] ?? '') + piece.repeat(Math.ceil(size / piece.length));
      const times = Array.from({ length: 5 }, () => {
        const before = process.cpuUsage();
        detect(text);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return Math.min(...times);
    };
    const [once, fourTimes] = [took(2 ** 18), took(2 ** 20)];
    assert.ok(fourTimes < 12 * once + 20_000, `${name}: ${once / 1000} ms, of four times as much ${fourTimes / 1000} ms`);
  }
});
