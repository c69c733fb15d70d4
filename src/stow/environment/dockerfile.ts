import { message } from '../../message.ts';
import { lineAt, type Refused, refuse, standsAt, type TextEdit } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit, Taken } from './language.ts';
import { instructionAt, notRun } from './obstacles.ts';
import { shellEdit } from './shell.ts';

/** A build gets its secret for one command alone, by a mount that no layer of the image holds. */
function editRun(text: string, { place, variable }: Taken, alone: boolean): TextEdit[] | Refused {
  const line = lineAt(text, place.start);
  if (!standsAt(text, place)) return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
  const instruction = instructionAt(text, place);
  const body = text.slice(instruction?.start ?? 0, instruction?.end ?? 0);
  const flags = /^\s*RUN[ \t]+(?:--[a-z]+=\S+[ \t]+)*/i.exec(body)?.[0];
  if (!instruction || flags === undefined || /^[[<]/.test(body.slice(flags.length)) || body.includes('<<')) {
    return notRun(line);
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
