/**
 * An answer without a model: pieces of what was found as they stand, chosen by maximal marginal relevance (J. Carbonell and
 * J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing summaries", SIGIR
 * 1998): each next one is the one nearest to the question and least like those already chosen. How central a
 * piece is counts too, as the degree of LexRank (G. Erkan and D. Radev, JAIR 22, 2004).
 * It never writes a word of its own, so it may say little, but nothing that no source says.
 */
import type { ProsePiece } from './documents/prose.ts';
import { contradict } from '../pure/disagreements.ts';
import { weighedPieces, type WeighedPiece } from './relevance.ts';
import type { Passage } from './sources/source.ts';

/** A piece and the passage it stands in. */
export interface Extracted {
  readonly sentence: string;
  readonly kind: ProsePiece['kind'];
  readonly passage: Passage;
}

const most = 7;
/** The λ of MMR: how much relevance counts against novelty. */
const relevanceShare = 0.75;
/** Two pieces that share this much say the same. */
const alike = 0.6;
/** What a piece must reach of the best one's relevance; weaker ones would only fill the page. */
const floor = 0.4;
/** The share of the question that must be met by something, or nothing that was found is about it. */
const leastRelevance = 0.45;

/** Up to seven pieces, the most significant first. */
export function extract(question: string, passages: readonly Passage[]): Extracted[] {
  const { pieces, rarity } = weighedPieces(question, passages);
  const best = Math.max(0, ...pieces.map(({ weight }) => weight));
  if (!pieces.some(({ covered }) => covered >= leastRelevance)) return [];
  const worthy = pieces.filter(({ weight }) => weight > 0 && weight >= best * floor);
  addCentrality(worthy, rarity);
  return choose(worthy, rarity);
}

/** What was extracted, as a line of Markdown: what needs it under what it is about, code in a fence. */
export function citedLine({ sentence, kind, passage }: Extracted, citation: string): string {
  if (kind === 'sentence') return `- ${sentence} ${citation}`;
  const about = passage.title.split(' › ').at(-1) ?? '';
  if (kind !== 'code') return `- ${about === '' ? '' : `${about}: `}${sentence} ${citation}`;
  const fence = '`'.repeat(Math.max(3, ...(sentence.match(/`{1,20}/g) ?? []).map((run) => run.length + 1)));
  return `- ${about} ${citation}\n\n  ${fence}\n${sentence.replaceAll(/^/gm, '  ')}\n  ${fence}`;
}

/** A piece is central when other passages say something like it; its neighbours in the same passage prove nothing. */
function addCentrality(pieces: readonly WeighedPiece[], rarity: (term: string) => number): void {
  const degrees = pieces.map(
    (one) => pieces.filter((other) => other.passage !== one.passage && similarity(one, other, rarity) > 0.1).length,
  );
  const highest = Math.max(1, ...degrees);
  pieces.forEach((piece, index) => {
    piece.weight += 0.05 * ((degrees[index] ?? 0) / highest);
  });
}

/** Greedy, as MMR is; a source that already spoke gives way to one that has not. */
function choose(pieces: readonly WeighedPiece[], rarity: (term: string) => number): Extracted[] {
  const chosen: WeighedPiece[] = [];
  let left = [...pieces];
  while (chosen.length < most && left.length > 0) {
    const value = (piece: WeighedPiece): number => {
      const nearest = Math.max(0, ...chosen.map((other) => similarity(piece, other, rarity)));
      const spoken = chosen.filter(({ passage }) => passage.source === piece.passage.source).length;
      const fresh = piece.met.filter((term) => !chosen.some(({ met }) => met.includes(term))).length;
      return 0.03 * fresh + relevanceShare * piece.weight - (1 - relevanceShare) * nearest - 0.02 * spoken;
    };
    const next = left.reduce((best, piece) => (value(piece) > value(best) ? piece : best));
    chosen.push(next);
    left = left.filter(
      (piece) => piece !== next && (similarity(piece, next, rarity) < alike || isAgainst(piece, next)),
    );
  }
  return chosen.map(({ sentence, kind, passage }) => ({ sentence, kind, passage }));
}

/** What two works say against each other is not one thing said twice. */
function isAgainst(one: WeighedPiece, other: WeighedPiece): boolean {
  const isProse = [one, other].every(({ kind }) => kind === 'sentence' || kind === 'line');
  return isProse && one.passage.url !== other.passage.url && contradict(one.sentence, other.sentence);
}

/** Weighted overlap of two sets of stems: a cosine of vectors whose entries are the stems' rarity. */
function similarity(one: WeighedPiece, other: WeighedPiece, rarity: (term: string) => number): number {
  let shared = 0;
  for (const term of one.stems) if (other.stems.has(term)) shared += rarity(term) ** 2;
  return shared === 0 ? 0 : shared / Math.sqrt(square(one.stems, rarity) * square(other.stems, rarity));
}

function square(stems: ReadonlySet<string>, rarity: (term: string) => number): number {
  let sum = 0;
  for (const term of stems) sum += rarity(term) ** 2;
  return sum;
}
