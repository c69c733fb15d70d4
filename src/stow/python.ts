import type { Node } from '@vscode/tree-sitter-wasm';
import {
  defaultChainNote,
  type Edited,
  inOrder,
  type KeyPairPlace,
  profileNote,
  type Refused,
  type Replacement,
  type SecretPlace,
  type TextEdit,
} from './edit.ts';
import type { SourceParser } from './grammar.ts';
import { editProgram, freeName, members, otherShape, quoted, replaced, without } from './syntax.ts';

export interface PythonOptions {
  readonly profile: string;
  readonly choice: Replacement;
  /** `loadParser(folder, 'python')` */
  readonly parser: SourceParser;
}

const idName = 'aws_access_key_id';
const secretName = 'aws_secret_access_key';
/** Arguments that belong to a key pair and mean nothing without it. */
const keyNames: readonly string[] = [idName, secretName, 'aws_session_token', 'aws_account_id'];

/** A name that the file binds to boto3 or to something inside it. */
interface Binding {
  readonly local: string;
  /** E.g. `boto3.session.Session`. */
  readonly meaning: string;
  /** The statement, where it is `from … import`. */
  readonly from: Node | undefined;
}

/**
 * The edits that take an AWS key pair out of a Python program, found in its syntax tree.
 *
 * - `boto3.client(S, keys, rest)` and `boto3.resource` → `boto3.Session(profile_name='p').client(S, rest)`.
 * - `boto3.Session(keys, rest)`, `boto3.session.Session`, `boto3.setup_default_session` → `profile_name='p'` in the place of the keys.
 * - `default-chain` takes the keys out.
 *
 * Any other shape is refused. Pairs of one file are edited one after the other, each in the text that the one before left.
 */
export function editPython(text: string, pair: KeyPairPlace, options: PythonOptions): Edited | Refused {
  return editProgram(text, [pair.accessKeyId, pair.secretAccessKey], options.parser, (root, line) =>
    editCall(text, root, line, pair, options),
  );
}

function editCall(text: string, root: Node, line: number, pair: KeyPairPlace, { profile, choice }: PythonOptions): Edited | Refused {
  const id = argumentOf(root, pair.accessKeyId, idName);
  const secret = argumentOf(root, pair.secretAccessKey, secretName);
  const list = id?.parent;
  const call = list?.type === 'argument_list' ? list.parent : null;
  if (!id || !secret || !list || !call)
    return otherShape('The key on line {line} is not a whole string after aws_access_key_id= and aws_secret_access_key=.', line);
  if (secret.parent?.id !== list.id) return otherShape('The key on line {line} and its secret stand in different calls.', line);
  const problem = problemOf(list, line);
  if (problem) return problem;

  const bindings = bindingsOf(root);
  const callee = call.childForFieldName('function');
  const meaning = callee ? meaningOf(callee, bindings) : undefined;
  const creates = meaning === undefined ? undefined : creations.get(meaning);
  if (!callee || !creates)
    return otherShape('The key on line {line} is handed to something that is not known to be boto3’s client, resource or Session.', line);

  const keys = members(list).filter((argument) => keyNames.includes(nameOf(argument) ?? ''));
  if (choice === 'default-chain') return { edits: without(text, list, keys), notes: [defaultChainNote()] };
  const inQuotes = quoted(profile, text, pair.accessKeyId.start - 1);
  const notes = [profileNote(profile)];
  const region = hasRegion(list, creates) ? {} : ({ takesRegionFromProfile: true } as const);
  if (creates === 'session') return { edits: profileInSession(text, list, keys, inQuotes), notes, ...region };
  if (root.descendantsOfType('call').some((other) => isDefaultSession(other, bindings))) {
    return otherShape(
      'The key on line {line} is used beside setup_default_session, whose settings a session of its own would not have.',
      line,
    );
  }
  const session = sessionFor(root, callee, bindings, meaning!, inQuotes);
  return { edits: inOrder([...session, ...without(text, list, keys)]), notes, ...region };
}

const creations: ReadonlyMap<string, 'client' | 'session'> = new Map([
  ['boto3.client', 'client'],
  ['boto3.resource', 'client'],
  ['boto3.Session', 'session'],
  ['boto3.session.Session', 'session'],
  ['boto3.setup_default_session', 'session'],
]);

