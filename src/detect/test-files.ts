import type { Sliceable } from './chunked-text.ts';

// A folder of tests or examples by its name, alone or with words before and behind: `testdata`, `test-fixtures`, `integration_tests`; `t` as Perl and git call it, `regress` as BSD does,
// `benches` as Cargo does. One with a point may be called for a host.
const folder =
  /(?:^|[\\/])(?:t|(?:\w{1,40}[_-])?(?:(?:self)?tests?|__tests?__|regress|fuzz|benches|benchmarks?|specs?|test(?:ing|data|cases?|utils?|setup|suite|certs?|keys?|servers?|helpers?|support|resources|assets|files)|fixtures?|__fixtures__|mocks?|__mocks__|examples?|samples?|e2e|docs?)(?:[_-]\w{1,40})?)[\\/]/i;

// A program that tests or measures, by its name: `key_test.go`, `key.spec.ts`, `test_key.py`, `rsa_test_keys.rs`, `KeyTest.java`, `key_benchmark.rs`. A key's own file may be called for the host that it serves.
const program =
  /(?:^|[\\/])(?:(?:[\w.-]{0,80}[_.-])?(?:(?:self)?tests?|specs?|testing|bench(?:mark)?s?)|(?:[\w.-]{0,80}[_.-])?(?:(?:self)?tests?|bench(?:mark)?)[_-][\w.-]{1,80}|\w{0,80}[a-z\d](?:Tests?|TestCase|Spec|Benchmark))\.(?:[cm]?[jt]sx?|go|py|rb|rs|java|kts?|groovy|scala|cs|fs|vb|php|swift|mm?|c|cc|cpp|h|hpp|pl|t|exs?|erl|clj|lua|dart|sh)$|[A-Za-z\d]IT\.(?:java|kts?|groovy|scala)$/;

const isAbsolute = /^(?:[\\/]|[A-Za-z]:[\\/]|\.\.[\\/])/;

/**
 * Tells of places of a text, whose file has this path, whether they are a part of tests or examples. The path, relative to the folder that is looked through, says so (what lies above
 * that folder says nothing), or in Rust, whose tests stand below the program that they test and whose examples stand in its doc comments, the text, which is read once for all of them.
 */
export function testsIn(path: string, text: Sliceable): (place: number) => boolean {
  if (!isAbsolute.test(path) && (folder.test(path) || program.test(path))) return () => true;
  if (!path.endsWith('.rs')) return () => false;
  const rust = text.slice(0);
  const blocks = blocksOfTests(rust);
  return (place) => blocks.some(([begin, end]) => begin <= place && place < end) || isInDocComment(rust, place);
}

const longestBefore = 300;

/** Does the line say that it is documentation? Its examples are run as tests. */
const isInDocComment = (rust: string, place: number): boolean =>
  /(?:^|\n)[ \t]{0,80}\/\/[/!][^\n]{0,300}$/.test(rust.slice(Math.max(0, place - longestBefore), place));

const testsInRust =
  /^([ \t]*)#\[cfg\((?:test|all\(test,[^\]\n]{1,200}\))\)\]\s{1,40}(?:#\[[^\]\n]{1,200}\]\s{1,40}){0,4}(?:pub(?:\([a-z: ]{1,40}\))? )?mod \w{1,80} \{/gm;

/** The blocks of tests of a program in Rust, each up to a bracket that stands as far to the right as it does; there are hardly more than one. */
function blocksOfTests(text: string): readonly (readonly [number, number])[] {
  const blocks: [number, number][] = [];
  testsInRust.lastIndex = 0;
  for (let found = testsInRust.exec(text); found !== null && blocks.length < mostBlocks; found = testsInRust.exec(text)) {
    const end = text.indexOf(`\n${found[1]}}`, testsInRust.lastIndex);
    blocks.push([found.index, end === -1 ? text.length : end]);
    if (end === -1) break;
    testsInRust.lastIndex = end;
  }
  return blocks;
}

const mostBlocks = 100;
