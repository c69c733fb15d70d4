import type { Node } from '@vscode/tree-sitter-wasm';
import type { TextEdit } from './edit.ts';
import { members } from './syntax.ts';

/** A name that a file binds to a module or to something that a module exports. */
export interface Binding {
  readonly local: string;
  readonly module: string;
  /** The export's name; undefined for the whole module, or its default export. */
  readonly imported: string | undefined;
  readonly style: 'import' | 'require' | 'dynamic';
  /** The whole statement. */
  readonly statement: Node;
  /** The braces that the name stands in. */
  readonly list: Node | undefined;
  readonly isTopLevel: boolean;
}

/** Every value that the file takes from a module by `import`, `require` or `await import` with a literal name; types are left out. */
export function bindingsOf(root: Node): Binding[] {
  return root.descendantsOfType(['import_statement', 'variable_declarator']).flatMap((node) => {
    if (!node) return [];
    return node.type === 'import_statement' ? fromImport(node) : fromDeclarator(node);
  });
}

const isTypeOnly = (node: Node): boolean => node.children.some((child) => child?.type === 'type' || child?.type === 'typeof');

function fromImport(statement: Node): Binding[] {
  if (isTypeOnly(statement)) return [];
  const clause = members(statement).find(({ type }) => type === 'import_clause' || type === 'import_require_clause');
  const source = statement.childForFieldName('source') ?? clause?.childForFieldName('source');
  if (!clause || !source) return [];
  const shared = { module: stringContent(source), style: 'import', statement, isTopLevel: statement.parent?.type === 'program' } as const;
  return members(clause).flatMap((part): Binding[] => {
    if (part.type === 'identifier') return [{ ...shared, local: part.text, imported: undefined, list: undefined }];
    if (part.type === 'namespace_import') {
      return members(part).map(({ text }) => ({ ...shared, local: text, imported: undefined, list: undefined }));
    }
    return members(part).flatMap((specifier) => {
      const name = specifier.childForFieldName('name')?.text;
      if (name === undefined || isTypeOnly(specifier)) return [];
      const local = specifier.childForFieldName('alias')?.text ?? name;
      return [{ ...shared, local, imported: name === 'default' ? undefined : name, list: part }];
    });
  });
}

function fromDeclarator(declarator: Node): Binding[] {
  const name = declarator.childForFieldName('name');
  const value = declarator.childForFieldName('value');
  const statement = declarator.parent;
  const loaded = value && loadedModule(value);
  if (!name || !loaded || !statement) return [];
  const shared = { ...loaded, statement, isTopLevel: statement.parent?.type === 'program' };
  if (name.type === 'identifier') return [{ ...shared, local: name.text, imported: undefined, list: undefined }];
  if (name.type !== 'object_pattern') return [];
  return members(name).flatMap((part) => {
    if (part.type === 'shorthand_property_identifier_pattern') return [{ ...shared, local: part.text, imported: part.text, list: name }];
    const key = part.childForFieldName('key');
    const local = part.childForFieldName('value');
    if (part.type !== 'pair_pattern' || key?.type !== 'property_identifier' || local?.type !== 'identifier') return [];
    return [{ ...shared, local: local.text, imported: key.text === 'default' ? undefined : key.text, list: name }];
  });
}

/** `require('x')` and `await import('x')` */
function loadedModule(value: Node): Pick<Binding, 'module' | 'style'> | undefined {
  const call = value.type === 'await_expression' ? value.namedChild(0) : value;
  const loader = call?.type === 'call_expression' ? call.childForFieldName('function')?.text : undefined;
  if (loader !== (value.type === 'await_expression' ? 'import' : 'require')) return undefined;
  const argument = call?.childForFieldName('arguments')?.namedChild(0);
  if (argument?.type !== 'string') return undefined;
  return { module: stringContent(argument), style: loader === 'import' ? 'dynamic' : 'require' };
}

