import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/**
 * What axe finds wrong with a page, or with the frame of a webview, or with the parts of it that a selector names: a line for each element.
 * `except` are axe's names of what it is not to look for.
 */
export async function accessibilityProblems(page: Page | Frame, parts = 'html', except: readonly string[] = []): Promise<string[]> {
  await page.evaluate(axe.source);
  const rules = Object.fromEntries(except.map((name) => [name, { enabled: false }]));
  const { violations, passes } = await page.evaluate(
    ([selector, options]) => (globalThis as unknown as { axe: typeof axe }).axe.run(selector, options),
    [parts, { rules }] as const,
  );
  if (passes.length === 0) throw new Error('axe found nothing to look at');
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
