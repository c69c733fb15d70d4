import { lineAt } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';

/** The constants of a language, which other files may need to be known before the program runs. */
export interface Constants {
  /** What stands before the string of one, with its name. */
  readonly declared: RegExp;
  readonly files: RegExp;
  /** Where a constant of this name has to be one. */
  readonly needed: (name: string) => RegExp;
}

/** The edit of a language, refused where another file needs the constant to stay one. */
export const withConstants =
  (edit: EnvironmentEdit, { declared, files, needed }: Constants): EnvironmentEdit =>
  async (file, taken, doors, reads) => {
    for (const { place } of taken) {
      const before = file.text.slice(Math.max(0, place.start - 300), place.start);
      const name = declared.exec(before)?.[1];
      if (name === undefined || /\bprivate\b[^;{}]*$/.test(before)) continue;
      const hasOwn = new RegExp(`\\b${name}\\s*=(?!=)`);
      for (const other of await doors.workspaceFiles()) {
        if (other.text === file.text || !files.test(other.path) || hasOwn.test(other.text) || !needed(name).test(other.text)) continue;
        return otherShape(
          'The secret on line {line} stands where its value must be known before the program runs.',
          lineAt(file.text, place.start),
        );
      }
    }
    return edit(file, taken, doors, reads);
  };
