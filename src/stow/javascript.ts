import type { Node } from '@vscode/tree-sitter-wasm';
import { message } from '../message.ts';
import {
  defaultChainNote,
  type Edited,
  inOrder,
  type KeyPairPlace,
  lineAt,
  profileNote,
  type Refused,
  type Replacement,
  refuse,
  type SecretPlace,
  type TextEdit,
} from './edit.ts';
import type { SourceParser } from './grammar.ts';
import { addImport, addToList, type Binding, bindingsOf, namesIn, resolve } from './javascript-imports.ts';
import { removeItems } from './list-items.ts';
import { editProgram, freeName, members, otherShape, quoted, replaced, without } from './syntax.ts';

export interface JavaScriptOptions {
  readonly profile: string;
  /** Whether `@aws-sdk/credential-providers` resolves from the file. */
  readonly credentialProvidersResolvable: boolean;
  readonly choice: Replacement;
  /** A parser of the file's language: `loadParser(folder, grammarOf(languageId))`. */
  readonly parser: SourceParser;
}

const providers = '@aws-sdk/credential-providers';
/** Packages that export `fromIni`. */
const providerPackages: readonly string[] = [providers, '@aws-sdk/credential-provider-ini'];
const keyNames: readonly string[] = ['accessKeyId', 'secretAccessKey', 'sessionToken'];

/** A program as far as one key pair concerns it. */
interface Program {
  readonly text: string;
  readonly root: Node;
  readonly bindings: readonly Binding[];
  readonly options: JavaScriptOptions;
  /** The line of the access key id. */
  readonly line: number;
  /** The profile's name as a literal, in the quotes that the key has. */
  readonly profile: string;
}

/** Where the keys stand in a shape that is known. */
type Shape =
  /** SDK v3: the value of `credentials` of a client. */
  | { kind: 'client credentials'; property: Node; client: Binding }
  /** SDK v2: properties among the options of a service, or of `AWS.config.update`. */
  | { kind: 'options'; object: Node; sdk: Binding }
  /** SDK v2: the value of `credentials` of a service, or `new AWS.Credentials(…)`. */
  | { kind: 'credentials'; value: Node; property: Node | undefined; sdk: Binding };

/**
 * The edits that take an AWS key pair out of a JavaScript or TypeScript program, found in its syntax tree. Only the credentials change.
 *
 * - SDK v3: `credentials: { accessKeyId, secretAccessKey }` of a client → `credentials: fromIni({ profile })` with the import it needs.
 * - SDK v2: options with keys, `AWS.config.update`, `new AWS.Credentials` → `new AWS.ProcessCredentials({ profile })`, which finds `credential_process` in the
 *   credentials file (node_modules/aws-sdk/lib/credentials/process_credentials.js).
 * - `default-chain` takes the argument out.
 *
 * Any other shape is refused. Pairs of one file are edited one after the other, each in the text that the one before left.
 */
export function editJavaScript(text: string, pair: KeyPairPlace, options: JavaScriptOptions): Edited | Refused {
  return editProgram(text, [pair.accessKeyId, pair.secretAccessKey], options.parser, (root, line) => {
    const profile = quoted(options.profile, text, pair.accessKeyId.start - 1);
    const program: Program = { text, root, bindings: bindingsOf(root), options, line, profile };
    const id = literalAt(root, pair.accessKeyId);
    const secret = literalAt(root, pair.secretAccessKey);
    if (!id || !secret) return otherShape('The key on line {line} is only a part of a string.', line);
    const shape = findShape(program, id, secret);
    if ('refused' in shape) return shape;
    const edited = options.choice === 'profile' ? leaveProfile(program, shape) : leaveNothing(program, shape);
    if ('refused' in edited) return edited;
    const note = options.choice === 'profile' ? profileNote(options.profile) : defaultChainNote();
    return { ...edited, edits: inOrder(edited.edits), notes: [note, ...edited.notes] };
  });
}

/** The string, without holes and escapes, that is the secret and nothing else. */
function literalAt(root: Node, { start, end }: SecretPlace): Node | undefined {
  let node = root.descendantForIndex(start, end - 1);
  while (node && node.type !== 'string' && node.type !== 'template_string') node = node.parent;
  return node && node.startIndex === start - 1 && node.endIndex === end + 1 ? node : undefined;
}

