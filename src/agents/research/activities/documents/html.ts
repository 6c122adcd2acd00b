/** Splits HTML by heading, before it is turned into text: so that an address names lines of the file itself. */
import { compile } from 'html-to-text';
import { withoutTags } from '../../../../core/text/index.ts';
import { withScripts } from '../scripts.ts';
import { UnreadableDocument } from './unreadable.ts';
import { splitText, type DocumentSection } from './section.ts';

const unseen = new Set(['script', 'style', 'head', 'nav', 'footer', 'svg', 'template']);
const inPlaceOf = (name: string): string | undefined => (unseen.has(name) ? '' : undefined);

/** Elements within one another, beyond which nothing is read: to make a tree of them takes the time of their number squared. */
const deepest = 200;
/** Those that hold nothing. */
const empty = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const blocks =
  'address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul';
/** What is closed where one of these follows, as the parser has it. */
const closed = new Map(
  Object.entries({
    [blocks]: 'p',
    li: 'li',
    'dt dd': 'dt dd',
    option: 'option',
    optgroup: 'optgroup option',
    'rt rp': 'rt rp',
    tr: 'tr th td',
    th: 'th',
    td: 'thead th td',
    'tbody tfoot': 'thead tbody',
  }).flatMap(([names, by]) => names.split(' ').map((name) => [name, new Set(by.split(' '))] as const)),
);

/**
 * Counts as the parser does, so that nothing is lost below its depth without a word.
 *
 * @throws {UnreadableDocument} for elements that are nested too deeply, at no more than the cost of reading the text once
 */
export function refuseDeep(html: string): void {
  const open: string[] = [];
  withoutTags(html, {
    whole: unseen,
    inPlaceOf(name, tag) {
      // Only in a formula a slash at the end closes what it ends.
      if (empty.has(name) || (tag.endsWith('/>') && open.includes('math'))) return undefined;
      if (tag.startsWith('</')) {
        const at = open.lastIndexOf(name);
        if (at !== -1) open.length = at;
        return undefined;
      }
      while (closed.get(name)?.has(open.at(-1) ?? '')) open.pop();
      open.push(name);
      if (open.length > deepest) throw new UnreadableDocument(`its elements are nested more than ${deepest} deep`);
      return undefined;
    },
  });
}

/** @throws {UnreadableDocument} */
export function splitHtml(html: string): DocumentSection[] {
  refuseDeep(html);
  const title = htmlText(/<title(?:\s[^<>]{0,300})?>([^<]{0,1000})/i.exec(html)?.[1] ?? '');
  const seen = withScripts(withoutTags(html, { inPlaceOf, whole: unseen, keepLines: true }), true);
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
