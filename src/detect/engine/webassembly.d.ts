// What the kernel's driver uses of WebAssembly (https://webassembly.github.io/spec/js-api/): TypeScript knows it only as a part of web pages.
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  const Module: new (code: Uint8Array<ArrayBuffer>) => object;
  const Instance: new (module: object) => { readonly exports: object };
  const CompileError: ErrorConstructor;
}
