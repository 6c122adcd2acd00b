/** Text on its way into Markdown or HTML: shown as it is, whatever marks it holds, and only http(s) addresses are links. */
import { oneLine, withoutControls } from './controls.ts';

const longestAddress = 2000;

/** Whether it is an address that a reader may be led to. */
export function isWebAddress(text: string): boolean {
  return text.length <= longestAddress && /^https?:\/\/[^\s<>"'`\\^{|}]+$/i.test(text);
}

/**
 * One line of Markdown that shows the text as it is: no link, image, emphasis, code, tag or cell of its own.
 *
 * @example const cell = markdownText(page.title, 80);
 */
export function markdownText(text: string, most?: number): string {
  return oneLine(text, most).replaceAll(/[\\`*_[\]<>|~]|&(?=#?\w{1,40};)/g, '\\$&');
}

/** A text as code in a line. */
export function markdownCode(text: string): string {
  const line = oneLine(text).replaceAll('`', "'").replaceAll('|', '\\|');
  return line === '' ? '' : `\`${line}\``;
}

/**
 * An address as a link, or as code where it is none that may be followed, such as a path.
 *
 * @example const link = markdownAddress('https://example.org');
 */
export function markdownAddress(address: string): string {
  return isWebAddress(address) ? `<${address}>` : markdownCode(address);
}

/**
 * Markdown that others wrote, such as a model's answer: its tags are shown as text, its images become links, and links to
 * anything but http(s) are text. Code is left as it is.
 *
 * @example await write(safeMarkdown(answer.text));
 */
export function safeMarkdown(markdown: string): string {
  return codeApart(withoutControls(markdown))
    .map((part, index) => (index % 2 === 1 ? part : safeProse(part)))
    .join('');
}

function safeProse(prose: string): string {
  return prose
    .replaceAll(/\\?<(?!https?:\/\/[^\s<>]{1,2000}>)/g, '\\<')
    .replaceAll(/!(?=\[)/g, '\\!')
    .replaceAll(/\](?:\((?!\s{0,9}<?https?:\/\/)|:)/gi, (mark) => `]\\${mark.slice(1)}`);
}

/** Prose and code of a Markdown text in turn, prose first. A fence or a span that is not closed is prose. */
export function codeApart(markdown: string): string[] {
  const parts: string[] = [];
  const closed = new Map<string, number>();
  let start = 0;
  for (const { 0: ticks, index } of markdown.matchAll(/`{1,64}/g)) {
    if (index < start) continue;
    const from = index + ticks.length;
    // Where none was found once, none is found later: each length of mark is sought to the end only once.
    const end = (closed.get(ticks) ?? from) === -1 ? -1 : closing(markdown, ticks, from);
    closed.set(ticks, end);
    if (end === -1) continue;
    parts.push(markdown.slice(start, index), markdown.slice(index, end));
    start = end;
  }
  return [...parts, markdown.slice(start)];
}

/** Where a span of code that was opened with these marks ends, past its closing marks; -1 where it does not. */
function closing(markdown: string, ticks: string, from: number): number {
  for (let at = markdown.indexOf(ticks, from); at !== -1; at = markdown.indexOf(ticks, at)) {
    let end = at;
    while (markdown[end] === '`') end += 1;
    if (end - at === ticks.length) return end;
    at = end;
  }
  return -1;
}

/**
 * Lines as they are, in a fence that no line of them closes.
 *
 * @example const shown = markdownLines(report.stdout);
 */
export function markdownLines(text: string): string {
  const lines = withoutControls(text);
  let longest = 2;
  for (const [ticks] of lines.matchAll(/`{3,}/g)) longest = Math.max(longest, ticks.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${lines}\n${fence}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, inside an element or a quoted attribute. */
export function htmlText(text: string): string {
  return withoutControls(text).replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark);
}
