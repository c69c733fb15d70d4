import type { Node } from '@vscode/tree-sitter-wasm';
import { lineAt, type Refused, type SecretPlace, type TextEdit } from '../edit.ts';
import { freeName, otherShape } from '../syntax.ts';
import { type Taker, takerOf, takesOther, typesDeclaredIn, writtenType } from './go-types.ts';
import { type EnvironmentDoors, type EnvironmentEdit, type EnvironmentFile, isBeside, type Taken } from './language.ts';
import { editStrings, type Literal, type Preparation, type ProgramLanguage, replacedBy } from './program.ts';

const program: ProgramLanguage = {
  grammar: 'go',
  strings: new Set(['interpreted_string_literal', 'raw_string_literal']),
  contents: new Set(['interpreted_string_literal_content', 'raw_string_literal_content']),
  fixed: new Set(['import_spec', 'field_declaration', 'array_type']),
  bodies: new Set(['block']),
  mayHaveHoles: () => false,
  obstacle: constantInUse,
  prepare: prepareImport,
  replace(literal, _place, variable, _text, os) {
    const read = `${os}.Getenv("${variable}")`;
    const type = writtenType(literal.node);
    const call = replacedBy(literal, type === undefined || type === 'string' ? read : `${type}(${read})`, '');
    const keyword = constantOf(literal.node)?.child(0);
    return keyword ? [{ start: keyword.startIndex, end: keyword.endIndex, text: 'var' }, ...call] : call;
  },
};

/** The declaration of a constant that the string is the value of. */
function constantOf(node: Node): Node | undefined {
  for (let around = node.parent; around && around.type !== 'block'; around = around.parent) {
    if (around.type === 'const_declaration') return around;
  }
  return undefined;
}

/** A constant becomes a variable where it stands by itself, and no other constant is made of it. */
function constantInUse({ node, line }: Literal, root: Node): Refused | undefined {
  const constant = constantOf(node);
  if (!constant) return undefined;
  const specs = constant.namedChildren.filter((child) => child?.type === 'const_spec');
  const name = specs[0]?.childForFieldName('name')?.text;
  const isAlone = specs.length === 1 && constant.child(1)?.type === 'const_spec' && node.parent?.parent?.id === specs[0]?.id;
  const others = root.descendantsOfType(['const_spec', 'array_type']).filter((spec) => spec?.id !== specs[0]?.id);
  const isUsed = others.some((spec) => spec?.descendantsOfType('identifier').some((one) => one?.text === name));
  // a variable of a function that nobody uses does not compile
  const isIdle =
    constant.parent?.type !== 'source_file' && root.descendantsOfType('identifier').filter((one) => one?.text === name).length < 2;
  if (isAlone && !isUsed && !isIdle) return undefined;
  return otherShape('The secret on line {line} is a constant, and others beside it or made of it need it to stay one.', line);
}

/** How the program reaches the package `os`, by an import that it has or by a new one. */
function prepareImport(root: Node, text: string): Preparation {
  const specs = root.descendantsOfType('import_spec').filter((spec) => spec !== null);
  const present = specs.find((spec) => pathOf(spec) === '"os"' && !['_', '.'].includes(spec.childForFieldName('name')?.text ?? ''));
  const given = present?.childForFieldName('name')?.text ?? 'os';
  if (present && !isDeclared(given, root)) return { edits: [], name: given };
  const used = new Set(root.descendantsOfType(['identifier', 'package_identifier', 'type_identifier']).map((node) => node?.text ?? ''));
  const name = freeName(used, 'os', 'environment');
  return { edits: [newImport(root, text, specs, name === 'os' ? '"os"' : `${name} "os"`)], name };
}

/** Whether the file calls something of its own by the name of a package. */
function isDeclared(name: string, root: Node): boolean {
  const declarations = ['parameter_declaration', 'var_spec', 'const_spec', 'short_var_declaration', 'range_clause'];
  return root.descendantsOfType(declarations).some((declaration) => {
    const left = declaration?.childForFieldName('left')?.namedChildren ?? [];
    return [...(declaration?.childrenForFieldName('name') ?? []), ...left].some((one) => one?.text === name);
  });
}

const pathOf = (spec: Node): string => spec.childForFieldName('path')?.text ?? '';

