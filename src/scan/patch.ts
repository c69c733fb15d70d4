/** To compare a file takes git longer than to read it: so many bytes of a list and its patch can be compared in the time that a second process takes. */
export const largestPatch = 256 * 1024;

/** What `git diff --raw -z` prints such a patch with behind its list: each text in one piece, and of a submodule its ids, as another git, with that one's configuration, is asked for more. */
export const wholeTexts = [
  '--patch',
  '--full-index',
  `--unified=${largestPatch}`, // a patch has not so many lines
  '--inter-hunk-context=0',
  '--diff-algorithm=myers',
  '--no-color',
  '--submodule=short',
];

/**
 * The settings that go with it. A larger file is no text to git then: to compare two of those takes longer than to start another process that only reads one. And git takes no content from a
 * file of the work tree that seems to be the same, as it does where it would not have to convert that.
 */
export const wholeTextSettings = [
  'core.bigFileThreshold=64k',
  'diff.suppressBlankEmpty=false',
  'core.autocrlf=input',
  'core.trustctime=true',
  'core.checkStat=default',
];

const section = '\ndiff --git ';
const unended = '\n\\ No newline at end of file\n';

/**
 * The texts after the changes that a patch of whole texts tells, byte for byte, by the ids of their blobs. What it does not hold whole, as it is binary or too large, is not among them
 * (https://git-scm.com/docs/diff-format, “Generating patch text with -p”).
 */
export function textsIn(patch: Buffer): ReadonlyMap<string, Buffer> {
  const texts = new Map<string, Buffer>();
  const all = `\n${patch.toString('latin1')}`;
  // each line of a text has a mark before it, and a name with a line break stands in quotes: only git itself begins a line so
  for (let at = all.indexOf(section); at >= 0; ) {
    const next = all.indexOf(section, at + 1);
    const end = next < 0 ? all.length : next + 1;
    const hunk = all.indexOf('\n@@ ', at);
    const head = all.slice(at, hunk < 0 || hunk > end ? end : hunk + 1);
    const [, id, last] = /\nindex [0-9a-f]+\.\.([0-9a-f]+)[^\n]*\n(-{3} )?/.exec(head) ?? [];
    const text = last === undefined ? emptyIn(head) : textAfter(all.slice(at + head.length, end));
    if (id !== undefined && text !== undefined) texts.set(id, Buffer.from(text, 'latin1'));
    at = next;
  }
  return texts;
}

/** Of a text without a line nothing follows its ids; of what is no text, words. */
const emptyIn = (head: string): string | undefined => (/\nindex [^\n]*\n$/.test(head) ? '' : undefined);

/** What one hunk makes of a text; undefined where it is not the only one, begins in the middle, or is followed by other words of git, as on a submodule: the text has not so many lines then. */
function textAfter(hunk: string): string | undefined {
  const [line, before, count = '1'] = /^@@ -([01](?:,\d+)?) \+[01](?:,(\d+))? @@[^\n]*/.exec(hunk) ?? [];
  if (line === undefined || hunk.includes('\n@@ ')) return undefined;
  const lines = hunk.slice(line.length);
  const kept = before === '0,0' ? lines : lines.replaceAll(/\n-[^\n]*(?:\n\\[^\n]*)?/g, '');
  const isEnded = !kept.endsWith(unended);
  const ended = isEnded ? kept : kept.slice(0, -unended.length);
  const text = ended.replaceAll(before === '0,0' ? /\n\+/g : /\n[+ ]/g, '\n').slice(1);
  return linesOf(text, isEnded) === Number(count) ? text : undefined;
}

function linesOf(text: string, isEnded: boolean): number {
  let lines = isEnded ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
