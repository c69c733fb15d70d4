import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { FunctionSize } from '../spend/cloud.ts';
import { type AwsPlace, type CallOptions, withClient } from './client.ts';

/**
 * The functions of the region and their memory (https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html). `onPage` is called before each
 * page of 50.
 * @throws AwsFailure
 */
export async function functionSizes(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  onPage: () => void,
  options: CallOptions = {},
): Promise<readonly FunctionSize[]> {
  const call = { service: 'Lambda', action: 'ListFunctions', ...options };
  onPage();
  return withClient(
    (configuration) => new LambdaClient(configuration),
    key,
    place,
    call,
    async (client, sendOptions) => {
      const found: FunctionSize[] = [];
      for await (const { Functions = [], NextMarker } of paginateListFunctions({ client }, {}, sendOptions)) {
        for (const { FunctionName = '', MemorySize = 128, Architectures } of Functions) {
          found.push({ name: FunctionName, memoryMb: MemorySize, arm: Architectures?.[0] === 'arm64' });
        }
        if (NextMarker !== undefined) onPage();
      }
      return found;
    },
  );
}