const wrappers: readonly string[] = ['as_expression', 'satisfies_expression', 'parenthesized_expression', 'non_null_expression'];

/** The expression with the parentheses and types around it. */
function wrapped(node: Node): Node {
  let outer = node;
  while (outer.parent && wrappers.includes(outer.parent.type)) outer = outer.parent;
  return outer;
}

function unwrapped(node: Node): Node {
  let inner = node;
  for (let next = inner.namedChild(0); next && wrappers.includes(inner.type); next = inner.namedChild(0)) inner = next;
  return inner;
}

/** The property's name, where it is written out. */
function nameOf(property: Node): string | undefined {
  if (property.type === 'shorthand_property_identifier') return property.text;
  const key = property.childForFieldName(property.type === 'method_definition' ? 'name' : 'key');
  if (key?.type === 'string') return key.text.slice(1, -1);
  return key?.type === 'property_identifier' ? key.text : undefined;
}

function findShape(program: Program, id: Node, secret: Node): Shape | Refused {
  const { line } = program;
  const parent = wrapped(id).parent;
  if (parent?.type === 'arguments') return credentialsShape(program, parent, [id, secret]);
  const object = parent?.type === 'pair' ? parent.parent : null;
  if (!object || !parent) return otherShape('The key on line {line} is not the value of a credentials argument.', line);
  const secretProperty = wrapped(secret).parent;
  if (secretProperty?.type !== 'pair' || secretProperty.parent?.id !== object.id)
    return otherShape('The key on line {line} and its secret stand in different places.', line);
  if (nameOf(parent) !== 'accessKeyId' || nameOf(secretProperty) !== 'secretAccessKey') {
    return otherShape('The key on line {line} does not stand under accessKeyId and secretAccessKey.', line);
  }
  const problem = problemOf(object, line);
  if (problem) return problem;

  const around = wrapped(object).parent;
  if (around?.type === 'arguments') return argumentShape(program, object, around);
  if (around?.type !== 'pair' || nameOf(around) !== 'credentials')
    return otherShape('The key on line {line} is not the value of a credentials argument.', line);
  if (members(object).some((member) => !keyNames.includes(nameOf(member) ?? '')))
    return otherShape('The key on line {line} stands beside other facts about the credentials.', line);
  return clientShape(program, object, around);
}

/** What in an object could change its credentials without being seen. */
function problemOf(object: Node, line: number): Refused | undefined {
  for (const member of members(object)) {
    if (member.type === 'spread_element')
      return otherShape('The key on line {line} stands in an object that takes in another one (...).', line);
    const name = nameOf(member);
    if (name === undefined) return otherShape('The key on line {line} stands in an object with a computed name.', line);
    if (!keyNames.includes(name)) continue;
    const value = member.type === 'pair' ? member.childForFieldName('value') : null;
    const literal = value && unwrapped(value);
    const known =
      literal && (literal.type === 'string' || literal.type === 'template_string' || ['undefined', 'null'].includes(literal.text));
    if (!known || literal.namedChildren.some((child) => child?.type === 'template_substitution'))
      return otherShape('The key on line {line} is joined with values from elsewhere.', line);
  }
  return undefined;
}

/** `credentials: {…}` among the options of a client. */
function clientShape(program: Program, object: Node, property: Node): Shape | Refused {
  const { line } = program;
  const options = property.parent;
  const list = options && wrapped(options).parent;
  const creation = list?.type === 'arguments' ? list.parent : null;
  const client = creation?.type === 'new_expression' ? creation.childForFieldName('constructor') : null;
  if (!options || !client) return otherShape('The key on line {line} is not written in the argument of a client.', line);
  const known = resolve(client, program.bindings);
  if (known && isVersion3(known.binding) && known.path.length === 1) {
    if (program.options.choice === 'default-chain' && members(options).some(({ type }) => type === 'spread_element')) {
      return otherShape('The key on line {line} stands in an object that takes in another one (...).', line);
    }
    return { kind: 'client credentials', property, client: known.binding };
  }
  if (known && isVersion2(known.binding)) return { kind: 'credentials', value: wrapped(object), property, sdk: known.binding };
  return otherShape('The key on line {line} is handed to something that is not known to be a client of the AWS SDK.', line);
}

