import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { awsFilePaths, changeProfile, findProfile, parseAwsFile, readAwsFile, valueOf } from '../../src/files/aws-files.ts';
import { UserError } from '../../src/message.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const config = (text: string) => parseAwsFile(text, '/home/ann/.aws/config', 'config');
const credentials = (text: string) => parseAwsFile(text, '/home/ann/.aws/credentials', 'credentials');
const lines = (...text: string[]) => text.map((line) => `${line}\n`).join('');

test('the files lie in ~/.aws, or where the variables say', () => {
  assert.deepEqual(awsFilePaths({}, '/home/ann'), { config: '/home/ann/.aws/config', credentials: '/home/ann/.aws/credentials' });
  assert.equal(awsFilePaths({}, '/home/ann/').config, '/home/ann/.aws/config');
  assert.deepEqual(awsFilePaths({ AWS_CONFIG_FILE: '~/files/config', AWS_SHARED_CREDENTIALS_FILE: '/etc/aws' }, '/home/ann'), {
    config: '/home/ann/files/config',
    credentials: '/etc/aws',
  });
});

describe('reading', () => {
  test('finds profiles by their own names, and values by keys in any case', () => {
    const file = config(
      lines(
        '# mine',
        '[default]',
        'Region=eu-west-1',
        '',
        '[profile dev]',
        'region = us-east-1',
        's3 =',
        '  addressing_style = path',
        "[profile 'night shift']",
        'output = json',
        '[sso-session dev]',
        'sso_region = eu-north-1',
        '[services dev]',
        '[plugins]',
      ),
    );
    assert.equal(valueOf(findProfile(file, 'default'), 'region'), 'eu-west-1');
    assert.equal(valueOf(findProfile(file, 'dev'), 'REGION'), 'us-east-1');
    assert.equal(valueOf(findProfile(file, 'dev'), 'sso_region'), undefined);
    assert.deepEqual(findProfile(file, 'dev')?.entries.at(-1)?.nested, { addressing_style: 'path' });
    assert.equal(valueOf(findProfile(file, 'night shift'), 'output'), 'json');
    assert.equal(findProfile(file, 'plugins'), undefined);
    assert.deepEqual(
      file.sections.map(({ kind, name, line }) => [kind, name, line]),
      [
        ['profile', 'default', 2],
        ['profile', 'dev', 5],
        ['profile', 'night shift', 9],
        ['sso-session', 'dev', 11],
        ['services', 'dev', 13],
        ['other', 'plugins', 14],
      ],
    );
  });

  test('gives the range of an entry with all its lines', () => {
    const text = lines('[default]', 's3 =', '  a = 1', '  # between', '  b = 2', '# behind', 'region = x');
    const [s3, region] = config(text).sections[0]!.entries;
    assert.equal(text.slice(s3!.start, s3!.end), lines('s3 =', '  a = 1', '  # between', '  b = 2'));
    assert.equal(text.slice(region!.start, region!.end), 'region = x\n');
    assert.equal(region!.line, 7);
  });

  test('takes the names of the credentials file as they are', () => {
    const file = credentials(lines('[default]', 'a = 1', '[profile dev]', 'a = 2', '[a b]'));
    assert.equal(valueOf(findProfile(file, 'profile dev'), 'a'), '2');
    assert.equal(findProfile(file, 'dev'), undefined);
  });

  test('says where a comment behind a value means different things to different tools', () => {
    const file = config(
      lines('[default]', 'region = eu-west-1 # Ireland', 'sso_start_url = https://example.com/start/#/', 'output = json'),
    );
    const section = findProfile(file, 'default');
    assert.throws(() => valueOf(section, 'region'), refusal(2, /comment behind region/));
    assert.equal(valueOf(section, 'sso_start_url'), 'https://example.com/start/#/');
    assert.equal(valueOf(section, 'output'), 'json');
  });

  test('a missing file is an empty one', async () => {
    const file = await readAwsFile(join(tmpdir(), 'keystow-no-such-file'), 'config');
    assert.deepEqual({ text: file.text, sections: file.sections }, { text: '', sections: [] });
  });

  test('what is no UTF-8 text is refused with its line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keystow-aws-'));
    const path = join(folder, 'config');
    await writeFile(path, Buffer.from('[default]\nregion = \xe9t\xe9\n', 'latin1'));
    await assert.rejects(readAwsFile(path, 'config'), refusal(2, /not UTF-8/, path));
    await writeFile(path, Buffer.from('\ufeff[default]\n', 'utf16le'));
    await assert.rejects(readAwsFile(path, 'config'), refusal(1, /not UTF-8/, path));
    await writeFile(path, Buffer.from('[default]\n\0\0'));
    await assert.rejects(readAwsFile(path, 'config'), refusal(2, /zero byte/, path));
    await assert.rejects(readAwsFile(folder, 'config'), /is a folder/);
    await rm(folder, { recursive: true });
  });
});

