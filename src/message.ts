/**
 * A sentence for a person, in English, with named holes `{like}` this: the editor translates it, the command fills it in. Its text is a literal, so
 * that a translation can be found for it; what goes into a hole is data, or a message that is translated by itself.
 */
export interface Message {
  readonly text: string;
  readonly values: Readonly<Record<string, string | number | Message>>;
}

export function message(text: string, values: Message['values'] = {}): Message {
  return { text, values };
}

/** The English sentence with its holes filled. */
export function format({ text, values }: Message): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : hole;
    return typeof value === 'object' ? format(value) : String(value);
  });
}

const brand = Symbol.for('keystow.UserError');

/**
 * What went wrong, worded for a person, with the remedy: its message may be shown as it is. Every other error is a bug and goes to the log.
 * It never carries a secret.
 */
export class UserError extends Error {
  readonly said: Message;
  readonly [brand] = true;

  constructor(text: string, values: Message['values'] = {}, options?: ErrorOptions) {
    const said = message(text, values);
    super(format(said), options);
    this.name = 'UserError';
    this.said = said;
  }

  /** An error that another thread or process has worded already. */
  static of({ text, values }: Message): UserError {
    return new UserError(text, values);
  }

  /** Each bundle has a copy of this class, and an error of one is recognised in the other. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: for a subclass, `this` is not UserError, and it keeps the ordinary meaning
    if (this !== UserError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && brand in value;
  }
}
