import type { EnvironmentDoors, EnvironmentFile } from './language.ts';

/**
 * What a program calls a class of its platform: the short name, and the whole one where the program has something of its own by the short one, or another file of these declares a type of that name.
 * @param whole the name with its package, e.g. `java.lang.System`
 */
export async function platformName(whole: string, { text }: EnvironmentFile, doors: EnvironmentDoors, files: RegExp): Promise<string> {
  const name = whole.slice(whole.lastIndexOf('.') + 1);
  if (new RegExp(`\\b${name}\\b(?!\\s*\\.)`).test(text)) return whole;
  const declared = new RegExp(`\\b(?:class|interface|enum|record|object|struct|typealias)\\s+${name}\\b`);
  for (const other of await doors.workspaceFiles()) if (files.test(other.path) && declared.test(other.text)) return whole;
  return name;
}
