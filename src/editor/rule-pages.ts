import * as vscode from 'vscode';
import { pageOfRule } from '../detect/rule-page.ts';

const scheme = 'keystow-rule';

/** What the code of a diagnostic opens: the page of its rule, which needs no network. (A link to a command would do nothing in a hover.) */
export const rulePageLink = (id: string): vscode.Uri => vscode.Uri.from({ scheme, path: `/${id}.md` });

/** Gives the editor the rules' pages as documents; package.json says that they are shown as pages, and not as their Markdown. */
export function registerRulePages(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ path }) => pageOfRule(path.replace(/^\/|\.md$/g, '')),
  });
}
