import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { Node } from '@vscode/tree-sitter-wasm';
import { allRules } from '../../src/detect/detect.ts';
import { weightSentences } from '../../src/detect/generic/score.ts';
import { documentedRules } from '../../src/detect/rule-page.ts';
import { factSentences } from '../../src/detect/rules/facts.ts';
import { defaultRisk } from '../../src/detect/rules/own.ts';
import { loadParser } from '../../src/stow/grammar.ts';

// What a person sees in the editor has a French text. Found in the syntax tree of the source, so that a sentence without one fails here and not on a screen.

/** What only the command and the simulator say: both speak English. */
const englishOnly = [
  'src/cli.ts',
  'src/simulator/',
  'src/stow/command.ts',
  'src/credentials/exec.ts',
  'src/credentials/sso-command.ts',
  'src/rotation/command.ts',
  'src/spend/command.ts',
  'src/containment/command.ts',
  'src/scan/archives.ts',
  'src/scan/command.ts',
  'src/scan/rules-file.ts',
];

/** The functions and classes whose argument at this index is a sentence to translate. */
const takesSentence: Readonly<Record<string, number>> = {
  MfaNeeded: 0,
  SignInNeeded: 0,
  'vscode.l10n.t': 0,
  message: 0,
  refuse: 0,
  complaint: 0,
  otherShape: 0,
  UserError: 0,
  SilentKeychainError: 0,
  MissingItemError: 0,
  AwsFailure: 1,
};

const parser = await loadParser(resolve('node_modules/@vscode/tree-sitter-wasm/wasm'), 'typescript');
const files = globSync('src/**/*.ts')
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !englishOnly.some((path) => file.startsWith(path)));

/** The sentences of a source text, and the places where one is made at run time. */
function sentencesIn(text: string): { sentences: string[]; composed: string[] } {
  return parser.read(text, (root) => {
    const sentences: string[] = [];
    const composed: string[] = [];
    for (const call of root.descendantsOfType(['call_expression', 'new_expression'])) {
      const argument = call && sentenceOf(call);
      if (!argument) continue;
      const found = literals(argument);
      if (found === undefined) composed.push(`line ${argument.startPosition.row + 1}: ${argument.text}`);
      else sentences.push(...found.filter((sentence) => sentence !== ''));
    }
    return { sentences, composed };
  });
}

/** The argument that is a sentence, where the call takes one; `super(…)` is a call of the class above. */
function sentenceOf(call: Node): Node | undefined {
  const callee = call.childForFieldName(call.type === 'new_expression' ? 'constructor' : 'function')?.text ?? '';
  const name =
    callee === 'super'
      ? ancestor(call, ['class_declaration'])?.descendantsOfType('extends_clause')[0]?.childForFieldName('value')?.text
      : callee;
  const index = name !== undefined && Object.hasOwn(takesSentence, name) ? takesSentence[name]! : undefined;
  return index === undefined ? undefined : (call.childForFieldName('arguments')?.namedChildren[index] ?? undefined);
}

/** The literals that an expression can be; none where it hands on a message made elsewhere, undefined where the text is composed. */
function literals(node: Node): string[] | undefined {
  switch (node.type) {
    case 'string':
      return [unquoted(node)];
    case 'ternary_expression':
      return all(['consequence', 'alternative'].map((branch) => node.childForFieldName(branch)));
    case 'object':
      return all(node.namedChildren.map((pair) => pair?.childForFieldName('value') ?? null));
    case 'call_expression':
      return all(node.childForFieldName('arguments')?.namedChildren.filter((one) => one?.type === 'object') ?? []);
    case 'subscript_expression':
      return all([node.childForFieldName('object')]);
    case 'member_expression':
      // of a message, or of a rule: those are looked at below
      return ['text', 'name', 'risk'].includes(node.childForFieldName('property')?.text ?? '') ? [] : undefined;
    case 'identifier':
      return isHandedOn(node) ? [] : all([valueOf(node)]);
    default:
      return undefined;
  }
}

function all(nodes: readonly (Node | null)[]): string[] | undefined {
  const found = nodes.map((node) => (node ? literals(node) : undefined));
  return found.length === 0 || found.includes(undefined) ? undefined : found.flatMap((texts) => texts ?? []);
}

const unquoted = (string: Node): string =>
  string.namedChildren
    .map((part) => (part?.type === 'escape_sequence' ? part.text.replace(/^\\n$/, '\n').replace(/^\\/, '') : (part?.text ?? '')))
    .join('');

/** A parameter of a function that takes sentences itself, or the text of a message that a function is given. */
function isHandedOn(name: Node): boolean {
  for (let inside = ancestor(name, functions); inside; inside = ancestor(inside, functions)) {
    const own = inside.childForFieldName('name')?.text ?? inside.parent?.childForFieldName('name')?.text ?? '';
    const parameters = inside.childForFieldName('parameters')?.namedChildren ?? [];
    for (const pattern of parameters.map((parameter) => parameter?.childForFieldName('pattern'))) {
      if (pattern?.text === name.text) return Object.hasOwn(takesSentence, own) || own === 'constructor';
      if (name.text === 'text' && pattern?.descendantsOfType('shorthand_property_identifier_pattern').some((one) => one?.text === 'text'))
        return true;
    }
  }
  return false;
}

