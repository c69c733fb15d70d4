import { type Message, UserError } from '../message.ts';

/**
 * Why a call to AWS failed. `refused`: the key is unknown, inactive, deleted or wrong, or its session is over. `denied`: the key is good, a policy says
 * no. `clock`: this machine's clock. `unreachable`: no network, no server, no trusted certificate, no answer in time. `malformed`: what answered does
 * not speak AWS's protocol. `throttled`: too many calls. `failed`: every other error of the service.
 */
export type FailureKind = 'refused' | 'denied' | 'clock' | 'unreachable' | 'malformed' | 'throttled' | 'failed';

/** A call to AWS that failed, worded for a person. */
export class AwsFailure extends UserError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, text: string, values: Message['values'], options?: ErrorOptions) {
    super(text, values, options);
    this.name = 'AwsFailure';
    this.kind = kind;
  }
}

/** The call that failed, for the words of its failure. */
export interface FailedCall {
  readonly accessKeyId: string;
  readonly action: string;
  /** The host that was asked. */
  readonly host: string;
}

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and the same page of the other services
const kindOfCode: Readonly<Record<string, FailureKind>> = {
  InvalidClientTokenId: 'refused',
  InvalidAccessKeyId: 'refused',
  UnrecognizedClientException: 'refused',
  SignatureDoesNotMatch: 'refused',
  InvalidSignatureException: 'refused',
  IncompleteSignature: 'refused',
  MissingAuthenticationToken: 'refused',
  AuthFailure: 'refused',
  ExpiredToken: 'refused',
  ExpiredTokenException: 'refused',
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  UnauthorizedOperation: 'denied',
  OptInRequired: 'denied',
  RegionDisabledException: 'denied',
  RequestExpired: 'clock',
  RequestInTheFuture: 'clock',
  RequestTimeTooSkewed: 'clock',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  ServiceUnavailable: 'unreachable',
};

const words: Readonly<Record<FailureKind, string>> = {
  refused:
    '{host} refuses the access key {accessKeyId} ({code}): it was deleted or made inactive, or its secret is wrong. Create a new key, or make this one active again.',
  denied: '{host} knows the access key {accessKeyId}, but it may not call {action} ({code}). Ask who administers the account to allow it.',
  clock: '{host} refuses the request because the clock of this machine is wrong ({code}). Set the clock, then try again.',
  unreachable: '{host} does not answer ({code}). Check the network, the proxy and the endpoint, then try again.',
  malformed:
    'What {host} answered is not an answer of AWS ({code}). Check the endpoint, and whether a proxy or a sign-in page stands between.',
  throttled: '{host} answers that there were too many requests ({code}). Wait a minute, then try again.',
  failed: '{host} could not do {action} ({code}): {said}',
};

// Of a session made without MFA, IAM says that its key is invalid.
const refusedSession =
  '{host} refuses the session {accessKeyId} ({code}): it is over, its key was made inactive, or {action} may not be called in a session. Ask for a new session, or take the key itself.';

/** What an error of an AWS client means. Its words name host, key id and AWS's own code; the key's secret is in none of them. */
export function awsFailure(error: unknown, call: FailedCall): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const { kind, code } = classify(error);
  const text = kind === 'refused' && call.accessKeyId.startsWith('ASIA') ? refusedSession : words[kind];
  const said = oneLine(error instanceof Error ? error.message : '');
  return new AwsFailure(kind, text, { ...call, code: oneLine(code), said }, { cause: error });
}

function classify(error: unknown): { readonly kind: FailureKind; readonly code: string } {
  if (!(error instanceof Error)) return { kind: 'failed', code: 'unknown' };
  const { name, message } = error;
  const status = statusOf(error);

  // A wrong clock comes as a wrong signature: "Signature expired: …" or "Signature not yet current: …".
  if (/^Signature (?:expired|not yet current)/.test(message)) return { kind: 'clock', code: name };
  const known = Object.hasOwn(kindOfCode, name) ? kindOfCode[name] : undefined;
  if (known !== undefined) return { kind: known, code: name };

  // Node's own code, or that of the first of several addresses tried.
  const code = codeOf(error) ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined);
  if (name === 'TimeoutError' || name === 'AbortError') return { kind: 'unreachable', code: code ?? name };
  if (code !== undefined && status === undefined) return { kind: 'unreachable', code };
  if (status !== undefined && !wasAnswered(error)) return { kind: 'malformed', code: `HTTP ${status}` };
  if (name === 'SyntaxError' || (name === 'Error' && status === undefined)) return { kind: 'malformed', code: name };
  if (status !== undefined && status >= 500) return { kind: 'unreachable', code: name };
  return { kind: 'failed', code: name };
}

/** Whether an error was read out of an answer in AWS's form: the clients name what they could not read "Unknown". */
const wasAnswered = ({ name, message }: Error): boolean =>
  !/^(?:Unknown|UnknownError|SyntaxError|TypeError|Error|\d*)$/.test(name) && !/^Unknown(?:Error)?$/.test(message);

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200);
