import { type GenericSchema, type InferOutput, safeParse } from 'valibot';

/**
 * What a stored JSON text holds, or undefined where it is not JSON or not of this shape. It never throws: the errors of both parsers quote what
 * they could not read, and that may be a secret.
 */
export function readStored<Schema extends GenericSchema>(schema: Schema, content: string): InferOutput<Schema> | undefined {
  try {
    const { success, output } = safeParse(schema, JSON.parse(content));
    return success ? output : undefined;
  } catch {
    return undefined;
  }
}
