import type { Node } from '@vscode/tree-sitter-wasm';
import type { Refused, TextEdit } from '../edit.ts';
import { freeName, otherShape } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';
import { editStrings, type Literal, type Preparation, type ProgramLanguage, replacedBy } from './program.ts';

const program: ProgramLanguage = {
  grammar: 'go',
  strings: new Set(['interpreted_string_literal', 'raw_string_literal']),
  contents: new Set(['interpreted_string_literal_content', 'raw_string_literal_content']),
  fixed: new Set(['import_spec', 'field_declaration']),
  bodies: new Set(['block']),
  mayHaveHoles: () => false,
  obstacle: constantInUse,
  prepare: prepareImport,
  replace(literal, _place, variable, _text, os) {
    const call = replacedBy(literal, `${os}.Getenv("${variable}")`, '');
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
  const others = root.descendantsOfType('const_spec').filter((spec) => spec?.id !== specs[0]?.id);
  const isUsed = others.some((spec) => spec?.descendantsOfType('identifier').some((one) => one?.text === name));
  if (isAlone && !isUsed) return undefined;
  return otherShape('The secret on line {line} is a constant, and others beside it or made of it need it to stay one.', line);
}

/** How the program reaches the package `os`, by an import that it has or by a new one. */
function prepareImport(root: Node, text: string): Preparation {
  const specs = root.descendantsOfType('import_spec').filter((spec) => spec !== null);
  const present = specs.find((spec) => pathOf(spec) === '"os"' && !['_', '.'].includes(spec.childForFieldName('name')?.text ?? ''));
  if (present) return { edits: [], name: present.childForFieldName('name')?.text ?? 'os' };
  const used = new Set(root.descendantsOfType(['identifier', 'package_identifier']).map((node) => node?.text ?? ''));
  const name = freeName(used, 'os', 'environment');
  return { edits: [newImport(root, text, specs, name === 'os' ? '"os"' : `${name} "os"`)], name };
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

export const go: EnvironmentEdit = (file, taken, doors) => editStrings(file, taken, program, doors);
