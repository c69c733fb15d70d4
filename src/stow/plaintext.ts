import type { AccessKey } from '../credentials/access-key.ts';
import type { ProfileFiles } from '../credentials/profile.ts';
import { type AwsSection, valueOf } from '../files/aws-files.ts';

/** A profile of the AWS files whose long-term key lies there in plain text. */
export interface PlaintextProfile {
  readonly name: string;
  readonly key: AccessKey;
  readonly file: string;
  readonly line: number;
}

/** The profiles with a long-term key in plain text, each once, in the order of the files. */
export function plaintextProfiles({ credentials, config }: ProfileFiles): PlaintextProfile[] {
  const found = new Map<string, PlaintextProfile>();
  for (const file of [credentials, config]) {
    for (const section of file.sections) {
      const key = staticKey(section);
      if (key && section.kind === 'profile' && !found.has(section.name)) {
        found.set(section.name, { name: section.name, key, file: file.path, line: section.line });
      }
    }
  }
  return [...found.values()];
}

function staticKey(section: AwsSection): AccessKey | undefined {
  const accessKeyId = valueOf(section, 'aws_access_key_id');
  const secretAccessKey = valueOf(section, 'aws_secret_access_key');
  // a temporary key ends by itself and cannot be renewed from the keychain
  if (!accessKeyId || !secretAccessKey || accessKeyId.startsWith('ASIA')) return undefined;
  return { accessKeyId, secretAccessKey };
}

/** The literal secrets inside a keychain item, as a plan's `secrets` name them. */
export function secretsOfItem(account: string, content: string): readonly string[] {
  return account.startsWith('aws/') ? [(JSON.parse(content) as AccessKey).secretAccessKey] : [content];
}
