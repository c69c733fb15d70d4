import { findProfile, valueOf } from '../files/aws-files.ts';
import { type Message, UserError } from '../message.ts';
import { type AnyServedProfile, anyServedProfileIn, type ProfileFiles } from './profile.ts';
import { originProfile } from './role/assume.ts';
import type { SsoSession } from './sso/sso-session.ts';

/** Where the tools themselves find the credentials of a profile that Keystow does not serve. */
export type OwnSource = 'key' | 'sso' | 'role' | 'process' | 'none';

/** A profile of the AWS files, as a person picks it from a list. */
export interface ProfileOverview {
  readonly name: string;
  readonly region?: string;
  /** What Keystow serves it from. */
  readonly served?: AnyServedProfile;
  /** What else serves it; none where Keystow does. */
  readonly own?: OwnSource;
  /** Why its section cannot be read. */
  readonly problem?: Message;
}

// In the order in which tools look inside one profile.
const sources: readonly (readonly [key: string, OwnSource])[] = [
  ['role_arn', 'role'],
  ['sso_account_id', 'sso'],
  ['aws_access_key_id', 'key'],
  ['credential_process', 'process'],
];

/** All profiles of both files, sorted by name. One that cannot be read says why, and hides none of the others. */
export function profileOverviews(files: ProfileFiles): ProfileOverview[] {
  const profiles = [...files.config.sections, ...files.credentials.sections].filter(({ kind }) => kind === 'profile');
  return [...new Set(profiles.map(({ name }) => name))].sort().map((name) => overviewOf(files, name));
}

/** The profile as the files describe it; undefined where neither has such a section. */
export function profileOverview(files: ProfileFiles, name: string): ProfileOverview | undefined {
  return (findProfile(files.config, name) ?? findProfile(files.credentials, name)) && overviewOf(files, name);
}

function overviewOf(files: ProfileFiles, name: string): ProfileOverview {
  try {
    const served = anyServedProfileIn(files.config, name);
    if (served !== undefined) return { name, served, ...(served.region === undefined ? {} : { region: served.region }) };
    const sections = [findProfile(files.config, name), findProfile(files.credentials, name)];
    const has = (key: string) => sections.some((section) => section?.entries.some((entry) => entry.key.toLowerCase() === key));
    const region = valueOf(sections[0], 'region');
    const own = sources.find(([key]) => has(key))?.[1] ?? 'none';
    return { name, own, ...(region === undefined ? {} : { region }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, problem: error.said };
  }
}

/** The sign-in that a served profile's credentials begin with, its own or that of the profile whose roles it takes; undefined where they begin with a key. */
export function signInOf({ served }: ProfileOverview): SsoSession | undefined {
  const origin = served && originProfile(served);
  return origin && 'sso' in origin ? origin.sso.session : undefined;
}
