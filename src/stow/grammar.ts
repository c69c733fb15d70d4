import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { Language, Node, Parser } from '@vscode/tree-sitter-wasm';

/** A grammar that lies in the folder of grammars as `tree-sitter-<name>.wasm`, or compressed with `.br` behind that. */
export type Grammar = 'javascript' | 'typescript' | 'tsx' | 'python' | 'go' | 'java' | 'php';

const grammars: ReadonlyMap<string, Grammar> = new Map([
  ['javascript', 'javascript'],
  ['javascriptreact', 'javascript'],
  ['typescript', 'typescript'],
  ['typescriptreact', 'tsx'],
  ['python', 'python'],
]);

/** The grammar of the languages whose use of the AWS SDK is known. */
export function grammarOf(languageId: string): Grammar | undefined {
  return grammars.get(languageId);
}

/** Files of settings in JSON, in which the variables of a program that is started may stand. */
export const isJson = (path: string): boolean => /\.(json|jsonc|code-workspace)$/.test(path);

/** Reads texts of one language as syntax trees. Offsets of nodes are UTF-16 units, as the editor counts. */
export interface SourceParser {
  /** What `look` makes of the text's tree, which lives only as long as the call. */
  read<T>(text: string, look: (root: Node) => T): T;
}

interface TreeSitter {
  readonly Parser: typeof Parser;
  readonly Language: typeof Language;
}

/**
 * A parser for one language, from the folder that holds `tree-sitter.js`, `tree-sitter.wasm` and the grammars, as the package
 * `@vscode/tree-sitter-wasm` has them. The runtime is read only now, so nobody pays for it who does not stow from a program.
 */
export async function loadParser(wasmFolder: string, grammar: Grammar): Promise<SourceParser> {
  const runtime = join(wasmFolder, 'tree-sitter.js');
  const treeSitter = createRequire(runtime)(runtime) as TreeSitter;
  await treeSitter.Parser.init({ locateFile: (file) => join(wasmFolder, file) });
  const parser = new treeSitter.Parser();
  parser.setLanguage(await treeSitter.Language.load(await grammarFile(join(wasmFolder, `tree-sitter-${grammar}.wasm`))));
  return {
    read(text, look) {
      const tree = parser.parse(text);
      if (!tree) throw new Error('The parser gave no tree.');
      try {
        return look(tree.rootNode);
      } finally {
        tree.delete();
      }
    },
  };
}

/** The package holds them compressed, which halves them; their own has them as they are. */
async function grammarFile(path: string): Promise<Uint8Array> {
  const compressed = `${path}.br`;
  return existsSync(compressed) ? promisify(brotliDecompress)(await readFile(compressed)) : readFile(path);
}
