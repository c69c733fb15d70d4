import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleGitHubToken } from '../sample-keys.ts';
import { pictures, vsix } from './session.ts';
import { displayLanguage, launchBrowser, openWindow, startServer } from './vscode.ts';

test('in a French editor the warning, what it offers, the commands and an error are French', async () => {
  const workspace = { '.env': `GITHUB_TOKEN=${sampleGitHubToken()}\n` };
  const server = await startServer({ vsix, workspace, args: ['--locale', 'fr'] });
  try {
    displayLanguage(server, 'fr');
    const browser = await launchBrowser();
    try {
      const window = await openWindow(browser, server, { locale: 'fr' });
      await window.openFile('.env');
      const hover = await window.hover('.env', 'error', 'Déplacer vers le trousseau…');
      assert.match(hover, /Jeton d’accès personnel GitHub\s: Agit comme son propriétaire/);
      await window.page.screenshot({ path: `${pictures}/french.png` });

      await window.quickFix('.env', 'Ignorer cette ligne');
      await window.squiggle('.env').first().waitFor({ state: 'detached' });

      await window.runCommand('Keystow: Annuler un rangement…');
      await window.notified('Rien n’a encore été rangé sur cette machine.');
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
});
