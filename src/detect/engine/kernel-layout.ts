import { mostTexts } from './matcher.ts';

// Where things lie in the kernel's memory: assembly/layout.ts has the same figures and says why.
export const placesCountAt = 64;
export const textAt = 68;
export const textsAt = 128;
export const inputAt = textsAt + 8 * mostTexts;
export const pieceSize = 256 * 1024;
export const margin = 4096;
const partRoom = 32 * 1024 + 192;
export const classesAt = inputAt + pieceSize + 2 * margin;
export const hitsAt = classesAt + 8 * partRoom;
const hitsRoom = partRoom * 8;
export const tableAt = hitsAt + 8 * hitsRoom;
export const rowSize = 128;