describe('a file that not all tools read alike is refused, with line and remedy', () => {
  const refused: [string, string, number, RegExp][] = [
    ['a second section', lines('[default]', '[profile a]', '[default]'), 3, /second section \[default\].*line 1.*join/],
    ['a second section in other words', lines('[default]', '[profile default]'), 2, /second section/],
    ['a second key, in any case', lines('[default]', 'region = a', 'REGION = b'), 3, /REGION is set a second time.*line 2.*remove one/],
    ['a setting before any section', lines('# mine', 'region = a', '[default]'), 2, /before the first section.*\[default\]/],
    ['a line that is nothing', lines('[default]', 'region'), 2, /write key = value/],
    ['a line without a key', lines('[default]', '= a'), 2, /write key = value/],
    ['a colon for an equals sign', lines('[default]', 'region: a'), 2, /write key = value/],
    ['a colon in a key', lines('[default]', 'a:b = c'), 2, /write key = value/],
    ['a comment in a key', lines('[default]', 'a #b = c'), 2, /write key = value/],
    ['an indented setting', lines('[default]', 'output = json', '\tregion = a'), 3, /indented.*part of output.*Remove/],
    ['an indented section', lines('[default]', 'output = json', ' [profile a]'), 3, /indented/],
    ['a setting as deep as the nested ones above it', lines('[default]', ' s3 =', '  a = b', ' region = c'), 4, /part of s3/],
    ['a nested line that is no setting', lines('[default]', 's3 =', '  a'), 3, /under s3 is no setting/],
    ['a nested section', lines('[default]', 's3 =', '  [a=b]'), 3, /under s3 is no setting/],
    ['an unfinished section', lines('[default'), 1, /Write \[name\]/],
    ['an empty section name', lines('[]'), 1, /Write \[name\]/],
    ['text behind a section', lines('[default] x'), 1, /comment on a line of its own/],
    ['a section for all', lines('[DEFAULT]'), 1, /Write \[default\]/],
    ['a section that breaks the JavaScript SDK', lines('[profile __proto__]'), 1, /Rename/],
    ['two blanks in a section', lines('[profile  a]'), 1, /one blank/],
    ['a half quoted name', lines('[profile "a]'), 1, /double quotes/],
    ['a byte order mark', lines('\ufeff[default]'), 1, /byte order mark.*Save/],
    ['a lone carriage return', '[default]\ra = b\n', 1, /U\+000D/],
    ['an invisible line end', lines('[default]', 'a = b\u2028c'), 2, /U\+2028/],
  ];
  for (const [name, text, line, words] of refused) {
    test(name, () => assert.throws(() => config(text), refusal(line, words, '/home/ann/.aws/config')));
  }

  test('but comments, blank lines, tabs, mixed line ends and blanks around a value are not', () => {
    const file = config('; a\r\n\n[default]\t# b\r\n\tregion\t=  x \n\t# c\n   \n\toutput=json');
    assert.equal(valueOf(findProfile(file, 'default'), 'region'), 'x');
    assert.equal(valueOf(findProfile(file, 'default'), 'output'), 'json');
  });
});

