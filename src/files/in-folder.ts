import { sep } from 'node:path';

/**
 * The path of what lies in a folder. Unlike `join` it leaves the folder's path as it is: to normalise some thirty paths character by character, as every commit would wait for,
 * makes Node's functions so hot that they are compiled, which takes 2 ms of CPU.
 */
export const inFolder = (folder: string, ...names: readonly string[]): string => [folder, ...names].join(sep);
