import { basename } from 'node:path';
import { type Refused, refuse, type SecretPlace } from '../edit.ts';
import type { Taken } from './language.ts';
import {
  inImage,
  onAndroid,
  onPage,
  otherShell,
  refuseSettings,
  refuseUnknown,
  type TextObstacle,
  withoutSystem,
  withSigns,
} from './obstacles.ts';

/** How files of one kind take a value from the environment. What edits them is loaded only when one is edited. */
export interface EnvironmentLanguage {
  readonly id: LanguageId;
  /** Endings of files, and names of the language in the editor. */
  readonly names?: string;
  /** What will stand in the secret's place, for people. */
  readonly reads: (variable: string) => string;
  /** The variable as this kind of file can read it, where it cannot read any. */
  readonly variable?: (wanted: string, text: string, place: SecretPlace) => string;
  /** What the whole path of its files looks like, where the ending does not tell. */
  readonly path?: RegExp;
  /** Why one of its files reads no environment all the same. */
  readonly obstacle?: TextObstacle;
  /** A compose file gives the container what it says itself, whatever `.env` says. */
  readonly winsOverEnvFile?: true;
}

export type LanguageId =
  | 'javascript'
  | 'typescript'
  | 'tsx'
  | 'python'
  | 'go'
  | 'java'
  | 'php'
  | 'kotlin'
  | 'csharp'
  | 'rust'
  | 'ruby'
  | 'shell'
  | 'terraform'
  | 'compose'
  | 'workflow'
  | 'dockerfile'
  | 'npm'
  | 'yarn'
  | 'pip'
  | 'maven'
  | 'nuget'
  | 'spring'
  | 'spring-properties'
  | 'serverless'
  | 'elastic'
  | 'dbt'
  | 'gitlab'
  | 'grafana'
  | 'supabase'
  | 'mcp';

const languages: readonly EnvironmentLanguage[] = [
  { id: 'javascript', names: 'js mjs cjs jsx javascript javascriptreact', reads: (name) => `process.env.${name}`, obstacle: onPage },
  { id: 'typescript', names: 'ts mts cts typescript', reads: (name) => `process.env.${name}`, obstacle: onPage },
  { id: 'tsx', names: 'tsx typescriptreact', reads: (name) => `process.env.${name}`, obstacle: onPage },
  { id: 'python', names: 'py pyw python', reads: (name) => `os.environ["${name}"]` },
  { id: 'go', names: 'go', reads: (name) => `os.Getenv("${name}")` },
  { id: 'java', names: 'java', reads: (name) => `System.getenv("${name}")`, obstacle: onAndroid },
  { id: 'php', names: 'php', reads: (name) => `getenv('${name}')` },
  { id: 'kotlin', names: 'kt kts kotlin', reads: (name) => `System.getenv("${name}")`, obstacle: onAndroid },
  { id: 'csharp', names: 'cs csx csharp', reads: (name) => `Environment.GetEnvironmentVariable("${name}")` },
  { id: 'rust', names: 'rs rust', reads: (name) => `std::env::var("${name}")`, obstacle: withoutSystem },
  { id: 'ruby', names: 'rb rake gemspec gemfile rakefile ruby', reads: (name) => `ENV.fetch("${name}")` },
  { id: 'shell', names: 'sh bash zsh ksh shellscript', reads: (name) => `\${${name}:?}`, obstacle: otherShell },
  {
    id: 'terraform',
    names: 'tf tfvars terraform terraform-vars',
    reads: (name) => name.replace(/^TF_VAR_/, 'var.'),
    variable: terraformVariable,
  },
  {
    id: 'compose',
    names: 'dockercompose',
    path: /(?:^|[\\/])(?:docker-)?compose[\w.-]{0,60}\.ya?ml$/i,
    reads: (name) => `\${${name}}`,
    winsOverEnvFile: true,
  },
  {
    id: 'workflow',
    names: 'github-actions-workflow',
    path: /[\\/]\.github[\\/]workflows[\\/][^\\/]+\.ya?ml$/i,
    reads: (name) => `\${{ secrets.${name} }}`,
    // GitHub keeps these names for itself
    variable: (wanted) => wanted.replace(/^GITHUB_/, 'GH_'),
  },
  {
    id: 'dockerfile',
    names: 'dockerfile containerfile',
    path: /(?:^|[\\/])(?:Dockerfile|Containerfile)[\w.-]{0,40}$/i,
    reads: (name) => `\${${name}}`,
    obstacle: inImage,
  },
  // files of settings whose programs say that they put variables of the environment in
  { id: 'npm', path: /(?:^|[\\/])\.npmrc$/, reads: (name) => `\${${name}}` },
  // without the hyphen Yarn would do nothing at all where the variable is not set
  { id: 'yarn', path: /(?:^|[\\/])\.yarnrc\.ya?ml$/, reads: (name) => `\${${name}:-}` },
  {
    id: 'pip',
    names: 'pip-requirements',
    path: /(?:^|[\\/])requirements(?:[\w.-]{0,40}|[\\/][\w.-]{1,40})\.txt$/,
    reads: (name) => `\${${name}}`,
  },
  {
    id: 'maven',
    path: /(?:^|[\\/])settings\.xml$/,
    reads: (name) => `\${env.${name}}`,
    obstacle: withSigns(/<settings[\s>]/, /<server>/),
  },
  { id: 'nuget', path: /(?:^|[\\/])nuget\.config$/i, reads: (name) => `%${name}%`, obstacle: withSigns(/<configuration[\s>]/) },
  {
    id: 'spring',
    names: 'spring-boot-properties-yaml',
    path: /[\\/]resources[\\/](?:config[\\/])?(?:application|bootstrap)[\w.-]{0,60}\.ya?ml$/,
    reads: (name) => `\${${name}}`,
  },
  {
    id: 'spring-properties',
    names: 'spring-boot-properties',
    path: /[\\/]resources[\\/](?:config[\\/])?(?:application|bootstrap)[\w.-]{0,60}\.properties$/,
    reads: (name) => `\${${name}}`,
  },
  { id: 'serverless', path: /(?:^|[\\/])serverless[\w.-]{0,40}\.ya?ml$/, reads: (name) => `\${env:${name}}` },
  {
    id: 'elastic',
    path: /(?:^|[\\/])(?:filebeat|metricbeat|heartbeat|auditbeat|packetbeat|winlogbeat|logstash)\.ya?ml$/,
    reads: (name) => `\${${name}}`,
  },
  {
    id: 'dbt',
    path: /(?:^|[\\/])profiles\.ya?ml$/,
    reads: (name) => `{{ env_var('${name}') }}`,
    obstacle: withSigns(/^[ \t]+outputs:/m),
    // what is called so dbt keeps out of its logs
    variable: (wanted) => (wanted.startsWith('DBT_ENV_SECRET_') ? wanted : `DBT_ENV_SECRET_${wanted}`),
  },
  { id: 'gitlab', path: /(?:^|[\\/])\.gitlab-ci\.ya?ml$/, reads: (name) => `\${${name}}` },
  { id: 'grafana', path: /(?:^|[\\/])grafana\.ini$/, reads: (name) => `$__env{${name}}` },
  { id: 'supabase', path: /[\\/]supabase[\\/]config\.toml$/, reads: (name) => `env(${name})` },
  { id: 'mcp', path: /(?:^|[\\/])\.mcp\.json$/, reads: (name) => `\${${name}}` },
];

