import type { Finding } from './finding.ts';
import type { Change } from './live-text.ts';

/** What is known of findings after a change, until the text is looked at again: those behind it move, those that it touches are gone. */
export function moved(findings: readonly Finding[], { offset, removed, inserted }: Change): Finding[] {
  const delta = inserted.length - removed;
  const isKept = ({ start, end }: Finding): boolean => end < offset || start > offset + removed;
  let count = 0;
  const now = findings.map((finding) => (isKept(finding) ? count++ : undefined));
  return findings.flatMap(({ pairedWith, ...finding }, index) => {
    if (now[index] === undefined) return [];
    const other = pairedWith === undefined ? undefined : now[pairedWith];
    const by = finding.start > offset ? delta : 0;
    return [{ ...finding, start: finding.start + by, end: finding.end + by, ...(other === undefined ? {} : { pairedWith: other }) }];
  });
}
