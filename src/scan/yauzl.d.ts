/** The part of yauzl that is used; the package has no types (https://github.com/thejoshwolfe/yauzl#api). */
declare module 'yauzl' {
  export interface Entry {
    readonly fileNameRaw: Buffer;
    readonly generalPurposeBitFlag: number;
    readonly extraFields: readonly unknown[];
    readonly compressionMethod: number;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    isEncrypted(): boolean;
  }
  export interface ZipFile {
    eachEntry(): AsyncIterable<Entry>;
    readLocalFileHeaderPromise(entry: Entry, options: { readonly minimal: true }): Promise<{ readonly fileDataStart: number }>;
  }
  export function fromBufferPromise(
    archive: Buffer,
    options: { readonly decodeStrings: boolean; readonly validateEntrySizes: boolean },
  ): Promise<ZipFile>;
  export function getFileNameLowLevel(flags: number, name: Buffer, extraFields: readonly unknown[], strict: boolean): string;
}
