/** Addresses in an answer: only those go out that rows have, or that its agent allows, in whatever form they are written. */
import type { Row } from './conversation.ts';
import { isMonthName, plainText } from './numbers.ts';

/** Of runs that began before every form was read: some schemes and endings. */
const before: readonly RegExp[] = [
  /(?:https?:\/\/|www\.)[^\s)\]>"'<]{1,500}|(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,5}(?:com|org|net|io|app|shop|info|biz|co|eu|de|fr|uk|ru|cn|xyz|link|page|site|online|store)\b(?:\/[^\s)\]>"'<]{0,500})?/giu,
];
/** With a path any name is one, whatever it ends in. */
const withPath = /(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\/[^\s)\]>"'<]{1,500}/giu;

/** Each form once; what stands between two letters is no start of another. */
const forms: readonly RegExp[] = [
  // Any scheme, and those that need no slashes.
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s)\]>"'<]{0,500}/giu,
  /(?<![\p{L}\p{N}])(?:https?|hxxps?|ftp|wss?|javascript|vbscript|data|mailto|tel|sms|callto|skype|whatsapp|intent|blob|file|about|magnet|geo|facetime|view-source):[^\s)\]>"'<]{1,500}/giu,
  // Without a scheme it is that of the page.
  /(?<![:\p{L}\p{N}/\\])[/\\]{2}[^\s)\]>"'</\\][^\s)\]>"'<]{0,500}/giu,
  // What a link or picture of Markdown leads to, whatever it is, and what is written as HTML.
  /(?<=\]\(\s{0,9}<?)[^\s)>]{1,500}/gu,
  /(?<=^\s{0,3}\[[^\][]{1,200}\]:\s{0,9})\S{1,500}/gmu,
  /<[a-z][^<>]{0,500}?[\s/"'](?:href|src|srcset|action|data|poster|background|style|on[a-z]{2,20})\s{0,9}=[^>]{0,500}/giu,
  // Names of hosts and mailboxes. A sentence begins with a capital, and an abbreviation ends with one letter.
  /(?<![\p{L}\p{N}_.-])(?:[\p{L}\p{N}._%+-]{1,64}@)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,62})\.){1,6}(?:\p{Ll}{2,24}|\p{Lu}{2,24}|xn--[a-z0-9-]{2,59})(?![\p{L}\p{N}])(?::\d{1,5})?(?:[/?#][^\s)\]>"'<]{0,500})?/gu,
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)(?::\d{1,5})?(?:\/[^\s)\]>"'<]{0,500})?/gu,
  /(?<![\p{L}\p{N}.-])localhost(?=[:/])[^\s)\]>"'<]{1,500}/giu,
];

/** A dot is one however it is written: `evil[.]com`, `evil (dot) com`, `evil。com`. */
const dots =
  /\s?[[({<]\s?(?:\.|dot|punkt|point|punto|ponto|punt)\s?[\])}>]\s?|(?<=[a-z0-9])\s(?:dot)\s(?=[a-z]{2,24}(?![a-z]))|&#0{0,4}46;|&#x0{0,4}2e;|&period;|%2e|(?<=[a-z0-9-])[。｡．․·](?=[a-z])/giu;

interface Allowed {
  /** Addresses that may be given beside those in rows, as they begin. */
  readonly links?: readonly string[];
  readonly readsClaims?: true;
  readonly readsFacts?: true;
}

/** Why its addresses cannot go out. */
export function links(
  { links: known = [], readsClaims, readsFacts }: Allowed,
  text: string,
  rows: readonly Row[],
): string[] {
  const values = rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'string'));
  // In a column of prose somebody else may have written it.
  const inRows = values.filter((value) => !readsClaims || !/\s/.test(value.trim())).join('\n');
  const found = readsFacts ? addressesIn(text) : addressesBefore(text, readsClaims);
  const wrong = found
    .map((each) => each.replace(/[.,;:!?]$/, ''))
    .filter((each) => !isDay(each) && !inRows.includes(each) && !known.some((start) => each.startsWith(start)));
  return wrong.length === 0 ? [] : [`The address ${wrong[0]} is in no row that it cites.`];
}

/** `16.nov` */
function isDay(found: string): boolean {
  const [, month = ''] = /^\d{1,2}\.(\p{L}+)/u.exec(found) ?? [];
  return isMonthName(month);
}

function addressesBefore(text: string, readsClaims: true | undefined): string[] {
  const plain = plainText(text);
  return [...before, ...(readsClaims ? [withPath] : [])].flatMap((form) =>
    [...plain.matchAll(form)].map(([each]) => each),
  );
}

/** Every address of a text, whole ones before parts of them. */
function addressesIn(text: string): string[] {
  const plain = plainText(text);
  const dotted = plain.replaceAll(dots, '.');
  const found: string[] = [];
  // What one form has read the next does not see.
  forms.reduce(
    (seen, form) =>
      seen.replaceAll(form, (each) => {
        found.push(each);
        return ' ';
      }),
    withoutBareCitations(dotted),
  );
  return found;
}

/** `[order 1042]` leads nowhere, unless something stands in brackets behind it. */
function withoutBareCitations(text: string): string {
  return text.replaceAll(/\[[a-z]{1,40} [\w-]{1,60}\](?![(:])/giu, ' ');
}