const functions = ['function_declaration', 'arrow_function', 'method_definition'];

/** What the nearest constant of this name is made of. */
function valueOf(name: Node): Node | null {
  for (let scope = ancestor(name, ['statement_block', 'program']); scope; scope = ancestor(scope, ['statement_block', 'program'])) {
    const constants = scope.namedChildren.filter((one) => one?.type === 'lexical_declaration').flatMap((one) => one?.namedChildren ?? []);
    const found = constants.find((one) => one?.childForFieldName('name')?.text === name.text);
    if (found) return found.childForFieldName('value');
  }
  return null;
}

function ancestor(node: Node, kinds: readonly string[]): Node | null {
  let above = node.parent;
  while (above && !kinds.includes(above.type)) above = above.parent;
  return above;
}

const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();

const read = (file: string): Record<string, string> => JSON.parse(readFileSync(file, 'utf8'));

/** Every sentence of the source with the file that it stands in. */
function sentences(): Map<string, string> {
  const found = new Map<string, string>([
    ...documentedRules().flatMap(({ id, name, risk }) => [name, risk].map((text) => [text, `rule ${id}`] as const)),
    ...factSentences.map((text) => [text, 'facts of a credential'] as const),
    [defaultRisk, 'a rule of a person'],
    ...weightSentences.map((text) => [text, 'weights of a value'] as const),
  ]);
  for (const file of files) for (const text of sentencesIn(readFileSync(file, 'utf8')).sentences) found.set(text, file);
  return found;
}

test('sentences are found where they are said, in tables and through names, and composed ones are refused', () => {
  const source = `
    const words = { a: 'From a {table}.', b: 'Another.' };
    function refuse(text: string) { return message(text); }
    class AwsFailure extends UserError { constructor(kind: string, text: string) { super(text); } }
    function show({ text, values }: Message) { vscode.l10n.t(text, values); }
    throw new UserError('It\\'s {here}', { here });
    const text = late ? 'Too late.' : words[kind];
    throw new AwsFailure('kind', text);
    refuse(pick(platform, { linux: 'On Linux.' }));
    vscode.l10n.t(rule.name);
    message(\`composed \${1}\`);
    message(unknown());
    message('a' + b);
  `;
  const found = sentencesIn(source);
  assert.deepEqual(found.sentences.sort(), ['Another.', 'From a {table}.', "It's {here}", 'On Linux.', 'Too late.']);
  assert.deepEqual(
    found.composed.map((place) => place.replace(/^line \d+: /, '')),
    [`\`composed \${1}\``, 'unknown()', "'a' + b"],
  );
});

test('every sentence is a literal with holes, so that a translation can be found for it', () => {
  const composed = files.flatMap((file) => sentencesIn(readFileSync(file, 'utf8')).composed.map((place) => `${file}, ${place}`));
  assert.deepEqual(composed, []);
});

test('the editor shows no literal that was never looked up', () => {
  const shown = files
    .filter((file) => file.startsWith('src/editor/') || file === 'src/extension.ts')
    .flatMap((file) => parser.read(readFileSync(file, 'utf8'), (root) => shownLiterals(root).map((literal) => `${file}: ${literal}`)));
  assert.deepEqual(shown, []);
});

const shownFields = /^(?:title|placeHolder|placeholder|prompt|label|description|detail|tooltip|text)$/;

