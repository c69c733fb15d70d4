import { UserError } from '../message.ts';
import type { AwsEntry, AwsFile, AwsSection } from './aws-file-parser.ts';

export interface ProfileChange {
  /** Keys and their new values. */
  readonly set?: Readonly<Record<string, string>>;
  /** Keys whose lines go. */
  readonly remove?: readonly string[];
  /** Keys whose lines go as well; what is set and was not there before takes the place of the first of them. */
  readonly inPlaceOf?: readonly string[];
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** How a line is written, for the lines beside it to be written alike. */
interface Style {
  readonly indent: string;
  readonly equals: string;
  readonly lineEnd: string;
}

/**
 * The text of the file with one profile changed and every other line as it was. A key that is there keeps its line, its spelling and its blanks;
 * a new one stands in place of the first of `inPlaceOf`, else behind the section's last setting. A missing section is added at the end of the
 * file, unless nothing is set in it.
 *
 * Throws a UserError for a name or a value that no tool could read back.
 */
export function changeProfile(file: AwsFile, name: string, change: ProfileChange): string {
  const settings = Object.entries(change.set ?? {});
  for (const [key, value] of settings) refuseUnreadableSetting(key, value);

  const section = file.sections.find((candidate) => candidate.kind === 'profile' && candidate.name === name);
  if (section === undefined) return settings.length === 0 ? file.text : appendSection(file, name, settings);

  const find = (key: string) => section.entries.find((entry) => entry.key.toLowerCase() === key.toLowerCase());
  const replaced = new Set((change.inPlaceOf ?? []).map(find).filter((entry) => entry !== undefined));
  const removed = new Set([...replaced, ...(change.remove ?? []).map(find).filter((entry) => entry !== undefined)]);

  const edits: Edit[] = [];
  const added: [string, string][] = [];
  for (const [key, value] of settings) {
    const entry = find(key);
    if (entry === undefined || (removed.has(entry) && replaced.size > 0)) added.push([key, value]);
    else {
      removed.delete(entry);
      if (entry.value !== value || entry.nested !== undefined) edits.push(changeLine(file, entry, value));
    }
  }

  const place = section.entries.find((entry) => replaced.has(entry));
  for (const entry of removed) {
    if (entry !== place || added.length === 0) edits.push({ start: entry.start, end: entry.end, text: '' });
  }
  if (added.length > 0) edits.push(place === undefined ? addBehind(file, section, removed, added) : addInPlaceOf(file, place, added));
  return apply(file.text, edits);
}

function changeLine(file: AwsFile, entry: AwsEntry, value: string): Edit {
  const { indent, equals } = styleOf(file, entry);
  return {
    start: entry.start,
    end: entry.end,
    text: `${indent}${entry.key}${equals}${value}${lineEndOf(file.text.slice(entry.start, entry.end))}`,
  };
}

function addInPlaceOf(file: AwsFile, entry: AwsEntry, added: readonly [string, string][]): Edit {
  const style = styleOf(file, entry);
  const lines = added.map((setting) => lineOf(setting, style)).join(style.lineEnd);
  return { start: entry.start, end: entry.end, text: lines + lineEndOf(file.text.slice(entry.start, entry.end)) };
}

function addBehind(file: AwsFile, section: AwsSection, removed: ReadonlySet<AwsEntry>, added: readonly [string, string][]): Edit {
  const last = section.entries.findLast((entry) => !removed.has(entry));
  const model = last ?? firstEntry(file);
  const style = model === undefined ? plainStyle(file.text) : styleOf(file, model);
  const linesWith = (indent: string) => added.map((setting) => lineOf(setting, { ...style, indent }) + style.lineEnd).join('');

  // The JavaScript SDK reads an indented line as nested under an empty value above it, so it has to stand before that.
  if (last !== undefined && style.indent !== '' && opensNesting(last))
    return { start: last.start, end: last.start, text: linesWith(style.indent) };

  // Deeper than the setting above it, a line belongs to that: a header that follows is no exception.
  const next = file.sections[file.sections.indexOf(section) + 1];
  const indent = last !== undefined ? style.indent : next !== undefined ? indentAt(file.text, next.start) : '';
  const at = last?.end ?? endOfLine(file.text, section.start);
  return { start: at, end: at, text: (lineEndOf(file.text.slice(0, at)) === '' ? style.lineEnd : '') + linesWith(indent) };
}

const opensNesting = (entry: AwsEntry): boolean => entry.value === '' || (entry.commented && /^[#;]/.test(entry.value));

function appendSection(file: AwsFile, name: string, settings: readonly [string, string][]): string {
  const model = firstEntry(file);
  const style = { ...(model === undefined ? plainStyle(file.text) : styleOf(file, model)), indent: '' };
  const lines = [headerFor(file, name), ...settings.map((setting) => lineOf(setting, style))];
  const section = lines.map((line) => line + style.lineEnd).join('');
  if (file.text === '') return section;
  const ended = lineEndOf(file.text) === '' ? file.text + style.lineEnd : file.text;
  const spaced = /\n[ \t]*\r?\n$/.test(ended) ? ended : ended + style.lineEnd;
  return spaced + section;
}

function headerFor(file: AwsFile, name: string): string {
  const readable = name.trim() === name && name !== '' && !/[[\]"'\\\p{Cc}\u2028\u2029\ufeff]|\s[#;]/u.test(name);
  if (!readable || /^[#;]/.test(name) || name === 'DEFAULT' || name.endsWith('__proto__')) {
    throw new UserError('A profile cannot have the name "{name}": not all AWS tools could read it. Take letters, digits, -, _ and dots.', {
      name,
    });
  }
  if (file.kind === 'credentials' || name === 'default') return `[${name}]`;
  return /\s/.test(name) ? `[profile "${name}"]` : `[profile ${name}]`;
}

function refuseUnreadableSetting(key: string, value: string): void {
  if (!/^[\w.-]+$/.test(key)) throw new Error(`not a key of an AWS file: ${key}`);
  const readable = value !== '' && value.trim() === value && !/[\p{Cc}\u2028\u2029\ufeff]|(?:^|\s)[#;]/u.test(value);
  if (!readable) {
    throw new UserError(
      'The value of {key} cannot stand in an AWS file: it is empty, begins or ends with a blank, or holds " #", " ;" or a line end.',
      {
        key,
      },
    );
  }
}

const firstEntry = (file: AwsFile): AwsEntry | undefined => file.sections.flatMap((section) => section.entries)[0];

function styleOf(file: AwsFile, entry: AwsEntry): Style {
  const line = file.text.slice(entry.start, endOfLine(file.text, entry.start));
  const indent = indentAt(file.text, entry.start);
  const behindIndent = line.slice(indent.length);
  const behindKey = behindIndent.slice(entry.key.length);
  const before = behindKey.slice(0, behindKey.indexOf('='));
  const behind = behindKey.slice(before.length + 1);
  const blanks = behind.slice(0, behind.length - behind.trimStart().length);
  return {
    indent,
    equals: `${before}=${entry.value === '' ? before : blanks}`,
    lineEnd: lineEndOf(line) || plainStyle(file.text).lineEnd,
  };
}

function plainStyle(text: string): Style {
  return { indent: '', equals: ' = ', lineEnd: lineEndOf(text.slice(0, endOfLine(text, 0))) || '\n' };
}

function indentAt(text: string, start: number): string {
  const line = text.slice(start, endOfLine(text, start));
  return line.slice(0, line.length - line.trimStart().length);
}

const lineOf = ([key, value]: readonly [string, string], { indent, equals }: Style): string => `${indent}${key}${equals}${value}`;

const lineEndOf = (text: string): string => (text.endsWith('\r\n') ? '\r\n' : text.endsWith('\n') ? '\n' : '');

function endOfLine(text: string, start: number): number {
  const next = text.indexOf('\n', start);
  return next === -1 ? text.length : next + 1;
}

function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}
