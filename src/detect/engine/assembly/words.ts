// Where names and words begin.

import { isAlphanumeric, isBreak, isCapital, isHex, isLetter, isSmall } from './characters';

/** Does a word of a name begin at `at`: after what is no letter, in camel case, or after an escape? */
export function beginsName(at: usize): bool {
  const before = load<u8>(at - 1);
  const first = load<u8>(at);
  if (!isLetter(before) || !isLetter(first)) return true;
  if (isSmall(before) && isCapital(first)) return true;
  return isBehindEscape(at);
}

/** Does a word begin at `at`: after what is no part of one, or after an escape? */
export function beginsWord(at: usize): bool {
  const before = load<u8>(at - 1);
  return (!isAlphanumeric(before) && before !== 0x5f) || isBehindEscape(at);
}

/** Does an escape end before `at`: `\\n`, `\\x3d`, `\\u003d`, `%3D`, the `=3D` of quoted-printable mail, or a colour of a terminal, `[31m`? */
function isBehindEscape(at: usize): bool {
  const before = load<u8>(at - 1);
  if (load<u8>(at - 2) === 0x5c && isBreak(at - 1)) return true;
  if (isColour(at)) return true;
  if (!isHex(before) || !isHex(load<u8>(at - 2))) return false;
  const third = load<u8>(at - 3);
  if (third === 0x25) return true;
  if (third === 0x3d) return load<u8>(at - 2) === 0x33 && before === 0x44;
  if (third === 0x78) return load<u8>(at - 4) === 0x5c;
  return isHex(third) && isHex(load<u8>(at - 4)) && load<u8>(at - 5) === 0x75 && load<u8>(at - 6) === 0x5c;
}

/** Does `[`, at most 12 digits and semicolons, and `m` end before `at`? */
function isColour(at: usize): bool {
  if (load<u8>(at - 1) !== 0x6d) return false;
  const first = at - 14;
  for (let place = at - 2; place >= first; place--) {
    const byte = load<u8>(place);
    if (byte === 0x5b) return true;
    if ((byte < 0x30 || byte > 0x39) && byte !== 0x3b) return false;
  }
  return false;
}
