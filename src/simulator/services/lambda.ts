import * as v from 'valibot';
import { inJsonWords } from '../protocols/json.ts';
import { restJson } from '../protocols/rest-json.ts';
import type { LambdaFunction } from '../resources-functions.ts';
import { type Context, integer, operation, type Service, text } from '../service.ts';
import { type OutputRecord, ServiceError } from '../wire.ts';

/** The name alone, or at the end of an ARN. */
const functionName = v.pipe(
  text(1, 170, /^[\w:-]+$/),
  v.transform((given) => given.split(':').at(-1)!),
);
const unreservedFloor = 100;
const largestPage = 50;

const arnOf = (name: string, { world, region }: Context) => `arn:aws:lambda:${region}:${world.accountId}:function:${name}`;
const resourcesOf = ({ world, caller }: Context) => world.resourcesOf(caller.principal);
const about = ({ FunctionName }: { FunctionName: string }, context: Context) => arnOf(FunctionName, context);

function find(name: string, context: Context): LambdaFunction {
  const found = resourcesOf(context)
    .functionsIn(context.region)
    .find(({ settings }) => settings.name === name);
  if (!found) throw new ServiceError('ResourceNotFoundException', 404, `Function not found: ${arnOf(name, context)}`);
  return found;
}

function described({ settings }: LambdaFunction, context: Context): OutputRecord {
  return {
    FunctionName: settings.name,
    FunctionArn: arnOf(settings.name, context),
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: 48_213_004,
    Timeout: settings.timeoutSeconds,
    LastModified: settings.createdAt.toISOString().replace('Z', '+0000'),
    MemorySize: settings.memoryMb,
    Version: '$LATEST',
    PackageType: 'Zip',
    Architectures: [settings.architecture],
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}

const createFunction = operation({
  input: v.strictObject({
    FunctionName: functionName,
    Role: v.string(),
    Code: v.record(v.string(), v.unknown()),
    Runtime: v.optional(v.string(), 'nodejs22.x'),
    Handler: v.optional(v.string(), 'index.handler'),
    MemorySize: v.optional(integer(128, 10_240), 128),
    Timeout: v.optional(integer(1, 900), 3),
    Architectures: v.optional(v.array(v.picklist(['x86_64', 'arm64'])), ['x86_64']),
  }),
  resource: about,
  run(input, context) {
    const { world, region } = context;
    if (
      resourcesOf(context)
        .functionsIn(region)
        .some(({ settings }) => settings.name === input.FunctionName)
    ) {
      throw new ServiceError('ResourceConflictException', 409, `Function already exist: ${input.FunctionName}`);
    }
    const added = resourcesOf(context).addFunction({
      name: input.FunctionName,
      region,
      memoryMb: input.MemorySize,
      architecture: input.Architectures[0] ?? 'x86_64',
      timeoutSeconds: input.Timeout,
      runtime: input.Runtime,
      handler: input.Handler,
      role: input.Role,
      createdAt: world.now(),
    });
    return described(added, context);
  },
});

const listFunctions = operation({
  input: v.strictObject({ Marker: v.optional(integer(0, 1_000_000)), MaxItems: v.optional(integer(1, 10_000), largestPage) }),
  resource: () => '*',
  run({ Marker = 0, MaxItems }, context) {
    const all = resourcesOf(context).functionsIn(context.region);
    const end = Marker + Math.min(MaxItems, largestPage);
    return {
      Functions: all.slice(Marker, end).map((it) => described(it, context)),
      NextMarker: end < all.length ? String(end) : undefined,
    };
  },
});

const concurrency = (fn: LambdaFunction): OutputRecord => ({ ReservedConcurrentExecutions: fn.reservedConcurrency });

const getFunctionConcurrency = operation({
  input: v.strictObject({ FunctionName: functionName }),
  resource: about,
  run: ({ FunctionName }, context) => concurrency(find(FunctionName, context)),
});

const putFunctionConcurrency = operation({
  input: v.strictObject({ FunctionName: functionName, ReservedConcurrentExecutions: integer(0, 1_000_000) }),
  resource: about,
  run({ FunctionName, ReservedConcurrentExecutions: wanted }, context) {
    const resources = resourcesOf(context);
    const fn = find(FunctionName, context);
    if (
      unreserved(context) + (fn.reservedConcurrency ?? 0) - wanted < Math.min(unreservedFloor, resources.accountConcurrency) &&
      wanted > 0
    ) {
      throw new ServiceError(
        'InvalidParameterValueException',
        400,
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreservedFloor}].`,
      );
    }
    fn.reserve(wanted, context.world.now());
    return concurrency(fn);
  },
});

const deleteFunctionConcurrency = operation({
  input: v.strictObject({ FunctionName: functionName }),
  resource: about,
  run({ FunctionName }, context) {
    find(FunctionName, context).reserve(undefined, context.world.now());
    return undefined;
  },
});

function unreserved(context: Context): number {
  const resources = resourcesOf(context);
  return resources.functionsIn(context.region).reduce((left, fn) => left - (fn.reservedConcurrency ?? 0), resources.accountConcurrency);
}

const getAccountSettings = operation({
  input: v.strictObject({}),
  resource: () => '*',
  run(_, context) {
    const resources = resourcesOf(context);
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: resources.accountConcurrency,
        UnreservedConcurrentExecutions: unreserved(context),
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: resources.functionsIn(context.region).length },
    };
  },
});

const invoke = operation({
  input: v.looseObject({ FunctionName: functionName, InvocationType: v.optional(v.picklist(['RequestResponse', 'Event', 'DryRun'])) }),
  resource: about,
  run({ FunctionName, InvocationType = 'RequestResponse' }, context) {
    const fn = find(FunctionName, context);
    if (InvocationType === 'DryRun') return { StatusCode: 204, Payload: '' };
    const started = fn.invoke(context.world.now());
    if (!started && InvocationType === 'RequestResponse') throw new ServiceError('TooManyRequestsException', 429, 'Rate Exceeded.');
    return InvocationType === 'Event' ? { StatusCode: 202, Payload: '' } : { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: 'null' };
  },
});

const functions = '/2015-03-31/functions';
const one = '{FunctionName}';

const protocol = restJson(
  {
    // The clients write this path with and without the last stroke.
    ListFunctions: { method: 'GET', path: functions, query: { Marker: 'Marker', MaxItems: 'MaxItems' } },
    CreateFunction: { method: 'POST', path: functions, answer: { status: 201 } },
    GetFunctionConcurrency: { method: 'GET', path: `/2019-09-30/functions/${one}/concurrency` },
    PutFunctionConcurrency: { method: 'PUT', path: `/2017-10-31/functions/${one}/concurrency` },
    DeleteFunctionConcurrency: { method: 'DELETE', path: `/2017-10-31/functions/${one}/concurrency`, answer: { status: 204 } },
    GetAccountSettings: { method: 'GET', path: '/2016-08-19/account-settings' },
    Invoke: {
      method: 'POST',
      path: `${functions}/${one}/invocations`,
      headers: { InvocationType: 'x-amz-invocation-type' },
      payload: 'Payload',
      answer: { statusMember: 'StatusCode', headers: { 'x-amz-executed-version': 'ExecutedVersion' }, payload: 'Payload' },
    },
  },
  ({ code, message }) => ({ Type: 'User', Message: message, message, Code: code }),
);

/** AWS Lambda (https://docs.aws.amazon.com/lambda/latest/api/). */
export const lambda: Service = {
  signingName: 'lambda',
  actionPrefix: 'lambda',
  protocols: [
    {
      ...protocol,
      operationOf: (request) => protocol.operationOf({ ...request, path: request.path.replace(/\/$/, '') }),
      inputOf: (request) => protocol.inputOf({ ...request, path: request.path.replace(/\/$/, '') }),
      fail: (error, id) => protocol.fail(inJsonWords(error), id),
    },
  ],
  operations: {
    CreateFunction: createFunction,
    ListFunctions: listFunctions,
    GetFunctionConcurrency: getFunctionConcurrency,
    PutFunctionConcurrency: putFunctionConcurrency,
    DeleteFunctionConcurrency: deleteFunctionConcurrency,
    GetAccountSettings: getAccountSettings,
    Invoke: invoke,
  },
};
