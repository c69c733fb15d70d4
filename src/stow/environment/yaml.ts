import { isMap, isPair, isScalar, isSeq, type Node, parseDocument, type Scalar, visit } from 'yaml';
import { message } from '../../message.ts';
import { lineAt, type Refused, refuse, type SecretPlace, standsAt, type TextEdit } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit, Taken } from './language.ts';

/** A value of a YAML file, and the names that lead to it. */
interface Value {
  readonly scalar: Scalar;
  readonly start: number;
  readonly end: number;
  readonly names: readonly string[];
  /** It stands in `{ … }` or `[ … ]`. */
  readonly inFlow: boolean;
  readonly line: number;
}

/** The value that holds the secret; refused where it is a name, a comment, or the file cannot be read. */
function valueAt(text: string, place: SecretPlace): Value | Refused {
  const line = lineAt(text, place.start);
  if (!standsAt(text, place)) return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error)
    return refuse('The file cannot be read: line {line} is not valid YAML. Mend it, then stow the secret.', {
      line: lineAt(text, error.pos[0]),
    });
  let found: Value | undefined;
  visit(document, {
    Scalar(key, scalar, path) {
      const [start = 0, end = 0] = scalar.range ?? [];
      if (key === 'key' || start > place.start || place.end > end) return undefined;
      const names = path.flatMap((one) => (isPair(one) && isScalar(one.key) ? String(one.key.value) : []));
      const inFlow = path.some((one) => (isMap(one) || isSeq(one)) && (one as Node & { flow?: boolean }).flow === true);
      found = { scalar, start, end, names, inFlow, line };
      return visit.BREAK;
    },
  });
  return found ?? otherShape('The secret on line {line} is not a value of the file.', line);
}

/** The edit that puts a variable in the secret's place; in brackets, where braces would end the value, it needs quotes. */
function replacedIn({ start, end, inFlow, scalar, line }: Value, place: SecretPlace, read: string): TextEdit | Refused {
  const isQuoted = scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE';
  if (!inFlow || isQuoted) return { start: place.start, end: place.end, text: read };
  if (start === place.start && end === place.end) return { start, end, text: `"${read}"` };
  return otherShape('The secret on line {line} is only a part of a string.', line);
}

function edits(
  text: string,
  taken: readonly Taken[],
  read: (variable: string) => string,
  obstacle: (value: Value, place: SecretPlace) => Refused | undefined,
) {
  const made: TextEdit[] = [];
  for (const { place, variable } of taken) {
    const value = valueAt(text, place);
    if ('refused' in value) return value;
    const edit = obstacle(value, place) ?? replacedIn(value, place, read(variable));
    if ('refused' in edit) return edit;
    made.push(edit);
  }
  return { edits: made.toSorted((a, b) => a.start - b.start), values: taken.map(({ place }) => place.value) };
}

/** `docker compose` fills `${NAME}` from its environment. */
export const compose: EnvironmentEdit = async ({ text }, taken) => {
  const made = edits(
    text,
    taken,
    (variable) => `\${${variable}}`,
    () => undefined,
  );
  return 'refused' in made ? made : { ...made, notes: [], runAfterwards: 'keystow exec --env-file .env -- docker compose up' };
};

/** A workflow gets what the repository on GitHub keeps under the name. */
export const workflow: EnvironmentEdit = async ({ text }, taken) => {
  const made = edits(text, taken, (variable) => `\${{ secrets.${variable} }}`, secretsObstacle);
  if ('refused' in made) return made;
  const notes = taken.map(({ variable: name }) =>
    message('The workflow works once the repository has the secret {name}. Give it: {command}', {
      name,
      command: `keystow exec --env-file .env -- sh -c 'printf %s "$${name}" | gh secret set ${name}'`,
    }),
  );
  return { ...made, notes, startsElsewhere: true };
};

/** The names that lead to what GitHub fills secrets in, by its table of contexts, and to the scripts. */
const filled = /^(?:env|jobs\/[^/]+\/(?:env|secrets|steps\/(?:env|with)|(?:container|services\/[^/]+)\/(?:env|credentials)))\/[^/]+$/;
const script = /^jobs\/[^/]+\/steps\/run$/;

function secretsObstacle({ names, line }: Value, place: SecretPlace): Refused | undefined {
  const path = names.join('/');
  // the shell sees the secret as it is written
  if (filled.test(path) || (script.test(path) && /^[\w.+/=:@-]+$/.test(place.value))) return undefined;
  return otherShape('GitHub fills in no secret where the one on line {line} stands.', line);
}
