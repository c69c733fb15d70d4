// The animated picture of the README, made from the pictures of the tour: `npm start -- --tour --picture`.
import { readFileSync, writeFileSync } from 'node:fs';
import gifenc from 'gifenc';
import type { Browser, Page } from 'playwright-core';
import pngjs from 'pngjs';

/** A picture of the screen and the words below it. */
export interface Frame {
  readonly file: string;
  readonly caption: string;
}

const width = 800;
const showMs = 1_800;
const lastMs = 4_000;
const colours = 96;
const transparent = colours;

/** Writes the frames as an animated GIF of 800 pixels' width, each with its words. @returns its size in bytes */
export async function animate(frames: readonly Frame[], target: string, browser: Browser): Promise<number> {
  const page = await browser.newPage({ viewport: { width, height: width } });
  const gif = gifenc.GIFEncoder();
  let shown: Uint8Array | undefined;
  for (const [index, frame] of frames.entries()) {
    const { data, width: across, height: down } = pngjs.PNG.sync.read(await captioned(frame, page));
    const palette = gifenc.quantize(data, colours);
    const pixels = gifenc.applyPalette(data, palette);
    const last = shown;
    // what did not change since the frame before is left out: that packs well
    if (last) for (let i = 0; i < pixels.length; i++) if (sameColour(data, last, 4 * i)) pixels[i] = transparent;
    shown = data;
    while (palette.length <= transparent) palette.push([0, 0, 0]);
    const delay = index === frames.length - 1 ? lastMs : showMs;
    gif.writeFrame(pixels, across, down, { palette, delay, transparent: last !== undefined, transparentIndex: transparent, dispose: 1 });
  }
  await page.close();
  gif.finish();
  writeFileSync(target, gif.bytes());
  return gif.bytes().length;
}

const sameColour = (a: Uint8Array, b: Uint8Array, at: number) => a[at] === b[at] && a[at + 1] === b[at + 1] && a[at + 2] === b[at + 2];

/** The picture at its size in the README, with its words below: drawn by the browser, which scales well. */
async function captioned({ file, caption }: Frame, page: Page): Promise<Buffer> {
  await page.setContent(
    `<style>${style}</style><figure><img src="data:image/png;base64,${readFileSync(file).toString('base64')}"><figcaption>`,
  );
  await page.locator('figcaption').evaluate((words, text) => {
    words.textContent = text;
  }, caption);
  await page.locator('img').evaluate((image: HTMLImageElement) => image.decode());
  return page.locator('figure').screenshot();
}

const style = `
  body { margin: 0 }
  figure { margin: 0; background: #1f1f1f }
  img { display: block; width: ${width}px }
  figcaption { color: #fff; font: 600 18px sans-serif; padding: 9px 16px }`;
