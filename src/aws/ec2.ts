import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { RunningInstance } from '../spend/cloud.ts';
import { type AwsPlace, type CallOptions, withClient } from './client.ts';

/**
 * The instances of the region that are pending or running, at this moment
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html). `onPage` is called before each page.
 * @throws AwsFailure
 */
export async function runningInstances(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  onPage: () => void,
  options: CallOptions = {},
): Promise<readonly RunningInstance[]> {
  const call = { service: 'EC2', action: 'DescribeInstances', ...options };
  onPage();
  return withClient(
    (configuration) => new EC2Client(configuration),
    key,
    place,
    call,
    async (client, sendOptions) => {
      const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
      const found: RunningInstance[] = [];
      for await (const { Reservations = [], NextToken } of paginateDescribeInstances(
        { client, pageSize: 1000 },
        { Filters },
        sendOptions,
      )) {
        for (const { InstanceType, InstanceLifecycle, Platform } of Reservations.flatMap(({ Instances }) => Instances ?? [])) {
          found.push({ type: InstanceType ?? 'unknown', spot: InstanceLifecycle === 'spot', windows: Platform === 'Windows' });
        }
        if (NextToken !== undefined) onPage();
      }
      return found;
    },
  );
}
