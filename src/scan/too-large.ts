import { type Message, message } from '../message.ts';

/** A file of more bytes is skipped where nothing else is said. */
export const defaultMaxBytes = 10 * 1024 * 1024;

/** So large may be what somebody hands over or names: Node makes no text of much more. */
export const largestNamed = 256 * 1024 * 1024;

export const tooLarge = (maxBytes: number): Message => message('larger than {megabytes} MB', { megabytes: maxBytes / 1024 / 1024 });