/** `new AWS.S3({ accessKeyId, … })`, `AWS.config.update({…})` and `new AWS.Credentials({…})` */
function argumentShape(program: Program, object: Node, list: Node): Shape | Refused {
  const call = list.parent;
  const callee = call?.childForFieldName(call.type === 'new_expression' ? 'constructor' : 'function');
  const known = callee && resolve(callee, program.bindings);
  const other = otherShape('The key on line {line} is handed to something that is not known to be a client of the AWS SDK.', program.line);
  if (!call || !known || !isVersion2(known.binding)) return other;
  const path = known.path.join('.');
  if (call.type !== 'new_expression') return path === 'config.update' ? { kind: 'options', object, sdk: known.binding } : other;
  if (path === 'Credentials') return credentialsShape(program, list, []);
  return path.endsWith('Credentials') ? other : { kind: 'options', object, sdk: known.binding };
}

/** `new AWS.Credentials('id', 'secret')` */
function credentialsShape(program: Program, list: Node, keys: readonly Node[]): Shape | Refused {
  const call = list.parent;
  const callee = call?.type === 'new_expression' ? call.childForFieldName('constructor') : null;
  const known = callee && resolve(callee, program.bindings);
  const values = members(list).map(unwrapped);
  const inPlace = keys.every((key, i) => values[i]?.id === key.id);
  const rest = values
    .slice(keys.length)
    .every(({ type, text }) => keys.length === 0 || type === 'string' || ['null', 'undefined'].includes(text));
  if (!call || !known || !isVersion2(known.binding) || known.path.join('.') !== 'Credentials' || !inPlace || !rest) {
    return otherShape('The key on line {line} is handed to something that is not known to take AWS credentials.', program.line);
  }
  const value = wrapped(call);
  const property = value.parent?.type === 'pair' && nameOf(value.parent) === 'credentials' ? value.parent : undefined;
  return { kind: 'credentials', value, property, sdk: known.binding };
}

const isVersion3 = ({ module }: Binding): boolean => module.startsWith('@aws-sdk/client-');
const isVersion2 = ({ module }: Binding): boolean => module === 'aws-sdk' || module.startsWith('aws-sdk/');

function leaveProfile(program: Program, shape: Shape): Edited | Refused {
  if (shape.kind === 'client credentials') return leaveFromIni(program, shape.property, shape.client);
  const late = needsKeysAtOnce(program.root);
  if (late) {
    return refuse(
      'Line {late} uses the credentials at once ({what}), and a profile’s are there only a moment later. Let the program read the key on line {line} from a .env file, stow it there, and start the program with keystow exec --env-file .env -- ….',
      { line: program.line, late: lineAt(program.text, late.at), what: late.what },
    );
  }
  const provider = processCredentials(program, shape.sdk);
  if ('refused' in provider) return provider;
  const created = `new ${provider.name}({ profile: ${program.profile} })`;
  if (shape.kind === 'credentials') return { edits: [...provider.edits, replaced(shape.value, created)], notes: [] };
  const [first, ...others] = members(shape.object).filter((member) => isKey(member) || nameOf(member) === 'credentials');
  if (!first) throw new Error('The options hold no key.');
  return {
    edits: [...provider.edits, replaced(first, `credentials: ${created}`), ...without(program.text, shape.object, others)],
    notes: [],
  };
}

/** `credentials: fromIni({ profile })`, and the import of `fromIni` where the file has none. */
function leaveFromIni(program: Program, property: Node, client: Binding): Edited {
  const { text, root, bindings, options } = program;
  const value = property.childForFieldName('value')!;
  const usable = bindings.filter(
    ({ module, isTopLevel, style, statement }) =>
      providerPackages.includes(module) && isTopLevel && (style === 'import' || statement.endIndex <= property.startIndex),
  );
  const call = (name: string): TextEdit => replaced(value, `${name}({ profile: ${program.profile} })`);
  const imported = usable.find((binding) => binding.imported === 'fromIni');
  if (imported) return { edits: [call(imported.local)], notes: [] };
  const whole = usable.find((binding) => binding.imported === undefined);
  if (whole) return { edits: [call(`${whole.local}.fromIni`)], notes: [] };
  const name = freeName(namesIn(root), 'fromIni', 'fromIniFile');
  const list = usable.find((binding) => binding.list !== undefined);
  if (list) return { edits: [addToList(list, text, 'fromIni', name), call(name)], notes: [] };
  const edits = [addImport(text, lastImportBeside(client, bindings, property), providers, { name: 'fromIni', local: name }), call(name)];
  if (options.credentialProvidersResolvable) return { edits, notes: [] };
  return {
    edits,
    notes: [message('The package {package} has to be added: the program takes the profile from it.', { package: providers })],
    needsPackage: providers,
  };
}

