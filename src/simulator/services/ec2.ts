import * as v from 'valibot';
import { ec2Query } from '../protocols/ec2-query.ts';
import { type Instance, type InstanceState, stateCodes } from '../resources-instances.ts';
import { type Context, integer, operation, type Service, text } from '../service.ts';
import { type OutputRecord, ServiceError } from '../wire.ts';

const names = v.optional(v.array(v.string()), []);
const filters = v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.optional(v.array(v.string()), []) })), []);
const truth = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((written) => written === 'true'),
);
const largestPage = 1000;

const describeRegions = operation({
  input: v.strictObject({ AllRegions: v.optional(truth, 'false'), RegionName: names }),
  resource: () => '*',
  run({ AllRegions, RegionName }, { world, caller }) {
    const resources = world.resourcesOf(caller.principal);
    const known = resources.regions.filter(
      (name) => (AllRegions || resources.enabledRegions.has(name)) && (RegionName.length === 0 || RegionName.includes(name)),
    );
    const regionInfo = known.map((name) => ({
      regionName: name,
      regionEndpoint: `ec2.${name}.amazonaws.com`,
      optInStatus: { ENABLED_BY_DEFAULT: 'opt-in-not-required', ENABLED: 'opted-in', DISABLED: 'not-opted-in' }[resources.optStatus(name)],
    }));
    return { regionInfo };
  },
});

const state = (name: InstanceState) => ({ code: stateCodes[name], name });

function described(instance: Instance, name: InstanceState): OutputRecord {
  const { id, type, imageId, launchedAt, spot, region } = instance.settings;
  return {
    instanceId: id,
    imageId,
    instanceState: state(name),
    instanceType: type,
    launchTime: launchedAt,
    placement: { availabilityZone: `${region}a`, tenancy: 'default' },
    platformDetails: 'Linux/UNIX',
    instanceLifecycle: spot ? 'spot' : undefined,
  };
}

const describeInstances = operation({
  input: v.strictObject({
    InstanceId: names,
    Filter: filters,
    MaxResults: v.optional(integer(5, largestPage), largestPage),
    NextToken: v.optional(integer(0, 1_000_000)),
  }),
  resource: () => '*',
  run({ InstanceId, Filter, MaxResults, NextToken = 0 }, { world, caller, region }) {
    const wanted = (instance: Instance, name: InstanceState) =>
      Filter.every(({ Name, Value }) => {
        if (Name === 'instance-state-name') return Value.includes(name);
        if (Name === 'instance-type') return Value.includes(instance.settings.type);
        throw new ServiceError('InvalidParameterValue', 400, `The filter '${Name}' is invalid`);
      });
    const all = world
      .resourcesOf(caller.principal)
      .instancesIn(region)
      .flatMap((instance) => {
        const name = instance.stateAt(world.now());
        const asked = InstanceId.length === 0 || InstanceId.includes(instance.settings.id);
        return name && asked && wanted(instance, name) ? [described(instance, name)] : [];
      });
    const end = NextToken + MaxResults;
    const reservationSet = all.slice(NextToken, end).map((it, i) => ({
      reservationId: `r-${String(NextToken + i).padStart(17, '0')}`,
      ownerId: world.accountId,
      instancesSet: [it],
    }));
    return { reservationSet, nextToken: end < all.length ? String(end) : undefined };
  },
});

const runInstances = operation({
  input: v.strictObject({
    ImageId: text(5, 64, /^ami-[0-9a-f]+$/),
    InstanceType: v.optional(text(3, 64, /^[a-z0-9-]+\.[a-z0-9-]+$/), 't3.micro'),
    MinCount: integer(1, 1000),
    MaxCount: integer(1, 1000),
    ClientToken: v.optional(v.string()),
    InstanceMarketOptions: v.optional(v.strictObject({ MarketType: v.literal('spot') })),
  }),
  resource: (_, { world, region }) => `arn:aws:ec2:${region}:${world.accountId}:instance/*`,
  run({ ImageId, InstanceType, MaxCount, InstanceMarketOptions }, { world, caller, region }) {
    const launched = Array.from({ length: MaxCount }, () =>
      world.resourcesOf(caller.principal).launch({
        id: world.newInstanceId(),
        region,
        type: InstanceType,
        imageId: ImageId,
        spot: InstanceMarketOptions !== undefined,
        launchedAt: world.now(),
      }),
    );
    return { reservationId: 'r-00000000000000000', ownerId: world.accountId, instancesSet: launched.map((it) => described(it, 'pending')) };
  },
});

function changed(ids: readonly string[], { world, caller, region }: Context, change: (instance: Instance) => void): OutputRecord {
  const instances = ids.map((id) => {
    const found = world
      .resourcesOf(caller.principal)
      .instancesIn(region)
      .find(({ settings }) => settings.id === id);
    if (!found?.stateAt(world.now())) throw new ServiceError('InvalidInstanceID.NotFound', 400, `The instance ID '${id}' does not exist`);
    return found;
  });
  // One wrong id fails the whole call, so nothing was changed until here.
  const instancesSet = instances.map((instance) => {
    const previousState = state(instance.stateAt(world.now())!);
    change(instance);
    return { instanceId: instance.settings.id, previousState, currentState: state(instance.stateAt(world.now())!) };
  });
  return { instancesSet };
}

const change = (how: 'stop' | 'terminate') =>
  operation({
    input: v.strictObject({ InstanceId: v.pipe(v.array(v.string()), v.minLength(1)), Force: v.optional(truth) }),
    resource: ({ InstanceId }, { world, region }) => `arn:aws:ec2:${region}:${world.accountId}:instance/${InstanceId[0]}`,
    run: ({ InstanceId }, context) => changed(InstanceId, context, (instance) => instance[how](context.world.now())),
  });

/** Amazon EC2 (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/). */
export const ec2: Service = {
  signingName: 'ec2',
  actionPrefix: 'ec2',
  protocols: [ec2Query('2016-11-15', 'http://ec2.amazonaws.com/doc/2016-11-15/')],
  operations: {
    DescribeRegions: describeRegions,
    DescribeInstances: describeInstances,
    RunInstances: runInstances,
    StopInstances: change('stop'),
    TerminateInstances: change('terminate'),
  },
};
