import { readFile } from 'node:fs/promises';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { errorCode } from '../files/file-error.ts';
import { noSuchPath } from '../files/walk.ts';
import { UserError } from '../message.ts';
import type { WrittenRules } from './own-rules.ts';

const setting = 'keystow.detect.customRules';

/** The list of rules of a JSON file, or of a settings file that has them. Comments are allowed. @throws UserError naming the file, and the line where it is no JSON */
export async function readRulesFile(path: string): Promise<WrittenRules> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw noSuchPath(path);
    const { message: reason } = error as Error;
    throw new UserError('The rules in {file} cannot be read: {reason}', { file: path, reason }, { cause: error });
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new UserError('{file}, line {line}, is no JSON ({problem}). Mend it.', {
      file: path,
      line,
      problem: printParseErrorCode(first.error),
    });
  }
  const list = typeof value === 'object' && value !== null && setting in value ? value[setting] : value;
  if (Array.isArray(list)) return { where: path, rules: list };
  throw new UserError('{file} holds no list of rules. Write one, [ … ], as in the setting {setting}.', { file: path, setting });
}
