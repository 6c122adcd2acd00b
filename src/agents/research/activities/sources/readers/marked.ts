/**
 * Texts of sources made plain: tags of formatting taken out, references such as `&amp;` read.
 * Only tags that format text are taken out, and references are read after that: `Map<string>` stays.
 */
import { decodeHTML } from 'entities';
import { oneLine, withoutControls, withoutTags } from '../../../../../core/text/index.ts';
import { withScripts } from '../../scripts.ts';

/** Elements that end a word; those of `inline` do not. */
const blocks = new Set(
  `address article blockquote br caption center dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li list list-item ol p pre
  sec section table tbody td tfoot th thead title tr ul disp-formula disp-quote label`.split(/\s+/),
);
const inline = new Set(
  `a abbr abstract b big bdi bdo cite code del em ext-link font i img inline-formula ins italic kbd mark q s samp sc small span
  strike strong styled-content tt u underline bold monospace named-content xref alternatives math semantics mtd mtr
  mtable mpadded mphantom`.split(/\s+/),
);
/** They say again, in another notation, what stands beside them. */
const repeated = new Set(['script', 'style', 'template', 'annotation', 'annotation-xml', 'tex-math']);
/** Characters of a text that are read at all. */
const longest = 60_000;

function inPlaceOf(name: string, tag: string): string | undefined {
  // What opens nothing and has bare words in it is more likely a comparison than a tag.
  if (!tag.includes('=') && /\s/.test(tag.slice(0, -1).trimEnd())) return undefined;
  if (blocks.has(name)) return ' ';
  return inline.has(name) || repeated.has(name) ? '' : undefined;
}

function untagged(marked: string): string {
  return withScripts(withoutTags(marked, { inPlaceOf, whole: repeated }));
}

/** One line of text without tags of formatting and without references. */
export function plainText(marked: string): string {
  return oneLine(decodeHTML(untagged(marked.slice(0, longest))), longest);
}

/** As {@link plainText}, of a publisher's JATS: without the title of the abstract itself, and also where it was escaped twice. */
export function plainJats(marked: string): string {
  const body = marked
    .slice(0, longest)
    .replace(/^\s{0,100}<(?:jats:)?title>\s{0,100}abstract\s{0,100}<\/(?:jats:)?title>/i, '');
  return oneLine(decodeHTML(untagged(decodeHTML(untagged(body)))), longest);
}

/** Text that has lines and marks of its own, such as Markdown, as it was written. */
export function asWritten(text: string): string {
  return withoutControls(text.slice(0, longest)).trim();
}
