import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { diskFiles } from '../stow/disk-files.ts';
import { inBackground } from './error-boundary.ts';
import type { FolderProfiles } from './terminals.ts';

/**
 * Gives the folder's profile to a program that is started for debugging outside the terminal, as `AWS_PROFILE` and nothing else, where its configuration
 * does not say whom it acts as. In the terminal it has it already.
 */
export function debugEnvironment(folderProfiles: FolderProfiles, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.debug.registerDebugConfigurationProvider('*', {
    async resolveDebugConfigurationWithSubstitutedVariables(folder, configuration) {
      let given = configuration;
      await inBackground(log, async () => {
        const { wantsProfile } = await import('./folder-environment.ts');
        if (folder === undefined || !wantsProfile(configuration)) return;
        const provided = await folderProfiles.provided(folder);
        if (!('profile' in provided) || (await namesItself(configuration, folder))) return;
        given = { ...configuration, env: { ...configuration.env, AWS_PROFILE: provided.profile } };
      });
      return given;
    },
  });
}

async function namesItself(configuration: vscode.DebugConfiguration, folder: vscode.WorkspaceFolder): Promise<boolean> {
  const { envFilesOf, ownSettingsIn } = await import('./folder-environment.ts');
  for (const file of envFilesOf(configuration)) {
    const text = await diskFiles.read(isAbsolute(file) ? file : join(folder.uri.fsPath, file));
    if (text !== undefined && ownSettingsIn('.env', text).length > 0) return true;
  }
  return false;
}
