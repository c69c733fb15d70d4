import { CostExplorerClient, GetCostAndUsageCommand, type GetCostAndUsageCommandOutput } from '@aws-sdk/client-cost-explorer';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { Billed } from '../spend/cloud.ts';
import { type AwsPlace, type CallOptions, hostOf, withClient } from './client.ts';
import { AwsFailure } from './failure.ts';

/**
 * What the account's usage from the day `from` until before the day `to` cost, unblended, before credits
 * (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html). Each page costs a cent: `onPage` is called before each.
 * @throws AwsFailure
 */
export async function costAndUsage(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  days: { readonly from: string; readonly to: string },
  onPage: () => void,
  options: CallOptions = {},
): Promise<Billed> {
  // Tried once: a failed try may have been charged for.
  const call = { service: 'Cost Explorer', action: 'GetCostAndUsage', attempts: 1, ...options };
  onPage();
  return withClient(
    (configuration) => new CostExplorerClient(configuration),
    key,
    place,
    call,
    async (client, sendOptions) => {
      let amount = 0;
      let currency: string | undefined;
      let NextPageToken: string | undefined;
      do {
        if (NextPageToken !== undefined) onPage();
        const page: GetCostAndUsageCommandOutput = await client.send(
          new GetCostAndUsageCommand({
            TimePeriod: { Start: days.from, End: days.to },
            Granularity: 'MONTHLY',
            Metrics: ['UnblendedCost'],
            Filter: { Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } },
            NextPageToken,
          }),
          sendOptions,
        );
        for (const { Total } of page.ResultsByTime ?? []) {
          const cost = Number(Total?.UnblendedCost?.Amount ?? Number.NaN);
          if (!Number.isFinite(cost)) throw noCost(place);
          amount += cost;
          currency ??= Total?.UnblendedCost?.Unit;
        }
        NextPageToken = page.NextPageToken;
      } while (NextPageToken !== undefined);
      if (currency === undefined) throw noCost(place);
      return { amount, currency };
    },
  );
}

const noCost = (place: AwsPlace) =>
  new AwsFailure(
    'malformed',
    '{host} answered without a cost. Cost Explorer must be switched on once in the console, and then takes a day.',
    {
      host: hostOf('Cost Explorer', place),
    },
  );
