import type { Node } from '@vscode/tree-sitter-wasm';

// Text that stands for itself is of any type that is a string; what is read from the environment is a `string`, and takes no other type by itself. So a program compiles with it only
// where a `string` is wanted, and what is wanted is told by declarations: of this file and the others of the workspace, looked up by their name alone.

/** The type that a string takes where it stands, as far as that is written there: then what is read is converted. */
export function writtenType(string: Node): string | undefined {
  const node = sumOf(string);
  const [list, holder] = [node.parent, node.parent?.parent];
  if (list?.type === 'literal_element') return elementType(list);
  if (list?.type !== 'expression_list') return undefined;
  if (holder?.type === 'var_spec' || holder?.type === 'const_spec') return holder.childForFieldName('type')?.text;
  if (holder?.type !== 'return_statement') return undefined;
  let around: Node | null = holder.parent;
  while (around && !/^(?:function_declaration|method_declaration|func_literal)$/.test(around.type)) around = around.parent;
  const result = around?.childForFieldName('result');
  return result?.type === 'parameter_list' ? typesOf(result)[placeIn(list, node)] : result?.text;
}

/** The whole of which a string is a part, where all of it is text that stands for itself. */
function sumOf(node: Node): Node {
  const { parent } = node;
  if (parent?.type === 'parenthesized_expression') return sumOf(parent);
  if (parent?.type !== 'binary_expression' || parent.childForFieldName('operator')?.text !== '+') return node;
  return otherSide(node)?.type.endsWith('string_literal') ? sumOf(parent) : node;
}

const otherSide = ({ parent, id }: Node): Node | null | undefined =>
  parent?.childForFieldName(parent.childForFieldName('left')?.id === id ? 'right' : 'left');

/** Of `[]T{ "…" }` and `map[K]T{ "…": "…" }`. */
function elementType(element: Node): string | undefined {
  const keyed = element.parent?.type === 'keyed_element' ? element.parent : undefined;
  const type = (keyed ?? element).parent?.parent?.childForFieldName('type');
  const isKey = keyed?.namedChild(0)?.id === element.id;
  if (type?.type === 'map_type') return type.childForFieldName(isKey ? 'key' : 'value')?.text;
  return /^(?:slice|array|implicit_length_array)_type$/.test(type?.type ?? '') ? type?.childForFieldName('element')?.text : undefined;
}

/** What takes a string, by the name under which its type is declared. */
export interface Taker {
  readonly kind: 'parameter' | 'value' | 'part';
  readonly name: string;
  readonly place: number;
}

/** What takes a string; `string` where it is one whatever is declared, undefined where that cannot be told. */
export function takerOf(string: Node): Taker | 'string' | undefined {
  const node = sumOf(string);
  const { parent } = node;
  switch (parent?.type) {
    case 'binary_expression':
      return otherSide(node)?.type.endsWith('string_literal') ? 'string' : named(otherSide(node));
    case 'argument_list': {
      const called = parent.parent?.childForFieldName('function');
      const name = called ? nameOf(called) : undefined;
      if (name === 'append') return named(parent.namedChild(0), 'part');
      return name === undefined ? undefined : { kind: 'parameter', name, place: placeIn(parent, node) };
    }
    case 'type_conversion_expression':
      // `f[T]("…")` is read as one too
      return parent.childForFieldName('type')?.type === 'generic_type' ? undefined : 'string';
    case 'literal_element': {
      const key = parent.parent?.type === 'keyed_element' ? parent.parent.namedChild(0) : undefined;
      const isField = key && key.id !== parent.id && key.namedChild(0)?.type === 'identifier';
      return isField ? { kind: 'value', name: key.text, place: 0 } : undefined;
    }
    case 'expression_list': {
      const holder = parent.parent;
      if (holder?.type === 'expression_case') return named(holder.parent?.childForFieldName('value'));
      return holder?.type === 'assignment_statement'
        ? named(holder.childForFieldName('left')?.namedChild(placeIn(parent, node)))
        : 'string';
    }
    case 'index_expression':
      return parent.childForFieldName('operand')?.id === node.id ? 'string' : named(parent.childForFieldName('operand'), 'part');
    case 'send_statement':
      return named(parent.childForFieldName('channel'), 'part');
    default:
      return 'string';
  }
}

