import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Message } from '../message.ts';
import { applyEdits, type FileChange } from '../stow/edit.ts';
import { inWords, withoutIcons } from './words.ts';

const scheme = 'keystow-preview';

/** One line of a preview: what will happen, or something that a person may change before it does. */
export interface PreviewLine {
  readonly icon: string;
  readonly text: Message;
  readonly detail?: Message;
  /** What picking the line does; the preview is drawn again afterwards. */
  readonly change?: () => Promise<void> | void;
}

export interface Preview {
  readonly title: Message;
  /** The line that does it; none where nothing can be done. */
  readonly go?: Message;
  readonly happens: readonly PreviewLine[];
  readonly choices: readonly PreviewLine[];
  /** The changes of files, shown as diffs: the one that matters most last. */
  readonly changes: readonly FileChange[];
}

/**
 * Shows what would be done, as a diff and a list, until the person says yes.
 * @throws CancellationError where they step back.
 */
export async function confirmPreview(draw: () => Promise<Preview>): Promise<void> {
  /** The texts after a change, for the right side of a diff: they hold no secret. */
  const proposed = new Map<string, string>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ query }) => proposed.get(query),
  });
  try {
    for (let drawn = await draw(); ; drawn = await draw()) {
      await showDiff(drawn.changes.at(-1), proposed);
      const picked = await pick(drawn);
      if (picked === 'go') return;
      await picked();
    }
  } finally {
    await closeDiffs();
    provider.dispose();
  }
}

function pick({ title, go, happens, choices }: Preview): Promise<'go' | (() => Promise<void> | void)> {
  interface Row extends vscode.QuickPickItem {
    readonly action?: 'go' | (() => Promise<void> | void);
  }
  const rows = ({ icon, text, detail, change }: PreviewLine, place: number): Row[] => {
    const said = lines(withoutIcons(inWords(text)), place === 0 ? widest - besideTitle : widest);
    const more = detail === undefined ? {} : { detail: withoutIcons(inWords(detail)) };
    const action = change === undefined ? {} : { action: change };
    return said.map((line, index) => ({
      label: `$(${index === 0 ? icon : 'blank'}) ${line}`,
      ...(index === said.length - 1 ? more : {}),
      ...action,
    }));
  };
  const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items: Row[] = [
    ...(go === undefined ? [] : [{ label: `$(lock) ${inWords(go)}`, action: 'go' as const }]),
    separator(vscode.l10n.t('What will happen')),
    ...happens.flatMap(rows),
    ...(choices.length === 0 ? [] : [separator(vscode.l10n.t('Change')), ...choices.flatMap(rows)]),
  ];
  return new Promise((done, fail) => {
    const list = vscode.window.createQuickPick<Row>();
    list.title = inWords(title);
    list.placeholder = vscode.l10n.t('Enter does it, Escape leaves everything as it is');
    list.items = items;
    list.ignoreFocusOut = true;
    list.onDidAccept(() => {
      const action = list.selectedItems[0]?.action;
      if (action === undefined) return;
      done(action);
      list.dispose();
    });
    list.onDidHide(() => {
      fail(new vscode.CancellationError());
      list.dispose();
    });
    list.show();
  });
}

/** A row of the list shows no more than its width: a longer sentence takes several, of which the first may be shorter (`width`). */
export function lines(sentence: string, width = widest): string[] {
  const wrapped: string[] = [''];
  for (const word of sentence.split(' ')) {
    const line = wrapped.at(-1)!;
    if (line !== '' && line.length + word.length > (wrapped.length === 1 ? width : widest)) wrapped.push(word);
    else wrapped[wrapped.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return wrapped;
}

const widest = 76;
/** What the title of a part takes of its first row. */
const besideTitle = 18;

async function showDiff(change: FileChange | undefined, proposed: Map<string, string>): Promise<void> {
  await closeDiffs();
  if (!change) return;
  const query = randomUUID(); // the editor may still hold the text of an earlier preview
  proposed.set(query, applyEdits(change.before, change.edits));
  const file = vscode.Uri.file(change.path);
  const title = vscode.l10n.t('{file}: now and after', { file: basename(change.path) });
  await vscode.commands.executeCommand('vscode.diff', file, file.with({ scheme, query }), title, { preview: true, preserveFocus: true });
}

async function closeDiffs(): Promise<void> {
  const diffs = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme);
  if (diffs.length > 0) await vscode.window.tabGroups.close(diffs);
}
