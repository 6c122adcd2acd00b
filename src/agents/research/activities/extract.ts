/**
 * An answer without a model: whole sentences of what was found, chosen by maximal marginal relevance (J. Carbonell and
 * J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing summaries", SIGIR
 * 1998): each next sentence is the one nearest to the question and least like those already chosen. How central a
 * sentence is counts too, as the degree of LexRank (G. Erkan and D. Radev, JAIR 22, 2004).
 * It never writes a word of its own, so it may say little, but nothing that no source says.
 */
import { stem, stemsAndParts, termsOf } from '../pure/stems.ts';
import type { Passage } from './sources/source.ts';
import { piecesOf, type ProsePiece } from './documents/prose.ts';

/** A sentence and the passage it stands in. */
export interface Extracted {
  readonly sentence: string;
  readonly kind: ProsePiece['kind'];
  readonly passage: Passage;
}

interface Candidate extends Extracted {
  readonly stems: ReadonlySet<string>;
  weight: number;
  /** The question's words in it. */
  met: readonly string[];
}

const most = 7;
const mostCandidates = 600;
/** Of two that meet the question alike, the one that reads better. */
const share: Readonly<Record<ProsePiece['kind'], number>> = { sentence: 1, entry: 0.95, row: 0.95, code: 0.75 };
/** The λ of MMR: how much relevance counts against novelty. */
const relevanceShare = 0.7;
/** Two sentences that share this much say the same. */
const alike = 0.6;
/** What a candidate must reach of the best one's relevance; weaker ones would only fill the page. */
const floor = 0.25;
/** The share of the question that must be met by something, or nothing that was found is about it. */
const leastRelevance = 0.4;

/** Four to seven sentences where there are as many, the most significant first. */
export function extract(question: string, passages: readonly Passage[]): Extracted[] {
  const candidates = candidatesOf(passages);
  const rarity = rarityIn(candidates);
  const wanted = [...new Set(termsOf(question).map(stem))];
  for (const candidate of candidates) {
    candidate.weight = relevance(candidate, wanted, rarity);
    candidate.met = wanted.filter((term) => candidate.stems.has(term));
  }
  const best = Math.max(0, ...candidates.map(({ weight }) => weight));
  if (best < leastRelevance) return [];
  const worthy = candidates.filter(({ weight }) => weight > 0 && weight >= best * floor);
  addCentrality(worthy, rarity);
  return choose(worthy, rarity);
}