const placeIn = (list: Node, node: Node): number =>
  list.namedChildren.filter((one) => one?.type !== 'comment').findIndex((one) => one?.id === node.id);

/** `a`, `b.a`, `b.a()`, `a[0]` */
function named(value: Node | null | undefined, kind: 'value' | 'part' = 'value'): Taker | undefined {
  if (value?.type === 'index_expression') return named(value.childForFieldName('operand'), 'part');
  const name = value && nameOf(value.type === 'call_expression' ? value.childForFieldName('function')! : value);
  return name === undefined || name === null ? undefined : { kind, name, place: 0 };
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'selector_expression') return node.childForFieldName('field')?.text;
  return node.type === 'identifier' ? node.text : undefined;
}

/** The types that programs declare: all of them, and those that are strings. */
export interface DeclaredTypes {
  readonly all: Set<string>;
  readonly strings: Set<string>;
}

/** The types that programs declare, told by their lines as gofmt writes them: a workspace may hold thousands of files. */
export function typesDeclaredIn(programs: readonly string[]): DeclaredTypes {
  const types: DeclaredTypes = { all: new Set(), strings: new Set() };
  for (const [, one, group] of programs.flatMap((text) => [...text.matchAll(/^[ \t]*type\s+(?:\(([^()]*)\n\)|(\w[^\n]*))/gm)])) {
    for (const line of (group ?? one ?? '').split('\n')) {
      const [, name, isString] = /^\t?(\w+)\s+(string\s*$)?/.exec(line.replace(/\s*\/\/.*/, '')) ?? [];
      if (name !== undefined) types.all.add(name);
      if (name !== undefined && isString !== undefined) types.strings.add(name);
    }
  }
  return types;
}

/** Whether a program declares something by the taker's name that takes a string of another type. */
export function takesOther({ kind, name, place }: Taker, root: Node, types: DeclaredTypes): boolean {
  return root.descendantsOfType(declarations).some((node) => {
    if (!node?.childrenForFieldName('name').some((one) => one?.text === name)) return false;
    const parameters = node.childForFieldName('parameters') ?? functionType(node)?.childForFieldName('parameters');
    if (kind === 'parameter') {
      const all = parameters ? typesOf(parameters) : [];
      const last = all.at(-1);
      return isOther(all[place] ?? (last?.startsWith('...') ? last : ''), types);
    }
    const type = parameters ? node.childForFieldName('result')?.text : (node.childForFieldName('type')?.text ?? typeOfValue(node));
    return type !== undefined && isOther(kind === 'part' ? partOf(type) : type, types);
  });
}

const declarations = [
  'function_declaration',
  'method_declaration',
  'method_elem',
  'field_declaration',
  'parameter_declaration',
  'var_spec',
  'const_spec',
];

const functionType = (node: Node): Node | undefined => {
  const type = node.childForFieldName('type') ?? node.childForFieldName('value')?.namedChild(0);
  return type?.type === 'function_type' || type?.type === 'func_literal' ? type : undefined;
};

/** `[]T`, `map[T]…`, `chan T` */
const partOf = (type: string): string =>
  /^map\[([^\]]*)\]|^(?:\[[^\]]*\]|(?:<-)?chan(?:<-)? )(.*)$/s.exec(type)?.slice(1).find(Boolean) ?? type;

/** Of `var a = T("…")` and `var a = []T{ … }`. */
function typeOfValue(node: Node): string | undefined {
  const value = node.childForFieldName('value')?.namedChild(0);
  return value?.childForFieldName(value.type === 'call_expression' ? 'function' : 'type')?.text;
}

/** A type of another package that is declared nowhere here is taken for one, since a string stands for it. */
function isOther(type: string, { all, strings }: DeclaredTypes): boolean {
  const [, elsewhere, name = ''] = /^(?:\.\.\.)?(\w+\.)?(\w+)$/.exec(type) ?? [];
  return strings.has(name) || (elsewhere !== undefined && !all.has(name));
}

/** The types of a list of parameters or results, one for each of them. */
function typesOf(list: Node): string[] {
  return list.namedChildren.flatMap((one) => {
    const type = one?.childForFieldName('type')?.text;
    if (!one || type === undefined) return [];
    const text = one.type === 'variadic_parameter_declaration' ? `...${type}` : type;
    return Array<string>(Math.max(1, one.childrenForFieldName('name').length)).fill(text);
  });
}
