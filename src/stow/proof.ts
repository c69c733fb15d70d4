import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../credentials/access-key.ts';
import { placeOf } from '../credentials/call-place.ts';
import { credentialProcessLine } from '../credentials/serve-profile.ts';
import type { AwsFilePaths } from '../files/aws-files.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import type { StowPlan } from './run.ts';

/** What a proof needs of the world. */
export interface ProofDoors {
  readonly awsFiles: AwsFilePaths;
  readonly launcher: string;
  /** Who the tools that use a profile of these files act as. */
  identityOfProfile(profile: string, files: AwsFilePaths, place: { region: string; endpoint?: string }): Promise<Identity>;
  /** What a reference stands for in a folder, found as `keystow exec` finds it. */
  resolve(reference: string, folder: string): Promise<string>;
  /** A folder for files without a secret, which goes afterwards. */
  readonly scratch: string;
}

/**
 * A proof that what a stow leaves behind works. A profile is used through the SDK's own provider chain and must act as the key did; before the
 * keys are out of the AWS files that is tried on a copy of its section that holds the process alone, since beside the keys it would not be asked.
 * A reference must resolve to the very bytes that were stowed.
 * @param acted Who the key acted as; undefined where the person chose to stow a key that AWS did not answer for.
 */
export function proofOf(
  acted: Identity | undefined,
  doors: ProofDoors,
): (plan: StowPlan, stage: 'before removal' | 'after removal') => Promise<void> {
  return async (plan, stage) => {
    const { profile } = plan;
    if (profile && acted) {
      const place = placeOf(profile);
      const found =
        stage === 'before removal'
          ? await withSectionAlone(plan, doors, (files) => doors.identityOfProfile(profile.name, files, place))
          : await doors.identityOfProfile(profile.name, doors.awsFiles, place);
      if (found.arn !== acted.arn) {
        throw new UserError('The profile {profile} acts as {found}, and the key acted as {acted}. Nothing was changed.', {
          profile: profile.name,
          found: found.arn,
          acted: acted.arn,
        });
      }
    }
    for (const reference of plan.references) {
      const content = await doors.resolve(reference, plan.folder ?? '');
      const wanted = reference.endsWith('/access-key-id') && plan.key ? plan.key.accessKeyId : plan.secrets[0];
      if (content !== wanted)
        throw new UserError('The reference {reference} gave back something else than was stored. Nothing was changed.', { reference });
    }
  };
}

async function withSectionAlone<T>({ id, profile }: StowPlan, doors: ProofDoors, use: (files: AwsFilePaths) => Promise<T>): Promise<T> {
  const { name, region } = profile!;
  const folder = join(doors.scratch, `proof-${id}`);
  const files = { credentials: join(folder, 'credentials'), config: join(folder, 'config') };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const header = name === 'default' ? '[default]' : `[profile ${name}]`;
    await replaceFile(files.config, `${header}\n${region === undefined ? '' : `region = ${region}\n`}`);
    await replaceFile(files.credentials, `[${name}]\ncredential_process = ${credentialProcessLine(doors.launcher, name)}\n`);
    return await use(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
