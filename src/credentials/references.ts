import { UserError } from '../message.ts';
import type { ProcessCredentials } from './broker.ts';
import { type Grants, isGranted } from './grants.ts';
import type { SecretReader } from './keys.ts';
import type { ServedProfile } from './profile.ts';

/** `keystow://group/name`, the text that stands in a file in the place of a secret. */
export interface Reference {
  readonly text: string;
  /** A profile, where the name is one of `keyPairNames`; else the first part of a keychain item's name. */
  readonly group: string;
  readonly name: string;
}

const scheme = 'keystow://';
const accessKeyIdName = 'access-key-id';
const secretAccessKeyName = 'secret-access-key';

/** The variables in which every AWS SDK looks for a key, and the only ones that it reads together with a session token. */
export const standardKeyNames = { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' } as const;

/** The two references of a profile's key. */
export function keyReferences(profile: string): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  return { accessKeyId: `${scheme}${profile}/${accessKeyIdName}`, secretAccessKey: `${scheme}${profile}/${secretAccessKeyName}` };
}

/** Whether a value as a whole stands for a secret. */
export const isReference = (value: string): boolean => value.startsWith(scheme);

/** The parts of a reference; undefined for a value that is none. @throws UserError for one that is malformed or names what is Keystow's own. */
export function parseReference(value: string): Reference | undefined {
  if (!isReference(value)) return undefined;
  const [, group, name] = /^keystow:\/\/([\w.@+:/-]{1,128})\/([\w.@+:-]{1,128})$/.exec(value) ?? [];
  if (group === undefined || name === undefined) {
    throw new UserError('"{reference}" is not a reference: it must be keystow://group/name, of letters, digits and . _ - @ + :', {
      reference: value.slice(0, 300),
    });
  }
  const reference = { text: value, group, name };
  if (group === 'aws' && !namesProfileKey(reference)) {
    throw new UserError(
      "The reference {reference} names an item of Keystow's own. Write keystow://PROFILE/{name} with the name of its profile.",
      {
        reference: value,
        name: secretAccessKeyName,
      },
    );
  }
  return reference;
}

/**
 * Whether a session can stand for a profile's two references that lie in variables of these names. A session works only with its token, and the
 * SDKs look for that beside the standard names; a program that reads other names needs the profile in mode *key*.
 */
export function sessionFits(names: { readonly accessKeyId: readonly string[]; readonly secretAccessKey: readonly string[] }): boolean {
  const only = (found: readonly string[], wanted: string) => found.length === 1 && found[0] === wanted;
  return only(names.accessKeyId, standardKeyNames.accessKeyId) && only(names.secretAccessKey, standardKeyNames.secretAccessKey);
}

/** What references are resolved with. */
export interface ReferenceDoors {
  readonly grants: Grants;
  readonly keychain: SecretReader;
  readonly profile: (name: string) => Promise<ServedProfile>;
  readonly credentials: (profile: ServedProfile) => Promise<ProcessCredentials>;
}

/** A variable whose value is a reference, and the real path of the folder that it belongs to. */
export interface ReferringVariable {
  readonly variable: string;
  readonly value: string;
  readonly folder: string;
}

/**
 * The values of variables that are references, under the variables' names; other variables are left out. A profile's pair under its standard
 * names also gives `AWS_SESSION_TOKEN`: the token in mode *session*, undefined (so that no older one spoils the pair) in mode *key*.
 * @throws UserError that names reference and folder where one is malformed, not granted to its folder, unknown, or cannot work as a session.
 */
export async function resolveReferences(
  variables: readonly ReferringVariable[],
  doors: ReferenceDoors,
): Promise<Readonly<Record<string, string | undefined>>> {
  const found = variables.flatMap(({ variable, value, folder }) => {
    const reference = parseReference(value);
    return reference === undefined ? [] : [{ variable, reference, folder }];
  });
  for (const { reference, folder } of found) refuseUnlessGranted(reference, folder, doors.grants);

  const resolved: Record<string, string | undefined> = {};
  const profiles = new Set(found.filter(({ reference }) => namesProfileKey(reference)).map(({ reference }) => reference.group));
  for (const profile of profiles) {
    const named = (name: string) =>
      found.filter(({ reference }) => reference.group === profile && reference.name === name).map(({ variable }) => variable);
    const names = { accessKeyId: named(accessKeyIdName), secretAccessKey: named(secretAccessKeyName) };
    Object.assign(resolved, await resolveKeyPair(await doors.profile(profile), names, doors));
  }
  for (const { variable, reference } of found) {
    if (!namesProfileKey(reference)) resolved[variable] = await readItem(reference, doors.keychain);
  }
  return resolved;
}

const namesProfileKey = ({ name }: Reference): boolean => name === accessKeyIdName || name === secretAccessKeyName;

function refuseUnlessGranted(reference: Reference, folder: string, grants: Grants): void {
  if (isGranted(grants, folder, reference.text)) return;
  throw new UserError(
    'The reference {reference} is not granted to the folder {folder}. If you trust what runs there, stow the secret in that folder, or run the command from the folder where it was stowed.',
    { reference: reference.text, folder },
  );
}

async function resolveKeyPair(
  profile: ServedProfile,
  names: { readonly accessKeyId: readonly string[]; readonly secretAccessKey: readonly string[] },
  { credentials }: ReferenceDoors,
): Promise<Record<string, string | undefined>> {
  const fits = sessionFits(names);
  if (profile.mode === 'session' && !fits) {
    throw new UserError(
      'The profile {profile} gives sessions, which work only under the names {id} and {secret} together. Rename the variables, or set keystow_mode = key in the section of the profile.',
      { profile: profile.name, id: standardKeyNames.accessKeyId, secret: standardKeyNames.secretAccessKey },
    );
  }
  // The id alone is no secret: the keychain is not asked for it.
  if (names.secretAccessKey.length === 0) return Object.fromEntries(names.accessKeyId.map((variable) => [variable, profile.accessKeyId]));

  const { AccessKeyId, SecretAccessKey, SessionToken } = await credentials(profile);
  return Object.fromEntries([
    ...names.accessKeyId.map((variable) => [variable, AccessKeyId]),
    ...names.secretAccessKey.map((variable) => [variable, SecretAccessKey]),
    ...(fits ? [['AWS_SESSION_TOKEN', SessionToken]] : []),
  ]);
}

async function readItem({ text, group, name }: Reference, keychain: SecretReader): Promise<string> {
  const secret = await keychain.read(`${group}/${name}`);
  if (secret !== undefined) return secret;
  throw new UserError('The keychain holds nothing for the reference {reference}. Check its spelling, or stow the secret again.', {
    reference: text,
  });
}
