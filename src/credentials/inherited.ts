import { type Message, message } from '../message.ts';

/**
 * What the environment that a person started the editor with means for the tools in it: which of them use its keys, and which its profile
 * (measured with botocore, the SDKs for JavaScript, Go, Java and Rust). `chosen`: the profile that new terminals get in its place.
 */
export function inheritedNotes(env: NodeJS.ProcessEnv, chosen: string | undefined): Message[] {
  const notes: Message[] = [];
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
    notes.push(
      message(
        'The editor was started with AWS keys in its environment. The AWS CLI, boto3 and most SDKs use those keys, whatever AWS_PROFILE says; the AWS SDK 3 for JavaScript uses AWS_PROFILE where it is set. In the AWS CLI, --profile wins over both.',
      ),
    );
  }
  if (env.AWS_PROFILE && env.AWS_PROFILE !== chosen) {
    const values = { profile: env.AWS_PROFILE, chosen: chosen ?? '' };
    notes.push(
      chosen === undefined
        ? message('The editor was started with AWS_PROFILE={profile}: tools in its terminals use that profile.', values)
        : message('The editor was started with AWS_PROFILE={profile}; new terminals get {chosen} instead.', values),
    );
  }
  return notes;
}
