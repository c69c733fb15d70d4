import { homedir } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { readProfileFiles } from '../credentials/profile.ts';
import { profileNameProblem } from '../credentials/serve-profile.ts';
import type { AnyRule } from '../detect/detect.ts';
import type { Finding } from '../detect/finding.ts';
import { type Message, message, UserError } from '../message.ts';
import { planUnderOwnName } from '../stow/item-name.ts';
import { packageOf } from '../stow/package.ts';
import { plaintextProfiles } from '../stow/plaintext.ts';
import { type Proposal, planStow, type StowChoices, type StowTarget } from '../stow/plan.ts';
import { afterwards, runStow } from '../stow/run.ts';
import { stowObstacle, targetOf } from '../stow/target.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import { sourceFileOf, whyNotMoved } from './document-kinds.ts';
import { type Findings, rangeOf } from './findings.ts';
import { moveProfile } from './move-plaintext-keys.ts';
import { asRange, asUri, type RangeOrEnds, type UriOrText } from './place-in-link.ts';
import { confirmPreview, type PreviewLine } from './preview.ts';
import { checkKey, type KeyCheck, modeChoice, planDoors, type Stowing, stowPreview } from './stowing.ts';
import { inWords } from './words.ts';

/** `keystow.stowSecret`: takes the secret under the cursor, or at a place that a quick fix or a hover names, out of its file. */
export async function stowSecret(
  findings: Findings,
  stowing: Stowing,
  chooseFolderProfile: (folder: vscode.Uri, profile: string) => Promise<void>,
  uri?: UriOrText,
  range?: RangeOrEnds,
  replacement?: StowChoices['replacement'],
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const shown = uri ? await vscode.workspace.openTextDocument(asUri(uri)) : editor?.document;
  if (!shown) throw new UserError('There is no secret under the cursor. Put the cursor on one, then try again.');
  const reason = shown.isUntitled ? undefined : whyNotMoved(shown.uri);
  if (reason) throw new UserError(reason.text, reason.values);
  const found = findings.of(shown);
  const at = range ? asRange(range) : (editor?.selection ?? new vscode.Range(0, 0, 0, 0));
  const finding =
    found.find((one) => rangeOf(shown, one).intersection(at) && one.severity === 'error') ??
    found.find((one) => rangeOf(shown, one).intersection(at)) ??
    only(found);
  if (!finding) throw new UserError('There is no secret under the cursor. Put the cursor on one, then try again.');
  const rules = findings.rules.of(shown.uri);
  const secret: Secret = { target: targetOf(found, finding, rules), rule: findings.rules.ruleOf(finding.rule) };
  const move = (document: vscode.TextDocument) => moveToKeychain(document, secret, stowing, chooseFolderProfile, replacement);
  if (!shown.isUntitled) return move(shown);

  const document = await savedToFile(shown, (path) => stowObstacle(found, finding, { ...sourceFileOf(shown), path }, rules));
  try {
    await move(document);
  } catch (error) {
    if (document.getText().includes(finding.value)) {
      const file = document.uri.fsPath;
      void vscode.window.showWarningMessage(inWords(message('The secret was not moved: it stands in {file} now.', { file })));
    }
    throw error;
  }
}

interface Secret {
  readonly target: StowTarget;
  readonly rule: AnyRule;
}

/** Takes a secret out of a file, after a preview. @throws CancellationError where the person steps back */
async function moveToKeychain(
  document: vscode.TextDocument,
  { target, rule }: Secret,
  stowing: Stowing,
  chooseFolderProfile: (folder: vscode.Uri, profile: string) => Promise<void>,
  replacement: StowChoices['replacement'],
): Promise<void> {
  const { machine } = stowing;
  if ([machine.awsFiles.credentials, machine.awsFiles.config].includes(document.uri.fsPath)) {
    const profile = plaintextProfiles(await readProfileFiles(machine.awsFiles, documentFiles.read)).find(
      ({ key }) => target.kind === 'key pair' && key.accessKeyId === target.pair.accessKeyId.value,
    );
    if (!profile) throw new UserError('No profile of {file} has this key alone. Mend the section by hand.', { file: document.uri.fsPath });
    return moveProfile(profile.name, stowing);
  }

  await machine.ensureLauncher(stowing.cli);
  const file = sourceFileOf(document);
  let choices: StowChoices = replacement === undefined ? {} : { replacement };
  let useForFolder = true;
  const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri;
  const planned = await planDoors(document.uri, stowing);
  let proposal: Proposal = { notes: [] };
  let check: KeyCheck;
  await confirmPreview(async () => {
    proposal = await planUnderOwnName(target, choices, (chosen) => planStow(file, target, chosen, planned), machine.keychain);
    if (proposal.plan && check === undefined) check = await checkKey(proposal.plan, machine);
    const lines: PreviewLine[] = [];
    const choose = (change: StowChoices) => {
      choices = { ...choices, ...change };
    };
    if (proposal.profile) lines.push(...profileChoices(proposal, choose));
    if (target.kind === 'secret' && proposal.plan) {
      const name = proposal.plan.item.account.split('/')[1] ?? '';
      lines.push({
        icon: 'tag',
        text: message('Name: {name}', { name }),
        change: async () => choose({ itemName: await ask(vscode.l10n.t('Name of the secret'), name) }),
      });
    }
    if (proposal.needsPackage) lines.push(...installChoice(proposal.needsPackage, file.path));
    if (proposal.readsProfileVariable && folder) {
      const profile = proposal.profile?.name ?? '';
      const text = message('Use {profile} for this folder’s new terminals too', { profile });
      lines.push({
        icon: useForFolder ? 'check' : 'dash',
        text,
        change: () => {
          useForFolder = !useForFolder;
        },
      });
    }
    return stowPreview(
      message('Stow the {what} of {file}', { what: message(rule.name), file: basename(file.path) }),
      proposal,
      check,
      lines,
    );
  });

  const { plan } = proposal;
  if (!plan) throw new vscode.CancellationError();
  const acted = check && 'acted' in check ? check.acted : undefined;
  const title = vscode.l10n.t('Moving the secret to the keychain…');
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () =>
    runStow(plan, await machine.stowDoors(documentFiles, acted)),
  );
  if (proposal.readsProfileVariable && folder && useForFolder && proposal.profile) await chooseFolderProfile(folder, proposal.profile.name);
  await vscode.window.showTextDocument(document, { preview: false });
  void vscode.window.showInformationMessage(inWords(afterwards));
}

