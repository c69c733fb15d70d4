// Where a regular expression ends in a program, so that a quote in it begins no string.

const beforeRegularExpression = /(?:^|[=(,;:!&|?{}[>~\n]|\b(?:return|case|when|if|unless|and|or|not|split|typeof))[ \t]{0,20}$/;
/**
 * Where one ends, of some hundred characters at most, that begins with the `/` at a place; undefined if that is the sign of a division, and less than zero if none
 * ends up to there, counted so.
 */
export function endOfRegularExpression(text: string, at: number): number | undefined {
  const before = text.slice(Math.max(0, at - 120), at);
  if (/^[ \t*/]/.test(text.slice(at + 1, at + 2))) return undefined;
  if (!beforeRegularExpression.test(before.slice(-40)) && !isBehindCondition(before)) return undefined;
  const most = Math.min(text.length, at + 1000);
  let inClass = false;
  let end = at + 1;
  for (; end < most && text[end] !== '\n'; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === '[') inClass = true;
    else if (text[end] === ']') inClass = false;
    else if (text[end] === '/' && !inClass) return end + 1;
  }
  return -end;
}

/** Does a text end with `if (…)` or the like, behind which a statement begins? */
function isBehindCondition(text: string): boolean {
  let at = text.trimEnd().length;
  for (let depth = 0; text[at - 1] === ')' || depth > 0; ) {
    if (at-- === 0) return false;
    if (text[at] === ')') depth++;
    else if (text[at] === '(' && --depth === 0) return /\b(?:if|while|for|with)\s*$/.test(text.slice(0, at));
  }
  return false;
}
