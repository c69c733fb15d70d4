// Where a regular expression ends in a program, so that a quote in it begins no string.

import { unitAt } from '../unit-at.ts';
import { isBehind, lastBefore, signsIn } from './signs.ts';

const operators = signsIn('=(,;:!&|?{}[>~\n');
const operatorWord = /(?<=\b(?:return|case|when|if|unless|and|or|not|split|typeof))/y;
const behindCondition = /(?<=\b(?:if|while|for|with)[ \t]{0,20})/y;
const longestCondition = 120;
const noneBegins = signsIn(' \t*/');
// signs are compared as numbers: as strings they take several times as long
const [opening, closing, bracket, closingBracket, backslash, slash, lineFeed] = [40, 41, 91, 93, 92, 47, 10];

/**
 * Where one ends, of some hundred characters at most, that begins with the `/` at a place; undefined if that is the sign of a division, and less than zero if none
 * ends up to there, counted so.
 */
export function endOfRegularExpression(text: string, at: number): number | undefined {
  const first = unitAt(text, at + 1);
  if (first < 128 && noneBegins[first] === 1) return undefined;
  if (!isBehind(text, at, operators, operatorWord) && !isBehindCondition(text, at)) return undefined;
  const most = Math.min(text.length, at + 1000);
  let inClass = false;
  let end = at + 1;
  for (; end < most; end++) {
    const unit = text.charCodeAt(end);
    if (unit === lineFeed) break;
    if (unit === backslash) end++;
    else if (unit === bracket) inClass = true;
    else if (unit === closingBracket) inClass = false;
    else if (unit === slash && !inClass) return end + 1;
  }
  return -end;
}

/** Does `if (…)` or the like stand before a place, behind which a statement begins? One with a `/` in it counts as none: so no text is looked at again for each `/`. */
function isBehindCondition(text: string, place: number): boolean {
  let at = lastBefore(text, place);
  if (unitAt(text, at) !== closing) return false;
  let depth = 0;
  for (const least = Math.max(0, place - longestCondition); at >= least; at--) {
    const unit = text.charCodeAt(at);
    if (unit === slash) return false;
    if (unit === closing) depth++;
    else if (unit === opening && --depth === 0) {
      behindCondition.lastIndex = at;
      return behindCondition.test(text);
    }
  }
  return false;
}
