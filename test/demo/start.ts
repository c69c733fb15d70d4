// `npm start`: the demo. In a terminal it opens the person's browser and stays, or, with no display, plays the tour and then stays with an address to open; without
// a terminal, or with --tour, it plays the tour and ends; with --picture beside it the README's animated picture is made of what was played.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../editor/vscode.ts';
import { whenAbandoned } from '../lifeline.ts';
import { runProgram, step } from '../steps.mjs';
import { animate } from './animation.ts';
import { calmMinutes } from './incident.ts';
import { offerOneShotLogin } from './one-shot-login.ts';
import { playTour } from './tour.ts';
import { type DemoWorld, packed, startDemo } from './world.ts';

/** What ends what was started; the newest first. */
const started: (() => Promise<void>)[] = [];
let ending: Promise<never> | undefined;

/** Ends all that was started, then this process. */
function end(code: number): Promise<never> {
  ending ??= (async () => {
    for (const stop of started.toReversed()) await stop().catch((error) => console.error(error));
    process.exit(code);
  })();
  return ending;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(130));
whenAbandoned(() => end(130));

const { stdin } = process;
const help = `t plays the tour, b lets the bill burn (it does by itself after ${calmMinutes} minutes), q ends.`;
try {
  await step('packing the extension', () => runProgram(process.execPath, ['test/package.mjs']));
  if (process.platform !== 'linux') {
    const { openOnDesktop } = await import('./desktop.ts');
    await openOnDesktop();
    await end(0);
  }
  if (process.argv.includes('--tour') || !stdin.isTTY) await end((await tour()) ? 0 : 1);
  await stay();
} catch (error) {
  if (!ending) console.error(error instanceof Error ? error.message : error);
  await end(1);
}

/** Plays the tour in a world of its own. @returns whether every step held */
async function tour(): Promise<boolean> {
  let world: DemoWorld | undefined;
  let browser: Browser | undefined;
  const stop = async () => {
    await browser?.close();
    await world?.stop();
  };
  started.push(stop);
  world = await startDemo('tour');
  browser = await launchBrowser(false);
  let held = false;
  try {
    const picture = process.argv.includes('--picture');
    const frames = await playTour(world, browser, picture ? { width: 1024, height: 640 } : { width: 1280, height: 800 });
    if (picture) console.log(`media/tour.gif has ${Math.round((await animate(frames, 'media/tour.gif', browser)) / 1024)} KB`);
    held = true;
  } catch (error) {
    if (!ending) console.error(error);
  }
  if (ending) return ending;
  started.splice(started.indexOf(stop), 1);
  await stop();
  return held;
}

async function stay(): Promise<void> {
  const keys = new Map<string, () => void>([
    ['q', () => end(0)],
    ['\u0003', () => end(130)], // Ctrl+C
  ]);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8').on('data', (text: string) => {
    for (const key of text) keys.get(key)?.();
  });
  stdin.on('end', () => end(0));
  const display = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (!display) await tour();
  await step('packing the guide', () => packGuide());
  const world = await startDemo('person');
  started.push(() => world.stop());
  const { server } = world;
  const opened = display && (await openBrowser(world));
  console.log(`${opened ? 'Your browser opens' : 'Open'} ${server.url()}`);
  console.log(`The password, where it is asked for, is ${server.password}`);
  if (!opened)
    console.log(`From another machine: ssh -L ${server.port}:127.0.0.1:${server.port} THIS-MACHINE, then open the address there.`);
  let playing = false;
  keys.set('t', async () => {
    if (playing) return;
    playing = true;
    await tour().catch((error) => ending ?? console.error(error));
    playing = false;
    console.log(help);
  });
  keys.set('b', () => {
    world.beginIncident();
    console.log('Miners run in 17 regions now.');
  });
  console.log(help);
  await new Promise(() => {});
}

function packGuide(): Promise<string> {
  const vsce = resolve('node_modules/@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', resolve(packed.guide)];
  return runProgram(process.execPath, [vsce, 'package', ...options], { cwd: 'test/demo/guide' });
}

/** Whether the person's own browser was started. */
async function openBrowser(world: DemoWorld): Promise<boolean> {
  const login = await offerOneShotLogin(world.server);
  started.push(async () => login.stop());
  const child = spawn('xdg-open', [login.address], { stdio: 'ignore', detached: true });
  return new Promise((done) => {
    child.once('spawn', () => done(true));
    child.once('exit', (code) => {
      if (code !== 0) console.log(`Your browser could not be opened (xdg-open: ${code}): open the address yourself.`);
    });
    child.once('error', (error) => {
      console.log(`Your browser could not be opened: ${error.message}`);
      login.stop();
      done(false);
    });
    child.unref();
  });
}
