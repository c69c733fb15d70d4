// The tour: what Keystow does, played by mouse and keyboard in a real VS Code. Each step asserts on what is on the screen, on the real keychain and on the simulated account.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type EditorWindow, openWindow } from '../editor/vscode.ts';
import type { Frame } from './animation.ts';
import { steps } from './tour-steps.ts';
import type { DemoWorld } from './world.ts';

const pictures = 'out/tour';

/** What a step plays on. */
export interface Stage extends DemoWorld {
  readonly window: EditorWindow;
  /** Takes a picture within a step; one more is taken at its end. */
  picture(): Promise<void>;
}

export interface Step {
  readonly title: string;
  /** Gives what it saw. */
  play(stage: Stage): Promise<string>;
}

/** Plays every step and prints a line for each. @returns the pictures that were taken. @throws Error naming the step that did not hold */
export async function playTour(world: DemoWorld, browser: Browser, size: { width: number; height: number }): Promise<readonly Frame[]> {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  const began = performance.now();
  const ownFiles = fingerprintOfOwnAwsFiles();
  const window = await openWindow(browser, world.server, { size });
  const frames: Frame[] = [];
  for (const [index, { title, play }] of steps.entries()) {
    const number = String(index + 1).padStart(2, '0');
    let letter = 'a'.charCodeAt(0);
    const take = async (name: string) => {
      const file = join(pictures, `${name}.png`);
      await window.page.waitForTimeout(300); // lists and notifications fade in
      await window.page.screenshot({ path: file });
      frames.push({ file, caption: title });
    };
    const picture = () => take(number + String.fromCharCode(letter++));
    const since = performance.now();
    try {
      const saw = await play({ ...world, window, picture });
      console.log(`${number}  ${title}: ${saw} (${((performance.now() - since) / 1000).toFixed(0)} s)`);
    } catch (error) {
      throw new Error(`${number}  ${title}: FAILED`, { cause: error });
    } finally {
      if (!window.page.isClosed()) {
        await window.page.mouse.move(size.width * 0.2, 18); // the title bar, away from what would show a tooltip
        await take(`${number}z`);
      }
    }
  }
  assert.equal(fingerprintOfOwnAwsFiles(), ownFiles, 'the AWS files of this machine’s user changed');
  console.log('    Your own AWS files: as they were');
  console.log(`the tour took ${((performance.now() - began) / 1000).toFixed(0)} s; pictures are in ${pictures}/`);
  return frames;
}

/** A hash of the AWS files of the user who runs this, whatever HOME says. */
function fingerprintOfOwnAwsFiles(): string {
  const folder = join(userInfo().homedir, '.aws');
  const hash = createHash('sha256');
  if (!existsSync(folder)) return 'none';
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    const { mtimeMs, mode } = statSync(path);
    hash.update(`${name}\0${mtimeMs}\0${mode}\0`);
    if (statSync(path).isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}
