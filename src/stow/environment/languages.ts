import { basename } from 'node:path';
import { type Refused, refuse } from '../edit.ts';

/** How files of one kind take a value from the environment. What edits them is loaded only when one is edited. */
export interface EnvironmentLanguage {
  readonly id: LanguageId;
  /** Endings of files, and names of the language in the editor. */
  readonly names: string;
  /** What will stand in the secret's place, for people. */
  readonly reads: (variable: string) => string;
  /** The variable as this kind of file can read it, where it cannot read any. */
  readonly variable?: (wanted: string) => string;
  /** A compose file gives the container what it says itself, whatever `.env` says. */
  readonly winsOverEnvFile?: true;
}

export type LanguageId = 'javascript' | 'typescript' | 'tsx' | 'python' | 'go' | 'java' | 'php';

const languages: readonly EnvironmentLanguage[] = [
  { id: 'javascript', names: 'js mjs cjs jsx javascript javascriptreact', reads: (name) => `process.env.${name}` },
  { id: 'typescript', names: 'ts mts cts typescript', reads: (name) => `process.env.${name}` },
  { id: 'tsx', names: 'tsx typescriptreact', reads: (name) => `process.env.${name}` },
  { id: 'python', names: 'py pyw python', reads: (name) => `os.environ["${name}"]` },
  { id: 'go', names: 'go', reads: (name) => `os.Getenv("${name}")` },
  { id: 'java', names: 'java', reads: (name) => `System.getenv("${name}")` },
  { id: 'php', names: 'php', reads: (name) => `getenv('${name}')` },
];

const byName = new Map(languages.flatMap((language) => language.names.split(' ').map((name) => [name, language] as const)));

/** How a file takes a value from the environment; refused where its kind cannot, with what to do instead. */
export function environmentLanguageOf(path: string, languageId: string): EnvironmentLanguage | Refused {
  const name = basename(path).toLowerCase();
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const language = byName.get(ending) ?? byName.get(languageId);
  if (language) return language;
  if (/^(?:jsonc?|code-workspace|ipynb|ya?ml|toml|xml|plist|properties|ini|cfg|conf|html?|css|md)$/.test(ending)) {
    return refuse(
      'A file of this kind holds its values as they are and names no variable of the environment: only the program that reads it knows what it does with the value. Let the program read the secret from a .env file, stow it there, and start the program with keystow exec --env-file .env -- ….',
    );
  }
  return refuse(
    'No edit of this file would surely work. Move the secret to a .env file, let the program read it from its environment, stow it there, and start the program with keystow exec --env-file .env -- ….',
  );
}