/** Literals handed straight to a message, a quick fix, or a field that the editor shows: strings, and templates with words of their own. */
function shownLiterals(root: Node): string[] {
  const calls = root
    .descendantsOfType(['call_expression', 'new_expression'])
    .filter((call) => /^(?:new )?vscode\.(?:window\.show\w+Message|CodeAction|Diagnostic)\(/.test(call?.text ?? ''));
  const fields = root.descendantsOfType('pair').filter((pair) => shownFields.test(pair?.childForFieldName('key')?.text ?? ''));
  const set = root
    .descendantsOfType('assignment_expression')
    .filter((one) => shownFields.test(one?.childForFieldName('left')?.childForFieldName('property')?.text ?? ''));
  const values = [
    ...calls.flatMap((call) => call?.childForFieldName('arguments')?.namedChildren ?? []),
    ...fields.map((pair) => pair?.childForFieldName('value')),
    ...set.map((one) => one?.childForFieldName('right')),
  ];
  return values.flatMap((value) => (value && /\p{L}{2}/u.test(ownWords(value)) ? [value.text] : []));
}

/** The words of a literal itself, without icons and the names that are the same everywhere. */
function ownWords(value: Node): string {
  if (value.type !== 'string' && value.type !== 'template_string') return '';
  const text = value.namedChildren.map((part) => (part?.type === 'template_substitution' ? '' : (part?.text ?? ''))).join('');
  return text.replace(/\$\([\w-]*\)|\b(?:Keystow|AWS)\b/g, '');
}

test('a literal that is shown is found in fields, assignments and templates, and icons and looked-up words pass', () => {
  const source = `
    item.text = 'Signed in';
    const row = { label: \`$(key) Use \${name}\`, detail: 'Why', id: 'some-id' };
    vscode.window.showInformationMessage('Done.');
    const fine = { label: \`$(\${icon}) \${vscode.l10n.t('Add')}\`, title: 'Keystow', tooltip: name };
    item.text = \`$(key) \${name} · \${time}\`;
  `;
  assert.deepEqual(
    parser.read(source, (root) => shownLiterals(root)),
    ["'Done.'", `\`$(key) Use \${name}\``, "'Why'", "'Signed in'"],
  );
});

test('every kind of UserError is known here', () => {
  const kinds = files.flatMap((file) =>
    Array.from(readFileSync(file, 'utf8').matchAll(/class (\w+) extends UserError/g), ([, name]) => name!),
  );
  assert.deepEqual(
    kinds.filter((name) => !Object.hasOwn(takesSentence, name)),
    [],
  );
});

test('every sentence has a French text, and every French text belongs to a sentence', () => {
  const said = sentences();
  const french = read('l10n/bundle.l10n.fr.json');
  const missing = [...said].filter(([text]) => !Object.hasOwn(french, text)).map(([text, file]) => `${file}: ${text}`);
  assert.deepEqual(missing, []);
  assert.deepEqual(
    Object.keys(french).filter((text) => !said.has(text)),
    [],
  );
});

test('what the manifest shows is looked up, but for the name', () => {
  const literals: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
    else if (typeof value === 'string' && manifestTexts.test(path) && !/^%[^%]+%$|^Keystow$/.test(value))
      literals.push(`${path}: ${value}`);
  };
  const { contributes, capabilities, description } = JSON.parse(readFileSync('package.json', 'utf8'));
  look({ contributes, capabilities, description }, '');
  assert.deepEqual(literals, []);
});

/** Where the manifest holds words; `type`, `when`, `scope` and their like hold none. */
const manifestTexts =
  /\.(?:title|shortTitle|name|category|label|contents|altText|(?:markdown)?[dD]escription|(?:enum|markdownEnum)Descriptions\.\d+)$/;

test('the manifest’s texts exist in both languages and are all used', () => {
  const used = [...new Set(Array.from(readFileSync('package.json', 'utf8').matchAll(/"%([^%"]+)%"/g), ([, key]) => key!))].sort();
  assert.deepEqual(Object.keys(read('package.nls.json')).sort(), used);
  assert.deepEqual(Object.keys(read('package.nls.fr.json')).sort(), used);
  const example = /`([\w-]+)`/.exec(read('package.nls.json')['detect.disabledRules'] ?? '')?.[1];
  assert.ok(
    allRules().some(({ id }) => id === example),
    `there is no rule ${example}`,
  );
});

/** Texts that a French person writes like an English one. */
const sameInFrench = ['IAM Identity Center (SSO)', 'Service', '{whose} {risk}', '{minutes} min', '{hours} h {minutes} min'];

for (const [english, french] of [
  [Object.fromEntries(Object.keys(read('l10n/bundle.l10n.fr.json')).map((text) => [text, text])), read('l10n/bundle.l10n.fr.json')],
  [read('package.nls.json'), read('package.nls.fr.json')],
] as const) {
  test(`${Object.keys(french).length} French texts keep the holes and the code of the English ones`, () => {
    for (const [key, text] of Object.entries(french)) {
      assert.deepEqual(holes(text), holes(english[key] ?? ''), key);
      assert.deepEqual((text.match(/`[^`]+`/g) ?? []).sort(), (english[key]?.match(/`[^`]+`/g) ?? []).sort(), key);
    }
  });

  test(`${Object.keys(french).length} French texts are another text than the English one`, () => {
    const same = Object.entries(french).filter(([key, text]) => text === english[key] || text.trim() === '');
    assert.deepEqual(
      same.map(([, text]) => text).filter((text) => !sameInFrench.includes(text)),
      [],
    );
  });

  test(`${Object.keys(french).length} French texts are set as French is: ’ and « », and no line break before : ; ? ! »`, () => {
    for (const text of Object.values(french)) {
      assert.doesNotMatch(text, /['"“”]/);
      assert.doesNotMatch(text, / [:;?!»]|« |\w[;?!](?= |$)|«(?!\u202f)|(?<!\u202f)»/, text);
    }
  });
}

test('what a rule says of a finding is read at a glance: a longer message is cut off in the list of problems', () => {
  const french = read('l10n/bundle.l10n.fr.json');
  const longest = { english: 165, french: 190 };
  const tooLong = allRules().flatMap(({ name, risk }) =>
    [
      `${name}: ${risk}`.length > longest.english ? risk : [],
      `${french[name]} : ${french[risk]}`.length > longest.french ? french[risk]! : [],
    ].flat(),
  );
  assert.deepEqual(tooLong, []);
});
