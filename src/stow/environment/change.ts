import { dirname, relative } from 'node:path';
import { message } from '../../message.ts';
import { execNote, execWith } from '../dotenv.ts';
import { applyEdits, type Edited, type FileChange, type Refused, type SecretPlace } from '../edit.ts';
import { decideDotenv, findReaders } from '../readers.ts';
import { environmentEdits } from './edits.ts';
import { editEnvFile, freeVariable } from './env-file.ts';
import type { EnvironmentDoors } from './language.ts';
import { environmentLanguageOf } from './languages.ts';

/** A secret of a file, the variable that is wanted for it, and the reference that stands for it in `.env`. */
export interface Wanted {
  readonly place: SecretPlace;
  readonly variable: string;
  /** The reference for the variable that it came to be. */
  readonly reference: (variable: string) => string;
}

export interface EnvironmentChangeDoors extends EnvironmentDoors {
  readonly envFile: () => Promise<{ readonly path: string; readonly text: string }>;
}

/** A file that reads its secrets from the environment, and the `.env` file that gives them by reference. */
export interface EnvironmentChange {
  readonly edited: Edited;
  readonly variables: readonly string[];
  readonly references: readonly string[];
  /** What each variable has to hold. */
  readonly values: readonly string[];
  readonly additions: readonly FileChange[];
  /** The file itself is the last. */
  readonly removals: readonly FileChange[];
}

/** What it takes to let a file read secrets from the environment; refused where no edit would surely work. */
export async function environmentChange(
  file: { readonly path: string; readonly text: string; readonly languageId: string },
  wanted: readonly Wanted[],
  doors: EnvironmentChangeDoors,
): Promise<EnvironmentChange | Refused> {
  const language = environmentLanguageOf(file, wanted);
  if ('refused' in language) return language;
  const envFile = await doors.envFile();
  const taken = wanted.map(({ place, variable, reference }) => {
    const readable = language.variable?.(variable, file.text, place) ?? variable;
    return { place, variable: freeVariable(envFile.text, readable, { reference: reference(readable), value: place.value }) };
  });
  const variables = taken.map(({ variable }) => variable);
  const own = { path: relative(dirname(envFile.path), file.path), text: file.text };
  const edited = await environmentEdits[language.id](own, taken, doors, language.reads);
  if ('refused' in edited) return edited;
  const readers = findReaders(await doors.workspaceFiles(), variables);
  const blocked = language.winsOverEnvFile ? readers.blocked.filter(({ why }) => why === 'override') : readers.blocked;
  const shape = decideDotenv({ byName: readers.byName, blocked }, { names: variables, standard: false });
  if (typeof shape === 'object') return shape;

  const references = wanted.map(({ reference }, i) => reference(variables[i]!));
  const { added, removed } = editEnvFile(
    envFile.text,
    variables.map((variable, i) => ({ variable, reference: references[i]!, value: edited.values[i]! })),
  );
  const { path, text } = envFile;
  return {
    edited: edited.startsElsewhere ? edited : { ...edited, ...started(edited, variables) },
    variables,
    references,
    values: edited.values,
    additions: added.length === 0 ? [] : [{ path, before: text, edits: added }],
    removals: [
      ...(removed.length === 0 ? [] : [{ path, before: applyEdits(text, added), edits: removed }]),
      { path: file.path, before: file.text, edits: edited.edits },
    ],
  };
}

/** How the program is started from now on, and what to know of it. */
function started(
  { notes, runAfterwards = execWith('.env') }: Edited,
  variables: readonly string[],
): Pick<Edited, 'notes' | 'runAfterwards'> {
  const elsewhere = variables.map((variable) => message('On other machines and in CI, {variable} must be set.', { variable }));
  return { notes: [...notes, ...elsewhere, execNote()], runAfterwards };
}
