import type { ProfileFiles } from '../credentials/profile.ts';
import { type AwsFile, findProfile } from '../files/aws-files.ts';
import { editsBetween, type FileChange, type TextEdit } from './edit.ts';
import type { ProfilePlan } from './run.ts';

/** The plan that gives both AWS files their new texts: the facts first, then the process that reads them. */
export function profilePlan(
  about: Pick<ProfilePlan, 'id' | 'what' | 'profile'>,
  files: ProfileFiles,
  texts: { readonly config: string; readonly credentials: string },
): ProfilePlan {
  const changes = [changeOf(files.config, about.profile, texts.config), changeOf(files.credentials, about.profile, texts.credentials)];
  return { ...about, changes: changes.filter(({ edits }) => edits.length > 0) };
}

/**
 * The change of the file to its new text. What changes in the profile's section is one edit from the section's header on: lines alike stand in
 * other sections too, and an undo in a file that was changed since must not take those for these.
 */
function changeOf(file: AwsFile, profile: string, after: string): FileChange {
  const edits = editsBetween(file.text, after);
  const section = findProfile(file, profile);
  const isInside = ({ start, end }: TextEdit) =>
    section !== undefined && start >= section.start && end <= section.end && start < section.end;
  const inside = edits.filter(isInside);
  const last = inside.at(-1);
  if (section === undefined || last === undefined) return { path: file.path, before: file.text, edits };
  let text = '';
  let at = section.start;
  for (const edit of inside) {
    text += file.text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  const whole = { start: section.start, end: last.end, text };
  const others = edits.filter((edit) => !isInside(edit));
  return { path: file.path, before: file.text, edits: [...others, whole].toSorted((a, b) => a.start - b.start) };
}
