import { isMap, isPair, isScalar, isSeq, type Node, parseAllDocuments, Scalar, visit, type YAMLMap } from 'yaml';
import { type Message, message } from '../../message.ts';
import { execBefore } from '../dotenv.ts';
import { lineAt, type Refused, refuse, type SecretPlace, standsAt, type TextEdit } from '../edit.ts';
import { mayBeRead, notAlone, otherShape, refuseEscapes, withPlaceholder } from '../syntax.ts';
import type { EnvironmentEdit, Taken } from './language.ts';
import { quotingAt } from './shell.ts';

/** A value of a YAML file, and the names that lead to it. */
interface Value {
  readonly scalar: Scalar;
  /** The innermost names and values that it is among. */
  readonly siblings: YAMLMap | undefined;
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
  const documents = [...parseAllDocuments(text)];
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error)
    return refuse('The file cannot be read: line {line} is not valid YAML. Mend it, then stow the secret.', {
      line: lineAt(text, error.pos[0]),
    });
  let found: Value | undefined;
  for (const document of documents) {
    visit(document, {
      Scalar(key, scalar, path) {
        const [start = 0, end = 0] = scalar.range ?? [];
        if (key === 'key' || start > place.start || place.end > end) return undefined;
        const names = path.flatMap((one) => (isPair(one) && isScalar(one.key) ? String(one.key.value) : []));
        const inFlow = path.some((one) => (isMap(one) || isSeq(one)) && (one as Node & { flow?: boolean }).flow === true);
        const siblings = path.findLast(isMap);
        found = { scalar, siblings, start, end, names, inFlow, line };
        return visit.BREAK;
      },
    });
  }
  if (found === undefined) return otherShape('The secret on line {line} is not a value of the file.', line);
  return found.scalar.source?.includes(place.value) ? found : refuseEscapes();
}

const isQuoted = ({ type }: Scalar): boolean => type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;

/** The edit that puts a variable in the secret's place; in brackets, where braces would end the value, it needs quotes. */
function replacedIn({ start, end, inFlow, scalar, line }: Value, place: SecretPlace, read: string): TextEdit | Refused {
  if (!inFlow || isQuoted(scalar)) return { start: place.start, end: place.end, text: read };
  if (start === place.start && end === place.end) return { start, end, text: `"${read}"` };
  return otherShape('The secret on line {line} is only a part of a string.', line);
}

/** The same where nothing but a string of its own may be there. */
function replacedWhole({ start, end, scalar, line }: Value, place: SecretPlace, read: string): TextEdit | Refused {
  // a block ends behind its last line
  const isOnLine = isQuoted(scalar) || scalar.type === Scalar.PLAIN;
  if (scalar.value !== place.value || !isOnLine) return otherShape('The secret on line {line} is only a part of a string.', line);
  return { start, end, text: `"${read}"` };
}

interface YamlEdit {
  readonly obstacle?: (value: Value, place: SecretPlace, text: string) => Refused | undefined;
  readonly replace?: (value: Value, place: SecretPlace, read: string, text: string) => TextEdit | Refused;
}

function edits(
  text: string,
  taken: readonly Taken[],
  reads: (variable: string) => string,
  { obstacle, replace = replacedIn }: YamlEdit = {},
) {
  const made: TextEdit[] = [];
  for (const { place, variable } of taken) {
    const value = valueAt(text, place);
    if ('refused' in value) return value;
    const edit = obstacle?.(value, place, text) ?? replace(value, place, reads(variable), text);
    if ('refused' in edit) return edit;
    made.push(edit);
  }
  return { edits: made.toSorted((a, b) => a.start - b.start), values: taken.map(({ place }) => place.value) };
}

/** What a program of this machine fills in from its environment, started as `command` says. */
const filledIn =
  (command: string, how?: YamlEdit): EnvironmentEdit =>
  async ({ text }, taken, _doors, reads) => {
    const made = edits(text, taken, reads, how);
    return 'refused' in made ? made : { ...made, notes: [], runAfterwards: execBefore(command) };
  };

