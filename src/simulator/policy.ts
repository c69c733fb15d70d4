import * as v from 'valibot';

const oneOrMany = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);

const conditionValues = v.pipe(
  v.union([v.string(), v.boolean(), v.number(), v.array(v.union([v.string(), v.boolean(), v.number()]))]),
  v.transform((value) => (Array.isArray(value) ? value : [value]).map(String)),
);

const statement = v.pipe(
  v.strictObject({
    Sid: v.optional(v.string()),
    Effect: v.picklist(['Allow', 'Deny']),
    Principal: v.optional(v.union([v.literal('*'), v.record(v.string(), oneOrMany)])),
    Action: v.optional(oneOrMany),
    NotAction: v.optional(oneOrMany),
    Resource: v.optional(oneOrMany),
    NotResource: v.optional(oneOrMany),
    Condition: v.optional(v.record(v.string(), v.record(v.string(), conditionValues))),
  }),
  v.check((it) => (it.Action === undefined) !== (it.NotAction === undefined)),
  v.check((it) => it.Resource === undefined || it.NotResource === undefined),
);

const document = v.strictObject({
  Version: v.optional(v.picklist(['2012-10-17', '2008-10-17'])),
  Id: v.optional(v.string()),
  Statement: v.pipe(
    v.union([statement, v.array(statement)]),
    v.transform((value) => (Array.isArray(value) ? value : [value])),
  ),
});

/** A policy document as the simulator evaluates it. */
export type Policy = v.InferOutput<typeof document>;
type Statement = Policy['Statement'][number];

/** What is asked of policies; the keys of the conditions are in lower case. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly conditions: ReadonlyMap<string, string>;
}

export type Verdict = 'allowed' | 'explicitly denied' | 'not allowed';

/** The policy in a JSON text, or undefined where AWS would call it malformed; an identity's policy names resources, a role's trust policy principals. */
export function parsePolicy(text: string, kind: 'identity' | 'trust'): Policy | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(document, json);
  if (!parsed.success) return undefined;
  const fits = (it: Statement) => {
    const namesResource = it.Resource !== undefined || it.NotResource !== undefined;
    return kind === 'identity' ? namesResource && it.Principal === undefined : it.Principal !== undefined && !namesResource;
  };
  return parsed.output.Statement.every(fits) ? parsed.output : undefined;
}

/**
 * What an identity's policies say: a deny wins over every allow, and what nothing allows is not allowed
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 */
export function evaluate(policies: readonly Policy[], question: Question): Verdict {
  const applying = policies.flatMap((policy) => policy.Statement).filter((it) => applies(it, question) && isAbout(it, question));
  if (applying.some((it) => it.Effect === 'Deny')) return 'explicitly denied';
  return applying.length > 0 ? 'allowed' : 'not allowed';
}

/**
 * What a role's trust policy says of a principal of its own account: `allowed` where it names the principal itself, `delegated` where it names the
 * account, whose own policies then decide.
 */
export function evaluateTrust(trust: Policy, principalArn: string, account: string, question: Question): Verdict | 'delegated' {
  const applying = trust.Statement.filter((it) => applies(it, question));
  const naming = (names: readonly string[], effect: Statement['Effect']) =>
    applying.some((it) => it.Effect === effect && principals(it).some((name) => names.includes(name)));
  const itself = ['*', principalArn];
  const itsAccount = [account, `arn:aws:iam::${account}:root`];
  if (naming([...itself, ...itsAccount], 'Deny')) return 'explicitly denied';
  if (naming(itself, 'Allow')) return 'allowed';
  return naming(itsAccount, 'Allow') ? 'delegated' : 'not allowed';
}

function principals({ Principal }: Statement): readonly string[] {
  return Principal === '*' ? ['*'] : (Principal?.AWS ?? []);
}

function applies(it: Statement, { action, conditions }: Question): boolean {
  const named = (patterns: readonly string[]) => patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  const acts = it.Action ? named(it.Action) : !named(it.NotAction ?? []);
  return acts && Object.entries(it.Condition ?? {}).every(([operator, tests]) => holds(operator, tests, conditions));
}

function isAbout(it: Statement, { resource, conditions }: Question): boolean {
  const named = (patterns: readonly string[]) =>
    patterns.some((pattern) => {
      const filled = fill(pattern, conditions);
      return filled !== undefined && matches(filled, resource);
    });
  return it.Resource ? named(it.Resource) : !named(it.NotResource ?? []);
}

/** The pattern with its policy variables such as `${aws:username}` filled in, or undefined if one has no value. */
function fill(pattern: string, conditions: ReadonlyMap<string, string>): string | undefined {
  let missing = false;
  const filled = pattern.replace(/\$\{([^{}]{1,128})\}/g, (_, name: string) => {
    const value = conditions.get(name.toLowerCase());
    missing ||= value === undefined;
    return value ?? '';
  });
  return missing ? undefined : filled;
}

const equal = (wanted: string, value: string) => wanted === value;
const equalIgnoringCase = (wanted: string, value: string) => wanted.toLowerCase() === value.toLowerCase();
const compareDates = (holds: (value: number, wanted: number) => boolean) => (wanted: string, value: string) =>
  holds(Date.parse(value), Date.parse(wanted));

/** Operators by name; the negated ones are these with `Not` in the name. */
const operators: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: matches,
  ArnEquals: matches,
  ArnLike: matches,
  Bool: equalIgnoringCase,
  DateLessThan: compareDates((value, wanted) => value < wanted),
  DateLessThanEquals: compareDates((value, wanted) => value <= wanted),
  DateGreaterThan: compareDates((value, wanted) => value > wanted),
  DateGreaterThanEquals: compareDates((value, wanted) => value >= wanted),
};

/** Whether a condition holds; an operator that the simulator does not know never holds. */
function holds(operator: string, tests: Readonly<Record<string, readonly string[]>>, conditions: ReadonlyMap<string, string>): boolean {
  return Object.entries(tests).every(([key, values]) => {
    const value = conditions.get(key.toLowerCase());
    if (operator === 'Null') return values.some((wanted) => (wanted.toLowerCase() === 'true') === (value === undefined));
    const ifExists = operator.endsWith('IfExists');
    const base = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
    const negated = /^(?:String|Arn)Not/.test(base);
    const test = Object.hasOwn(operators, base.replace('Not', '')) ? operators[base.replace('Not', '')] : undefined;
    if (!test) return false;
    if (value === undefined) return ifExists || negated;
    const met = values.some((wanted) => {
      const filled = fill(wanted, conditions);
      return filled !== undefined && test(filled, value);
    });
    return met !== negated;
  });
}

/** Whether a text fits a pattern in which `*` stands for any characters and `?` for one; at most pattern × text steps. */
function matches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(p));
}
