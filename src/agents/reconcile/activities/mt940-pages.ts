/** What statements of SWIFT show of parts that are not there: a page that closes for the next one, sums of entries that were not read, no end. */
import { sumOf } from '../pure/sums-of-amounts.ts';
import { parseAmount, printable } from './values.ts';

/** What a message says of itself. */
export interface Mt940Page {
  readonly account: string;
  readonly currency: string;
  /** As people know it. */
  readonly label: string;
  /** Each tag with what stands in its first line; `-` where the message ends. */
  readonly fields: readonly { readonly tag: string; readonly text: string }[];
  /** Of the lines that were read. */
  readonly amounts: readonly string[];
}

/** What a person should know: each page that is missing, and each sum that is another. */
export function missingFrom(pages: readonly Mt940Page[]): string[] {
  const isMarked = pages.some((page) => textOf(page, '-') !== undefined);
  const said = pages.map((page) => [...sumsOf(page), ...endOf(page, isMarked)]);
  return [...pagesBeside(pages), ...said.flat()];
}

const textOf = ({ fields }: Mt940Page, tag: string): string | undefined =>
  fields.find((field) => field.tag === tag)?.text;

/** An intermediate balance closes a page for the next one of its account, which opens with it. */
function pagesBeside(pages: readonly Mt940Page[]): string[] {
  const last = new Map<string, Mt940Page>();
  const said: string[] = [];
  const compare = (before: Mt940Page | undefined, next: Mt940Page | undefined): void => {
    const [closes, opens] = [before && textOf(before, '62M'), next && textOf(next, '60M')];
    if (closes === opens) return;
    if (before && closes !== undefined)
      said.push(
        `${before.label}: it closes with an intermediate balance (62M), and the page after it is not in the file`,
      );
    if (next && opens !== undefined)
      said.push(
        `${next.label}: it opens with an intermediate balance (60M), and the page before it is not in the file`,
      );
  };
  for (const page of pages) {
    compare(last.get(page.account), page);
    last.set(page.account, page);
  }
  for (const page of last.values()) compare(page, undefined);
  return said;
}

const sumOfEntries = /^(\d{1,5})[A-Z]{3}([\d,.]{1,20})$/;

/** `90C:3EUR30,00` says how many were gained and what they come to; of reversed and expected entries banks count either way. */
function sumsOf(page: Mt940Page): string[] {
  const entries = page.fields.filter(({ tag }) => tag === '61').map(({ text }) => text);
  if (entries.some((text) => /^\d{6}(?:\d{4})?[RE]/.test(text))) return [];
  return (['90D', '90C'] as const).flatMap((tag) => {
    const text = textOf(page, tag);
    const [, count = '', size = ''] = sumOfEntries.exec(text ?? '') ?? [];
    // Some leave it empty.
    if (Number(count) === 0) return [];
    const own = page.amounts.filter((amount) => amount.startsWith('-') === (tag === '90D'));
    const sum = sumOf(own).replace(/^-/, '');
    if (own.length === Number(count) && sum === parseAmount(size, page.currency, 'comma')) return [];
    return [
      `${page.label}: its field ${tag} is ${printable(text ?? '')}, and ${own.length} entries that come to ${sum} were read`,
    ];
  });
}

/** Where no balance, no sum and no mark stands behind the last entry, or no mark where others have one, the rest may be cut off. */
function endOf(page: Mt940Page, isMarked: boolean): string[] {
  if (textOf(page, '-') !== undefined) return [];
  if (isMarked)
    return [`${page.label}: it does not end with a line '-' as others of the file do, and may have been cut off`];
  const isClosed = page.fields.some(
    ({ tag, text }) => tag.startsWith('62') || (tag.startsWith('90') && sumOfEntries.test(text)),
  );
  const said = `${page.label}: it has no end (neither sums in 90D and 90C nor a line '-'), and may have been cut off`;
  return isClosed ? [] : [said];
}