/** The keyword argument whose value is the secret as a plain string and nothing else. */
function argumentOf(root: Node, { start, end }: SecretPlace, name: string): Node | undefined {
  let node = root.descendantForIndex(start, end - 1);
  while (node && node.type !== 'string') node = node.parent;
  const argument = node?.parent;
  if (!node || argument?.type !== 'keyword_argument' || nameOf(argument) !== name) return undefined;
  const [open, content, close] = node.children;
  const isWhole = open?.endIndex === start && close?.startIndex === end && content?.type === 'string_content' && node.childCount === 3;
  return isWhole && /^[rRuU]?["']/.test(open.text) ? argument : undefined;
}

const nameOf = (argument: Node): string | undefined =>
  argument.type === 'keyword_argument' ? argument.childForFieldName('name')?.text : undefined;

/** What in the arguments could change the credentials without being seen. */
function problemOf(list: Node, line: number): Refused | undefined {
  for (const argument of members(list)) {
    if (argument.type === 'dictionary_splat' || argument.type === 'list_splat')
      return otherShape('The key on line {line} stands beside arguments that are taken in with *.', line);
    const name = nameOf(argument);
    if (name === undefined || !keyNames.includes(name)) continue;
    const value = argument.childForFieldName('value');
    const known =
      value?.type === 'none' || (value?.type === 'string' && !value.namedChildren.some((child) => child?.type === 'interpolation'));
    if (!known) return otherShape('The key on line {line} is joined with values from elsewhere.', line);
  }
  return undefined;
}

function bindingsOf(root: Node): Binding[] {
  return root.descendantsOfType(['import_statement', 'import_from_statement']).flatMap((statement) => {
    if (!statement) return [];
    const from = statement.childForFieldName('module_name')?.text;
    return statement.childrenForFieldName('name').flatMap((part): Binding[] => {
      const name = part?.type === 'aliased_import' ? part.childForFieldName('name')?.text : part?.text;
      if (!part || name === undefined) return [];
      const whole = from === undefined ? name : `${from}.${name}`;
      if (!/^boto3(?:\.|$)/.test(whole)) return [];
      const alias = part.childForFieldName('alias')?.text;
      // `import boto3.session` binds the name boto3
      const meaning = from === undefined && alias === undefined ? 'boto3' : whole;
      return [{ local: alias ?? (from === undefined ? 'boto3' : name), meaning, from: from === undefined ? undefined : statement }];
    });
  });
}

/** What an expression like `b.session.Session` means, where its first name is bound to boto3. */
function meaningOf(node: Node, bindings: readonly Binding[]): string | undefined {
  if (node.type === 'identifier') return bindings.find(({ local }) => local === node.text)?.meaning;
  const object = node.type === 'attribute' ? node.childForFieldName('object') : null;
  const inner = object && meaningOf(object, bindings);
  return inner ? `${inner}.${node.childForFieldName('attribute')?.text}` : undefined;
}

/** Signature of client and resource: the service's name, then the region, by position or by name. */
function hasRegion(list: Node, creates: 'client' | 'session'): boolean {
  const given = members(list);
  const byPosition = given.filter((argument) => nameOf(argument) === undefined).length;
  return given.some((argument) => nameOf(argument) === 'region_name') || (creates === 'client' && byPosition > 1);
}

function isDefaultSession(call: Node | null, bindings: readonly Binding[]): boolean {
  const callee = call?.childForFieldName('function');
  return callee ? meaningOf(callee, bindings) === 'boto3.setup_default_session' : false;
}

/** `profile_name='p'` in the place of a session's keys; a profile that is named already is changed. */
function profileInSession(text: string, list: Node, keys: readonly Node[], profile: string): TextEdit[] {
  const named = members(list).find((argument) => nameOf(argument) === 'profile_name');
  const value = named?.childForFieldName('value');
  if (value) return inOrder([replaced(value, profile), ...without(text, list, keys)]);
  const [first, ...others] = keys;
  if (!first) throw new Error('The call holds no key.');
  return inOrder([replaced(first, `profile_name=${profile}`), ...without(text, list, others)]);
}

/** `boto3.client` → `boto3.Session(profile_name='p').client`, with the import that it needs where client was imported by its name. */
function sessionFor(root: Node, callee: Node, bindings: readonly Binding[], meaning: string, profile: string): TextEdit[] {
  const object = callee.type === 'attribute' ? callee.childForFieldName('object') : null;
  const argument = `(profile_name=${profile})`;
  if (object) return [{ start: object.endIndex, end: object.endIndex, text: `.Session${argument}` }];
  const method = meaning.slice('boto3.'.length);
  const call = (session: string): TextEdit => replaced(callee, `${session}${argument}.${method}`);
  const present = bindings.find((binding) => creations.get(binding.meaning) === 'session' && binding.meaning.endsWith('.Session'));
  if (present) return [call(present.local)];
  const whole = bindings.find((binding) => binding.meaning === 'boto3');
  if (whole) return [call(`${whole.local}.Session`)];
  const from = bindings.find(({ local }) => local === callee.text)?.from;
  const last = from?.childrenForFieldName('name').at(-1);
  if (!last) throw new Error('The import of boto3 names nothing.');
  const used = new Set(root.descendantsOfType('identifier').map((node) => node?.text ?? ''));
  const name = freeName(used, 'Session', 'Boto3Session');
  const added = name === 'Session' ? 'Session' : `Session as ${name}`;
  return [{ start: last.endIndex, end: last.endIndex, text: `, ${added}` }, call(name)];
}
