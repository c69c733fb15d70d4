import { type Message, UserError } from '../message.ts';

// The two parsers that must agree about a file: botocore's (the AWS CLI, Python: configparser and botocore/configloader.py) and the JavaScript
// SDK's (parseIni of @smithy/core). What one of them refuses, and what they would read differently, is refused here with a remedy.

export type AwsFileKind = 'config' | 'credentials';

export interface AwsEntry {
  /** As written; botocore reads it in lower case. */
  readonly key: string;
  /** As botocore reads it; empty above nested settings. */
  readonly value: string;
  /** A comment stands behind the value: botocore's value holds it, the JavaScript SDK's does not. */
  readonly commented: boolean;
  /** From 1. */
  readonly line: number;
  /** The offsets of its whole lines in the text, with the last line end and with its nested settings. */
  readonly start: number;
  readonly end: number;
  readonly nested?: Readonly<Record<string, string>>;
}

export interface AwsSection {
  /** The file it stands in. */
  readonly path: string;
  readonly kind: 'profile' | 'sso-session' | 'services' | 'other';
  /** Without the kind and the quotes; the whole header where the kind is `other`. */
  readonly name: string;
  /** Of the header, from 1. */
  readonly line: number;
  /** The offsets from the header to the next header or the end of the file. */
  readonly start: number;
  readonly end: number;
  readonly entries: readonly AwsEntry[];
}

export interface AwsFile {
  readonly path: string;
  readonly kind: AwsFileKind;
  readonly text: string;
  readonly sections: readonly AwsSection[];
}

interface Line {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly indent: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenEntry = Mutable<AwsEntry>;
type OpenSection = Mutable<Omit<AwsSection, 'entries'>> & { entries: OpenEntry[] };

/**
 * Takes the text of an AWS file apart. Throws a UserError that names file, line and remedy where a tool would refuse the whole file or where two
 * tools would read different things. Known differences that are kept: the case of keys, names of profiles with blanks or
 * signs other than - @ + . % : / (not for the JavaScript SDK), a comment behind a value (see `AwsEntry.commented`).
 */
export function parseAwsFile(text: string, path: string, kind: AwsFileKind): AwsFile {
  const sections: OpenSection[] = [];
  /** The indentation of the last key: a line that stands deeper belongs to that key. */
  let depth = 0;
  /** Whether the JavaScript SDK would put an indented line under the last key. */
  let nesting = false;

  for (const line of linesOf(text)) {
    const refuse: Refuse = (text, values = {}) => new UserError(text, { file: path, line: line.number, ...values });
    refuseUnreadable(line.text, line.number, refuse);
    const content = line.text.trim();
    if (content === '' || isComment(content)) continue;

    const section = sections.at(-1);
    const entry = section?.entries.at(-1);
    if (section !== undefined && entry !== undefined && line.indent > depth) {
      nest(entry, content, refuse);
      entry.end = line.end;
      continue;
    }

    depth = line.indent;
    if (content.startsWith('[')) {
      const header = headerOf(content, refuse);
      const opened = { ...identify(header, kind, refuse), path, line: line.number, start: line.start, end: text.length, entries: [] };
      const earlier = sections.find((other) => other.kind === opened.kind && other.name === opened.name);
      if (earlier !== undefined) {
        throw refuse(
          '{file}, line {line}: a second section [{name}]; the first is in line {first}. The AWS CLI refuses the whole file: join the two.',
          {
            name: header,
            first: earlier.line,
          },
        );
      }
      if (section !== undefined) section.end = line.start;
      sections.push(opened);
      nesting = false;
    } else if (section === undefined) {
      throw refuse(
        '{file}, line {line}: a setting before the first section. The AWS CLI refuses the whole file: put a line such as [default] above it.',
      );
    } else {
      if (nesting && line.indent > 0) {
        throw refuse(
          '{file}, line {line}: some tools read this line as a part of {key} above it. Remove the blanks at the start of both lines.',
          {
            key: entry?.key ?? '',
          },
        );
      }
      const added = entryOf(line, content, refuse);
      const earlier = section.entries.find((other) => other.key.toLowerCase() === added.key.toLowerCase());
      if (earlier !== undefined) {
        throw refuse(
          '{file}, line {line}: {key} is set a second time in its section; the first is in line {first}. The AWS CLI refuses the whole file: remove one.',
          {
            key: added.key,
            first: earlier.line,
          },
        );
      }
      section.entries.push(added);
      nesting =
        uncommented(content)
          .slice(content.indexOf('=') + 1)
          .trim() === '';
    }
  }
  return { path, kind, text, sections };
}

/** The error for a line; its text has the holes `{file}` and `{line}`. */
type Refuse = (text: string, values?: Message['values']) => UserError;

function* linesOf(text: string): Generator<Line> {
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    const next = text.indexOf('\n', start);
    const end = next === -1 ? text.length : next + 1;
    const line = text.slice(start, end).replace(/\r?\n$/, '');
    yield { number, start, end, text: line, indent: line.length - line.trimStart().length };
    start = end;
  }
}

