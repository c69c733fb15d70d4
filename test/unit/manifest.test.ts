import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly when?: string }[]>>;
  };
}

const { contributes }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const commands = contributes.commands.map(({ command }) => command);

test('every command is reached from the palette, and so by the keyboard alone', () => {
  const hidden = (contributes.menus.commandPalette ?? []).filter(({ when }) => /\bfalse\b/.test(when ?? ''));
  assert.deepEqual(hidden, []);
});

test('every menu and view title offers commands that are there', () => {
  const offered = Object.entries(contributes.menus).flatMap(([menu, items]) => items.map(({ command }) => [menu, command] as const));
  assert.ok(offered.length > 0);
  assert.deepEqual(
    offered.filter(([, command]) => command === undefined || !commands.includes(command)),
    [],
  );
});
