import * as v from 'valibot';
import { authorize, type Caller, conditionsOf } from './caller.ts';
import { type OutputRecord, type Protocol, ServiceError, type WireAnswer, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

/** What an operation works in that nobody signs. */
export interface UnsignedContext {
  readonly world: World;
  readonly region: string;
  /** As policies name it: `iam:CreateUser`. */
  readonly action: string;
  /** Where the client reached the simulator: `http://127.0.0.1:4566`. */
  readonly origin: string;
}

/** What an operation works in. */
export interface Context extends UnsignedContext {
  readonly caller: Caller;
}

export interface Operation<In extends UnsignedContext = Context> {
  /** Checks the input, asks the caller's policies, does it. @throws ServiceError */
  perform(input: unknown, context: In): OutputRecord | undefined;
}

/** A service of AWS: one file under `services`, and a line in their list. */
export type Service = SignedService | UnsignedService;

interface AnyService {
  /** The name in the credential scope of a signature. */
  readonly signingName: string;
  /** The name before the colon in a policy's action. */
  readonly actionPrefix: string;
  readonly protocols: readonly Protocol[];
  /** The answer to a person's browser; undefined where the request asks for no page of this service. */
  page?(request: WireRequest, world: World): WireAnswer | undefined;
}

export interface SignedService extends AnyService {
  readonly unsigned?: false;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Refuses callers that the service as a whole does not serve. @throws ServiceError */
  admit?(caller: Caller): void;
}

/** A service whose callers show a token in the request, or nothing. */
export interface UnsignedService extends AnyService {
  readonly unsigned: true;
  readonly operations: Readonly<Record<string, Operation<UnsignedContext>>>;
}

/** An operation whose input is checked by a schema, and allowed by the caller's policies on a resource (undefined where AWS asks none, or others). */
export function operation<Schema extends v.GenericSchema>(definition: {
  readonly input: Schema;
  readonly resource: ((input: v.InferOutput<Schema>, context: Context) => string) | undefined;
  readonly run: (input: v.InferOutput<Schema>, context: Context) => OutputRecord | undefined;
}): Operation {
  return {
    perform(raw, context) {
      const parsed = v.safeParse(definition.input, raw);
      if (!parsed.success) throw refusal(parsed.issues, context.action);
      const resource = definition.resource?.(parsed.output, context);
      if (resource !== undefined) {
        const conditions = conditionsOf(context.caller, context.world, context.region);
        authorize(context.caller, context.world, { action: context.action, resource, conditions });
      }
      return definition.run(parsed.output, context);
    },
  };
}

/** An operation that nobody signs, whose input is checked by a schema; `refused` words the refusal of an input. */
export function unsignedOperation<Schema extends v.GenericSchema>(definition: {
  readonly input: Schema;
  readonly refused: (problem: string) => ServiceError;
  readonly run: (input: v.InferOutput<Schema>, context: UnsignedContext) => OutputRecord | undefined;
}): Operation<UnsignedContext> {
  return {
    perform(raw, context) {
      const parsed = v.safeParse(definition.input, raw);
      if (parsed.success) return definition.run(parsed.output, context);
      const refused = refusal(parsed.issues, context.action);
      throw refused.code === 'NotImplemented' ? refused : definition.refused(refused.message);
    },
  };
}

function refusal(issues: readonly v.BaseIssue<unknown>[], action: string): ServiceError {
  const unknown = issues.find((issue) => issue.type === 'strict_object' && issue.expected === 'never');
  if (unknown) {
    // Better than to ignore what would change the outcome in AWS.
    return new ServiceError('NotImplemented', 501, `The simulator does not know the parameter ${v.getDotPath(unknown)} of ${action}.`);
  }
  return validationError(issues.map((issue) => ({ member: v.getDotPath(issue) ?? '', value: issue.input, constraint: issue.message })));
}

/** The refusal of values, in the words of AWS's own validation. */
export function validationError(errors: readonly { member: string; value: unknown; constraint: string }[]): ServiceError {
  const texts = errors.map(({ member, value, constraint }) => {
    const name = member.charAt(0).toLowerCase() + member.slice(1);
    return value === undefined
      ? `Value null at '${name}' failed to satisfy constraint: Member must not be null`
      : `Value '${value}' at '${name}' failed to satisfy constraint: ${constraint}`;
  });
  const count = `${texts.length} validation error${texts.length === 1 ? '' : 's'} detected`;
  return new ServiceError('ValidationError', 400, `${count}: ${texts.join('; ')}`);
}

/** A text of the given length and pattern. */
export function text(minimum: number, maximum: number, pattern: RegExp) {
  return v.pipe(
    v.string(),
    v.minLength(minimum, `Member must have length greater than or equal to ${minimum}`),
    v.maxLength(maximum, `Member must have length less than or equal to ${maximum}`),
    v.regex(pattern, `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`),
  );
}

/** A whole number, which the query protocols send as text. */
export function integer(minimum: number, maximum: number) {
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number))]),
    v.minValue(minimum, `Member must have value greater than or equal to ${minimum}`),
    v.maxValue(maximum, `Member must have value less than or equal to ${maximum}`),
  );
}
