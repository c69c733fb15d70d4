import type { ProcessCredentials } from './broker.ts';
import type { AnyServedProfile } from './profile.ts';
import { isReference, type ReferringVariable, standardKeyNames } from './references.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command takes from a profile beside its credentials. */
export interface ProfilePlace {
  readonly region?: string;
  readonly endpoint?: string;
}

/** What the environment of a command is made of. */
export interface EnvironmentParts<Profile extends ProfilePlace = AnyServedProfile> {
  /** The environment that Keystow itself was started with. */
  readonly parent: Environment;
  /** The real path of the folder that the command runs in: the parent's references belong to it. */
  readonly folder: string;
  /** An env file's text and the real path of the folder it lies in: its references belong to that folder. */
  readonly envFile?: { readonly folder: string; readonly text: string };
  /** The profile whose credentials the command gets. */
  readonly profile?: Profile;
}

export interface EnvironmentDoors<Profile extends ProfilePlace = AnyServedProfile> {
  /** The variables of an env file, in its order. */
  readonly parseEnvFile: (text: string) => Iterable<{ readonly name: string; readonly value: string }>;
  readonly credentials: (profile: Profile) => Promise<ProcessCredentials>;
  /** `resolveReferences` with its doors. */
  readonly resolve: (variables: readonly ReferringVariable[]) => Promise<Environment>;
}

// The launcher sets the first for Keystow's own process: inherited, it would turn an editor that the command starts into a plain Node.
const ownVariables = ['ELECTRON_RUN_AS_NODE'];

// What an SDK would take before, or mix with, the credentials that are set: the JavaScript SDK prefers a profile to keys.
const overridingVariables = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_SCOPE',
];

/**
 * The environment of a command: the parent's; the env file's variables where the parent has none, or only an unresolved reference; on top the
 * credentials of the profile; every `keystow://` reference resolved.
 * @throws UserError where a reference cannot be resolved or the profile gives no credentials.
 */
export async function composeEnvironment<Profile extends ProfilePlace = AnyServedProfile>(
  parts: EnvironmentParts<Profile>,
  doors: EnvironmentDoors<Profile>,
): Promise<NodeJS.ProcessEnv> {
  const { parent, folder, envFile, profile } = parts;
  const env: Record<string, string | undefined> = { ...parent };
  for (const name of ownVariables) delete env[name];

  const fromFile = new Set<string>();
  for (const { name, value } of envFile === undefined ? [] : doors.parseEnvFile(envFile.text)) {
    const mine = fromFile.has(name) || env[name] === undefined || isReference(env[name]);
    if (!mine) continue;
    env[name] = value;
    fromFile.add(name);
  }

  if (profile !== undefined) setProfile(env, profile, await doors.credentials(profile));

  const referring = Object.entries(env).flatMap(([variable, value]) =>
    value !== undefined && isReference(value)
      ? [{ variable, value, folder: fromFile.has(variable) && envFile !== undefined ? envFile.folder : folder }]
      : [],
  );
  Object.assign(env, await doors.resolve(referring));
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

function setProfile(env: Record<string, string | undefined>, profile: ProfilePlace, credentials: ProcessCredentials): void {
  for (const name of overridingVariables) delete env[name];
  env[standardKeyNames.accessKeyId] = credentials.AccessKeyId;
  env[standardKeyNames.secretAccessKey] = credentials.SecretAccessKey;
  env.AWS_SESSION_TOKEN = credentials.SessionToken;
  if (profile.region !== undefined && !env.AWS_REGION && !env.AWS_DEFAULT_REGION) {
    // boto3 reads the second only.
    env.AWS_REGION = profile.region;
    env.AWS_DEFAULT_REGION = profile.region;
  }
  // Without its profile the command does not find the section's endpoint, and would send the key's id to AWS instead.
  if (profile.endpoint !== undefined && !env.AWS_ENDPOINT_URL) env.AWS_ENDPOINT_URL = profile.endpoint;
}