/** The last import of AWS at the top of the file in the style of the client's own; without one, that of the client, which may be inside a function. */
function lastImportBeside(client: Binding, bindings: readonly Binding[], use: Node): Binding {
  const beside = bindings.filter(
    ({ module, style, isTopLevel, statement }) =>
      isTopLevel &&
      style === client.style &&
      /^(?:@aws-sdk\/|@smithy\/|aws-sdk)/.test(module) &&
      (style === 'import' || statement.endIndex <= use.startIndex),
  );
  return beside.at(-1) ?? client;
}

/** How the file calls `ProcessCredentials` of SDK v2, and the edits that let it do so. */
function processCredentials({ text, root, bindings }: Program, sdk: Binding): { name: string; edits: TextEdit[] } | Refused {
  const isWhole = ({ module, imported }: Binding) => imported === undefined && /^aws-sdk(?:\/global(?:\.js)?)?$/.test(module);
  const whole = isWhole(sdk) ? sdk : bindings.find((binding) => binding.isTopLevel && isWhole(binding));
  if (whole) return { name: `${whole.local}.ProcessCredentials`, edits: [] };
  const present = bindings.find(({ module, imported }) => module === sdk.module && imported === 'ProcessCredentials');
  if (present) return { name: present.local, edits: [] };
  if (sdk.module === 'aws-sdk' && sdk.list) {
    const name = freeName(namesIn(root), 'ProcessCredentials', 'AwsProcessCredentials');
    return { name, edits: [addToList(sdk, text, 'ProcessCredentials', name)] };
  }
  const module = sdk.module.endsWith('.js') ? 'aws-sdk/global.js' : 'aws-sdk/global';
  const local = freeName(namesIn(root), 'AWS', 'AwsGlobal');
  return { name: `${local}.ProcessCredentials`, edits: [addImport(text, sdk, module, { whole: local })] };
}

/** SDK v2's calls that sign without waiting for credentials when no callback is given: how many arguments they have with one. */
const waitsWith: ReadonlyMap<string, number> = new Map([
  ['getSignedUrl', 3],
  ['createPresignedPost', 2],
  ['getAuthToken', 2],
  ['getSynthesizeSpeechUrl', 3],
]);

/** The first place that needs the keys before a provider could have fetched them. */
function needsKeysAtOnce(root: Node): { at: number; what: string } | undefined {
  for (const member of root.descendantsOfType('member_expression')) {
    const name = member?.childForFieldName('property')?.text;
    if (!member || name === undefined) continue;
    const parent = member.parent;
    if (keyNames.includes(name) && parent?.type !== 'assignment_expression') return { at: member.startIndex, what: name };
    const list = parent?.type === 'call_expression' ? parent.childForFieldName('arguments') : null;
    if (list && members(list).length < (waitsWith.get(name) ?? 0)) return { at: member.startIndex, what: name };
  }
  return undefined;
}

/** The credentials argument taken out. */
function leaveNothing({ text, line, bindings }: Program, shape: Shape): Edited | Refused {
  if (shape.kind === 'options') return { edits: without(text, shape.object, members(shape.object).filter(isKey)), notes: [] };
  if (shape.property?.parent) return { edits: without(text, shape.property.parent, [shape.property]), notes: [] };
  const assignment = shape.kind === 'credentials' && shape.value.parent?.type === 'assignment_expression' ? shape.value.parent : undefined;
  const target = assignment?.childForFieldName('left');
  const isGlobal = target && resolve(target, bindings)?.path.join('.') === 'config.credentials';
  const statement = assignment?.parent;
  if (!isGlobal || statement?.type !== 'expression_statement')
    return otherShape('The key on line {line} is not an argument that could be left out.', line);
  return { edits: removeItems(text, [{ start: statement.startIndex, end: statement.endIndex }], () => true), notes: [] };
}

const isKey = (member: Node): boolean => keyNames.includes(nameOf(member) ?? '');
