import { type Refused, refuse } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';
import { editStrings, type ProgramLanguage, replacedBy } from './program.ts';

const program: ProgramLanguage = {
  grammar: 'java',
  strings: new Set(['string_literal']),
  contents: new Set(['string_fragment']),
  fixed: new Set(['annotation', 'switch_label']),
  bodies: new Set(['block', 'class_body']),
  mayHaveHoles: () => false,
  unable: androidRefusal,
  obstacle({ node, line }, root) {
    const name = node.parent?.type === 'variable_declarator' ? node.parent.childForFieldName('name')?.text : undefined;
    const places = root.descendantsOfType(['annotation', 'switch_label']);
    const isUsed = places.some((place) => place?.descendantsOfType('identifier').some((one) => one?.text === name));
    return isUsed ? otherShape('The secret on line {line} stands where its value must be known before the program runs.', line) : undefined;
  },
  replace: (literal, _place, variable) => replacedBy(literal, `System.getenv("${variable}")`, ''),
};

/** An app on a phone is started by nobody who could give it variables. */
export function androidRefusal(text: string): Refused | undefined {
  if (!/^\s*import\s+androidx?\./m.test(text)) return undefined;
  return refuse(
    'An Android app has no environment to read the secret from, and whoever has the app can take the secret out of it. Let a server keep it, and let the app ask the server.',
  );
}

export const java: EnvironmentEdit = (file, taken, doors) => editStrings(file, taken, program, doors);
