// What repeats itself, told in time in proportion to a text's length: an expression with a reference to what it found takes the square of that.

/** Does a part of the text stand so many times in a row that has `period` characters? */
export function recurs(text: string, period: number, times: number): boolean {
  const wanted = period * (times - 1);
  let same = 0;
  for (let at = period; at < text.length && same < wanted; at++) same = isLike(text, at - period, period) ? same + 1 : 0;
  return same >= wanted;
}

/** Does a part of the text stand twice in a row that has `least` characters or more? */
export function standsTwice(text: string, least: number): boolean {
  for (let period = least; 2 * period <= text.length; period++) {
    // one of its characters stands at a multiple of its length
    for (let at = 0; at + period < text.length; at += period) if (isAmongLike(text, at, period)) return true;
  }
  return false;
}

/** Are as many characters around a place as the period has each like the one that stands a period behind it? */
function isAmongLike(text: string, at: number, period: number): boolean {
  if (!isLike(text, at, period)) return false;
  let [from, to] = [at, at + 1];
  while (from > 0 && isLike(text, from - 1, period)) from--;
  while (to + period < text.length && to - from < period && isLike(text, to, period)) to++;
  return to - from >= period;
}

const isLike = (text: string, at: number, period: number): boolean => text.charCodeAt(at) === text.charCodeAt(at + period);
