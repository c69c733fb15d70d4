// In the demo only: the first window opens the file with the key, and the README that says what to do beside it.
const vscode = require('vscode');

exports.activate = async ({ workspaceState }) => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined || workspaceState.get('opened')) return;
  await workspaceState.update('opened', true);
  const at = (path) => vscode.Uri.joinPath(folder.uri, path);
  await vscode.window.showTextDocument(at('shop/.env'), { viewColumn: vscode.ViewColumn.One, preview: false });
  const beside = { viewColumn: vscode.ViewColumn.Two, preserveFocus: true };
  await vscode.commands.executeCommand('vscode.openWith', at('README.md'), 'vscode.markdown.preview.editor', beside);
};
