// Measures inside the extension host what a keystroke costs there: it listens before Keystow does (it is activated first) and after it, so that all of Keystow's
// work on a change lies between the two. It is an extension of its own, so that Keystow has nothing in it for its benchmarks.
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const keystrokes = 300;

exports.activate = ({ subscriptions }) => {
  let arrived = 0;
  let ownWork = () => {};
  subscriptions.push(
    vscode.workspace.onDidChangeTextDocument(({ contentChanges }) => {
      if (contentChanges.length === 0) return; // the document is only marked as changed
      arrived = performance.now();
      ownWork();
    }),
    vscode.commands.registerCommand('benchProbe.type', async () => {
      const told = join(vscode.workspace.workspaceFolders[0].uri.fsPath, 'measured.json');
      try {
        writeFileSync(told, JSON.stringify(await measure()));
      } catch (error) {
        writeFileSync(told, JSON.stringify({ failed: error.message }));
      }
    }),
  );

  async function measure() {
    const editor = vscode.window.activeTextEditor;
    const { document } = editor;
    const ranges = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ source }) => source === 'Keystow')
        .map(({ range }) => range.start.character);

    /** Types in front of the key: its diagnostics must have moved by one when Keystow is done. */
    const type = async (after) => {
      const took = [];
      for (let i = 0; i < keystrokes; i++) {
        const before = ranges();
        let failure;
        const listener = vscode.workspace.onDidChangeTextDocument(({ contentChanges }) => {
          if (contentChanges.length === 0) return;
          try {
            took.push(after(before));
          } catch (error) {
            failure = error;
          }
        });
        await editor.edit((edit) => edit.insert(new vscode.Position(document.lineCount >> 1, 0), ' '));
        listener.dispose();
        if (failure) throw failure;
      }
      return took;
    };

    const keystow = await type((before) => {
      const took = performance.now() - arrived;
      const moved = ranges();
      if (before.length === 0 || !moved.every((at, i) => at === before[i] + 1))
        throw new Error(`the diagnostics did not follow: from ${before} to ${moved}`);
      return took;
    });
    const floor = [];
    ownWork = () => {
      document.getText();
      floor.push(performance.now() - arrived);
    };
    await type(() => 0);
    ownWork = () => {};
    return { keystow, floor };
  }
};
