// Where things lie in memory: ../kernel.ts has the same figures.
export const countsAt: usize = 0;
export const partsAt: usize = 32;
export const placesCountAt: usize = 64;
export const textAt: usize = 68;
export const textsAt: usize = 128;
const mostTexts: usize = 1024;
export const inputAt: usize = textsAt + 8 * mostTexts;
const pieceSize: usize = 256 * 1024;
// What is in memory before and after a piece: a gate looks so far.
const margin: usize = 4096;
export const classesAt: usize = inputAt + pieceSize + 2 * margin;
// Not a multiple of 4 KB: the eight places that are read together then lie in different sets of the cache.
export const partRoom: usize = 32 * 1024 + 192;
export const hitsAt: usize = classesAt + 8 * partRoom;
export const hitsRoom: usize = partRoom * 8;
export const tableAt: usize = hitsAt + 8 * hitsRoom;
// Places are written where the classes were, which are read by then. There is room for those of one hit where this many are written.
export const mostPlaces: usize = 28 * 1024;
// What only the building of the table needs lies where the classes and the hits will be.
export const reachedAt: usize = classesAt;
export const fallbackAt: usize = hitsAt;
export const rowSize: usize = 128;
export const gateSize: usize = 24;
