import { csharp } from './c-sharp.ts';
import { dockerfile } from './dockerfile.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript, tsx, typescript } from './javascript.ts';
import { kotlin } from './kotlin.ts';
import type { EnvironmentEdit } from './language.ts';
import type { LanguageId } from './languages.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { grafana, maven, mcp, npm, nuget, pip, springProperties, supabase } from './settings-files.ts';
import { shell } from './shell.ts';
import { terraform } from './terraform.ts';
import { compose, dbt, elastic, gitlab, serverless, spring, workflow, yarn } from './yaml.ts';

/** What edits the files of each kind: a kind without one does not compile. */
export const environmentEdits: Readonly<Record<LanguageId, EnvironmentEdit>> = {
  javascript,
  typescript,
  tsx,
  python,
  go,
  java,
  php,
  kotlin,
  csharp,
  rust,
  ruby,
  shell,
  terraform,
  compose,
  workflow,
  dockerfile,
  npm,
  yarn,
  pip,
  maven,
  nuget,
  spring,
  'spring-properties': springProperties,
  serverless,
  elastic,
  dbt,
  gitlab,
  grafana,
  supabase,
  mcp,
};