/** What was extracted, as a line of Markdown: an entry, a row or code under what it is about, code in a fence. */
export function citedLine({ sentence, kind, passage }: Extracted, citation: string): string {
  if (kind === 'sentence') return `- ${sentence} ${citation}`;
  const about = passage.title.split(' › ').at(-1) ?? '';
  if (kind !== 'code') return `- ${about === '' ? '' : `${about}: `}${sentence} ${citation}`;
  const fence = '`'.repeat(Math.max(3, ...(sentence.match(/`{1,20}/g) ?? []).map((run) => run.length + 1)));
  return `- ${about} ${citation}\n\n  ${fence}\n${sentence.replaceAll(/^/gm, '  ')}\n  ${fence}`;
}

/** The first passage of each source, then the second of each: where there is a limit, no source crowds out another. */
export function inTurn(passages: readonly Passage[]): Passage[] {
  const counts = new Map<string, number>();
  const placed = passages.map((passage) => {
    const round = counts.get(passage.source) ?? 0;
    counts.set(passage.source, round + 1);
    return { passage, round };
  });
  return placed.toSorted((a, b) => a.round - b.round).map(({ passage }) => passage);
}

function candidatesOf(passages: readonly Passage[]): Candidate[] {
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const passage of inTurn(passages)) {
    const heading = passage.title.split(' › ').at(-1) ?? '';
    const above = new Set(stemsAndParts(heading));
    for (const { kind, text: sentence } of piecesOf(passage.text ?? passage.snippet)) {
      const key = sentence.toLowerCase().replaceAll(/[\s\p{P}]+/gu, ' ');
      if (seen.has(key) || candidates.length >= mostCandidates) continue;
      seen.add(key);
      const own = stemsAndParts(sentence);
      // A sentence stands for itself; an entry, a row and code say something of what they stand under.
      const stems = new Set(kind === 'sentence' ? own : [...own, ...above]);
      candidates.push({ sentence, kind, passage, stems, weight: 0, met: [] });
    }
  }
  return candidates;
}

/** Inverse document frequency, with sentences as documents. */
function rarityIn(candidates: readonly Candidate[]): (term: string) => number {
  const counts = new Map<string, number>();
  for (const { stems } of candidates) for (const term of stems) counts.set(term, (counts.get(term) ?? 0) + 1);
  return (term) => Math.log(1 + candidates.length / (1 + (counts.get(term) ?? 0)));
}

/** The share of the question that a sentence meets, rare words counting more; its title's words count by a third. */
function relevance(
  { stems, passage, sentence, kind }: Candidate,
  wanted: readonly string[],
  rarity: (term: string) => number,
): number {
  const titled = new Set(stemsAndParts(passage.title));
  const total = wanted.reduce((sum, term) => sum + rarity(term), 0);
  if (total === 0 || !wanted.some((term) => stems.has(term))) return 0;
  const met = wanted.reduce(
    (sum, term) => sum + rarity(term) * (stems.has(term) ? 1 : titled.has(term) ? 1 / 3 : 0),
    0,
  );
  // Long sentences meet more words by chance; one that meets a single word is often about something
  // else, and one that begins with a name in code is about a detail.
  const length = Math.min(1, 180 / sentence.length) ** 0.3;
  const single = wanted.length > 1 && wanted.filter((term) => stems.has(term)).length === 1;
  const detail = sentence.startsWith('`') && kind === 'sentence';
  return (met / total) * length * (single ? 0.85 : 1) * (detail ? 0.85 : 1) * share[kind];
}

/** A sentence is central when other passages say something like it; its neighbours in the same passage prove nothing. */
function addCentrality(candidates: readonly Candidate[], rarity: (term: string) => number): void {
  const degrees = candidates.map(
    (one) => candidates.filter((other) => other.passage !== one.passage && similarity(one, other, rarity) > 0.1).length,
  );
  const highest = Math.max(1, ...degrees);
  candidates.forEach((candidate, index) => {
    candidate.weight += 0.1 * ((degrees[index] ?? 0) / highest);
  });
}

/** Greedy, as MMR is; a source that already spoke gives way to one that has not. */
function choose(candidates: readonly Candidate[], rarity: (term: string) => number): Extracted[] {
  const chosen: Candidate[] = [];
  let left = [...candidates];
  while (chosen.length < most && left.length > 0) {
    const value = (candidate: Candidate): number => {
      const nearest = Math.max(0, ...chosen.map((other) => similarity(candidate, other, rarity)));
      const spoken = chosen.filter(({ passage }) => passage.source === candidate.passage.source).length;
      const repeated = chosen.filter(({ passage }) => passage.url === candidate.passage.url).length;
      const fresh = candidate.met.filter((term) => !chosen.some(({ met }) => met.includes(term))).length;
      return (
        0.06 * fresh +
        relevanceShare * candidate.weight -
        (1 - relevanceShare) * nearest -
        0.04 * spoken -
        0.05 * repeated
      );
    };
    const next = left.reduce((best, candidate) => (value(candidate) > value(best) ? candidate : best));
    chosen.push(next);
    left = left.filter((candidate) => candidate !== next && similarity(candidate, next, rarity) < alike);
  }
  return chosen.map(({ sentence, kind, passage }) => ({ sentence, kind, passage }));
}

/** Weighted overlap of two sets of stems: a cosine of vectors whose entries are the stems' rarity. */
function similarity(one: Candidate, other: Candidate, rarity: (term: string) => number): number {
  let shared = 0;
  for (const term of one.stems) if (other.stems.has(term)) shared += rarity(term) ** 2;
  return shared === 0 ? 0 : shared / Math.sqrt(square(one.stems, rarity) * square(other.stems, rarity));
}

function square(stems: ReadonlySet<string>, rarity: (term: string) => number): number {
  let sum = 0;
  for (const term of stems) sum += rarity(term) ** 2;
  return sum;
}