/** What a shell reads when it starts, or enters a folder. */
const startFile =
  /(?:^|[\\/])(?:\.?(?:bash|z|k|mk)shrc|\.bash(?:rc|_profile|_login|_logout|_aliases)|\.?(?:zshenv|zprofile|zlogin|zlogout)|bash\.bashrc|\.(?:profile|aliases|exports|envrc|xprofile|xsessionrc)|etc[\\/]profile|profile\.d[\\/][^\\/]+)$/;

/** Terraform reads `TF_VAR_name` for `var.name`: the variable that the secret is the value of, or a new one. */
function terraformVariable(wanted: string, text: string, { start }: SecretPlace): string {
  const before = text.slice(Math.max(0, start - 500), start);
  const own =
    /\bvariable\s+"([\w-]{1,100})"\s*\{[^{}]{0,400}\bdefault\s*=\s*"$/.exec(before)?.[1] ??
    /(?:^|\n)[ \t]*([\w-]{1,100})[ \t]*=[ \t]*"$/.exec(before)?.[1];
  return `TF_VAR_${own === undefined || reserved.has(own) ? wanted.toLowerCase() : own}`;
}

/** What Terraform lets no variable be called. */
const reserved = new Set(['source', 'version', 'providers', 'count', 'for_each', 'lifecycle', 'depends_on', 'locals']);

const byName = new Map(languages.flatMap((language) => (language.names?.split(' ') ?? []).map((name) => [name, language] as const)));

/** How a file takes a value from the environment; refused where its kind or its text says that it cannot, with what to do instead. */
export function environmentLanguageOf(
  { path, text, languageId }: { readonly path: string; readonly text: string; readonly languageId: string },
  taken: readonly Taken[],
): EnvironmentLanguage | Refused {
  const language = languageOf(path, languageId);
  if ('refused' in language) return language;
  for (const one of taken) {
    const refused = language.obstacle?.(text, one, path);
    if (refused) return refused;
  }
  return language;
}

function languageOf(path: string, languageId: string): EnvironmentLanguage | Refused {
  if (startFile.test(path)) {
    return refuse(
      'Each new shell reads this file, and would stop where the variable is not set. Move the secret to a .env file, stow it there, take the line out here, and start what needs the secret with keystow exec --env-file .env -- ….',
    );
  }
  const name = basename(path).toLowerCase();
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const language = languages.find((one) => one.path?.test(path)) ?? byName.get(ending) ?? byName.get(languageId);
  if (language) return language;
  if (/^(?:jsonc?|code-workspace|ipynb|ya?ml|toml|xml|plist|properties|ini|cfg|conf|html?|css|md)$/.test(ending)) {
    return refuseSettings();
  }
  return refuseUnknown();
}
