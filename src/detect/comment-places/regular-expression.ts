// Where a regular expression ends in a program, so that a quote in it begins no string.

const behindOperator = /(?<=(?:^|[=(,;:!&|?{}[>~\n]|\b(?:return|case|when|if|unless|and|or|not|split|typeof))[ \t]{0,20})/y;
const behindCondition = /(?<=\b(?:if|while|for|with)\s*)/y;
const [opening, closing] = [40, 41];

/**
 * Where one ends, of some hundred characters at most, that begins with the `/` at a place; undefined if that is the sign of a division, and less than zero if none
 * ends up to there, counted so.
 */
export function endOfRegularExpression(text: string, at: number): number | undefined {
  if (/[ \t*/]/.test(text[at + 1] ?? '')) return undefined;
  behindOperator.lastIndex = at;
  if (!behindOperator.test(text) && !isBehindCondition(text.slice(Math.max(0, at - 120), at).trimEnd())) return undefined;
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
  if (!text.endsWith(')')) return false;
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const unit = text.charCodeAt(at);
    if (unit === closing) depth++;
    else if (unit === opening && --depth === 0) {
      behindCondition.lastIndex = at;
      return behindCondition.test(text);
    }
  }
  return false;
}
