import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/** What axe finds wrong with a page, or with the frame of a webview: a line for each element. */
export async function accessibilityProblems(page: Page | Frame): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  if (passes.length === 0) throw new Error('axe found nothing to look at');
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
