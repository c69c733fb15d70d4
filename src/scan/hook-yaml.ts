import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parse,
  parseDocument,
  stringify,
  type YAMLSeq,
} from 'yaml';
import { UserError } from '../message.ts';
import { type HookKind, hookCommand, hookEntry } from './hook-command.ts';

/**
 * The configuration of lefthook or pre-commit with our hook, or without it. Where the file is written a line each, nothing else of it changes; else comments and order stay.
 * @throws UserError naming file and line
 */
export function change(
  before: string,
  action: 'install' | 'remove',
  { kind, file }: { readonly kind: HookKind; readonly file: string },
): string {
  const document = parseDocument(before);
  const [error] = document.errors;
  if (error) {
    throw new UserError('{file}, line {line}: {reason} Mend it, then try again.', {
      file,
      line: error.linePos?.[0].line ?? 1,
      reason: error.message.split('\n', 1)[0]!,
    });
  }
  const original = document.clone() as Document<ParsedNode>;
  const path = action === 'install' ? install(document, kind, file) : remove(document, kind, file);
  const wanted = document.toString({ lineWidth: 0 });
  const inLines = action === 'install' ? withLines(before, original, document, path) : withoutLines(before, original, path);
  return inLines !== undefined && isDeepStrictEqual(valueOf(inLines), valueOf(wanted)) ? inLines : wanted;
}

/** Whether what the hook runs there is what this version writes, or was not written by Keystow. */
export function isCurrent(text: string): boolean {
  const values = JSON.stringify(valueOf(text)) ?? '';
  return values.includes(JSON.stringify(hookCommand).slice(1, -1)) || !values.includes('for keystow in ');
}

type Path = readonly (string | number)[];

/** Undefined where it is no YAML. */
function valueOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** @returns the way to what is new. @throws UserError where something else stands in its way */
function install(document: Document, kind: HookKind, file: string): Path {
  checkKind(document.contents, isMap, file);
  if (kind === 'lefthook') {
    const path = ['pre-commit', 'commands', 'keystow'];
    const missing = [1, 2].find((depth) => !checkKind(document.getIn(path.slice(0, depth), true), isMap, file)) ?? path.length;
    const hook = path.slice(missing).reduceRight<object>((inner, name) => ({ [name]: inner }), { run: hookCommand });
    document.setIn(path.slice(0, missing), document.createNode(hook));
    return path.slice(0, missing);
  }
  const local = {
    repo: 'local',
    hooks: [
      {
        id: 'keystow',
        name: 'no commit with a secret (keystow)',
        entry: hookEntry,
        language: 'system',
        pass_filenames: false,
        always_run: true,
        verbose: true, // pre-commit shows else nothing of a hook that passes, not even that it could not check
      },
    ],
  };
  if (!checkKind(document.get('repos', true), isSeq, file)) {
    document.set('repos', document.createNode([local]));
    return ['repos'];
  }
  document.addIn(['repos'], document.createNode(local));
  return ['repos', (document.get('repos') as YAMLSeq).items.length - 1];
}

/** Whether something is written there, which is of this kind then. @throws UserError where it is of another */
function checkKind(node: unknown, isOfKind: (node: unknown) => boolean, file: string): boolean {
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) return false;
  if (isOfKind(node)) return true;
  throw new UserError(
    '{file} is not written as expected, so nothing was added to it. Let it run this line before each commit:\n{command}',
    {
      file,
      command: hookCommand,
    },
  );
}

/** @returns the way to what goes. */
function remove(document: Document, kind: HookKind, file: string): Path {
  if (kind === 'lefthook') {
    let path = ['pre-commit', 'commands', 'keystow'];
    if (!document.hasIn(path)) throw notWhereItWasPut(file);
    // what holds nothing else goes with it
    while (path.length > 1 && (document.getIn(path.slice(0, -1)) as YAMLSeq).items.length === 1) path = path.slice(0, -1);
    document.deleteIn(path);
    return path;
  }
  const repos = document.get('repos') as YAMLSeq;
  const isOurs = (index: number) => document.getIn(['repos', index, 'hooks', 0, 'id']) === 'keystow';
  const index = isSeq(repos) ? repos.items.findIndex((_, at) => isOurs(at)) : -1;
  if (index < 0) throw notWhereItWasPut(file);
  document.deleteIn(['repos', index]);
  return ['repos', index];
}

const notWhereItWasPut = (file: string): UserError =>
  new UserError('{file}: the hook of Keystow is not where it was put. Take it out yourself.', { file });

/** The text with what is new at `path` as lines of its own, behind what stands beside it; undefined where that is not written a line each. */
function withLines(before: string, original: Document<ParsedNode>, changed: Document, path: Path): string | undefined {
  const parent = path.length === 1 ? original.contents : original.getIn(path.slice(0, -1), true);
  if (!isCollection(parent) || parent.flow || parent.items.length === 0) return undefined;
  const first = startOf(parent.items[0]);
  const last = endOf(parent.items.at(-1));
  if (first === undefined || last === undefined) return undefined;
  const indent = ' '.repeat(first - lineStart(before, first));
  const isList = isSeq(parent);
  const begin = isList ? before.slice(lineStart(before, first), first) : indent;
  const node = changed.getIn(path, true);
  const lines = stringify(isList ? [node] : { [path.at(-1)!]: node }, { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  const margin = isList ? begin.slice(0, begin.indexOf('-')) : indent;
  const end = lineEnd(before, last);
  const gap = before[end - 1] === '\n' ? '' : '\n';
  return `${before.slice(0, end)}${gap}${lines.map((line) => `${margin}${line}\n`).join('')}${before.slice(end)}`;
}

/** The text without the lines of what stands at `path`; undefined where it shares one with something else. */
function withoutLines(before: string, original: Document<ParsedNode>, path: Path): string | undefined {
  const parent = path.length === 1 ? original.contents : original.getIn(path.slice(0, -1), true);
  if (!isCollection(parent) || parent.flow) return undefined;
  const item = parent.items.find((one, index) => (isPair(one) ? String(one.key) === path.at(-1) : index === path.at(-1)));
  const [start, end] = [startOf(item), endOf(item)];
  if (start === undefined || end === undefined) return undefined;
  return before.slice(0, lineStart(before, start)) + before.slice(lineEnd(before, end));
}

const nodeOf = (item: unknown, part: 'key' | 'value'): Node | undefined => (isPair(item) ? item[part] : item) as Node | undefined;
const startOf = (item: unknown): number | undefined => nodeOf(item, 'key')?.range?.[0];
const endOf = (item: unknown): number | undefined => nodeOf(item, 'value')?.range?.[1];
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Behind the line in which what ends at `at` stands. */
function lineEnd(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}
