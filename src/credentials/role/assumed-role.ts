import { type AwsSection, valueOf } from '../../files/aws-files.ts';
import { UserError } from '../../message.ts';

/** A role that is assumed with the credentials of another profile (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html). */
export interface AssumedRole {
  readonly arn: string;
  readonly externalId?: string;
  /** How the session is called in CloudTrail; `keystow` where the profile names none. */
  readonly sessionName?: string;
  /** The MFA device of the user whose key is the source: a person must say its code. */
  readonly mfaSerial?: string;
  /** How long a session lasts, 900 to 43200. */
  readonly seconds?: number;
}

/** A role as a section describes it, and the profile that it is assumed with. */
export interface DescribedRole {
  readonly role: AssumedRole;
  readonly sourceProfile: string;
}

/** Ours are named as the tools' own, with a prefix that makes them mean nothing to the tools. */
const prefix = 'keystow_' as const;
export const roleMarker = `${prefix}role_arn` as const;

/** The tools' own names of what a role profile says (https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html). */
export const nativeRoleKeys = ['role_arn', 'source_profile', 'external_id', 'role_session_name', 'mfa_serial', 'duration_seconds'] as const;
type RoleKey = (typeof nativeRoleKeys)[number];

const good: Readonly<Record<RoleKey, (text: string) => boolean>> = {
  role_arn: (text) => /^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/[\u0021-\u007E]{1,1024}$/.test(text),
  source_profile: (text) => text !== '',
  external_id: (text) => /^[\w+=,.@:/-]{2,1224}$/.test(text),
  role_session_name: (text) => /^[\w+=,.@-]{2,64}$/.test(text),
  mfa_serial: (text) => /^[\w+=/:,.@-]{9,256}$/.test(text),
  duration_seconds: (text) => /^\d{3,5}$/.test(text) && Number(text) >= 900 && Number(text) <= 43_200,
};

export const { role_arn: isRoleArn, external_id: isExternalId, mfa_serial: isMfaSerial } = good;

/** The role that a section of ours names; undefined where it lacks our marker. @throws UserError for a value that is missing or cannot be. */
export function roleIn(section: AwsSection | undefined): DescribedRole | undefined {
  return section === undefined || valueOf(section, roleMarker) === undefined ? undefined : describedRole([section], prefix);
}

/**
 * The role that sections of one profile name in the tools' own words: the first that has a value counts.
 * @throws UserError for a value that is missing or cannot be.
 */
export function nativeRoleIn(sections: readonly [AwsSection, ...AwsSection[]]): DescribedRole {
  return describedRole(sections, '');
}

function describedRole(sections: readonly [AwsSection, ...AwsSection[]], before: '' | typeof prefix): DescribedRole {
  const optional = (key: RoleKey): string | undefined => {
    const section = sections.find((one) => valueOf(one, before + key) !== undefined);
    const text = valueOf(section, before + key);
    if (text === undefined || good[key](text)) return text;
    throw wrong(section ?? sections[0], before + key);
  };
  const needed = (key: RoleKey): string => {
    const text = optional(key);
    if (text === undefined) throw wrong(sections[0], before + key);
    return text;
  };
  const externalId = optional('external_id');
  const sessionName = optional('role_session_name');
  const mfaSerial = optional('mfa_serial');
  const seconds = optional('duration_seconds');
  return {
    role: {
      arn: needed('role_arn'),
      ...(externalId === undefined ? {} : { externalId }),
      ...(sessionName === undefined ? {} : { sessionName }),
      ...(mfaSerial === undefined ? {} : { mfaSerial }),
      ...(seconds === undefined ? {} : { seconds: Number(seconds) }),
    },
    sourceProfile: needed('source_profile'),
  };
}

/** What the section of a served role says beside its place. */
export function roleFacts(
  { arn, externalId, sessionName, mfaSerial, seconds }: AssumedRole,
  sourceProfile: string,
): Record<string, string> {
  const facts: Readonly<Record<RoleKey, string | undefined>> = {
    role_arn: arn,
    source_profile: sourceProfile,
    external_id: externalId,
    role_session_name: sessionName,
    mfa_serial: mfaSerial,
    duration_seconds: seconds === undefined ? undefined : String(seconds),
  };
  return Object.fromEntries(Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [[prefix + key, value]])));
}

const wrong = (section: AwsSection, key: string): UserError =>
  new UserError(
    '{file}, section of the profile {profile} (line {line}): {key} is missing or cannot be right. Correct it, then try again.',
    {
      file: section.path,
      profile: section.name,
      line: section.line,
      key,
    },
  );
