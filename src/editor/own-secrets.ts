import * as vscode from 'vscode';
import type { Machine } from '../machine.ts';
import { format } from '../message.ts';
import type { Findings } from './findings.ts';
import { whenChanged } from './when-changed.ts';

/** Lets the findings know the person's own secrets, as hashes: as of the last change of what they are taken from. Nobody is asked to unlock the keychain for it. */
export class OwnSecretsWatch implements vscode.Disposable {
  private readonly machine: Pick<Machine, 'ownSecrets' | 'ownSecretFiles' | 'awsFiles'>;
  private readonly findings: Findings;
  private readonly log: vscode.LogOutputChannel;
  private readonly subscriptions: vscode.Disposable;
  private running: Promise<void> = Promise.resolve();
  /** What could not be read at the last look. */
  private unread: readonly string[] = [];

  /** `background` runs what nobody waits for, and reports what goes wrong. */
  constructor(
    machine: Pick<Machine, 'ownSecrets' | 'ownSecretFiles' | 'awsFiles'>,
    findings: Findings,
    log: vscode.LogOutputChannel,
    background: (work: () => Promise<void>) => Promise<void>,
  ) {
    this.machine = machine;
    this.findings = findings;
    this.log = log;
    const again = () => void background(() => this.look());
    this.subscriptions = vscode.Disposable.from(
      ...machine.ownSecretFiles.map((file) => whenChanged(file, again)),
      // somebody may have unlocked the keychain elsewhere
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.unread.length > 0 && again()),
    );
  }

  /** Reads them all again, one look at a time. */
  look(): Promise<void> {
    this.running = this.running.catch(() => {}).then(() => this.read()); // who asked for the look before hears of what went wrong in it
    return this.running;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async read(): Promise<void> {
    const { known, unread } = await this.machine.ownSecrets();
    const reasons = unread.map(format);
    for (const reason of reasons) if (!this.unread.includes(reason)) this.log.warn(reason);
    this.unread = reasons;
    // in the AWS files themselves a key is at its place
    this.findings.setOwn(known, Object.values(this.machine.awsFiles));
  }
}
