import type { Node } from '@vscode/tree-sitter-wasm';
import { otherShape } from '../syntax.ts';
import { withConstants } from './constants.ts';
import type { EnvironmentEdit } from './language.ts';
import { platformName } from './platform-names.ts';
import { editStrings, type ProgramLanguage, replacedBy } from './program.ts';

const program = (system: string): ProgramLanguage => ({
  grammar: 'java',
  strings: new Set(['string_literal']),
  contents: new Set(['string_fragment']),
  fixed: new Set(['annotation', 'switch_label', 'annotation_type_element_declaration']),
  bodies: new Set(['block', 'class_body']),
  mayHaveHoles: () => false,
  obstacle({ node, line }, root) {
    const name = node.parent?.type === 'variable_declarator' ? node.parent.childForFieldName('name')?.text : undefined;
    const names = namesMadeOf(name, root);
    const places = root.descendantsOfType(['annotation', 'switch_label']);
    const isUsed = places.some((place) => place?.descendantsOfType('identifier').some((one) => names.has(one?.text ?? '')));
    return isUsed ? otherShape('The secret on line {line} stands where its value must be known before the program runs.', line) : undefined;
  },
  replace: (literal, _place, variable) => replacedBy(literal, `${system}.getenv("${variable}")`, ''),
});

/** A constant, and those that are made of it. */
function namesMadeOf(name: string | undefined, root: Node): Set<string> {
  const names = new Set(name === undefined ? [] : [name]);
  const declarators = root.descendantsOfType('variable_declarator');
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const declarator of declarators) {
      const parts = declarator?.childForFieldName('value')?.descendantsOfType('identifier') ?? [];
      if (parts.some((part) => names.has(part?.text ?? ''))) names.add(declarator?.childForFieldName('name')?.text ?? '');
    }
  }
  return names;
}

const edit: EnvironmentEdit = async (file, taken, doors) =>
  editStrings(file, taken, program(await platformName('java.lang.System', file, doors, /\.(?:java|kt)$/)), doors);

export const java = withConstants(edit, {
  declared: /\bfinal\s+(?:static\s+)?String\s+(\w{1,100})\s*=\s*"$/,
  files: /\.java$/,
  needed: (name) => new RegExp(`@[\\w.]{1,100}\\([^()]{0,300}\\b${name}\\b|\\bcase\\s+[\\w.]{0,100}\\b${name}\\b`),
});
