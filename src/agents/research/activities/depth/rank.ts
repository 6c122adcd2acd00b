/**
 * From what the sources found to the few passages worth reading: each work once, split into windows, ranked by the best
 * statement of each and then by BM25, and where an endpoint offers embeddings by these as well, merged by reciprocal rank fusion (G. Cormack, C. Clarke and S. Büttcher, SIGIR 2009).
 */
import { given } from '../../../../activities/index.ts';
import { createHash } from 'node:crypto';
import { withoutDuplicates, type Merged } from '../../pure/duplicates.ts';
import type { PassageEvidence } from '../../pure/draft.ts';
import { screenedPassages } from '../../pure/fence.ts';
import { withWholeFences } from '../../pure/code-fences.ts';
import { worthOf } from '../documents/relevance.ts';
import { languageSentence } from '../languages.ts';
import { rankedByWords } from '../ranked-by-words.ts';
import type { Passage } from '../sources/source.ts';
import { embedded } from './embed.ts';
import type { StepContext } from './step.ts';

export interface RankInput {
  readonly question: string;
  /** The question of the whole research. @default this one */
  readonly asked?: string;
  readonly passages: readonly Passage[];
  /** How much evidence at most. */
  readonly limit: number;
  /** Null to rank by words alone. */
  readonly embeddingModel: string | null;
}

export interface Ranked {
  /** Best first. */
  readonly evidence: readonly PassageEvidence[];
  /** Works that several sources found, and that count once. */
  readonly duplicates: number;
  /** Sentences that spoke to a model, and were taken out. */
  readonly screened: number;
  /** What is to be said of the languages of both; nothing where they are one. */
  readonly languages?: string;
}

interface Window {
  readonly id: number;
  readonly work: Merged<Passage>;
  readonly title: string;
  readonly text: string;
}

const windowLength = 1100;
const mostOfOneWork = 2;
/** The k of reciprocal rank fusion, as its authors chose it. */
const fusion = 60;
/** An endpoint takes only so many texts at once; the best by BM25 go first. */
const mostEmbedded = 96;

/** @throws {ApplicationFailure} the endpoint's fault, where embeddings were asked for */
export async function rank(
  { question, asked = question, passages, limit, embeddingModel }: RankInput,
  { environment, signal }: StepContext,
): Promise<Ranked> {
  const { passages: clean, removed } = screenedPassages(passages);
  const works = withoutDuplicates<Passage>(clean);
  const windows = works.flatMap((work) => windowsOf(work)).map((window, id) => ({ ...window, id }));
  const saying = byStatement(question, windows);
  // Behind those that say something are those that only have words of the question.
  const named = rankedByWords(question, windows).filter((window) => !saying.includes(window));
  const rankings = [[...saying, ...named]];
  if (embeddingModel !== null && windows.length > 0) {
    const rest = windows.filter((window) => !saying.includes(window) && !named.includes(window));
    const candidates = [...saying, ...named, ...rest].slice(0, mostEmbedded);
    rankings.push(await byMeaning(question, candidates, embeddingModel, { environment, signal }));
  }
  const best = spread(fused(rankings)).slice(0, limit);
  const languages = languageSentence(
    asked,
    works.map(({ text, snippet }) => text ?? snippet),
  );
  const facts = { duplicates: clean.length - works.length, screened: removed };
  return { evidence: best.map(evidenceOf), ...facts, ...(languages === '' ? {} : { languages }) };
}

/** Those that say something on the question, by what the best statement of each says. */
function byStatement(question: string, windows: readonly Window[]): Window[] {
  const shown = windows.map(({ work, text }) => ({ ...work, snippet: text, text }));
  const worth = worthOf(question, shown);
  const said = windows.map((window, index) => ({ window, worth: worth(shown[index] ?? window.work) }));
  return said
    .filter((each) => each.worth > 0)
    .toSorted((a, b) => b.worth - a.worth)
    .map(({ window }) => window);
}

async function byMeaning(
  question: string,
  windows: readonly Window[],
  model: string,
  context: StepContext,
): Promise<Window[]> {
  const texts = [question, ...windows.map(({ title, text }) => `${title}\n${text}`)];
  const [asked = [], ...vectors] = await embedded(texts, model, context);
  const near = windows.map((window, index) => ({ window, nearness: cosine(asked, vectors[index] ?? []) }));
  return near.toSorted((a, b) => b.nearness - a.nearness).map(({ window }) => window);
}

function cosine(one: readonly number[], other: readonly number[]): number {
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other) || 1);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function fused(rankings: readonly (readonly Window[])[]): Window[] {
  const scores = new Map<Window, number>();
  for (const ranking of rankings) {
    ranking.forEach((window, index) => scores.set(window, (scores.get(window) ?? 0) + 1 / (fusion + index + 1)));
  }
  return [...scores].toSorted((a, b) => b[1] - a[1] || a[0].id - b[0].id).map(([window]) => window);
}

/** Few windows of one work: ten of one page say little more than two. */
function spread(windows: readonly Window[]): Window[] {
  const counts = new Map<Merged<Passage>, number>();
  return windows.filter(({ work }) => {
    const count = (counts.get(work) ?? 0) + 1;
    counts.set(work, count);
    return count <= mostOfOneWork;
  });
}

/** Split between paragraphs or sentences, where there are any near the end of a window. */
function windowsOf(work: Merged<Passage>): Omit<Window, 'id'>[] {
  const texts: string[] = [];
  let rest = (work.text ?? work.snippet).trim();
  while (rest !== '') {
    const end = rest.length <= windowLength ? rest.length : splitAt(rest);
    texts.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return withWholeFences(texts).map((text) => ({ work, title: work.title, text }));
}

function splitAt(text: string): number {
  // An entry of a list or a row is a line, and is not divided.
  for (const mark of ['\n\n', '\n', '. ', ' ']) {
    const at = text.lastIndexOf(mark, windowLength);
    if (at > windowLength / 2) return at + mark.length;
  }
  return windowLength;
}

function evidenceOf({ work, text }: Window): PassageEvidence {
  const { title, url, source, year, doi, authors, venue, alsoIn, standing, retrieved } = work;
  const id = `e${createHash('sha256').update(`${url}\n${title}\n${text}`).digest('hex').slice(0, 8)}`;
  return {
    id,
    title: title.slice(0, 200),
    url,
    source,
    text,
    ...given({ year, doi, authors, venue, alsoIn, standing, retrieved }),
  };
}
