import * as v from 'valibot';
import { inJsonWords } from '../protocols/json.ts';
import { restJson } from '../protocols/rest-json.ts';
import { integer, operation, type Service } from '../service.ts';

const status = v.picklist(['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT']);

const listRegions = operation({
  input: v.strictObject({
    MaxResults: v.optional(integer(1, 50), 50),
    NextToken: v.optional(integer(0, 1000)),
    RegionOptStatusContains: v.optional(v.array(status)),
  }),
  resource: (_, { world }) => `arn:aws:account::${world.accountId}:account`,
  run({ MaxResults, NextToken = 0, RegionOptStatusContains }, { world, caller }) {
    const resources = world.resourcesOf(caller.principal);
    const regions = resources.regions
      .map((RegionName) => ({ RegionName, RegionOptStatus: resources.optStatus(RegionName) }))
      .filter(({ RegionOptStatus }) => RegionOptStatusContains?.includes(RegionOptStatus) ?? true);
    const end = NextToken + MaxResults;
    return { Regions: regions.slice(NextToken, end), NextToken: end < regions.length ? String(end) : undefined };
  },
});

const protocol = restJson({ ListRegions: { method: 'POST', path: '/listRegions' } });

/** AWS Account Management (https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html). */
export const account: Service = {
  signingName: 'account',
  actionPrefix: 'account',
  protocols: [{ ...protocol, fail: (error, id) => protocol.fail(inJsonWords(error), id) }],
  operations: { ListRegions: listRegions },
};
