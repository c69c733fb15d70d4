import { base32 } from './rules/rule.ts';

/**
 * The 12-digit AWS account that an access key id belongs to, which stands in the id: 40 bits from the second bit of its base 32 part on.
 * `undefined` for what is no such id, and for older ones (fifth character I or J), which do not hold it. Observed; AWS documents no way but
 * GetAccessKeyInfo.
 */
export function accountOf(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA[A-HK-Z2-7][A-Z2-7]{15}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (const character of accessKeyId.slice(4)) bits = (bits << 5n) | BigInt(base32.indexOf(character));
  const first48 = bits >> 32n;
  const account = ((first48 & 0x7fffffffff80n) >> 7n).toString().padStart(12, '0');
  return account.length === 12 ? account : undefined;
}
