import { readServedProfile, type ServedProfile, servedProfileIn } from '../credentials/profile.ts';
import { pointProfiles } from '../credentials/serve-profile.ts';
import { type AwsFile, type AwsFilePaths, readAwsFile } from '../files/aws-files.ts';
import { replaceFile } from '../files/write.ts';
import type { KeyPointer } from './doors.ts';

/** Which keys the served profiles use, as the config file says. Its methods throw a UserError where that cannot be read or written. */
export function openKeyPointer(paths: AwsFilePaths): KeyPointer {
  const config = () => readAwsFile(paths.config, 'config');
  return {
    profile: (name) => readServedProfile(name, paths),
    profilesOf: async (accessKeyId) => served(await config()).filter((profile) => profile.accessKeyId === accessKeyId),
    async flip(from, to) {
      const file = await config();
      const text = pointProfiles(file, from, to);
      if (text !== file.text) await replaceFile(paths.config, text, { expected: file.text });
    },
  };
}

function served(config: AwsFile): ServedProfile[] {
  return config.sections.filter(({ kind }) => kind === 'profile').flatMap((section) => servedProfileIn(section, section.name) ?? []);
}
