import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadSharedConfigFiles } from '@smithy/core/config';
import fc from 'fast-check';
import { type AwsFile, type AwsFileKind, changeProfile, findProfile, parseAwsFile } from '../../src/files/aws-files.ts';

type Values = Record<string, Record<string, string>>;

const key = fc.constantFrom('region', 'output', 'role_arn', 'source_profile', 'credential_process', 'aws_access_key_id', 'sso_start_url');
const value = fc.stringMatching(/^[\w:/.@"=-][\w:/.@"= -]{0,18}[\w:/.@"=-]$/);
const newline = fc.constantFrom('\n', '\r\n');
const equals = fc.constantFrom('=', ' = ', ' =', '= ', '\t=\t');
const between = fc.constantFrom('', '', '# a comment = no setting', ';[also one]', '   ', '  # indented');
const profileName = fc.constantFrom('default', 'dev', 'prod-eu', 'me@work', 'a.b');

const setting = fc.tuple(key, equals, value, newline, between).map(([k, e, v, n, b]) => ({ k, text: `${k}${e}${v}${n}${b}${b && n}` }));
const nested = fc
  .tuple(fc.constantFrom('s3', 'api'), newline, fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }), value)
  .map(([k, n, keys, v]) => ({
    k,
    text: `${k} =${n}${keys.map((inner) => `  ${inner} = ${v}${n}`).join('')}`,
  }));
const section = fc.record({
  name: profileName,
  entries: fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: setting }, nested), { selector: ({ k }) => k, maxLength: 5 }),
  indent: fc.constantFrom('', '', '  ', '\t'),
  newline,
});

/** A well-formed file: sections and settings once each, nested settings only where nothing else is indented. */
const file = fc
  .tuple(
    fc.constantFrom<AwsFileKind>('config', 'credentials'),
    fc.uniqueArray(section, { selector: ({ name }) => name, maxLength: 4 }),
    between,
    fc.boolean(),
  )
  .map(([kind, sections, top, ended]) => {
    const parts = sections.map(({ name, entries, indent, newline }) => {
      const header = kind === 'config' && name !== 'default' ? `[profile ${name}]` : `[${name}]`;
      const flat = entries.some(({ k }) => k === 's3' || k === 'api');
      return header + newline + entries.map(({ text }) => (flat ? '' : indent) + text).join('');
    });
    const text = `${top}${top && '\n'}${parts.join('')}`;
    return parseAwsFile(ended ? text : text.replace(/\r?\n$/, ''), 'file', kind);
  });

const change = fc.record({
  set: fc.dictionary(fc.oneof(key, fc.constantFrom('keystow_mode', 's3')), value, { maxKeys: 3, noNullPrototype: true }),
  remove: fc.uniqueArray(key, { maxLength: 2 }),
  inPlaceOf: fc.uniqueArray(key, { maxLength: 2 }),
});

describe('for every well-formed file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystow-property-'));
    await writeFile(join(folder, 'none'), '');
  });
  after(() => rm(folder, { recursive: true }));

  /** What the JavaScript SDK reads. */
  async function sdkReads({ text, kind }: AwsFile): Promise<Values> {
    const [path, none] = [join(folder, kind), join(folder, 'none')];
    await writeFile(path, text);
    const config = kind === 'config';
    const read = await loadSharedConfigFiles({ configFilepath: config ? path : none, filepath: config ? none : path, ignoreCache: true });
    return plain(config ? read.configFile : read.credentialsFile);
  }

  test('a change gives the profile its values and leaves every other line, and what the SDK reads there, as it was', async () => {
    await fc.assert(
      fc.asyncProperty(file, profileName, change, async (before, name, { set, remove, inPlaceOf }) => {
        const text = changeProfile(before, name, { set, remove, inPlaceOf });
        const result = parseAwsFile(text, 'file', before.kind);

        const expected = weRead(before);
        const gone: string[] = [...remove, ...inPlaceOf];
        const others = Object.entries(expected[name] ?? {}).filter(([k]) => !gone.includes(k) && !(k.split('.')[0]! in set));
        if (name in expected || Object.keys(set).length > 0) expected[name] = { ...Object.fromEntries(others), ...set };
        assert.deepEqual(weRead(result), expected);
        assert.deepEqual(await sdkReads(result), plain(expected));

        const kept = untouched(before, name, [...gone, ...Object.keys(set)]);
        const rest = untouched(result, name, Object.keys(set));
        if (findProfile(before, name)) assert.equal(rest, kept);
        else assert.match(rest.slice(kept.length), /^((\r?\n)*\[[^[]+\])?$/);
        assert(rest.startsWith(kept));
      }),
      { numRuns: 300 },
    );
  });
});

function weRead({ sections }: AwsFile): Values {
  const values: Values = {};
  for (const { name, entries } of sections) {
    values[name] = Object.fromEntries(
      entries.flatMap((entry) =>
        entry.nested ? Object.entries(entry.nested).map(([inner, v]) => [`${entry.key}.${inner}`, v]) : [[entry.key, entry.value]],
      ),
    );
  }
  return values;
}

/** Without profiles that hold nothing, which the SDK drops. */
function plain(values: Record<string, Partial<Record<string, string>>>): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, entries]) => Object.keys(entries).length > 0)
      .map(([name, entries]) => [name, { ...entries } as Record<string, string>]),
  );
}

/** The bytes that no change of these keys of this profile may alter; without the end of the last line, which a line added behind it needs. */
function untouched(file: AwsFile, name: string, keys: readonly string[]): string {
  const entries = file.sections.filter((section) => section.name === name).flatMap((section) => section.entries);
  let rest = '';
  let at = 0;
  for (const { start, end } of entries.filter((entry) => keys.includes(entry.key))) {
    rest += file.text.slice(at, start);
    at = end;
  }
  return (rest + file.text.slice(at)).replace(/\r?\n$/, '');
}
