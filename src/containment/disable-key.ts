import * as v from 'valibot';
import { message } from '../message.ts';
import type { StepKind } from './step.ts';
import { keyId, userName } from './values.ts';

const schema = v.strictObject({ kind: v.literal('disable-key'), user: userName, accessKeyId: keyId });

/** A leaked access key becomes inactive. Sessions that were made with it live on: that is why its user is denied too. */
export const disableKey: StepKind<v.InferOutput<typeof schema>> = {
  kind: 'disable-key',
  schema,
  action: 'iam:UpdateAccessKey',
  service: 'IAM',
  regionsAtOnce: 1,
  where: ({ accessKeyId }) => ({ region: 'global', resource: accessKeyId }),
  denies: ({ user }) => user,
  async find({ users }) {
    return users.flatMap(({ name, keys, leaked, because }) =>
      keys
        .filter(({ active }) => active)
        .map(({ accessKeyId }) => ({
          facts: { kind: 'disable-key' as const, user: name, accessKeyId },
          ticked: leaked,
          perHour: 0,
          because,
        })),
    );
  },
  does: ({ user, accessKeyId }) => message('Key {accessKeyId} of {user} becomes inactive', { accessKeyId, user }),
  undoes: ({ user, accessKeyId }) => message('Key {accessKeyId} of {user} becomes active again', { accessKeyId, user }),
  async look(facts, cloud) {
    const key = (await cloud.keys(facts.user))?.find(({ accessKeyId }) => accessKeyId === facts.accessKeyId);
    return key?.active ? facts : undefined;
  },
  async apply({ user, accessKeyId }, cloud) {
    await cloud.setKeyActive(user, accessKeyId, false);
  },
  async stands({ user, accessKeyId }, cloud) {
    return !(await cloud.keys(user))?.some((key) => key.accessKeyId === accessKeyId && key.active);
  },
  async undo({ user, accessKeyId }, cloud) {
    if (await cloud.setKeyActive(user, accessKeyId, true)) return undefined;
    return message('The access key {accessKeyId} is gone', { accessKeyId });
  },
};
