import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { detect, detectBytes } from '../../src/detect/detect.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import { base62, type Draw } from '../../src/detect/rules/rule.ts';
import { apply } from '../adversarial-texts.ts';

// Tables in CSV, in which a header names what hundreds of lines below it hold.

let drawn = 0;
const draw: Draw = (alphabet, count) =>
  Array.from({ length: count }, () => alphabet[createHash('sha256').update(`tables ${drawn++}`).digest()[0]! % alphabet.length]).join('');

const rows = 60;
const many = <T>(one: (index: number) => T): T[] => Array.from({ length: rows }, (_, index) => one(index));
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
  const unclosed = `name,url,username,password\nshop,https://shop.io,me,${passwords[2]}\nshop,"https://shop.io,me,${passwords[3]}\n`;
  assert.deepEqual(values(unclosed, 'password-export'), [passwords[2]]);
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
  assert.deepEqual(values(mended, 'alibaba-access-key-secret'), secrets.slice(0, 5), 'up to a line of other columns');
});

test('after any changes, and in the bytes of a text, what is found in tables is what is found in the whole text', () => {
  let count = 0;
  const pieces = [',', '"', '\n', '\r\n', 'x', '""', `,"${secrets[0]}"`, 'name,url,username,password,note\n', 'AccessKey Secret'];
  const change = fc.tuple(fc.nat(), fc.nat(40), fc.constantFrom('', ...pieces));
  fc.assert(
    fc.property(fc.constantFrom(exported, keys, `${keys}\n${exported}`), fc.array(change, { maxLength: 12 }), (given, changes) => {
      let text = given;
      const live = new LiveText(text);
      for (const [place, removed, inserted] of changes) {
        const offset = place % (text.length + 1);
        const one = { offset, removed: Math.min(removed, text.length - offset), inserted };
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
    { numRuns: 150 },
  );
  assert.ok(count > 10_000, `${count} findings only`);
});

test('hostile tables take time in proportion', () => {
  const hostile = {
    'headers in a table': 'url,username,password\n',
    'quotes that nothing closes': 'url,username,password\n"a,b,c\n',
    'tables of a line each': `alibaba secret,id\n7,x\nid,alibaba secret\n7,${secrets[0]}\n`,
    'lines of many columns': `id,alibaba secret${',a'.repeat(29)}\n7,${secrets[0]}${','.repeat(29)}\n`,
  };
  for (const [name, piece] of Object.entries(hostile)) {
    const took = (size: number): number => {
      const text = piece.repeat(Math.ceil(size / piece.length));
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
