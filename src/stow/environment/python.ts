import type { Node } from '@vscode/tree-sitter-wasm';
import type { TextEdit } from '../edit.ts';
import { freeName, otherShape } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';
import { editStrings, type Literal, type Preparation, type ProgramLanguage, replacedBy } from './program.ts';

const program: ProgramLanguage = {
  grammar: 'python',
  strings: new Set(['string']),
  contents: new Set(['string_content']),
  fixed: new Set(['case_pattern', 'type', 'concatenated_string']),
  bodies: new Set(['block', 'module']),
  mayHaveHoles: (literal) => /^[rR]?[fF]/.test(literal.text),
  obstacle({ node, line, part }) {
    if (node.parent?.type === 'expression_statement') {
      return otherShape('The secret on line {line} stands where its value must be known before the program runs.', line);
    }
    // a hole of an f-string may hold no quote that is its own before Python 3.12
    return part && isIn(node, 'interpolation') ? otherShape('The secret on line {line} is only a part of a string.', line) : undefined;
  },
  prepare: prepareImport,
  replace(literal, _place, variable, _text, environ) {
    const opening = literal.node.namedChild(0)?.text ?? '';
    const own = opening.includes('"') ? '"' : "'";
    const other = own === '"' ? "'" : '"';
    const read = (quote: string) => `${environ}[${quote}${variable}${quote}]`;
    const whole = /^[rR]?[bB]/.test(opening) ? `${read(own)}.encode()` : read(own);
    return replacedBy(literal, literal.part ? '' : whole, `{${read(other)}}`);
  },
};

function isIn(node: Node, type: string): boolean {
  for (let around = node.parent; around; around = around.parent) if (around.type === type) return true;
  return false;
}

/** How the program reaches `os.environ`, by an import that it has above the first use, or by a new one at its top. */
function prepareImport(root: Node, text: string, literals: readonly Literal[]): Preparation {
  const first = Math.min(...literals.map(({ node }) => node.startIndex));
  const top = root.namedChildren.filter((node) => node !== null);
  const bound = boundNames(root);
  for (const statement of top) {
    if (statement.endIndex > first) break;
    const name = environIn(statement);
    if (name !== undefined && !bound.has(name.replace('.environ', ''))) return { edits: [], name };
  }
  const used = new Set(root.descendantsOfType('identifier').map((node) => node?.text ?? ''));
  const isTaken = bound.has('os');
  const local = isTaken ? freeName(used, 'os', 'os_module') : 'os';
  return { edits: [newImport(text, top, local === 'os' ? 'import os' : `import os as ${local}`)], name: `${local}.environ` };
}

function environIn(statement: Node): string | undefined {
  const from = statement.childForFieldName('module_name')?.text;
  if (statement.type !== 'import_statement' && !(statement.type === 'import_from_statement' && from === 'os')) return undefined;
  for (const part of statement.childrenForFieldName('name')) {
    const name = part?.type === 'aliased_import' ? part.childForFieldName('name')?.text : part?.text;
    const alias = part?.childForFieldName('alias')?.text;
    if (from === undefined && (name === 'os' || (name?.startsWith('os.') && alias === undefined))) return `${alias ?? 'os'}.environ`;
    if (from === 'os' && name === 'environ') return alias ?? 'environ';
  }
  return undefined;
}

/** The nodes that bind names, and the field that the names are in; all of the node where there is none. */
const binding: ReadonlyMap<string, string | undefined> = new Map([
  ['assignment', 'left'],
  ['augmented_assignment', 'left'],
  ['named_expression', 'name'],
  ['function_definition', 'name'],
  ['class_definition', 'name'],
  ['for_statement', 'left'],
  ['for_in_clause', 'left'],
  ['as_pattern_target', undefined],
  ['parameters', undefined],
  ['lambda_parameters', undefined],
  ['delete_statement', undefined],
  ['case_pattern', undefined],
]);

/** What the file binds to anything but the module `os` and what is in it. */
function boundNames(root: Node): Set<string> {
  const found = new Set<string>();
  for (const node of root.descendantsOfType([...binding.keys()])) {
    const field = binding.get(node?.type ?? '');
    const bound = field === undefined ? node : node?.childForFieldName(field);
    if (!bound) continue;
    if (bound.type === 'identifier') found.add(bound.text);
    else for (const name of bound.descendantsOfType('identifier')) found.add(name?.text ?? '');
  }
  for (const statement of root.descendantsOfType(['import_statement', 'import_from_statement'])) {
    const from = statement?.childForFieldName('module_name')?.text;
    for (const part of statement?.childrenForFieldName('name') ?? []) {
      const name = (part?.type === 'aliased_import' ? part.childForFieldName('name') : part)?.text ?? '';
      const isOs = from === undefined ? /^os(?:\.|$)/.test(name) : from === 'os' && name === 'environ';
      if (!isOs) found.add(part?.childForFieldName('alias')?.text ?? (from === undefined ? name.replace(/\..*/, '') : name));
    }
  }
  return found;
}

/** Above the first import, but below what must come first: the lines for the shell, the text about the module, imports from the future. */
function newImport(text: string, top: readonly Node[], line: string): TextEdit {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const isFuture = ({ type }: Node) => type === 'future_import_statement';
  const statements = top.filter(({ type }) => type !== 'comment');
  const [first] = statements;
  const isDocumentation = first?.type === 'expression_statement' && first.namedChild(0)?.type === 'string';
  const head = statements.findLast(isFuture) ?? (isDocumentation ? first : undefined);
  const present = statements.find((node) => /^import/.test(node.type) && (!head || node.startIndex >= head.endIndex));
  const leading = statements.filter((node) => node.startIndex >= (head?.endIndex ?? 0))[0];
  // an import further down stands there for a reason
  if (present && present.startIndex === leading?.startIndex)
    return { start: present.startIndex, end: present.startIndex, text: `${line}${newline}` };
  if (head) {
    const at = head.endIndex + (/^[ \t]*#[^\r\n]*/.exec(text.slice(head.endIndex, head.endIndex + 1000))?.[0].length ?? 0);
    return { start: at, end: at, text: `${newline}${isFuture(head) ? '' : newline}${line}` };
  }
  const shell = /^\uFEFF?(?:#!.*(?:\r?\n|$))?(?:#.*coding[:=].*(?:\r?\n|$))?/.exec(text)![0];
  // remarks on the file itself end with an empty line; others are on what they stand before
  const remarks = /^(?:#.*\r?\n)*(?:[ \t]*\r?\n)+/.exec(text.slice(shell.length))?.[0] ?? '';
  const start = shell.length + remarks.length;
  return { start, end: start, text: `${line}${newline}${newline}` };
}

export const python: EnvironmentEdit = (file, taken, doors) => editStrings(file, taken, program, doors);