describe('changing', () => {
  test('a profile comes to be served by a process: its line stands where the keys stood, and nothing else moves', () => {
    const [own, other] = [sampleKeyPair('own'), sampleKeyPair('other')];
    const before = [
      '# my keys\r\n',
      '[default]\r\n',
      '# of 2024\r\n',
      `aws_access_key_id=${own.accessKeyId}\r\n`,
      `aws_secret_access_key=${own.secretAccessKey}\r\n`,
      'region=eu-west-1\r\n',
      '\n',
      '[other]\n',
      `aws_access_key_id = ${other.accessKeyId}\n`,
      `aws_secret_access_key = ${other.secretAccessKey}`,
    ];
    const after = changeProfile(credentials(before.join('')), 'default', {
      set: { credential_process: '"/k/keystow" credential-process --profile default' },
      inPlaceOf: ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'],
    });
    const expected = [
      ...before.slice(0, 3),
      'credential_process="/k/keystow" credential-process --profile default\r\n',
      ...before.slice(5),
    ];
    assert.equal(after, expected.join(''));
  });

  test('an existing key keeps its line, its spelling and its blanks', () => {
    const file = config(lines('[default]', '  Region  =us-east-1   ', '  output = json'));
    assert.equal(changeProfile(file, 'default', { set: { region: 'x' } }), lines('[default]', '  Region  =x', '  output = json'));
    assert.equal(changeProfile(file, 'default', { set: { region: 'us-east-1' } }), file.text);
  });

  test('a new key stands behind the last setting, before comments and blank lines, written like its neighbour', () => {
    const file = config(lines('[profile a]', '  x=1', '', '# about b', '[profile b]', 'y = 2'));
    assert.equal(
      changeProfile(file, 'a', { set: { z: '3', w: '4' } }),
      lines('[profile a]', '  x=1', '  z=3', '  w=4', '', '# about b', '[profile b]', 'y = 2'),
    );
    assert.equal(changeProfile(config('[default]\na = 1'), 'default', { set: { b: '2' } }), '[default]\na = 1\nb = 2\n');
    assert.equal(changeProfile(config(lines('[default]', '# c')), 'default', { set: { b: '2' } }), lines('[default]', 'b = 2', '# c'));
  });

  test('a new key never becomes a part of the nested settings above it', () => {
    const flat = config(lines('[default]', 's3 =', '  a = b'));
    assert.equal(changeProfile(flat, 'default', { set: { c: 'd' } }), lines('[default]', 's3 =', '  a = b', 'c = d'));
    const deep = config(lines('[default]', '  s3 =', '    a = b'));
    assert.equal(changeProfile(deep, 'default', { set: { c: 'd' } }), lines('[default]', '  c = d', '  s3 =', '    a = b'));
  });

  test('removed keys go with their nested settings, comments stay', () => {
    const file = config(lines('[default]', '# one', 's3 =', '  a = b', '# two', 'region = x'));
    assert.equal(changeProfile(file, 'default', { remove: ['S3', 'not_there'] }), lines('[default]', '# one', '# two', 'region = x'));
  });

  test('a missing section is added at the end, under the name that its file wants', () => {
    const text = lines('[default]', 'a = 1');
    assert.equal(changeProfile(config(text), 'dev', { set: { b: '2' } }), lines('[default]', 'a = 1', '', '[profile dev]', 'b = 2'));
    assert.equal(changeProfile(config(text), 'night shift', { set: { b: '2' } }), `${text}\n[profile "night shift"]\nb = 2\n`);
    assert.equal(changeProfile(credentials('[default]\r\na=1'), 'dev', { set: { b: '2' } }), '[default]\r\na=1\r\n\r\n[dev]\r\nb=2\r\n');
    assert.equal(changeProfile(config(''), 'default', { set: { b: '2' } }), lines('[default]', 'b = 2'));
    assert.equal(changeProfile(config(text), 'dev', { remove: ['a'] }), text);
  });

  test('names and values that could not be read back are refused', () => {
    const file = config('');
    for (const name of ['a]', 'a\n[default]', '', ' a', 'a #b', 'DEFAULT', '__proto__', 'a"b']) {
      assert.throws(() => changeProfile(file, name, { set: { a: 'b' } }), UserError, name);
    }
    for (const value of ['', ' a', 'a ', 'a\nb = c', 'a # b', '#a', 'a\0']) {
      assert.throws(() => changeProfile(file, 'a', { set: { a: value } }), UserError, value);
    }
  });
});

/** Whether an error is for a person and names the file, the line and what is expected of the words. */
function refusal(line: number, words: RegExp, path = '/home/ann/.aws/') {
  return (error: unknown) => {
    assert(error instanceof UserError, String(error));
    assert(error.message.startsWith(path), error.message);
    assert.match(error.message, new RegExp(`, line ${line}: `));
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /[{}]/);
    return true;
  };
}