function newImport(root: Node, text: string, specs: readonly Node[], spec: string): TextEdit {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const listed = specs.filter(({ parent }) => parent?.type === 'import_spec_list');
  const own = listed.filter((one) => one.parent?.id === listed[0]?.parent?.id);
  // gofmt sorts by path within a group of lines
  const group = own.slice(
    0,
    1 + own.findIndex((one, i) => i === own.length - 1 || own[i + 1]!.startPosition.row > one.startPosition.row + 1),
  );
  const next = group.find((one) => pathOf(one) > '"os"');
  if (next && next.startPosition.row !== next.parent!.startPosition.row) {
    const indent = /[ \t]*$/.exec(text.slice(0, next.startIndex))![0];
    return { start: next.startIndex, end: next.startIndex, text: `${spec}${newline}${indent}` };
  }
  const last = group.at(-1);
  if (last && last.startPosition.row !== last.parent!.startPosition.row) {
    const comment = /^[ \t]*\/\/[^\r\n]*/.exec(text.slice(last.endIndex, last.endIndex + 1000))?.[0].length ?? 0;
    const at = last.endIndex + comment;
    return { start: at, end: at, text: `${newline}\t${spec}` };
  }
  const clause = root.namedChildren.find((node) => node?.type === 'package_clause');
  const comment = clause ? (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(clause.endIndex, clause.endIndex + 1000))?.[0].length ?? 0) : 0;
  const at = (clause?.endIndex ?? 0) + comment;
  return { start: at, end: at, text: `${newline}${newline}import ${spec}` };
}

/** A constant may be needed as one in another file of its package, or where it is exported, of any. */
async function neededElsewhere({ path, text }: EnvironmentFile, { place }: Taken, doors: EnvironmentDoors): Promise<Refused | undefined> {
  const name = /\bconst\s+(\w{1,100})\s*(?:\w{1,100}\s*)?=\s*["`]$/.exec(text.slice(Math.max(0, place.start - 300), place.start))?.[1];
  if (name === undefined) return undefined;
  const named = new RegExp(`\\b${name}\\b`);
  const isExported = /^\p{Lu}/u.test(name);
  for (const file of await doors.workspaceFiles()) {
    const isOther = file.path.endsWith('.go') && file.text !== text && (isExported || isBeside(path, file.path));
    if (isOther && named.test(file.text)) {
      return otherShape(
        'The secret on line {line} is a constant, and others beside it or made of it need it to stay one.',
        lineAt(text, place.start),
      );
    }
  }
  return undefined;
}

/** Text that stands for itself is of any type that is a string, what is read is not: refused where something else is wanted, as far as the workspace tells. */
async function ofOtherType({ text }: EnvironmentFile, { place }: Taken, doors: EnvironmentDoors): Promise<Refused | undefined> {
  const parser = await doors.parser('go');
  const takers = parser.read(text, (root) => takersAt(root, place)).filter((taker) => taker !== 'string');
  if (takers.length === 0) return undefined;
  const named = takers.filter((taker) => typeof taker === 'object');
  const files = [...(await doors.workspaceFiles())].filter(({ path }) => path.endsWith('.go')).map((file) => file.text);
  const programs = [text, ...files.filter((other) => other !== text)];
  const types = typesDeclaredIn(programs);
  const declareOther = (one: string): boolean => {
    const here = named.filter(({ name }) => one.includes(name));
    return here.length > 0 && parser.read(one, (root) => here.some((taker) => takesOther(taker, root, types)));
  };
  const mayBeOther = takers.includes('other') || (takers.includes(undefined) && types.strings.size > 0) || programs.some(declareOther);
  if (!mayBeOther) return undefined;
  const line = lineAt(text, place.start);
  return otherShape('The secret on line {line} may be of a type of its own there, and not a string like what is read.', line);
}

/** What takes the string that holds the secret, or the constant that it is the value of. */
function takersAt(root: Node, { start, end }: SecretPlace): (Taker | 'string' | 'other' | undefined)[] {
  let node = root.descendantForIndex(start, end - 1);
  while (node && !program.strings.has(node.type)) node = node.parent;
  // where a type is written, what is read is converted to it
  if (!node || writtenType(node) !== undefined) return [];
  const name = constantOf(node)?.namedChild(0)?.childForFieldName('name');
  if (!name) return [takerOf(node)];
  const uses = root.descendantsOfType('identifier').filter((one) => one?.text === name.text && one.id !== name.id);
  return uses.flatMap((use) => {
    const type = use && writtenType(use);
    return use ? [type === undefined ? takerOf(use) : type === 'string' ? 'string' : 'other'] : [];
  });
}

export const go: EnvironmentEdit = async (file, taken, doors) => {
  for (const one of taken) {
    const refused = (await neededElsewhere(file, one, doors)) ?? (await ofOtherType(file, one, doors));
    if (refused) return refused;
  }
  return editStrings(file, taken, program, doors);
};
