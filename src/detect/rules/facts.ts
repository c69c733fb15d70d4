import type { Owner } from '../owner.ts';
import type { Fact } from './rule.ts';

// The sentences that a hover may say of a credential; each has its translation.
const sentences = {
  account: 'It belongs to the AWS account {account}.',
  validUntil: 'It is valid until {date}.',
  endsBy: 'It ends by {date} at the latest.',
  validFor: 'It is for {name}.',
  issuedBy: 'It was issued by {name}.',
  subject: 'It stands for {name}.',
  checksumHolds: 'Its checksum is right.',
  checksumFails: 'Its checksum is wrong: it was altered or made up.',
  ownProfile: 'This is your own key: the secret access key of the profile {name}.',
  ownAccessKey: 'This is your own key: the secret access key of {name}, which is in your keychain.',
  ownReference: 'This is your own secret: {name} in your keychain.',
} as const;

/** Every sentence, for the test that each is translated. */
export const factSentences: readonly string[] = Object.values(sentences);

export const ofAccount = (account: string): Fact => ({ text: sentences.account, values: { account } });
export const validUntil = (time: number): Fact => ({ text: sentences.validUntil, values: { date: new Date(time) } });
export const endsBy = (time: number): Fact => ({ text: sentences.endsBy, values: { date: new Date(time) } });
export const isFor = (name: string): Fact => ({ text: sentences.validFor, values: { name } });
export const issuedBy = (name: string): Fact => ({ text: sentences.issuedBy, values: { name } });
export const standsFor = (name: string): Fact => ({ text: sentences.subject, values: { name } });
export const checksum = (holds: boolean): Fact => ({ text: holds ? sentences.checksumHolds : sentences.checksumFails, values: {} });

/** Whose a known secret is. */
export function ownedBy({ kind, name }: Owner): Fact {
  const text = { profile: sentences.ownProfile, 'access key': sentences.ownAccessKey, reference: sentences.ownReference }[kind];
  return { text, values: { name } };
}

/** When it ends, if that is known. */
export const ends = (time: number | undefined): readonly Fact[] => (time === undefined ? [] : [validUntil(time)]);
