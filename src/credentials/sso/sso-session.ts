import { hash } from 'node:crypto';
import { type AwsFile, type AwsSection, valueOf } from '../../files/aws-files.ts';
import { UserError } from '../../message.ts';

/**
 * A sign-in to IAM Identity Center, as the section `[sso-session name]` of the config file describes it to every tool
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html).
 */
export interface SsoSession {
  readonly name: string;
  readonly startUrl: string;
  /** The region of the Identity Center. */
  readonly region: string;
  /** Without one there is no refresh token, and a sign-in lasts eight hours. */
  readonly scopes: readonly string[];
  /**
   * Where sign-in and portal are, if not at AWS: `endpoint_url` of the section, which is our own reading, as other tools look for it in a
   * profile or its `services`. A profile's own is not taken: it may name a stand-in for AWS that must not see the token of a company.
   */
  readonly endpoint?: string;
}

export const defaultScopes: readonly string[] = ['sso:account:access'];

/** The sign-in of that name. @throws UserError where the config file has none, or where a value is missing or cannot be. */
export function readSsoSession(config: AwsFile, name: string): SsoSession {
  const section = config.sections.find((one) => one.kind === 'sso-session' && one.name === name);
  if (section === undefined) {
    throw new UserError('{file} has no section [sso-session {session}]. Add it, or correct the name where it is used.', {
      file: config.path,
      session: name,
    });
  }
  const startUrl = value(section, 'sso_start_url', (text) => /^https?:/.test(text) && URL.canParse(text));
  const region = value(section, 'sso_region', isRegion);
  const endpoint = valueOf(section, 'endpoint_url') === undefined ? undefined : value(section, 'endpoint_url', isEndpoint);
  const scopes = valueOf(section, 'sso_registration_scopes');
  return {
    name,
    startUrl,
    region,
    scopes: scopes === undefined ? defaultScopes : scopes.split(/[\s,]+/).filter((scope) => scope !== ''),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** Whether the text has the form of a region's name, as `eu-west-1`. */
export const isRegion = (text: string): boolean => /^[a-z]{2}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/.test(text);

/** Whether the text can be the start URL of an Identity Center, as a person types it. */
export const isStartUrl = (text: string): boolean => /^https:\/\/[\w.-]+(?:[/?#]|$)/.test(text) && URL.canParse(text);

/** The names of the sign-ins that a config file describes. */
export function ssoSessionNames(config: AwsFile): readonly string[] {
  return config.sections.filter(({ kind }) => kind === 'sso-session').map(({ name }) => name);
}

/**
 * The config file's text with the section of this sign-in at its end; unchanged where it is there already.
 * @throws UserError where a section of this name describes another sign-in, or where the name could not be read back.
 */
export function addSsoSession(config: AwsFile, session: SsoSession): string {
  if (ssoSessionNames(config).includes(session.name)) {
    if (keyOf(readSsoSession(config, session.name)) === keyOf(session)) return config.text;
    throw new UserError('{file} has another sign-in in its section [sso-session {session}]. Choose another name.', {
      file: config.path,
      session: session.name,
    });
  }
  if (!/^[\w.@+-]{1,64}$/.test(session.name)) {
    throw new UserError('A sign-in cannot have the name "{session}". Take letters, digits, - and dots.', { session: session.name });
  }
  const lines = [
    `[sso-session ${session.name}]`,
    `sso_start_url = ${session.startUrl}`,
    `sso_region = ${session.region}`,
    `sso_registration_scopes = ${session.scopes.join(',')}`,
    ...(session.endpoint === undefined ? [] : [`endpoint_url = ${session.endpoint}`]),
  ];
  const lineEnd = config.text.includes('\r\n') ? '\r\n' : '\n';
  const before = config.text === '' ? '' : config.text.endsWith('\n') ? config.text + lineEnd : config.text + lineEnd + lineEnd;
  return before + lines.map((line) => line + lineEnd).join('');
}

/**
 * A name under which what belongs to this sign-in is stored. Another start URL, region, scope or endpoint gives another name, so a token never
 * goes where it did not come from. Letters, digits and hyphens only.
 */
export function keyOf({ name, startUrl, region, scopes, endpoint }: SsoSession): string {
  return hash('sha256', JSON.stringify([name, startUrl, region, scopes, endpoint ?? null])).slice(0, 32);
}

/** What the role sessions of a sign-in are stored under, all in one: signing out removes them all. */
export const rolesName = (session: SsoSession): string => `sso-roles-${keyOf(session)}`;

function value(section: AwsSection, key: string, isGood: (text: string) => boolean): string {
  const text = valueOf(section, key);
  if (text !== undefined && isGood(text)) return text;
  throw new UserError(
    '{file}, section of the sign-in {session} (line {line}): {key} is missing or cannot be right. Correct it, then try again.',
    { file: section.path, session: section.name, line: section.line, key },
  );
}

/** Over the network a token goes encrypted only. */
function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}