function profileChoices({ profile, keyOnly, replacement }: Proposal, choose: (change: StowChoices) => void): PreviewLine[] {
  if (!profile) return [];
  const lines: PreviewLine[] = [];
  if (profile.isNew) {
    lines.push({
      icon: 'tag',
      text: message('Name of the profile: {profile}', { profile: profile.name }),
      change: async () =>
        choose({ profile: await ask(vscode.l10n.t('Name of the profile'), profile.name, (name) => profileNameProblem(name)) }),
    });
  }
  lines.push(modeChoice(profile.mode, keyOnly === true, (mode) => choose({ mode })));
  if (replacement) {
    const other = replacement === 'profile' ? 'default-chain' : 'profile';
    lines.push({
      icon: 'arrow-swap',
      text:
        other === 'profile'
          ? message('Name the profile in the code instead')
          : message('For code that is deployed: take the credentials argument out instead'),
      change: () => choose({ replacement: other }),
    });
  }
  return lines;
}

/** Offers to add the package that the edited program imports, at the version of the client it uses, by the package manager of its folder. */
function installChoice(name: string, file: string): PreviewLine[] {
  const project = packageOf(file);
  if (!project) return [];
  const command = `${project.manager} ${project.manager === 'npm' ? 'install' : 'add'} ${name}@"${project.clientVersion}"`;
  return [
    {
      icon: 'cloud-download',
      text: message('Add it now: {command}', { command }),
      change: () => {
        const terminal = vscode.window.createTerminal({ name: 'Keystow', cwd: project.folder });
        terminal.show(true);
        terminal.sendText(command);
      },
    },
  ];
}

/**
 * A secret is moved out of a file: the person says what a new document is called. The editor's own way to save proposes the first line as a name, and
 * that may hold the secret. `obstacle`: why the secret could not be moved out of a file of that path, which then is not written.
 */
async function savedToFile(untitled: vscode.TextDocument, obstacle: (path: string) => Message | undefined): Promise<vscode.TextDocument> {
  const text = untitled.getText(); // what the secret was found in
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const defaultUri = vscode.Uri.joinPath(folder, `untitled${fileEndingOf(untitled.languageId)}`);
  const file = await vscode.window.showSaveDialog({ defaultUri, title: vscode.l10n.t('Save to a file') });
  if (!file) throw new vscode.CancellationError();
  const reason = whyNotMoved(file) ?? obstacle(file.fsPath);
  if (reason) throw new UserError(reason.text, reason.values);
  const bytes = await vscode.workspace.encode(text, { uri: file });
  if ((await vscode.workspace.decode(bytes, { uri: file })) !== text) {
    throw new UserError(
      '{file} would not hold every character of this document, so nothing was written. Choose an encoding that has them all (setting {setting}).',
      { file: file.fsPath, setting: 'files.encoding' },
    );
  }
  await vscode.workspace.fs.writeFile(file, bytes);
  const saved = await vscode.workspace.openTextDocument(file);
  if (saved.getText() !== text)
    throw new UserError('{file} is open with other text. Save this document under another name.', { file: file.fsPath });
  await vscode.window.showTextDocument(untitled);
  // without a question, as all of it is in the file; the command closes what is active, which may be another document by now
  if (vscode.window.activeTextEditor?.document === untitled && untitled.getText() === text)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.window.showTextDocument(saved, { preview: false });
  return saved;
}

/** How the files of a language end, the dot included, as the extension says that brings the language. */
function fileEndingOf(languageId: string): string {
  const languages = vscode.extensions.all.flatMap(({ packageJSON }): Language[] => packageJSON.contributes?.languages ?? []);
  return languages.find(({ id, extensions }) => id === languageId && extensions?.[0])?.extensions?.[0] ?? '.txt';
}

interface Language {
  readonly id: string;
  readonly extensions?: readonly string[];
}

const only = (findings: readonly Finding[]): Finding | undefined => {
  const secrets = findings.filter(({ severity }) => severity === 'error');
  return secrets.length === 1 ? secrets[0] : undefined;
};
