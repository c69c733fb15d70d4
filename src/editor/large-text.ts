import type * as vscode from 'vscode';
import type { DetectOptions } from '../detect/detect.ts';
import type { Finding } from '../detect/finding.ts';
import type { Change } from '../detect/live-text.ts';
import { moved } from '../detect/moved.ts';
import type { WorkerThread } from '../scan/in-worker.ts';
import type { RuleChoice } from '../scan/own-rules.ts';

/** How a text is looked at on another thread. */
export interface OtherThread extends WorkerThread {
  /** Runs what nobody waits for, and reports what goes wrong. */
  readonly background: (work: () => Promise<void>) => Promise<void>;
}

// So long nobody types before the text is looked at again.
const pauseMs = 400;

/** The findings of a document that is too long to be looked at while somebody types: another thread looks at it in the pauses. Until then they move with the edits. */
export class LargeText implements vscode.Disposable {
  private readonly document: vscode.TextDocument;
  private readonly options: Omit<DetectOptions, 'rules'>;
  private readonly rules: RuleChoice;
  private readonly thread: OtherThread;
  private readonly onFound: () => void;
  private found: readonly Finding[];
  private pause: NodeJS.Timeout | undefined;
  private running = new AbortController();
  length: number;

  /** `found`: what is known of it already. `onFound` is called when another thread has looked at it. */
  constructor(
    document: vscode.TextDocument,
    length: number,
    options: Omit<DetectOptions, 'rules'>,
    rules: RuleChoice,
    thread: OtherThread,
    onFound: () => void,
    found: readonly Finding[] = [],
  ) {
    this.document = document;
    this.length = length;
    this.options = options;
    this.rules = rules;
    this.thread = thread;
    this.onFound = onFound;
    this.found = found;
    this.lookSoon(0);
  }

  findings(): readonly Finding[] {
    return this.found;
  }

  change(change: Change): void {
    this.length += change.inserted.length - change.removed;
    if (this.found.length > 0) this.found = moved(this.found, change);
    this.lookSoon(pauseMs);
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.running.abort();
  }

  private lookSoon(ms: number): void {
    this.dispose();
    this.pause = setTimeout(() => void this.thread.background(() => this.look()), ms);
  }

  private async look(): Promise<void> {
    this.running = new AbortController();
    const { signal } = this.running;
    try {
      const { detectInWorker } = await import('../scan/in-worker.ts');
      this.found = await detectInWorker(this.thread, this.document.getText(), this.options, this.rules, signal);
    } catch (error) {
      if (signal.aborted) return; // somebody goes on typing
      throw error;
    }
    this.onFound();
  }
}
