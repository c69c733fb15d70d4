/** The kinds of archives that can be looked into. */
export type ArchiveKind = 'zip' | 'gzip' | 'tar';

/** How many bytes of a beginning tell whether it is one of an archive. */
export const headSize = 512;

const begins = (bytes: Uint8Array, head: readonly number[]): boolean => head.every((byte, at) => bytes[at] === byte);

/** Which kind of archive bytes begin, whatever the file is called: a `.jar`, a `.whl` and a `.docx` are zip files. */
export function archiveKind(bytes: Uint8Array): ArchiveKind | undefined {
  if (begins(bytes, [0x50, 0x4b, 3, 4]) || begins(bytes, [0x50, 0x4b, 5, 6])) return 'zip';
  if (begins(bytes, [0x1f, 0x8b, 8])) return 'gzip';
  return tarMark.every((byte, at) => bytes[257 + at] === byte) ? 'tar' : undefined;
}

const tarMark = [...'ustar'].map((letter) => letter.charCodeAt(0));

/** How archives begin that cannot be looked into: bzip2, xz, zstd, 7z, rar. */
const others = ['BZh', '\xfd7zXZ\0', '\x28\xb5\x2f\xfd', '7z\xbc\xaf\x27\x1c', 'Rar!\x1a\x07'].map((head) => [
  ...Buffer.from(head, 'latin1'),
]);

export const isOtherArchive = (bytes: Uint8Array): boolean => others.some((head) => begins(bytes, head));
