/** How a repository runs what it checks before a commit. */
export type HookKind = 'git' | 'husky' | 'lefthook' | 'pre-commit';

/** What makes git run the hooks of a manager, where that has not been done in this clone. */
export const hookManagers: Readonly<Partial<Record<HookKind, string>>> = {
  husky: 'npx husky',
  lefthook: 'lefthook install',
  'pre-commit': 'pre-commit install',
};

/**
 * What a hook runs, in any shell of POSIX. It stops the commit only where the scan found something: where Keystow is not there or cannot run, it says so and
 * lets the commit pass. Git for Windows has such a shell too. It names no path of one person, since some of these files are everybody's.
 */
export const hookCommand = `for keystow in "\${XDG_DATA_HOME:-$HOME/.local/share}/keystow/bin/keystow" "$HOME/.keystow/bin/keystow" "\${LOCALAPPDATA:+$LOCALAPPDATA/Keystow/bin/keystow.cmd}" "$(command -v keystow)"; do [ -f "$keystow" ] && break; done; if [ -f "$keystow" ]; then code=0; "$keystow" scan --staged || code=$?; [ $code -le 1 ] || echo "Keystow cannot run: this commit is not checked for secrets." >&2; [ $code -ne 1 ]; else echo "Keystow is not installed here: this commit is not checked for secrets." >&2; fi`;

/** The same as an entry of pre-commit, which knows no shell. */
export const hookEntry = `sh -c '${hookCommand.replaceAll("'", "'\\''")}'`;
