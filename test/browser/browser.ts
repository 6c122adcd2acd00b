/** A real Chromium, where the machine has one: named by `CHROMIUM`, or on the PATH; and what is looked for on every page. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, type TestContext } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Why there is none, in words, or the browser; its caller closes it. */
async function openBrowser(): Promise<Browser | string> {
  const executablePath = process.env['CHROMIUM']?.trim() || findOnPath();
  if (executablePath === undefined)
    return `no Chromium is installed (apt-get install chromium, or name one by CHROMIUM)`;
  // Tests often run as root, where the sandbox cannot.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}

/**
 * Call at the top of a test file.
 *
 * @returns the browser, or skips the test with the reason in words
 */
export function useBrowser(): (context: Pick<TestContext, 'skip'>) => Browser {
  let browser: Browser | undefined;
  let why = '';
  beforeAll(async () => {
    const opened = await openBrowser();
    if (typeof opened === 'string') why = opened;
    else browser = opened;
  });
  afterAll(() => browser?.close());
  return ({ skip }) => browser ?? skip(why);
}

function findOnPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What the page makes hard for who sees, hears or types otherwise, by axe's rules; each as a line. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => id + ': ' + help + ': ' + html.slice(0, 200))))`);
}

/** How far the document is wider than its window; 0 where nobody has to move it sideways. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/**
 * Texts that are shown in part without a sign of it, and elements that lie over each other: each by the beginning of its text.
 * What scrolls, or ends in an ellipsis, says by itself that there is more.
 */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const faults = [];
    const shown = [...document.querySelectorAll('button, a, h1, h2, h3, label, p, dt, dd, th, td, [role=gridcell].number')].filter(
      (element) => element.checkVisibility() && !element.matches('.skip, .unseen, .state ~ [role=status]') && element.textContent.trim() !== '');
    for (const element of shown) {
      const { overflowX } = getComputedStyle(element);
      if (overflowX === 'hidden' && getComputedStyle(element).textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1)
        faults.push('cut: ' + element.textContent.slice(0, 50));
    }
    const boxes = [...document.querySelectorAll('button, a, input, select, textarea, h1, h2, .badge, .marks span')].filter(
      (element) => element.checkVisibility() && !element.matches('.skip, .unseen, .state ~ [role=status]') && !element.closest('.waterfall'));
    for (const [index, one] of boxes.entries())
      for (const other of boxes.slice(index + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        const over = Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
        if (over > 1) faults.push('over each other: ' + one.textContent.slice(0, 30) + ' and ' + other.textContent.slice(0, 30));
      }
    return faults;
  })()`);
}

/** Two frames on: what watches its own size has drawn itself anew. */
export async function drawn(page: Page): Promise<void> {
  // As text, since here the DOM has no types.
  const frame = 'new Promise((drawn) => requestAnimationFrame(drawn))';
  await page.evaluate(frame);
  await page.evaluate(frame);
}
