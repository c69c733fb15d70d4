import { lineAt, type Refused, refuse, type SecretPlace } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { Taken } from './language.ts';

// Why a file reads no environment, as far as its text alone tells: what is offered asks before anything that edits is loaded. What needs a syntax tree is refused by the edit.

/** Why nothing in this text, or not this place of it, can read the environment. */
export type TextObstacle = (text: string, taken: Taken, path: string) => Refused | undefined;

/** Of a file of settings nothing says how its program would read the environment. */
export const refuseSettings = (): Refused =>
  refuse(
    'A file of this kind holds its values as they are and names no variable of the environment: only the program that reads it knows what it does with the value. Let the program read the secret from a .env file, stow it there, and start the program with keystow exec --env-file .env -- ….',
  );

/** Of a file in a language that Keystow does not know. */
export const refuseUnknown = (): Refused =>
  refuse(
    'No edit of this file would surely work. Move the secret to a .env file, let the program read it from its environment, stow it there, and start the program with keystow exec --env-file .env -- ….',
  );

/** A file whose name many have is of the program alone whose signs are in it. */
export const withSigns =
  (...signs: readonly RegExp[]): TextObstacle =>
  (text) =>
    signs.every((sign) => sign.test(text)) ? undefined : refuseSettings();

/** A script of a shell that has its own words for all that is read here. */
export const otherShell: TextObstacle = (text, _taken, path) => {
  const isOther = /^#!.*\b(?:fish|csh|tcsh|pwsh|powershell|python|perl|ruby|node)\b/.test(text) || /\.(?:fish|csh|tcsh)$/.test(path);
  return isOther ? refuseUnknown() : undefined;
};

/** A program for machines without an operating system, which alone has variables. */
export const withoutSystem: TextObstacle = (text) => (/^[ \t]*#!\[no_std\]/m.test(text) ? refuseUnknown() : undefined);

/** An app on a phone is started by nobody who could give it variables. */
export const onAndroid: TextObstacle = (text) => {
  if (!/^[ \t]*import\s+androidx?\./m.test(text)) return undefined;
  return refuse(
    'An Android app has no environment to read the secret from, and whoever has the app can take the secret out of it. Let a server keep it, and let the app ask the server.',
  );
};

/** What only a page, an app on a phone or an extension of a browser has. */
const ofBrowser =
  /\b(?:document\.(?:querySelector|getElement|createElement|addEventListener|body|cookie|write)|window\.(?:location|document|addEventListener|localStorage)|(?:local|session)Storage\.|import\.meta\.env\b|customElements\.|chrome\.(?:runtime|storage|tabs)\b)|(?:\bfrom|\bimport|\brequire\()\s*["'](?:react-dom(?:\/client)?|react-native|vue|svelte|preact|@angular\/[\w-]+|jquery)["']|^[ \t]*["']use client["']/m;
/** What only a program has that somebody starts. */
const ofServer =
  /(?:\bfrom|\bimport|\brequire\()\s*["'](?:node:[\w/]+|fs(?:\/promises)?|path|os|https?|net|child_process|express|fastify|react-dom\/server|server-only|next\/(?:headers|server))["']|^[ \t]*["']use server["']|^#!.*\bnode\b/m;

/** Where elements are written, these end one. */
const element = /<\/[\w.:-]{0,100}\s{0,10}>|\/>/;

/** A page has no environment, and a bundler that puts a value in its place shows it to all. An element may be one of a page. */
export function inBrowser(text: string, hasElements: boolean): Refused | undefined {
  if (ofServer.test(text) || !(hasElements || ofBrowser.test(text))) return undefined;
  return refuse(
    'A program that runs in a browser has no environment to read the secret from, and whoever opens the page can take the secret out of it, also where a bundler puts it in. Let a server keep it, and let the page ask the server.',
  );
}

export const onPage: TextObstacle = (text, _taken, path) => inBrowser(text, /\.[jt]sx$/.test(path) && element.test(text));

/** One instruction of a Dockerfile with the lines that it goes on over. */
export interface Instruction {
  readonly keyword: string;
  readonly start: number;
  readonly end: number;
}

/** The instruction that a place is in; undefined where it is a comment. */
export function instructionAt(text: string, { start, end }: SecretPlace): Instruction | undefined {
  for (const instruction of instructions(text)) {
    if (instruction.start <= start && end <= instruction.end) return instruction;
  }
  return undefined;
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

/** Only what a shell runs while the image is built can be given a secret that the image does not keep. */
export const inImage: TextObstacle = (text, { place, variable }) => {
  const keyword = instructionAt(text, place)?.keyword;
  const line = lineAt(text, place.start);
  if (keyword === 'ENV' || keyword === 'ARG') {
    return refuse(
      'Whoever has the image can read what line {line} says, also from a variable. Take the line out: what only the build needs is given to one command by RUN --mount=type=secret,id={variable},env={variable} …, and what the program needs is set when the container starts, by keystow exec --env-file .env -- docker run -e {variable} …',
      { line, variable },
    );
  }
  return keyword === 'RUN' ? undefined : notRun(line);
};

export const notRun = (line: number): Refused =>
  otherShape('The secret on line {line} is not in a command that a shell runs while the image is built.', line);
