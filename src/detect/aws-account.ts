import { base32 } from './rules/rule.ts';

/**
 * The 12-digit AWS account that an access key id belongs to, which stands in the id: 40 bits from the second bit of its base 32 part on.
 * `undefined` for what is no such id, and for older ones (fifth character I or J), which do not hold it. Observed; AWS documents no way but
 * GetAccessKeyInfo.
 */
export function accountOf(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA[A-HK-Z2-7][A-Z2-7]{15}$/.test(accessKeyId)) return undefined;
  let first45 = 0;
  for (let at = 4; at < 13; at++) first45 = first45 * 32 + base32.indexOf(accessKeyId[at]!);
  const account = Math.floor((first45 % 2 ** 44) / 16);
  return account < 1e12 ? String(account).padStart(12, '0') : undefined;
}
