import { go } from './go.ts';
import { java } from './java.ts';
import { javascript, tsx, typescript } from './javascript.ts';
import type { EnvironmentEdit } from './language.ts';
import type { LanguageId } from './languages.ts';
import { php } from './php.ts';
import { python } from './python.ts';

/** What edits the files of each kind: a kind without one does not compile. */
export const environmentEdits: Readonly<Record<LanguageId, EnvironmentEdit>> = { javascript, typescript, tsx, python, go, java, php };
