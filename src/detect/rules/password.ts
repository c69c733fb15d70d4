import { consistsOfWords, isMixedAtRandom, isUnguessable } from '../randomness.ts';
import { remembered } from '../remembered.ts';
import { variety } from '../variety.ts';

const template = /^(?:<|\{|\[|[$%#@*]{1,2}[({[<])|\$\{|\{\{|\.\.\.|\u2026|[*x]{4}/i;
const signOfTemplate = /^[$%#@*]/;
const variable = /^[$@]{1,2}[\w.:-]+$|^(.).*\1$/;
const words =
  /pass|secret|change|example|test|admin|root|user|guest|default|dummy|sample|your|token|1234|qwer|letmein|welcome|postgres|mysql|mongo|redis|rabbit|local|hunter2|demo|hello|super|swordfish|tiger|redacted|placeholder/i;
// Random text of some length often holds one of these.
const shortWords = /pwd|key|foo|bar|dev|abc/i;

/** May a person or a program have this as a real password? Templates and what examples and local set-ups use is none, nor is a plain word. */
export const isLikelyPassword = remembered((text): boolean => {
  if (text.length < 8 || template.test(text) || variety(text) < 6) return false;
  if (signOfTemplate.test(text) && (variable.test(text) || !isUnguessable(text))) return false;
  if ((text.length < 24 && words.test(text)) || (text.length < 14 && shortWords.test(text))) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
  if (kinds >= 3 || (kinds === 2 && /[0-9]/.test(text) && text.length >= 10)) return true;
  if (text.length >= 10 && isMixedAtRandom(text)) return true;
  return text.length >= 16 && variety(text) >= 10 && (/[0-9]/.test(text) || (kinds === 2 && !consistsOfWords(text)));
});
