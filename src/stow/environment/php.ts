import type { EnvironmentEdit } from './language.ts';
import { editStrings, type ProgramLanguage, replacedBy } from './program.ts';

const program: ProgramLanguage = {
  grammar: 'php',
  strings: new Set(['string', 'encapsed_string']),
  contents: new Set(['string_content']),
  fixed: new Set([
    'const_declaration',
    'property_element',
    'simple_parameter',
    'property_promotion_parameter',
    'attribute',
    'static_variable_declaration',
    'enum_case',
    'declare_statement',
    'include_expression',
  ]),
  bodies: new Set(['compound_statement', 'declaration_list']),
  mayHaveHoles: () => false,
  replace: (literal, _place, variable) => replacedBy(literal, `getenv('${variable}')`, ''),
};

export const php: EnvironmentEdit = (file, taken, doors) => editStrings(file, taken, program, doors);
