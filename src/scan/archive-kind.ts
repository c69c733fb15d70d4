/** The kinds of archives that can be looked into. */
export type ArchiveKind = 'zip' | 'gzip' | 'tar';

/** How many bytes of a beginning tell whether it is one of an archive. */
export const headSize = 512;

/** Which kind of archive bytes begin, whatever the file is called: a `.jar`, a `.whl` and a `.docx` are zip files. */
export function archiveKind(bytes: Uint8Array): ArchiveKind | undefined {
  const begins = (...head: readonly number[]): boolean => head.every((byte, at) => bytes[at] === byte);
  if (begins(0x50, 0x4b, 3, 4) || begins(0x50, 0x4b, 5, 6)) return 'zip';
  if (begins(0x1f, 0x8b, 8)) return 'gzip';
  return tarMark.every((byte, at) => bytes[257 + at] === byte) ? 'tar' : undefined;
}

const tarMark = [...'ustar'].map((letter) => letter.charCodeAt(0));
