import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  paginateListFunctions,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { FunctionLimit } from '../containment/cloud.ts';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import { type AwsPlace, type CallOptions, withClient } from './client.ts';

type Key = AccessKey | SessionCredentials;

/**
 * The functions of the region and what of the account's concurrency is reserved for each, which ListFunctions does not tell
 * (https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html). One that is deleted meanwhile is not among them.
 * @throws AwsFailure
 */
export async function functionLimits(key: Key, place: AwsPlace, options: CallOptions = {}): Promise<readonly FunctionLimit[]> {
  const functions = await withLambda(key, place, { action: 'ListFunctions', ...options }, async (client, sendOptions) => {
    const found: { name: string; memoryMb: number }[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client }, {}, sendOptions)) {
      for (const { FunctionName: name, MemorySize: memoryMb = 128 } of Functions) if (name !== undefined) found.push({ name, memoryMb });
    }
    return found;
  });
  if (functions.length === 0) return [];
  return withLambda(key, place, { action: 'GetFunctionConcurrency', ...options }, async (client, sendOptions) => {
    const limits: FunctionLimit[] = [];
    for (const it of functions) {
      const limit = await undefinedWhereNone(client.send(new GetFunctionConcurrencyCommand({ FunctionName: it.name }), sendOptions));
      if (limit !== undefined) limits.push({ ...it, reserved: limit.ReservedConcurrentExecutions });
    }
    return limits;
  });
}

/** What is reserved for one function; undefined where there is no such function. @throws AwsFailure */
export async function reservedConcurrency(key: Key, place: AwsPlace, name: string, options: CallOptions = {}) {
  return withLambda(key, place, { action: 'GetFunctionConcurrency', ...options }, async (client, sendOptions) => {
    const limit = await undefinedWhereNone(client.send(new GetFunctionConcurrencyCommand({ FunctionName: name }), sendOptions));
    return limit && { reserved: limit.ReservedConcurrentExecutions };
  });
}

/**
 * Reserves so much concurrency for a function, 0 so that it is never started
 * (https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html), or nothing
 * (https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html).
 * @returns false where there is no such function. @throws AwsFailure
 */
export async function reserveConcurrency(
  key: Key,
  place: AwsPlace,
  name: string,
  reserved: number | undefined,
  options: CallOptions = {},
): Promise<boolean> {
  const action = reserved === undefined ? 'DeleteFunctionConcurrency' : 'PutFunctionConcurrency';
  return withLambda(key, place, { action, ...options }, async (client, sendOptions) => {
    const answer =
      reserved === undefined
        ? client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }), sendOptions)
        : client.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: reserved }), sendOptions);
    return (await undefinedWhereNone<unknown>(answer)) !== undefined;
  });
}

function withLambda<T>(
  key: Key,
  place: AwsPlace,
  call: { readonly action: string } & CallOptions,
  run: (client: LambdaClient, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  return withClient((configuration) => new LambdaClient(configuration), key, place, { service: 'Lambda', ...call }, run);
}

async function undefinedWhereNone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
