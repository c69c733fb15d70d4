import type { Node } from '@vscode/tree-sitter-wasm';
import type { Refused } from '../edit.ts';
import type { Grammar } from '../grammar.ts';
import type { WorkspaceFile } from '../readers.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';
import { inBrowser } from './obstacles.ts';
import { editStrings, type Literal, type ProgramLanguage, replacedBy } from './program.ts';

const program = (grammar: Grammar, inBrackets: boolean): ProgramLanguage => ({
  grammar,
  strings: new Set(['string', 'template_string']),
  contents: new Set(['string_fragment']),
  fixed: new Set(['import_statement', 'import_attribute', 'literal_type', 'enum_body', 'computed_property_name']),
  bodies: new Set(['statement_block', 'class_body']),
  mayHaveHoles: ({ type }) => type === 'template_string',
  obstacle,
  prepare: (root) => ({ edits: [], name: namesProcess(root) ? 'globalThis.process' : 'process' }),
  replace(literal, _place, variable, _text, name) {
    const quote = literal.node.text.startsWith('"') ? '"' : "'";
    const read = `${name}.env${inBrackets ? `[${quote}${variable}${quote}]` : `.${variable}`}`;
    // in TypeScript a variable may be undefined, and a string is not
    const whole = grammar === 'javascript' ? read : `${read}!`;
    return replacedBy(literal, literal.node.parent?.type === 'jsx_attribute' ? `{${whole}}` : whole, `\${${read}}`);
  },
});

function obstacle({ node, line }: Literal, root: Node): Refused | undefined {
  const hasElements = root.descendantsOfType(['jsx_element', 'jsx_self_closing_element', 'jsx_fragment']).length > 0;
  const refusal = inBrowser(root.text, hasElements);
  if (refusal) return refusal;
  const parent = node.parent;
  const isName = ['key', 'name', 'source'].some((field) => parent?.childForFieldName(field)?.id === node.id);
  const isTagged = parent?.type === 'call_expression' && node.type === 'template_string';
  if (isName || isTagged || parent?.type === 'expression_statement' || isConstant(node)) {
    return otherShape('The secret on line {line} stands where its value must be known before the program runs.', line);
  }
  return undefined;
}

/** `{ … } as const` is of literals only. */
function isConstant(node: Node): boolean {
  for (let around: Node | null = node; around && !around.type.endsWith('_statement'); around = around.parent) {
    if (around.type === 'as_expression' && /\bas\s+const$/.test(around.text)) return around.namedChild(0)?.id === node.id;
  }
  return false;
}

/** Whether the file calls something of its own `process`. */
function namesProcess(root: Node): boolean {
  const names = root.descendantsOfType(['identifier', 'shorthand_property_identifier_pattern']);
  return names.some((node) => node?.text === 'process' && isDeclared(node));
}

const isProcessModule = /\b(?:require|import|from)\s*\(?\s*["'](?:node:)?process["']/;

const statementOf = (node: Node): Node => (node.type.endsWith('_statement') || !node.parent ? node : statementOf(node.parent));

function isDeclared(name: Node): boolean {
  const parent = name.parent;
  if (!parent) return false;
  if (['import_specifier', 'import_clause', 'namespace_import'].includes(parent.type)) {
    const bound = parent.childForFieldName('alias') ?? parent.childForFieldName('name') ?? name;
    return bound.id === name.id && !isProcessModule.test(statementOf(parent).text);
  }
  if (['variable_declarator', 'function_declaration', 'class_declaration'].includes(parent.type)) {
    return parent.childForFieldName('name')?.id === name.id && !isProcessModule.test(parent.text);
  }
  return /pattern$|parameter/.test(parent.type) || parent.type === 'arrow_function';
}

/** A project may want what only might be there to be read in brackets. Source: https://www.typescriptlang.org/tsconfig/#noPropertyAccessFromIndexSignature */
const wantsBrackets = ({ path, text }: WorkspaceFile): boolean =>
  /(?:^|[\\/])tsconfig[\w.-]*\.json$/.test(path) && /"noPropertyAccessFromIndexSignature"\s*:\s*true/.test(text);

const editor =
  (grammar: Grammar): EnvironmentEdit =>
  async (file, taken, doors) => {
    const inBrackets = grammar !== 'javascript' && [...(await doors.workspaceFiles())].some(wantsBrackets);
    return editStrings(file, taken, program(grammar, inBrackets), doors);
  };

export const javascript = editor('javascript');
export const typescript = editor('typescript');
export const tsx = editor('tsx');
