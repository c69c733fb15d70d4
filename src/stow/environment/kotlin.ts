import type { Refused } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import { withConstants } from './constants.ts';
import type { EnvironmentEdit } from './language.ts';
import {
  escapedString,
  instead,
  type LexicalLanguage,
  type Lexicon,
  lexicalEdit,
  rawString,
  type Surrounded,
  slashComment,
} from './lexical.ts';
import { platformName } from './platform-names.ts';

const hole = /\$(?:\{|[A-Za-z_])/y;

const lexicon: Lexicon = {
  comment: (text, at) => slashComment(text, at, true),
  string(text, at) {
    if (text.startsWith('"""', at)) {
      const raw = rawString(text, at + 3, '"""');
      return raw && { ...raw, isPlain: !/\$[{\w]|"$/.test(text.slice(raw.contentStart, raw.contentEnd)) };
    }
    if (text[at] === '"') return escapedString(text, at + 1, '"', hole);
    if (text[at] === "'") return asOther(escapedString(text, at + 1, "'", undefined));
    return text[at] === '`' ? asOther(rawString(text, at + 1, '`')) : undefined;
  },
};

const asOther = <T extends { isPlain: boolean }>(string: T | null): T | null => string && { ...string, isPlain: false };

/** `const val NAME: String = `, before the string. */
const constant = /\bconst(\s+)val\s+(\w{1,100})\s*(?::\s*(?:kotlin\.)?String\s*)?=\s*$/;
/** The same with anything before the string. */
const inConstant = /\bconst\s+val\b(?:(?!\b(?:val|var|fun|class|object|interface)\b)[^;{}])*$/;

const before = ({ start }: Surrounded, text: string): string => text.slice(Math.max(0, start - 300), start);

function obstacle(string: Surrounded, text: string): Refused | undefined {
  const inAnnotation = string.brackets.some(({ at }) => /@(?:[\w.:]{1,100})?$/.test(text.slice(Math.max(0, at - 100), at)));
  const isDefaultOfOne = string.brackets.some(({ at }) =>
    /\bannotation\s+class\s+\w{1,100}\s*$/.test(text.slice(Math.max(0, at - 200), at)),
  );
  const name = constant.exec(before(string, text))?.[2];
  const isStuck = name === undefined ? inConstant.test(before(string, text)) : needed(name).test(text);
  if (!inAnnotation && !isDefaultOfOne && !isStuck) return undefined;
  return otherShape('The secret on line {line} stands where its value must be known before the program runs.', string.line);
}

/** Is an annotation or another constant made of it? */
const needed = (name: string): RegExp =>
  new RegExp(`@[\\w.:]{1,100}\\([^()]{0,300}\\b${name}\\b|\\bconst\\s+val\\s+[^=\\n]{1,200}=\\s*[^\\n]{0,300}\\b${name}\\b`);

const language = (system: string): LexicalLanguage => ({
  lexicon,
  obstacle,
  replace(string, variable, text) {
    const call = instead(string, `${system}.getenv("${variable}")`);
    const found = constant.exec(before(string, text));
    if (!found) return [call];
    const start = string.start - found[0].length;
    return [{ start, end: start + 'const'.length + found[1]!.length, text: '' }, call];
  },
});

const edit: EnvironmentEdit = async (file, taken, doors, reads) => {
  const system = await platformName('java.lang.System', file, doors, /\.(?:java|kt)$/);
  return lexicalEdit(language(system))(file, taken, doors, reads);
};

export const kotlin = withConstants(edit, {
  declared: /\bconst\s+val\s+(\w{1,100})\b[^=\n]{0,100}=\s*"{1,3}$/,
  files: /\.kts?$/,
  needed,
});
