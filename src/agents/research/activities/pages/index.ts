/**
 * The pages behind a search's hits: where a search says but a line of a page, the page itself is evidence.
 * What of a page cannot be read is said, and what the search says of it stays.
 */
import { ApplicationFailure } from '@temporalio/common';
import { boundedMs, fetchBytes, moduleBeside, runApart } from '../../../../activities/index.ts';
import { isWebAddress, many } from '../../../../core/text/index.ts';
import { mostPagesOfRun } from '../../pure/pages.ts';
import { gap } from '../sources/readers/reader.ts';
import type { PagesOf, Passage, Source } from '../sources/source.ts';
import type { Hosts } from './hosts.ts';
import type { KeptPage, KeptPages } from './kept.ts';
import { isReadKind, type readPage } from './read.ts';

/** A hit with as many characters says enough by itself. */
const leastText = 600;
/** Of a page's text, what goes into the evidence. */
const longestText = 3900;
const mostBytes = 10_000_000;
/** For reading one page, in ms, where its search allows as much: the thread that reads it reads for all others too. */
const parsingMs = 4000;
/** Of the 10 s that a search of all sources takes at most. */
const usualTimes: PageTimes = { mostMs: 8000, leastMs: 1500 };

/** Kept back of the time that whoever asks will wait, in ms, for the result to reach it. */
const handingInMs = 750;
/** In less time, in ms, no page is asked for. */
const shortestMs = 250;

const reader = { module: moduleBeside(import.meta.url, './read.ts'), name: 'readPage' };

/** How long a search and its pages may take. */
interface PageTimes {
  /** From the beginning of the search until its pages are read, in ms. */
  readonly mostMs: number;
  /** What its pages have in any case, in ms. */
  readonly leastMs: number;
}

/** What reading the pages of one search goes by. */
interface Reading {
  readonly question: string;
  readonly origins: readonly string[];
  readonly known: PageKeeping;
  readonly signal: AbortSignal;
  /** The end of all of them. */
  readonly late: AbortSignal;
  readonly timeoutMs: number;
}

/** What one worker knows of pages and of those who serve them. */
export interface PageKeeping {
  readonly kept: KeptPages;
  readonly hosts: Hosts;
}

/** A source whose search reads the pages behind its first hits too. */
export function withPages(source: Source, known: PageKeeping, { mostMs, leastMs } = usualTimes): Source {
  const { pages, name } = source;
  if (!pages || pages.most === 0) return source;
  return {
    ...source,
    async search(question, options) {
      const began = Date.now();
      const found = await source.search(question, options);
      const { signal, withinMs = Infinity } = options;
      const passedMs = Date.now() - began;
      const timeoutMs = Math.min(Math.max(leastMs, mostMs - passedMs), withinMs - passedMs - handingInMs);
      const late = AbortSignal.any([signal, AbortSignal.timeout(boundedMs(timeoutMs))]);
      const reading = { question, origins: pages.origins, known, signal, late, timeoutMs };
      const all = pagesBehind(found, pages.at).slice(0, pages.most);
      const wanted = all.slice(0, options.pages);
      const read = new Map(
        await Promise.all(wanted.map(async (page) => [page.hit, await evidenceOf(page, name, reading)] as const)),
      );
      signal.throwIfAborted();
      return [...cutOff(name, all.length - wanted.length), ...found.flatMap((hit) => read.get(hit) ?? [hit])];
    },
  };
}

/** Pages that are not read as the run has read its share of them. */
function cutOff(source: string, count: number): Passage[] {
  if (count === 0) return [];
  const why = `a run reads at most ${mostPagesOfRun} pages; what the search says of them stands in their place`;
  const path = `${many(count, 'page')} behind its hits`;
  return gap(source, path, why);
}

/** A hit and the page that it leads to. */
interface HitPage {
  readonly hit: Passage;
  readonly address: string;
}

/** Of hits that say little, each page once. */
function pagesBehind(found: readonly Passage[], at: PagesOf['at']): HitPage[] {
  const pages = new Map<string, HitPage>();
  for (const hit of found) {
    const address = (at === 'url' ? hit.url : hit.fullText) ?? '';
    const isShort = hit.unread === undefined && (hit.text ?? hit.snippet).length < leastText;
    const page = withoutFragment(address);
    if (isShort && isWebAddress(address) && URL.canParse(page) && !pages.has(page)) pages.set(page, { hit, address });
  }
  return [...pages.values()];
}

/** The hit with what its page says; where that cannot be read the hit as it was, and why. */
async function evidenceOf({ hit, address }: HitPage, source: string, reading: Reading): Promise<Passage[]> {
  try {
    if (reading.timeoutMs < shortestMs) throw new Error('no time was left to read it');
    const page = withoutFragment(address);
    const { text, place, at } = await readFrom(new URL(page), reading);
    return [{ ...hit, url: place === '' ? address : `${page}${place}`, text, retrieved: at }];
  } catch (error) {
    reading.signal.throwIfAborted();
    const why = `${reasonOf(error)}; what the search says of it stands in its place`;
    return [...gap(source, address, why), hit];
  }
}

async function readFrom(url: URL, reading: Reading): Promise<{ text: string; place: string; at: string }> {
  const { question, origins, late } = reading;
  const { kept, hosts } = reading.known;
  // What a search answers is nobody's configuration: it leads to no address within the worker's network.
  const from = origins.includes(url.origin) ? 'configuration' : 'data';
  // What one source may read of that network is not thereby for the hits of another.
  const key = `${from} ${url.href}`;
  const visit = () =>
    hosts.visit(url.host, late, async () => kept.find(key) ?? kept.keep(key, await fetched(url, from, reading)));
  const { bytes, contentType, at } = kept.find(key) ?? (await visit());
  const page = { bytes, contentType, path: url.pathname, question, longest: longestText };
  const read = await runApart<typeof readPage>(reader, page, { source: url.host, signal: late, timeoutMs: parsingMs });
  return { ...read, at };
}

async function fetched(url: URL, from: 'configuration' | 'data', reading: Reading): Promise<KeptPage> {
  const { known, signal, timeoutMs } = reading;
  const page = await fetchBytes(url, {
    source: url.host,
    setting: '`url` of its source',
    signal,
    timeoutMs,
    maxBytes: mostBytes,
    headers: { accept: 'text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8' },
    from,
    accepts: isReadKind,
    meaning: (refusal) => ApplicationFailure.nonRetryable(known.hosts.refusedBy(url.host, refusal), 'PageRefused'),
  });
  return { ...page, at: new Date().toISOString().slice(0, 10) };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'what failed does not say why';
  if (error.name === 'TimeoutError') return 'it was not read in time';
  if (error instanceof ApplicationFailure && error.type === 'AddressRefused')
    return 'it is an address inside a private network, and `origins` of its source does not name it';
  return error.message.replace(/\.$/, '').slice(0, 200);
}

function withoutFragment(url: string): string {
  const at = url.indexOf('#');
  return at === -1 ? url : url.slice(0, at);
}
