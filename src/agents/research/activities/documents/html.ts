/** Splits HTML by heading, before it is turned into text: so that an address names lines of the file itself. */
import { compile } from 'html-to-text';
import { withoutTags } from '../../../../core/text/index.ts';
import { UnreadableDocument } from './unreadable.ts';
import { splitText, type DocumentSection } from './section.ts';

const unseen = new Set(['script', 'style', 'head', 'nav', 'footer', 'svg', 'template']);
const inPlaceOf = (name: string): string | undefined => (unseen.has(name) ? '' : undefined);

/** Elements within one another, beyond which nothing is read: to make a tree of them takes the time of their number squared. */
const deepest = 200;
/** Those that close themselves, or are closed by what follows them. */
const loose = new Set(
  'area base br col colgroup dd dt embed hr img input li link meta optgroup option p rp rt source tbody td tfoot th thead tr track wbr'.split(
    ' ',
  ),
);

/** @throws {UnreadableDocument} for elements that are nested too deeply, at no more than the cost of reading the text once */
export function refuseDeep(html: string): void {
  let depth = 0;
  withoutTags(html, {
    whole: unseen,
    inPlaceOf(name, tag) {
      if (loose.has(name) || tag.endsWith('/>')) return undefined;
      depth = tag.startsWith('</') ? Math.max(0, depth - 1) : depth + 1;
      if (depth > deepest) throw new UnreadableDocument(`its elements are nested more than ${deepest} deep`);
      return undefined;
    },
  });
}

/** @throws {UnreadableDocument} */
export function splitHtml(html: string): DocumentSection[] {
  refuseDeep(html);
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

/** Made once, as making it takes longer than most parts do. */
const convert = compile({
  wordwrap: false,
  limits: { maxDepth: deepest, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
  ],
});

function htmlText(html: string): string {
  return convert(html).trim();
}
