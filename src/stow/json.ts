import { getNodePath, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import {
  type Edited,
  inOrder,
  type KeyPairPlace,
  lineAt,
  profileNote,
  type Refused,
  refuse,
  type SecretPlace,
  standsAt,
  type TextEdit,
} from './edit.ts';
import { type ListItem, removeItems } from './list-items.ts';

/** Files whose `env` objects are the environment of a program that runs on this machine. */
const files = /(?:^|[\\/])(?:launch|tasks|mcp|\.mcp)\.json$/i;

const keyNames: readonly string[] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
const profileNames: readonly string[] = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
const regionNames: readonly string[] = ['AWS_REGION', 'AWS_DEFAULT_REGION'];

interface Property {
  readonly name: string;
  readonly key: Node;
  readonly value: Node;
  readonly item: ListItem;
}

/**
 * The edits that put `AWS_PROFILE` in the place of an AWS key pair in an `env` object of `launch.json`, `tasks.json` or `mcp.json`. Comments and format stay.
 * Any other JSON is refused.
 */
export function editJsonEnvironment(text: string, path: string, pair: KeyPairPlace, { profile }: { profile: string }): Edited | Refused {
  const line = lineAt(text, pair.accessKeyId.start);
  if (!standsAt(text, pair.accessKeyId) || !standsAt(text, pair.secretAccessKey)) {
    return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
  }
  if (!files.test(path)) {
    return refuse(
      'JSON cannot name a profile in the place of the key on line {line}: only the program that reads this file knows what it does with the value. Let the program read the key from a .env file and start it with keystow exec.',
      { line },
    );
  }
  const errors: ParseError[] = [];
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) {
    return refuse('Line {line} is not valid JSON ({problem}). Mend it, then stow the key.', {
      line: lineAt(text, error.offset),
      problem: printParseErrorCode(error.error),
    });
  }
  if (!root) throw new Error('The parser gave neither a tree nor an error.');
  const environment = environmentAround(root, pair.accessKeyId.start);
  if (!environment || environment !== environmentAround(root, pair.secretAccessKey.start)) {
    return refuse(
      'The key on line {line} is not in an "env" object, so nothing says that it becomes an environment variable. Move it to a .env file, stow it there, and start the program with keystow exec.',
      { line },
    );
  }
  return editEnvironment(text, environment, pair, profile, line);
}

/** The `env` object that directly holds the value at the offset. */
function environmentAround(root: Node, offset: number): Node | undefined {
  let node: Node | undefined = root;
  let environment: Node | undefined;
  while (node) {
    if (node.type === 'object' && getNodePath(node).at(-1) === 'env') environment = node;
    node = node.children?.find((child) => child.offset <= offset && offset < child.offset + child.length);
  }
  return environment;
}

function editEnvironment(text: string, environment: Node, pair: KeyPairPlace, profile: string, line: number): Edited | Refused {
  const properties = readProperties(text, environment);
  const holds = (name: string, place: SecretPlace) =>
    properties.some(({ name: other, value }) => other === name && value.type === 'string' && isWholly(value, place));
  if (!holds('AWS_ACCESS_KEY_ID', pair.accessKeyId) || !holds('AWS_SECRET_ACCESS_KEY', pair.secretAccessKey)) {
    return refuse(
      'The key on line {line} does not stand under AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the names that AWS SDKs read, so a profile cannot take its place. Move it to a .env file, stow it there, and start the program with keystow exec.',
      { line },
    );
  }
  const known = properties.map(({ name }) => name).filter((name) => keyNames.includes(name) || profileNames.includes(name));
  const doubled = known.find((name, i) => known.indexOf(name) !== i);
  if (doubled)
    return refuse('{name} stands twice in the "env" object around line {line}. Keep one, then stow it.', { name: doubled, line });

  const profiles = properties.filter(({ name }) => profileNames.includes(name));
  const [first, ...others] = properties.filter(({ name }) => keyNames.includes(name));
  const gone = new Set((profiles.length > 0 ? [first!, ...others] : others).map(({ item }) => item));
  const edits: TextEdit[] = profiles.map(({ value }) => replaced(value, profile));
  if (profiles.length === 0) edits.push(replaced(first!.key, 'AWS_PROFILE'), replaced(first!.value, profile));
  edits.push(
    ...removeItems(
      text,
      properties.map(({ item }) => item),
      (item) => gone.has(item),
    ),
  );
  return {
    edits: inOrder(edits),
    notes: [profileNote(profile)],
    ...(properties.some(({ name }) => regionNames.includes(name)) ? {} : { takesRegionFromProfile: true }),
  };
}

function readProperties(text: string, object: Node): Property[] {
  const nodes = object.children ?? [];
  return nodes.flatMap((node, i) => {
    const [key, value] = node.children ?? [];
    if (!key || !value) return [];
    const end = node.offset + node.length;
    const comma = commaIn(text, end, nodes[i + 1]?.offset ?? object.offset + object.length - 1);
    return [{ name: String(key.value), key, value, item: { start: node.offset, end, ...(comma === undefined ? {} : { comma }) } }];
  });
}

/** Where the comma stands in a stretch that else holds only white space and comments. */
function commaIn(text: string, start: number, end: number): number | undefined {
  const found = /^(?:\s|\/\/[^\r\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*,/.exec(text.slice(start, end));
  return found ? start + found[0].length - 1 : undefined;
}

const isWholly = (node: Node, { start, end, value }: SecretPlace): boolean =>
  node.offset + 1 === start && node.offset + node.length - 1 === end && node.value === value;

const replaced = ({ offset, length }: Node, value: string): TextEdit => ({
  start: offset,
  end: offset + length,
  text: JSON.stringify(value),
});