function refuseUnreadable(line: string, number: number, refuse: Refuse): void {
  if (number === 1 && line.startsWith('\ufeff')) {
    throw refuse(
      '{file}, line {line}: the file begins with a byte order mark, and the AWS CLI refuses the whole file. Save it as "UTF-8", not as "UTF-8 with BOM".',
    );
  }
  // All but the tab: each breaks a line, or counts as a blank, for one parser and not for the other.
  const found = /[\0-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ufeff]/.exec(line)?.[0];
  if (found === undefined) return;
  if (found === '\0')
    throw refuse('{file}, line {line}: this is not text: it holds a zero byte. Save the file as UTF-8 text, or move it away.');
  const code = `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  throw refuse('{file}, line {line}: the invisible character {code} stands in this line. Remove it, or write the line again.', { code });
}

const isComment = (content: string): boolean => content.startsWith('#') || content.startsWith(';');

/** What the JavaScript SDK leaves of a line. */
const uncommented = (content: string): string => content.split(/(?:^|\s)[#;]/, 1)[0]!.trim();

function headerOf(content: string, refuse: Refuse): string {
  const header = /^\[([^[\]]+)\](?:\s+[#;][^[\]]*)?$/.exec(content)?.[1];
  const clear = header !== undefined && uncommented(`[${header}]`) === `[${header}]`;
  if (!clear)
    throw refuse('{file}, line {line}: this is not a section that all tools can read. Write [name], and a comment on a line of its own.');
  if (header === 'DEFAULT')
    throw refuse('{file}, line {line}: the AWS CLI adds what stands under [DEFAULT] to every section. Write [default].');
  if (header.endsWith('__proto__'))
    throw refuse('{file}, line {line}: the JavaScript SDK ignores the whole file for the name [{header}]. Rename it.', { header });
  return header;
}

const named = /^(profile|sso-session|services)\s(?:"([^"\\]+)"|'([^'\\]+)'|([^\s"'\\]+))$/;

function identify(header: string, kind: AwsFileKind, refuse: Refuse): Pick<AwsSection, 'kind' | 'name'> {
  if (kind === 'credentials' || header === 'default') return { kind: 'profile', name: header };
  const [, prefix, ...names] = named.exec(header) ?? [];
  const name = names.find((candidate) => candidate !== undefined);
  if (prefix !== undefined && name !== undefined) return { kind: prefix as AwsSection['kind'], name };
  // Of what begins like this, botocore takes everything that has two words for a named section.
  const oneTool = /^(?:profile|sso-session|services)/.test(header) && (/["'\\]/.test(header) || header.trim().split(/\s+/).length === 2);
  if (oneTool)
    throw refuse(
      '{file}, line {line}: some tools cannot read this section. Write [profile name], with one blank, and a name with blanks in double quotes.',
    );
  return { kind: 'other', name: header };
}

function entryOf(line: Line, content: string, refuse: Refuse): OpenEntry {
  const equals = content.indexOf('=');
  const key = content.slice(0, equals).trim();
  const bare = uncommented(content);
  const readable = equals > 0 && equals < bare.length && !key.includes(':');
  if (!readable)
    throw refuse(
      '{file}, line {line}: this is no setting, section or comment. The AWS CLI may refuse the whole file: write key = value, or # before it.',
    );
  return { key, value: content.slice(equals + 1).trim(), commented: bare !== content, line: line.number, start: line.start, end: line.end };
}

function nest(entry: OpenEntry, content: string, refuse: Refuse): void {
  if (entry.value !== '') {
    throw refuse(
      '{file}, line {line}: this line is indented, and the AWS CLI reads it as a part of {key} above it. Remove the blanks at its start.',
      {
        key: entry.key,
      },
    );
  }
  const equals = content.indexOf('=');
  const readable =
    equals > 0 &&
    !content.startsWith('[') &&
    uncommented(content)
      .slice(equals + 1)
      .trim() !== '';
  if (!readable) {
    throw refuse(
      '{file}, line {line}: this line under {key} is no setting. The AWS CLI may refuse the whole file: write key = value, or # before it.',
      {
        key: entry.key,
      },
    );
  }
  entry.nested = { ...entry.nested, [content.slice(0, equals).trim()]: content.slice(equals + 1).trim() };
}
