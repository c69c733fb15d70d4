import { message } from '../../message.ts';
import { lineAt, type Refused, refuse, standsAt, type TextEdit } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit, Taken } from './language.ts';
import { shellEdit } from './shell.ts';

/** One instruction with the lines that it goes on over. */
interface Instruction {
  readonly keyword: string;
  readonly start: number;
  readonly end: number;
}

function* instructions(text: string): Generator<Instruction> {
  const lines = /([^\n]*)(?:\n|$)/y;
  let open: { keyword: string; start: number } | undefined;
  for (let at = 0; at < text.length; ) {
    lines.lastIndex = at;
    const line = lines.exec(text)![1]!;
    const end = at + line.length;
    const isComment = /^\s*#/.test(line);
    if (!isComment && (open || line.trim() !== '')) {
      open ??= { keyword: (/^\s*([A-Za-z]+)/.exec(line)?.[1] ?? '').toUpperCase(), start: at };
      if (!/[\\`][ \t]*\r?$/.test(line)) {
        yield { ...open, end };
        open = undefined;
      }
    }
    at = end + 1;
  }
  if (open) yield { ...open, end: text.length };
}

/** A build gets its secret for one command alone, by a mount that no layer of the image holds. */
function editRun(text: string, { place, variable }: Taken, alone: boolean): TextEdit[] | Refused {
  const line = lineAt(text, place.start);
  if (!standsAt(text, place)) return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
  const instruction = [...instructions(text)].find(({ start, end }) => start <= place.start && place.end <= end);
  if (instruction?.keyword === 'ENV' || instruction?.keyword === 'ARG') {
    return refuse(
      'Whoever has the image can read what line {line} says, also from a variable. Take the line out: what only the build needs is given to one command by RUN --mount=type=secret,id={variable},env={variable} …, and what the program needs is set when the container starts, by keystow exec --env-file .env -- docker run -e {variable} …',
      { line, variable },
    );
  }
  const body = text.slice(instruction?.start ?? 0, instruction?.end ?? 0);
  const flags = /^\s*RUN[ \t]+(?:--[a-z]+=\S+[ \t]+)*/i.exec(body)?.[0];
  if (!instruction || flags === undefined || /^[[<]/.test(body.slice(flags.length)) || body.includes('<<')) {
    return otherShape('The secret on line {line} is not in a command that a shell runs while the image is built.', line);
  }
  const from = instruction.start + flags.length;
  const edit = shellEdit(text.slice(from, instruction.end), place.start - from, place.end - from, variable, alone);
  if ('refused' in edit)
    return otherShape('The shell takes the secret on line {line} as it is written, and would read no variable in its place.', line);
  return [
    { start: from, end: from, text: `--mount=type=secret,id=${variable},env=${variable} ` },
    { start: edit.start + from, end: edit.end + from, text: edit.text },
  ];
}

export const dockerfile: EnvironmentEdit = async ({ text }, taken) => {
  const edits: TextEdit[] = [];
  for (const one of taken) {
    const made = editRun(text, one, taken.length === 1);
    if ('refused' in made) return made;
    edits.push(...made);
  }
  const secrets = taken.map(({ variable }) => `--secret id=${variable},env=${variable}`).join(' ');
  return {
    edits: edits.toSorted((a, b) => a.start - b.start),
    notes: [
      message('Build the image so: {command}', { command: `keystow exec --env-file .env -- docker build ${secrets} .` }),
      message('This needs Docker 27 or newer (BuildKit, Dockerfile syntax 1.10).'),
    ],
    values: taken.map(({ place }) => place.value),
    startsElsewhere: true,
  };
};