const stringContent = (node: Node): string => node.text.slice(1, -1);

/** What an expression like `AWS.DynamoDB.DocumentClient` takes from which module, where its first name is bound to one and to nothing else. */
export function resolve(node: Node, bindings: readonly Binding[]): { binding: Binding; path: string[] } | undefined {
  if (node.type === 'identifier') {
    const [binding, ...others] = bindings.filter(({ local }) => local === node.text);
    if (!binding || others.some(({ module }) => module !== binding.module)) return undefined;
    return { binding, path: binding.imported === undefined ? [] : [binding.imported] };
  }
  const object = node.type === 'member_expression' ? node.childForFieldName('object') : null;
  const property = node.childForFieldName('property');
  const inner = object && resolve(object, bindings);
  if (!inner || !property) return undefined;
  return property.text === 'default' ? inner : { ...inner, path: [...inner.path, property.text] };
}

/** Every name that stands in the file, for whatever. */
export function namesIn(root: Node): Set<string> {
  const kinds = ['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern', 'type_identifier'];
  return new Set(root.descendantsOfType(kinds).map((node) => node?.text ?? ''));
}

/** The edit that adds a name to the braces of an import or a destructuring. */
export function addToList({ list, style }: Binding, text: string, name: string, local: string): TextEdit {
  const last = list && members(list).at(-1);
  if (!last) throw new Error('The list of names is empty.');
  const gap = /\s*$/.exec(text.slice(last.previousSibling?.endIndex ?? last.startIndex, last.startIndex))?.[0] ?? '';
  const specifier = name === local ? name : style === 'import' ? `${name} as ${local}` : `${name}: ${local}`;
  return { start: last.endIndex, end: last.endIndex, text: `,${gap.includes('\n') ? gap : ' '}${specifier}` };
}

/** What a new import binds: some exports in braces, or the module as a whole. */
export type Wanted = { readonly name: string; readonly local: string } | { readonly whole: string };

/** The edit that takes something from a module in the style of another import, as a statement of its own behind it. */
export function addImport(text: string, anchor: Binding, module: string, wanted: Wanted): TextEdit {
  const { statement, style } = anchor;
  const written = statement.text;
  const quote = /["'`](?=[^"'`]*["'`]\)?\s*;?\s*$)/.exec(written)?.[0] ?? "'";
  const source = `${quote}${module}${quote}`;
  const end = written.endsWith(';') ? ';' : '';
  const space = /\{\S/.test(written) ? '' : ' ';
  const braces = (renamed: string) =>
    'whole' in wanted
      ? wanted.whole
      : `{${space}${wanted.name === wanted.local ? wanted.name : `${wanted.name}${renamed}${wanted.local}`}${space}}`;
  const line = importLine();
  const behind = placeBehind(text, statement.endIndex);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /[ \t]*$/.exec(text.slice(0, statement.startIndex))?.[0] ?? '';
  return { start: behind, end: behind, text: `${newline}${indent}${line}` };

  function importLine(): string {
    if (style === 'import') {
      if ('whole' in wanted && /^import\s+\w+\s*=\s*require\b/.test(written)) return `import ${wanted.whole} = require(${source})${end}`;
      if ('whole' in wanted && /^import\s*\*/.test(written)) return `import * as ${wanted.whole} from ${source}${end}`;
      return `import ${braces(' as ')} from ${source}${end}`;
    }
    const keyword = /^\w+/.exec(written)?.[0] ?? 'const';
    const load = style === 'dynamic' ? 'await import' : 'require';
    return `${keyword} ${braces(': ')} = ${load}(${source})${end}`;
  }
}

/** The end of the statement's line where only a comment follows it, so that the comment stays with it. */
function placeBehind(text: string, end: number): number {
  const comment = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n*]*\*\/[ \t]*(?=[\r\n]|$))/.exec(text.slice(end, end + 1000));
  return comment ? end + comment[0].length : end;
}
