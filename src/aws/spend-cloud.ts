import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { OnCall, SpendCloud } from '../spend/cloud.ts';
import type { AwsPlace } from './client.ts';

/**
 * What `spend` asks of AWS, as this key. Each client is loaded at its first use: EC2's alone takes a quarter of a second.
 * `onCall` is told of every request before it is sent.
 */
export function spendCloud(key: AccessKey | SessionCredentials, place: Omit<AwsPlace, 'region'>, onCall: OnCall): SpendCloud {
  const at = (region: string): AwsPlace => ({ ...place, region });
  // Account and Cost Explorer answer for all regions there.
  const home = at('us-east-1');
  return {
    async account(signal) {
      const { accountAndTime } = await import('./account.ts');
      onCall('GetCallerIdentity');
      return accountAndTime(key, home, { signal });
    },
    async enabledRegions(signal) {
      const { enabledRegions } = await import('./account.ts');
      return enabledRegions(key, home, () => onCall('ListRegions'), { signal });
    },
    async concurrency(region, from, to, signal) {
      const { lambdaConcurrency } = await import('./cloudwatch.ts');
      onCall('GetMetricStatistics');
      return lambdaConcurrency(key, at(region), { from, to }, { signal });
    },
    async functions(region, signal) {
      const { functionSizes } = await import('./lambda.ts');
      return functionSizes(key, at(region), () => onCall('ListFunctions'), { signal });
    },
    async instances(region, signal) {
      const { runningInstances } = await import('./ec2.ts');
      return runningInstances(key, at(region), () => onCall('DescribeInstances'), { signal });
    },
    async billed(from, to, signal) {
      const { costAndUsage } = await import('./cost-explorer.ts');
      return costAndUsage(key, home, { from, to }, () => onCall('GetCostAndUsage'), { signal });
    },
  };
}
