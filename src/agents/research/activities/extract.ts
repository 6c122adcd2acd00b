/**
 * An answer without a model: pieces of what was found as they stand, chosen by maximal marginal relevance (J. Carbonell and
 * J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing summaries", SIGIR
 * 1998): each next one is the one nearest to the question and least like those already chosen. How central a
 * piece is counts too, as the degree of LexRank (G. Erkan and D. Radev, JAIR 22, 2004).
 * It never writes a word of its own, so it may say little, but nothing that no source says.
 */
import { given } from '../../../index.ts';
import type { ProsePiece } from './documents/prose.ts';
import { contradict } from '../pure/disagreements.ts';
import { partsAsked } from '../pure/questions.ts';
import { weighedPieces, type Weighed, type WeighedPiece } from './documents/relevance.ts';
import type { Passage } from './sources/source.ts';

/** A piece and the passage it stands in. */
export interface Extracted<P extends Passage = Passage> {
  readonly sentence: string;
  readonly kind: ProsePiece['kind'];
  /** Of code, the sentence that leads in to it. */
  readonly lead?: string;
  /** Of the best, what follows in its paragraph: an answer often stands behind the sentence that has the question's words. */
  readonly rest?: string;
  readonly passage: P;
}

const most = 7;
const mostNear = 3;
/** So many are said with what follows them. */
const mostWithRest = 2;
/** The λ of MMR: how much relevance counts against novelty. */
const relevanceShare = 0.75;
/** Two pieces that share this much say the same. */
const alike = 0.7;
/** What a piece must reach of the best one's relevance: what says less is mostly beside the point, and hides what is not. */
const floor = 0.55;
/** The share of the question that must be met by something, or nothing that was found is about it. */
const leastRelevance = 0.46;
/** And so many of its words: a rare name alone may be mentioned anywhere, but for one of code. */
const leastMet = 2;
/** Each is held against each other. */
const mostCompared = 120;

/** Up to seven pieces, the most significant first; none where nothing is surely about the question. */
export function extract<P extends Passage>(question: string, passages: readonly P[]): Extracted<P>[] {
  const weighed = weighedPieces(question, passages);
  // Of two questions at once one may be answered.
  if (!speaks(weighed) && !partsAsked(question).some((part) => speaks(weighedPieces(part, passages)))) return [];
  return bestOf(weighed, most);
}

/** What comes nearest where nothing is surely about the question, to be said as that: it often answers one in everyday words, and often does not. */
export function nearestTo<P extends Passage>(question: string, passages: readonly P[]): Extracted<P>[] {
  return bestOf(weighedPieces(question, passages), mostNear);
}

function bestOf<P extends Passage>({ pieces, rarity }: Weighed<P>, limit: number): Extracted<P>[] {
  const best = Math.max(0, ...pieces.map(({ weight }) => weight));
  const worthy = pieces
    .filter(({ weight }) => weight > 0 && weight >= best * floor)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, mostCompared);
  addCentrality(worthy, rarity);
  return choose(worthy, rarity, limit);
}

/** Whether anything that was found is about the question. */
function speaks({ pieces, asked }: Weighed<Passage>): boolean {
  return pieces.some(
    ({ covered, met, isAsAsked }) => isAsAsked && covered >= leastRelevance && met.count >= Math.min(leastMet, asked),
  );
}

/** What was extracted, as lines that cite, and what they cite. */
export function quoted(found: readonly Extracted[]): { readonly cited: readonly Passage[]; readonly text: string } {
  const cited = [...new Set(found.map(({ passage }) => passage))];
  return { cited, text: found.map((each) => citedLine(each, `[${cited.indexOf(each.passage) + 1}]`)).join('\n') };
}

/** What was extracted, as a line of Markdown: code in a fence below what it is about. */
function citedLine(extracted: Extracted, citation: string): string {
  const { sentence, kind } = extracted;
  if (kind !== 'code') return `- ${statementOf(extracted)} ${citation}`;
  const fence = '`'.repeat(Math.max(3, ...(sentence.match(/`{1,20}/g) ?? []).map((run) => run.length + 1)));
  return `- ${aboutOf(extracted)} ${citation}\n\n  ${fence}\n${sentence.replaceAll(/^/gm, '  ')}\n  ${fence}`;
}

/** What was extracted, with what it is about where it does not say that itself. */
export function statementOf(extracted: Extracted): string {
  const { sentence, kind, rest, passage } = extracted;
  const said = rest === undefined ? sentence : `${sentence} ${rest}`;
  const about = kind === 'sentence' ? nameAbove(passage.title, sentence) : aboutOf(extracted).replace(/:$/, '');
  return about === '' ? said : `${about}:${kind === 'code' ? '\n' : ' '}${said}`;
}

/** A heading that is a name of code, such as that of an error or a method: a sentence below it means that, and seldom says so. */
function nameAbove(title: string, sentence: string): string {
  const [, ...headings] = title.split(' › ');
  const name = headings.at(-1) ?? '';
  const isName =
    name.length <= 80 && /^`?[\w$.#]{2,60}(?:\([^()]{0,60}\))?`?$/.test(name) && /[`_.(]|\p{Ll}\p{Lu}/u.test(name);
  return isName && !sentence.includes(/[\w$.#]{2,60}/.exec(name)?.[0] ?? name) ? name : '';
}

function aboutOf({ lead, passage }: Extracted): string {
  return lead ?? passage.title.split(' › ').at(-1) ?? '';
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
function choose<P extends Passage>(
  pieces: readonly WeighedPiece<P>[],
  rarity: (term: string) => number,
  limit: number,
): Extracted<P>[] {
  const chosen: WeighedPiece<P>[] = [];
  let left = [...pieces];
  while (chosen.length < limit && left.length > 0) {
    const value = (piece: WeighedPiece<P>): number => {
      const nearest = Math.max(0, ...chosen.map((other) => similarity(piece, other, rarity)));
      const spoken = chosen.filter(({ passage }) => passage.source === piece.passage.source).length;
      const fresh = piece.met.terms.filter((term) => !chosen.some(({ met }) => met.terms.includes(term))).length;
      return 0.03 * fresh + relevanceShare * piece.weight - (1 - relevanceShare) * nearest - 0.02 * spoken;
    };
    const next = left.reduce((best, piece) => (value(piece) > value(best) ? piece : best));
    const within = chosen.length < mostWithRest ? pieces.filter(({ sentence }) => next.rest?.includes(sentence)) : [];
    const isLike = (one: WeighedPiece<P>, other: WeighedPiece<P>): boolean => similarity(one, other, rarity) >= alike;
    const goesOn = chosen.length < mostWithRest && !within.some((piece) => chosen.some((each) => isLike(piece, each)));
    const said = goesOn ? [next, ...within] : [next];
    chosen.push(goesOn ? next : withoutRest(next));
    left = left.filter(
      (piece) => !said.includes(piece) && said.every((each) => !isLike(piece, each) || isAgainst(piece, each)),
    );
  }
  return chosen.map(({ sentence, kind, lead, rest, passage }) => ({
    sentence,
    kind,
    ...given({ lead, rest }),
    passage,
  }));
}

function withoutRest<P extends Passage>({ rest: _rest, ...piece }: WeighedPiece<P>): WeighedPiece<P> {
  return piece;
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
