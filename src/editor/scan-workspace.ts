import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { type Job, scanInWorker, type WorkerThread } from '../scan/in-worker.ts';
import type { KnownFindings } from './known-findings.ts';
import { largestFileMb, listSetting } from './settings.ts';

/** `keystow.scanWorkspace` and `keystow.scanHistory`: all files of the window's folders, or all their commits; shown in Problems and in the view of findings. */
export async function scanWorkspace(what: Job['what'], thread: WorkerThread, known: KnownFindings): Promise<void> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) throw new UserError('There is no folder to scan. Open one first (File: Open Folder).');
  const title = what === 'files' ? vscode.l10n.t('Scanning the files for secrets') : vscode.l10n.t('Scanning the git history for secrets');
  const progressing = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const began = performance.now();
  let files = 0;
  let skipped = 0;
  let found = 0;
  await vscode.window.withProgress(progressing, async (progress, cancelled) => {
    const stop = new AbortController();
    cancelled.onCancellationRequested(() => stop.abort(new vscode.CancellationError()));
    for (const { uri, name } of folders) {
      const rules = JSON.stringify([listSetting('detect.disabledRules', uri), known.rules.choiceFor(uri)]);
      const last = what === 'files' ? known.lastScans.get(uri.toString()) : undefined;
      const job: Job = {
        what,
        folder: uri.fsPath,
        isTrusted: vscode.workspace.isTrusted,
        maxBytes: largestFileMb() * 1_000_000,
        disabledRules: listSetting('detect.disabledRules', uri),
        exclude: listSetting('detect.exclude', uri),
        rules: known.rules.choiceFor(uri),
        known: known.own,
        ...(last?.rules === rules && last.own === known.own ? { clean: last.clean } : {}),
      };
      const tell = (count: number, file: string) =>
        progress.report({ message: vscode.l10n.t('Files: {count}, {file}', { count, file: `${name}/${file}` }) });
      const scanned = await scanInWorker(thread, job, tell, stop.signal);
      if (what === 'files') {
        known.lastScans.set(uri.toString(), { rules, own: job.known, clean: scanned.clean });
        known.setFiles(uri, scanned.findings);
      } else known.setHistory(uri, scanned.findings);
      files += scanned.files;
      skipped += scanned.skipped.length;
      found += scanned.findings.length;
    }
  });
  const show = vscode.l10n.t('Show');
  const seconds = ((performance.now() - began) / 1000).toLocaleString(vscode.env.language, { maximumFractionDigits: 1 });
  const looked = vscode.l10n.t('Files: {files}, skipped: {skipped}, {seconds} s.', { files, skipped, seconds });
  const picked = await vscode.window.showInformationMessage(`${foundInWords(found)} ${looked}`, ...(found > 0 ? [show] : []));
  if (picked === show) await vscode.commands.executeCommand('keystow.findings.focus');
}

function foundInWords(found: number): string {
  if (found === 0) return vscode.l10n.t('No secret and no key id found.');
  return found === 1 ? vscode.l10n.t('One secret or key id found.') : vscode.l10n.t('{found} secrets and key ids found.', { found });
}
