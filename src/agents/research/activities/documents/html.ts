/** Splits HTML by heading, before it is turned into text: so that an address names lines of the file itself. */
import { compile } from 'html-to-text';
import { withoutTags } from '../../../../core/text/index.ts';
import { splitText, type DocumentSection } from './section.ts';

const unseen = new Set(['script', 'style', 'head', 'nav', 'footer', 'svg', 'template']);
const inPlaceOf = (name: string): string | undefined => (unseen.has(name) ? '' : undefined);

export function splitHtml(html: string): DocumentSection[] {
  const title = htmlText(/<title(?:\s[^<>]{0,300})?>([^<]{0,1000})/i.exec(html)?.[1] ?? '');
  const seen = withoutTags(html, { inPlaceOf, whole: unseen, keepLines: true });
  let line = 1;
  return seen.split(/(?=<h[1-6][\s>])/i).flatMap((part) => {
    const first = line;
    line += part.split('\n').length - 1;
    const heading = /^<h[1-6][^>]*>([\s\S]*?)<\/h[1-6]>/i.exec(part);
    const body = htmlText(heading ? part.slice(heading[0].length) : part);
    const trail = [title, htmlText(heading?.[1] ?? '')].filter(Boolean);
    return splitText(body, [...new Set(trail)].join(' › '), `#L${first}-L${Math.max(first, line)}`);
  });
}

/** Made once, as making it takes longer than most parts do. Deeper elements than any page has would end the stack. */
const convert = compile({
  wordwrap: false,
  limits: { maxDepth: 200, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
  ],
});

function htmlText(html: string): string {
  return convert(html).trim();
}
