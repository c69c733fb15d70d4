import * as vscode from 'vscode';
import { signInFlow, signInWithBrowser, signInWithCode } from '../credentials/sso/sign-in.ts';
import type { SsoSession } from '../credentials/sso/sso-session.ts';
import type { Machine } from '../machine.ts';

/** After this long a browser that came back would have: a code is offered first. */
const offerCodeAfterMs = 60_000;

/**
 * Signs a person in: by the browser where its way back to this machine is open, else by a code, which is always one click away.
 * @throws CancellationError where the person gives up, UserError where they deny or nobody answers
 */
export async function signIn(session: SsoSession, { sso }: Machine): Promise<void> {
  if ((await byBrowser(session, sso)) === 'code') await byCode(session, sso);
}

async function byBrowser(session: SsoSession, sso: Machine['sso']): Promise<'signed in' | 'code'> {
  const useCode = new Error('a code instead');
  const title = vscode.l10n.t('Sign in to {session}', { session: session.name });
  return whileListed(title, async (list, signal, giveUp) => {
    list.placeholder = vscode.l10n.t('Waiting for the sign-in service…');
    const code: WaitingRow = {
      label: `$(device-mobile) ${vscode.l10n.t('Use a code instead')}`,
      detail: vscode.l10n.t('Works from any browser, also where this one does not find its way back'),
      press: () => giveUp(useCode),
    };
    list.items = [code, cancelRow(giveUp)];
    const offer = setTimeout(() => {
      list.placeholder = vscode.l10n.t('Nothing has come back for a minute. A code works everywhere.');
      list.items = [code, ...list.items.filter((row) => row !== code)];
      list.activeItems = [code];
    }, offerCodeAfterMs);
    try {
      return await signInWithBrowser(session, sso, {
        chooseFlow,
        page: callbackPage(),
        signal,
        async open(address) {
          list.placeholder = vscode.l10n.t('Allow Keystow in the browser, then come back. Escape gives up.');
          list.items = [openRow(address), copyRow(vscode.l10n.t('Copy the address'), address), code, cancelRow(giveUp)];
          await open(address);
        },
      });
    } catch (error) {
      if (signal.reason === useCode) return 'code';
      throw error;
    } finally {
      clearTimeout(offer);
    }
  });
}

async function byCode(session: SsoSession, sso: Machine['sso']): Promise<void> {
  const title = vscode.l10n.t('Sign in to {session} by a code', { session: session.name });
  return whileListed(title, async (list, signal, giveUp) => {
    list.placeholder = vscode.l10n.t('Waiting for the sign-in service…');
    list.items = [cancelRow(giveUp)];
    await signInWithCode(session, sso, {
      signal,
      show({ userCode, addressWithCode }) {
        list.title = vscode.l10n.t('Sign in to {session}: the code is {code}', { session: session.name, code: userCode });
        list.placeholder = vscode.l10n.t('Allow it only if the page shows this very code');
        list.items = [
          openRow(addressWithCode),
          copyRow(vscode.l10n.t('Copy the address'), addressWithCode),
          copyRow(vscode.l10n.t('Copy the code'), userCode),
          cancelRow(giveUp),
        ];
      },
    });
  });
}

/** The listener’s own port is asked about, so that an editor that forwards ports forwards this one; of the answer the host alone counts. */
async function chooseFlow(redirectUri: string | undefined) {
  const windowIsLocal = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (redirectUri === undefined || windowIsLocal) return signInFlow({ loopbackListens: redirectUri !== undefined, windowIsLocal });
  try {
    const { authority } = await vscode.env.asExternalUri(vscode.Uri.parse(redirectUri));
    return signInFlow({ loopbackListens: true, windowIsLocal, externalHost: authority });
  } catch {
    return signInFlow({ loopbackListens: true, windowIsLocal }); // an editor that cannot say how its ports are reached
  }
}

const open = (address: string) => vscode.env.openExternal(vscode.Uri.parse(address, true));

function callbackPage() {
  return {
    language: vscode.l10n.bundle === undefined ? 'en' : vscode.env.language,
    title: vscode.l10n.t('Back to your editor'),
    text: vscode.l10n.t('Keystow has the answer. You can close this tab.'),
  };
}

interface WaitingRow extends vscode.QuickPickItem {
  readonly press: () => unknown;
}

const openRow = (address: string): WaitingRow => ({
  label: `$(link-external) ${vscode.l10n.t('Open the page')}`,
  detail: new URL(address).origin,
  press: () => open(address),
});

const copyRow = (label: string, text: string): WaitingRow => ({
  label: `$(copy) ${label}`,
  press: () => vscode.env.clipboard.writeText(text),
});

const cancelRow = (giveUp: (reason: Error) => void): WaitingRow => ({
  label: `$(close) ${vscode.l10n.t('Give up')}`,
  press: () => giveUp(new vscode.CancellationError()),
});

/** Shows a list while the work goes on, of which a person may press a row at any time; Escape gives the work up. */
async function whileListed<T>(
  title: string,
  work: (list: vscode.QuickPick<WaitingRow>, signal: AbortSignal, giveUp: (reason: Error) => void) => Promise<T>,
): Promise<T> {
  const list = vscode.window.createQuickPick<WaitingRow>();
  const cancel = new AbortController();
  const giveUp = (reason: Error) => cancel.abort(reason);
  list.title = title;
  list.busy = true;
  list.ignoreFocusOut = true;
  list.onDidAccept(() => list.selectedItems[0]?.press());
  list.onDidHide(() => giveUp(new vscode.CancellationError()));
  list.show();
  try {
    return await work(list, cancel.signal, giveUp);
  } catch (error) {
    // what was under way ends in an error of its own kind
    throw cancel.signal.aborted ? cancel.signal.reason : error;
  } finally {
    list.dispose();
  }
}
