// What the simulated AWS charges, in US dollars.
export const lambdaGbSecond = { x86_64: 0.0000166667, arm64: 0.0000133334 } as const;
export const lambdaRequest = 0.2 / 1_000_000;

const ec2Hour: Readonly<Record<string, number>> = {
  't3.micro': 0.0104,
  't3.medium': 0.0416,
  'm5.large': 0.096,
  'm5.xlarge': 0.192,
  'c5.4xlarge': 0.68,
  'c5.18xlarge': 3.06,
  'g4dn.xlarge': 0.526,
  'g5.xlarge': 1.006,
  'p3.2xlarge': 3.06,
  'p3.16xlarge': 24.48,
};

/** An hour of an instance; of a type that has no price here, by its vCPUs. */
export function instanceHour(type: string): number {
  return ec2Hour[type] ?? vcpus(type) * 0.048;
}

/** As the name of its size says: two for `large`, four for each `xlarge`. */
export function vcpus(type: string): number {
  const [, count = '', extra] = /\.(\d{0,3})(xlarge)?/.exec(type) ?? [];
  return extra ? 4 * Number(count || 1) : 2;
}

/** The class of its quota (https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html). */
export function quotaClass(type: string): string {
  const [letters = ''] = /^[a-z]{1,16}/.exec(type) ?? [];
  if (letters === 'g' || letters === 'vt') return 'G';
  if (letters === 'inf') return 'Inf';
  if (letters === 'trn') return 'Trn';
  return letters === 'p' || letters === 'f' || letters === 'x' ? letters.toUpperCase() : 'Standard';
}
