/** How programs of Terraform name a value: `var.token`, `local.token`, `aws_instance.web` and of that an attribute. */
interface Named {
  readonly name: string;
  readonly attribute?: string;
}

/** What Terraform does with a value that it may not do with a secret one. */
export type Exposure = 'shown' | 'named after it';

/**
 * What a module makes of the value that stands at a place of one of its files, where Terraform would refuse a secret one: it is shown in an output, or
 * resources are named after it. Followed through locals; undefined where it is neither.
 * @param files the texts of the module, the one with the place among them
 */
export function exposureOf(text: string, at: number, files: readonly string[]): Exposure | undefined {
  const first = nameAt(text, at);
  if (first === undefined) return undefined;
  const all = files.join('\n');
  const locals = bodiesOf(all, 'locals').flatMap(attributesOf);
  const found = [first];
  for (const one of found) {
    for (const [name, value] of locals) {
      if (mentions(value, one) && !found.some((other) => other.name === `local.${name}`)) found.push({ name: `local.${name}` });
    }
  }
  const shown = bodiesOf(all, 'output').filter((body) => !/\bsensitive\s*=\s*true\b/.test(body));
  if (shown.some((body) => found.some((one) => mentions(body, one)))) return 'shown';
  // of a map the keys alone name resources
  const names = [...all.matchAll(/^[ \t]*for_each\s*=\s*([^\n{]{0,300})$/gm)].filter(([, value]) => !/\bnonsensitive\b/.test(value!));
  const isNaming = (value: string) =>
    found.some((one) => mentions(value, one) && (one.name.startsWith('var.') || /\btoset\s*\(|\[/.test(value)));
  return names.some(([, value]) => isNaming(value!)) ? 'named after it' : undefined;
}

/** What stands in the blocks of a kind, which begin and end in the first column or are one line. */
function bodiesOf(text: string, kind: string): string[] {
  const bodies: string[] = [];
  let at = 0;
  for (const head of text.matchAll(new RegExp(`^${kind}\\b[^\\n{]*\\{(?:([^\\n]*)\\}[ \\t]*$)?`, 'gm'))) {
    if (head.index < at) continue;
    const from = head.index + head[0].length;
    const end = head[1] === undefined ? text.indexOf('\n}', from) : from;
    if (end === -1) break;
    bodies.push(head[1] ?? text.slice(from, end));
    at = end;
  }
  return bodies;
}

/** The name by which the module knows the value at a place. */
function nameAt(text: string, at: number): Named | undefined {
  const block = [...text.slice(0, at).matchAll(/^(locals|variable|resource|data)\b((?:[ \t]+"[^"\n]*")*)[ \t]*\{/gm)].at(-1);
  if (!block) return undefined;
  const [head, kind, labels = ''] = block;
  const names = [...labels.matchAll(/"([^"]*)"/g)].map(([, name]) => name!);
  const attributes = attributesOf(text.slice(block.index + head.length, at));
  const attribute = attributes.at(-1)?.[0];
  if (kind === 'variable') return { name: `var.${names[0]}` };
  if (attribute === undefined) return undefined;
  if (kind === 'locals') return { name: `local.${attribute}` };
  return { name: `${kind === 'data' ? 'data.' : ''}${names.join('.')}`, attribute };
}

/** The names and values of a block's own attributes, which stand in one column. */
function attributesOf(body: string): [name: string, value: string][] {
  const indent = /^([ \t]*)[\w-]+\s*=/m.exec(body)?.[1] ?? '';
  const starts = [...body.matchAll(new RegExp(`^${indent}([\\w-]+)[ \\t]*=`, 'gm'))];
  return starts.map((start, i) => [start[1]!, body.slice(start.index + start[0].length, starts[i + 1]?.index)]);
}

function mentions(text: string, { name, attribute }: Named): boolean {
  const end = attribute === undefined ? '\\b' : `(?:\\[[^\\]\\n]*\\])?(?:\\.${attribute}\\b|(?![.\\w[]))`;
  return new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}${end}`).test(text);
}
