// Values without a name of their own, which their length tells: docs/engine.md says how.

import { inRun, isAlphanumeric, isBreak, isHex, others } from './characters';
import { hitsAt } from './layout';

/** Does an escape begin with this byte? */
function isEscape(at: usize): bool {
  const byte = load<u8>(at);
  return byte === 0x25 || byte === 0x5c;
}

/** Is `2F` or `2B` here? */
function isCode(at: usize): bool {
  const last = load<u8>(at + 1) | 0x20;
  return load<u8>(at) === 0x32 && (last === 0x66 || last === 0x62);
}

/** Does what begins here make an escape of `/` or `+` together with the sign before it: `2F` behind a percent sign, `/` or `u002F` behind a backslash? */
function endsSlashOrPlus(at: usize): bool {
  if (load<u8>(at - 1) === 0x25) return isCode(at);
  return load<u8>(at) === 0x2f || (load<u8>(at) === 0x75 && load<u16>(at + 1) === 0x3030 && isCode(at + 3));
}

/** Does the escape that begins here stand for `/` or `+`? It may have three backslashes. */
function meansSlashOrPlus(at: usize): bool {
  if (load<u8>(at) === 0x25) return endsSlashOrPlus(at + 1);
  let end = at + 1;
  while (end < at + 3 && load<u8>(end) === 0x5c) end++;
  return endsSlashOrPlus(end);
}

/** How much of an escape of something else stands here, behind its sign: `20`, `n` or `u00e9`. */
function lengthOfEscape(at: usize): usize {
  const isPercent = load<u8>(at - 1) === 0x25;
  if (!isPercent && isBreak(at)) return 1;
  if (!isPercent && load<u8>(at) !== 0x75) return 0;
  const end = isPercent ? at + 2 : at + 5;
  for (let digit = isPercent ? at : at + 1; digit < end; digit++) if (!isHex(load<u8>(digit))) return 0;
  return end - at;
}

/** How many of the 32 bytes before `at` are of `A-Za-z0-9/+` without another between. */
function before(at: usize): usize {
  return <usize>clz((others(at - 16) << 16) | others(at - 32));
}

/** The same of the 48 bytes from `at` on. */
function after(at: usize): usize {
  const near = others(at) | (others(at + 16) << 16);
  return near !== 0 ? <usize>ctz(near) : 32 + <usize>ctz(others(at + 32) | 0x10000);
}

/** Is this one of the characters that make a run part of something longer? */
function isJoined(at: usize): bool {
  const byte = load<u8>(at);
  return byte === 0x2d || byte === 0x5f;
}

/** Does what a shell takes where a variable is not set begin at `at`: behind `${NAME-` or `${NAME:-`? */
function beginsDefault(at: usize): bool {
  if (load<u8>(at - 1) !== 0x2d) return false;
  const end = load<u8>(at - 2) === 0x3a ? at - 2 : at - 1;
  let start = end;
  while (end - start < 64 && (isAlphanumeric(load<u8>(start - 1)) || load<u8>(start - 1) === 0x5f)) start--;
  return start < end && load<u8>(start - 1) === 0x7b && load<u8>(start - 2) === 0x24;
}

/** Are there small and capital letters among 40 characters of base 64, and 21 different ones? A key that has less is one of millions. */
function isVaried(at: usize): bool {
  let others: u64 = 0;
  let letters: u64 = 0;
  for (const end = at + 40; at < end; at++) {
    const bit = (<u64>1) << (load<u8>(at) & 63);
    if (load<u8>(at) < 64) others |= bit;
    else letters |= bit;
  }
  return letters << 32 !== 0 && letters >> 32 !== 0 && popcnt(others) + popcnt(letters) >= 21;
}

/**
 * Writes down each 25th place of a piece, from `first` on, where 40 varied characters of base 64 stand for themselves, or where such characters
 * meet an escape that stands for one of them. Returns how many there are.
 */
export function runs(begin: usize, first: usize, length: usize): u32 {
  // written down in any case, and kept in one of ten: to go on from here where it is one costs the processor a wrong guess each time
  let inRuns: usize = hitsAt;
  for (let i = first; i < length; i += 25) {
    store<u32>(inRuns, <u32>i);
    inRuns += (<usize>inRun(begin + i)) << 2;
  }
  let count: u32 = 0;
  for (let place: usize = hitsAt; place < inRuns; place += 4) {
    const i = <usize>load<u32>(place);
    const at = begin + i;
    const end = at + after(at);
    if (end - at > 40) continue;
    let start = at - before(at);
    let escaped = isEscape(end) && meansSlashOrPlus(end);
    if (isEscape(start - 1)) {
      if (endsSlashOrPlus(start)) escaped = true;
      else start += lengthOfEscape(start);
    }
    if (!escaped && (end - start !== 40 || (isJoined(start - 1) && !beginsDefault(start)) || isJoined(end) || !isVaried(start))) continue;
    store<u32>(hitsAt + ((<usize>count) << 2), <u32>i);
    count++;
  }
  return count;
}
