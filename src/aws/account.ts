import { AccountClient, paginateListRegions } from '@aws-sdk/client-account';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import { type AwsPlace, type CallOptions, hostOf, withClient } from './client.ts';
import { AwsFailure } from './failure.ts';

/**
 * The regions that the account may use (https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html). `onPage` is called before each page.
 * @throws AwsFailure
 */
export async function enabledRegions(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  onPage: () => void,
  options: CallOptions = {},
): Promise<readonly string[]> {
  const call = { service: 'Account', action: 'ListRegions', ...options };
  onPage();
  return withClient(
    (configuration) => new AccountClient(configuration),
    key,
    place,
    call,
    async (client, sendOptions) => {
      // A region that is being switched off still runs, and still costs.
      const question = { RegionOptStatusContains: ['ENABLED' as const, 'ENABLED_BY_DEFAULT' as const, 'DISABLING' as const] };
      const found: string[] = [];
      for await (const { Regions = [], NextToken } of paginateListRegions({ client, pageSize: 50 }, question, sendOptions)) {
        found.push(...Regions.flatMap(({ RegionName }) => RegionName ?? []));
        if (NextToken !== undefined) onPage();
      }
      return found;
    },
  );
}

/**
 * Whose account this is, and the time at which AWS said so, in whole seconds; undefined where its answer bears none
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
 * @throws AwsFailure
 */
export async function accountAndTime(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  options: CallOptions = {},
): Promise<{ readonly id: string; readonly time: Date | undefined }> {
  const call = { service: 'STS', action: 'GetCallerIdentity', ...options };
  return withClient(
    (configuration) => new STSClient(configuration),
    key,
    place,
    call,
    async (client, sendOptions) => {
      let time: Date | undefined;
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          time = dateOf(result.response) ?? time;
          return result;
        },
        { step: 'deserialize', name: 'keystowDate' },
      );
      const { Account } = await client.send(new GetCallerIdentityCommand({}), sendOptions);
      if (Account) return { id: Account, time };
      throw new AwsFailure(
        'malformed',
        'What {host} answered is not an answer of AWS. Check the endpoint, and whether a proxy or a sign-in page stands between.',
        { host: hostOf('STS', place) },
      );
    },
  );
}

function dateOf(response: unknown): Date | undefined {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  const time = new Date(headers?.date ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}
