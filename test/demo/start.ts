// `npm start`: the demo. In a terminal it opens the person's browser, or says how to, and stays; without one, or with --tour, it plays the tour and ends.
import { spawn, spawnSync } from 'node:child_process';
import { playTour } from './tour.ts';
import { startDemo } from './world.ts';

const packed = spawnSync(process.execPath, ['test/package.mjs'], { stdio: 'inherit' });
if (packed.status !== 0) process.exit(1);
if (process.platform !== 'linux') {
  const { openOnDesktop } = await import('./desktop.ts');
  await openOnDesktop();
  process.exit(0);
}
const tour = process.argv.includes('--tour') || !process.stdin.isTTY;
const world = await startDemo(!tour);
let ending: Promise<void> | undefined;
const end = (code: number): Promise<void> => {
  ending ??= world.stop().then(() => process.exit(code));
  return ending;
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(130));

if (tour) {
  const ok = await playTour(world);
  await end(ok ? 0 : 1);
} else {
  await stay();
}

async function stay(): Promise<void> {
  const { server } = world;
  const opened = openBrowser(server.url());
  console.log(`${opened ? 'Your browser opens' : 'Open'} ${server.url()}`);
  console.log(`The password is ${server.password}`);
  if (!opened)
    console.log(`From another machine: ssh -L ${server.port}:127.0.0.1:${server.port} THIS-MACHINE, then open the address there.`);
  console.log('t plays the tour, q ends.');
  process.stdin.setRawMode(true);
  process.stdin.setEncoding('utf8');
  let playing = false;
  for await (const key of process.stdin) {
    if (key === 'q' || key === '\u0003') return end(0);
    if (key !== 't' || playing) continue;
    playing = true;
    await playTour(world);
    playing = false;
  }
}

/** Whether the person's own browser was started; there is none without a display. */
function openBrowser(url: string): boolean {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return false;
  const [command, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  spawn(command!, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', (error) => console.log(`Your browser could not be opened: ${error.message}`))
    .unref();
  return true;
}
