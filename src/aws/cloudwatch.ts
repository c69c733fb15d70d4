import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { ConcurrencyPoint } from '../spend/cloud.ts';
import { type AwsPlace, type CallOptions, withClient } from './client.ts';

/**
 * How many Lambda invocations of the whole region ran at once, by the minute
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html). At most a day.
 * @throws AwsFailure
 */
export async function lambdaConcurrency(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  span: { readonly from: Date; readonly to: Date },
  options: CallOptions = {},
): Promise<readonly ConcurrencyPoint[]> {
  const call = { service: 'CloudWatch', action: 'GetMetricStatistics', ...options };
  const question = new GetMetricStatisticsCommand({
    Namespace: 'AWS/Lambda',
    MetricName: 'ConcurrentExecutions',
    StartTime: span.from,
    EndTime: span.to,
    Period: 60,
    Statistics: ['Maximum'],
  });
  const { Datapoints = [] } = await withClient(
    (configuration) => new CloudWatchClient(configuration),
    key,
    place,
    call,
    (client, sendOptions) => client.send(question, sendOptions),
  );
  return Datapoints.flatMap(({ Timestamp, Maximum }) =>
    Timestamp === undefined || Maximum === undefined ? [] : [{ at: Timestamp, atOnce: Maximum }],
  );
}
