import * as v from 'valibot';
import { message } from '../message.ts';
import type { StepKind } from './step.ts';
import { userName } from './values.ts';

const schema = v.strictObject({ kind: v.literal('deny-user'), user: userName });

// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** A user may do nothing any more, nor may any session that was made with its keys. */
export const denyUser: StepKind<v.InferOutput<typeof schema>> = {
  kind: 'deny-user',
  schema,
  action: 'iam:AttachUserPolicy',
  service: 'IAM',
  regionsAtOnce: 1,
  where: ({ user }) => ({ region: 'global', resource: user }),
  denies: ({ user }) => user,
  async find({ users }) {
    return users
      .filter(({ policies }) => !policies.includes(denyAll))
      .map(({ name, leaked, because }) => ({
        facts: { kind: 'deny-user' as const, user: name },
        ticked: leaked,
        perHour: 0,
        because,
      }));
  },
  does: ({ user }) => message('{user} and its sessions may do nothing any more (AWSDenyAll)', { user }),
  undoes: ({ user }) => message('{user} may do again what it might before (without AWSDenyAll)', { user }),
  async look(facts, cloud) {
    const attached = await cloud.attachedPolicies(facts.user);
    return attached === undefined || attached.includes(denyAll) ? undefined : facts;
  },
  async apply({ user }, cloud) {
    await cloud.attachPolicy(user, denyAll);
  },
  async stands({ user }, cloud) {
    const attached = await cloud.attachedPolicies(user);
    return attached === undefined || attached.includes(denyAll);
  },
  async undo({ user }, cloud) {
    await cloud.detachPolicy(user, denyAll);
    return undefined;
  },
};
