import { evaluate, type Question } from './policy.ts';
import { accountOf, type Role, type Session, type User } from './principals.ts';
import { ServiceError } from './wire.ts';
import type { World } from './world.ts';

/** Who signed a request. */
export interface Caller {
  readonly accessKeyId: string;
  readonly principal: User | Role;
  /** The temporary credentials that signed; undefined for a long-term key. */
  readonly session: Session | undefined;
}

/** The ARN as GetCallerIdentity says it: of the user, or of the assumed role's session. */
export function arnOf({ principal, session }: Caller): string {
  if (principal.kind === 'user') return principal.arn;
  return `arn:aws:sts::${accountOf(principal)}:assumed-role/${principal.name}/${session?.name}`;
}

/** The unique id as GetCallerIdentity says it. */
export function userIdOf({ principal, session }: Caller): string {
  return principal.kind === 'user' ? principal.id : `${principal.id}:${session?.name}`;
}

/** The condition keys that every request has (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). */
export function conditionsOf(caller: Caller, world: World, region: string): Map<string, string> {
  const conditions = new Map([
    ['aws:currenttime', world.now().toISOString()],
    ['aws:principalaccount', accountOf(caller.principal)],
    ['aws:principalarn', caller.principal.arn],
    ['aws:requestedregion', region],
    ['aws:securetransport', 'true'],
    ['aws:sourceip', '127.0.0.1'],
    ['aws:userid', userIdOf(caller)],
  ]);
  if (caller.principal.kind === 'user') conditions.set('aws:username', caller.principal.name);
  if (caller.session) {
    conditions.set('aws:tokenissuetime', caller.session.issuedAt.toISOString());
    conditions.set('aws:multifactorauthpresent', String(caller.session.mfa));
  }
  return conditions;
}

/** Asks the caller's policies. @throws ServiceError AccessDenied, saying why as AWS does */
export function authorize(caller: Caller, world: World, question: Question): void {
  const { action, resource } = question;
  const layers = [{ name: 'identity-based', policies: world.policiesOf(caller.principal) }];
  if (caller.session?.policy) layers.push({ name: 'session', policies: [caller.session.policy] });
  for (const { name, policies } of layers) {
    const verdict = evaluate(policies, question);
    const article = name === 'identity-based' ? 'an' : 'a';
    if (verdict === 'explicitly denied') throw accessDenied(caller, action, resource, `with an explicit deny in ${article} ${name} policy`);
    if (verdict === 'not allowed') throw accessDenied(caller, action, resource, `because no ${name} policy allows the ${action} action`);
  }
}

export function accessDenied(caller: Caller, action: string, resource: string, why = ''): ServiceError {
  const text = `User: ${arnOf(caller)} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  return new ServiceError('AccessDenied', 403, text.trimEnd());
}