export const compose = filledIn('docker compose up');
export const spring = filledIn('…', {
  replace: (value, place, read, text) => replacedIn(value, withPlaceholder(text, place, read), read),
});
export const yarn = filledIn('yarn …', { obstacle: holeObstacle });
export const serverless = filledIn('serverless deploy', { obstacle: holeObstacle });
export const elastic = filledIn('…', {
  obstacle: (value, place, text) => holeObstacle(value, place, text) ?? elasticObstacle(value, place),
});

/** Not every program reads a variable in what stands for another one that is not set. */
function holeObstacle({ start, line }: Value, place: SecretPlace, text: string): Refused | undefined {
  return mayBeRead(text.slice(start, place.start)) ? undefined : notAlone(line);
}

/** Beats take what a variable holds for a list, a number or a word of YAML where it looks like one. */
function elasticObstacle({ line }: Value, { value }: SecretPlace): Refused | undefined {
  if (!/[,"'$[\]{}]|^(?:true|false|null|on|off)$/i.test(value) && Number.isNaN(Number(value))) return undefined;
  return otherShape('A Beat would take the secret on line {line} for something else than a text where a variable holds it.', line);
}

/** What the place on a server where a file is carried out keeps under the name, given to it by a command that reads the secret. */
const filledInElsewhere =
  (how: YamlEdit, note: (name: string) => Message): EnvironmentEdit =>
  async ({ text }, taken, _doors, reads) => {
    const made = edits(text, taken, reads, how);
    return 'refused' in made ? made : { ...made, notes: taken.map(({ variable }) => note(variable)), startsElsewhere: true };
  };

export const workflow = filledInElsewhere({ obstacle: secretsObstacle }, (name) =>
  message('The workflow works once the repository has the secret {name}. Give it: {command}', {
    name,
    command: execBefore(`sh -c 'printf %s "$${name}" | gh secret set ${name}'`),
  }),
);

export const gitlab = filledInElsewhere({ replace: replacedInPipeline }, (name) =>
  message('The pipeline works once the project has the variable {name}. Give it: {command}', {
    name,
    command: execBefore(`sh -c 'printf %s "$${name}" | glab variable set ${name} --masked'`),
  }),
);

export const dbt = filledIn('dbt run', { replace: replacedWhole });

/** The names that lead to what GitHub fills secrets in, by its table of contexts, and to the scripts. */
const filled = /^(?:env|jobs\/[^/]+\/(?:env|secrets|steps\/(?:env|with)|(?:container|services\/[^/]+)\/(?:env|credentials)))\/[^/]+$/;
const script = /^jobs\/[^/]+\/steps\/run$/;

function secretsObstacle({ names, line }: Value, place: SecretPlace): Refused | undefined {
  const path = names.join('/');
  // the shell sees the secret as it is written
  if (filled.test(path) || (script.test(path) && /^[\w.+/=:@-]+$/.test(place.value))) return undefined;
  return otherShape('GitHub fills in no secret where the one on line {line} stands.', line);
}

/** The names that lead to variables and scripts of a pipeline, its own or a job's. */
const variables = /^(?:[^/]+\/)?variables\/[^/]+(?:\/value)?$/;
const scripts = /^(?:[^/]+\/)?(?:before_|after_)?script$/;

/** GitLab fills variables in, also in what a variable holds; in a script the shell does, as it is quoted there. */
function replacedInPipeline(value: Value, place: SecretPlace, read: string, text: string): TextEdit | Refused {
  const { names, siblings, start, end, scalar, line } = value;
  const path = names.join('/');
  if (/[$\\]/.test(place.value)) return refuseEscapes();
  if (variables.test(path) && siblings?.get('expand') !== false) return holeObstacle(value, place, text) ?? replacedIn(value, place, read);
  const isScript = scripts.test(path) && start < place.start && !isQuoted(scalar);
  if (!isScript) return otherShape('GitLab puts no variable in where the secret on line {line} stands.', line);
  const quoting = quotingAt(text.slice(start, end), place.start - start, place.end - start);
  if (quoting?.kind === 'bare' || quoting?.kind === 'double') return replacedIn(value, place, read);
  return otherShape('The shell takes the secret on line {line} as it is written, and would read no variable in its place.', line);
}
