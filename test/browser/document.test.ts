/** A report as a document on the page: what Markdown has is laid out, and nothing that others wrote becomes markup. */
import type { Page } from 'playwright-core';
import { describe, expect, it, type TestContext } from 'vitest';
import { sideways, useBrowser } from './browser.ts';
import { openPage } from './stubbed.ts';
import { documented, hostile, views } from './views.ts';

const ready = useBrowser();

async function shown(context: Pick<TestContext, 'skip'>, markdown: string): Promise<{ page: Page; wrong: string[] }> {
  const { page, wrong } = await openPage(ready(context), '/runs/answered', {
    'GET /runs/answered/events': views['answered'] ?? 404,
    'GET /runs/answered/text': { text: 'As on a terminal.', aligned: false, markdown },
  });
  await page.getByRole('group', { name: 'Answer' }).waitFor();
  return { page, wrong };
}
const tagsIn = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    "[...new Set([...document.querySelectorAll('.document *')].map(({ tagName }) => tagName.toLowerCase()))].toSorted()",
  );
const linksIn = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>("[...document.querySelectorAll('.document a')].map((link) => link.getAttribute('href'))");

describe('the answer of a run', () => {
  it('is laid out with its headings, lists, tables, code and links, which lead away without a word of where from', async (context) => {
    const { page, wrong } = await shown(context, documented);
    const answer = page.getByRole('group', { name: 'Answer' });
    expect(await answer.getByRole('heading', { name: 'Where herons nest' }).count()).toBe(1);
    expect(await answer.getByRole('listitem').count()).toBe(5);
    expect(await answer.getByRole('columnheader').allTextContents()).toContain('pairs');
    expect(await answer.getByRole('cell', { name: '12', exact: true }).getAttribute('class')).toBe('number');
    const link = answer.getByRole('link', { name: 'https://example.org/herons', exact: true });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await answer.textContent()).toContain(hostile);
    await page.getByRole('button', { name: 'Text' }).click();
    await page.getByText('As on a terminal.').waitFor();
    await page.getByRole('button', { name: 'JSON' }).click();
    await page.getByText('"text": "x"').waitFor();
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('runs and loads nothing, and links to nothing but http(s), whatever it says', async (context) => {
    const { page, wrong } = await shown(
      context,
      [
        hostile,
        '<iframe src="https://evil.test"></iframe><svg onload=alert(1)>',
        '![a picture](https://evil.test/a.png "t")',
        '[one](javascript:alert(1)) [two](JaVaScRiPt&colon;alert(1)) [three](data:text/html,<b>) [four](vbscript:a)',
        '[five](//evil.test) [six](/runs/x) [seven][ref] <javascript:alert(1)> <a@b.test>',
        '',
        '[ref]: javascript:alert(1)',
        '',
        '[eight](http://ok.test "\' onmouseover=alert(1)") &lt;b&gt;',
        '',
        '| a |\n| --- |\n| <b onclick=alert(1)>x</b> |',
        '',
        '```html" onclick="alert(1)\n<script>alert(1)</script>',
      ].join('\n'),
    );
    expect(await tagsIn(page)).toEqual(['a', 'div', 'p', 'pre', 'table', 'tbody', 'td', 'th', 'thead', 'tr']);
    expect(await linksIn(page)).toEqual(['https://evil.test/a.png', 'http://ok.test']);
    const odd = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.document *')].flatMap((each) => each.getAttributeNames()).filter((name) => /^on|^src|^style|title/.test(name))",
    );
    expect(odd).toEqual([]);
    expect(await page.title()).not.toBe('taken');
    expect(wrong).toEqual([]);
    await page.close();
  });

  const units = ['x', '[', '*a_', '> ', '- ', '1. ', '|a', '`', '<', '![a](', '&amp;', '\\', '- a\n', '|a|\n|-|\n'];
  it.for(units)('is shown within a second where it is 200,000 characters of %j', async (unit, context) => {
    const { page } = await shown(context, unit.repeat(200_000 / unit.length));
    // On a machine that does other things as well; a square of the length would be minutes.
    expect(await page.evaluate<number>('performance.now()')).toBeLessThan(10_000);
    expect(await sideways(page)).toBe(0);
    await page.close();
  });

  it('is shown as it was written where it is too long to be laid out', async (context) => {
    const { page } = await shown(context, '# a\n\n'.repeat(100_000));
    await page.getByText('# a').first().waitFor();
    expect(await page.locator('.document').count()).toBe(0);
    await page.close();
  });
});
