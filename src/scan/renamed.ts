import { relative, resolve, sep } from 'node:path';
import type { Report } from '../detect/report.ts';

/** A report whose file is named from the folder `from`, with the name that it has from the folder `to`. */
export function renamed<One extends Report>(report: One, from: string, to: string): One {
  const { file, archive } = report;
  if (from === to && !file.startsWith('..')) return report; // from below, `../sub/a` may be `a`
  const nameOf = (name: string): string => relative(to, resolve(from, name)).replaceAll(sep, '/');
  if (archive === undefined) return { ...report, file: nameOf(file) };
  const named = nameOf(archive);
  return { ...report, archive: named, file: named + file.slice(archive.length) }; // a name in an archive is no path
}
