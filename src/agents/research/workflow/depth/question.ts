/** One question: every source is asked side by side, what they found is ranked, and what it says is drawn from it. */
import {
  type FanIn,
  gatherOptions,
  knownResults,
  ownActivities,
  proxyActivities,
  gather,
} from '../../../../workflow.ts';
import { CancelledFailure, isCancellation } from '@temporalio/workflow';
import type { DrawInput, Drawn } from '../../activities/depth/draw.ts';
import type { RankInput, Ranked } from '../../activities/depth/rank.ts';
import type { Passage } from '../../activities/sources/source.ts';
import type { Draft, PassageEvidence } from '../../pure/draft.ts';
import { followUpsByRules, type SubQuestion } from '../../pure/questions.ts';
import type { AskedQuestion } from '../../pure/report.ts';
import { unreadApart } from '../../pure/unread.ts';
import type { Share } from '../../pure/shares.ts';
import { leftUntil, searchOf } from '../search.ts';
import type { Inquiry } from './inquiry.ts';
import { many } from '../../../../core/text/index.ts';

export interface QuestionFinding {
  readonly asked: AskedQuestion;
  readonly draft: Draft;
  readonly followUps: readonly string[];
}

/** Passages of each source: with three questions and a dozen sources that is plenty to rank. */
const passagesEach = 5;
const evidenceEach = 8;
/** Characters of passages that go into one ranking: each takes three bytes at most, and the server's limit is 2 MB. */
const mostCharacters = 600_000;

interface Steps {
  rankEvidence(input: RankInput): Promise<Ranked>;
  drawClaims(input: DrawInput): Promise<Drawn>;
}

const steps = (options: Parameters<typeof proxyActivities>[0]) => ownActivities(proxyActivities<Steps>(options));

/** @param concurrency searches at once */
export async function answer(
  inquiry: Inquiry,
  question: SubQuestion,
  share: Share,
  concurrency: number,
): Promise<QuestionFinding> {
  const found = await searched(inquiry, question, share, concurrency);
  const passages = fitting(unreadApart(found.mergedResults.flat()).passages);
  const { question: text } = question;
  const base = { ...question, asked: found.results.length, failed: found.failedTasks };
  if (passages.length === 0) {
    const followUps = followUpsByRules(inquiry.input.question, { question: text, found: [] });
    const asked = { ...base, answered: false, claims: 0, note: 'No source found anything.' };
    return { asked, draft: { sections: [] }, followUps };
  }
  const ranked = await rankedBy(inquiry, text, passages, share);
  inquiry.languages.add(ranked.languages ?? '');
  inquiry.duplicates += ranked.duplicates;
  inquiry.screened += ranked.screened;
  for (const each of ranked.evidence) inquiry.evidence.set(each.id, each);
  const drawn = await drawnFrom(inquiry, text, ranked.evidence, share);
  inquiry.dropped.push(...drawn.dropped);
  const claims = drawn.draft.sections.reduce((sum, section) => sum + section.claims.length, 0);
  const note = `${many(claims, 'claim')} from ${ranked.evidence.length} of ${many(passages.length, 'passage')}.`;
  const asked = { ...base, answered: claims > 0, claims, note };
  return { asked, draft: drawn.draft, followUps: drawn.followUps };
}

async function searched(
  inquiry: Inquiry,
  { label, question }: SubQuestion,
  { searchedBy }: Share,
  concurrency: number,
): Promise<FanIn<Passage[]>> {
  const { options = {}, folders = [], known } = inquiry.input;
  // Its place is that in which it was asked, whichever question is answered first.
  inquiry.searches.set(label, []);
  const { limits = {} } = inquiry.facts;
  const { minSuccessRatio: _ratio, minSuccesses: _successes, ...rule } = gatherOptions<string, Passage[]>(options);
  const search = (source: string): Promise<Passage[]> =>
    searchOf(source, options, { limits, pages: inquiry.pages })({
      source,
      question,
      limit: passagesEach,
      ...(folders.includes(source) ? { folder: source } : {}),
      ...leftUntil(searchedBy),
    });
  try {
    const found = await gather(inquiry.sources, search, {
      ...rule,
      name: label,
      id: (source) => `${label}/${source}`,
      concurrency,
      deadline: Math.max(1, searchedBy - Date.now()),
      ...knownResults<Passage[]>(known),
    });
    remember(inquiry, label, found);
    return { ...found, failedTasks: bySource(found.failedTasks, label) };
  } catch (error) {
    // The question was cancelled; what its searches had found by then belongs to the run all the same.
    const [cancelled] =
      isCancellation(error) && error instanceof CancelledFailure ? (error.details as FanIn<Passage[]>[]) : [];
    if (cancelled) remember(inquiry, label, cancelled);
    throw error;
  }
}

function remember(inquiry: Inquiry, label: string, { results, stoppedBy }: FanIn<Passage[]>): void {
  inquiry.searches.set(label, results);
  inquiry.stops.add(stoppedBy);
}

function bySource(failed: Readonly<Record<string, string>>, label: string): Record<string, string> {
  return Object.fromEntries(Object.entries(failed).map(([id, message]) => [id.slice(label.length + 1), message]));
}

/** With embeddings where there are any; where these fail, without. */
async function rankedBy(
  inquiry: Inquiry,
  question: string,
  passages: readonly Passage[],
  { doneBy }: Share,
): Promise<Ranked> {
  const { embeddingModel } = inquiry.facts;
  const { question: asked } = inquiry.input;
  const input: RankInput = { question, asked, passages, limit: evidenceEach, embeddingModel };
  const { rankEvidence } = steps({ startToCloseTimeout: '30s' });
  if (embeddingModel === null) return rankEvidence(input);
  try {
    const left = Math.max(1000, doneBy - Date.now());
    return await steps({ scheduleToCloseTimeout: left }).rankEvidence(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    inquiry.setbacks.add('embeddings failed, so passages were ranked by their words alone');
    return rankEvidence({ ...input, embeddingModel: null });
  }
}

/** A model of whose sentences none is supported has said nothing: then the passages speak for themselves. */
async function drawnFrom(
  inquiry: Inquiry,
  question: string,
  evidence: readonly PassageEvidence[],
  { doneBy }: Share,
): Promise<Drawn> {
  const { question: root } = inquiry.input;
  // A page that steers the model must not have it ask the web for what stands in a folder.
  const asksByRules = inquiry.hasFoldersAndOthers;
  const input = { root, question, evidence, window: inquiry.facts.window, ...(asksByRules ? { asksByRules } : {}) };
  const { drawClaims } = steps({ startToCloseTimeout: '30s' });
  const otherwise = (): Promise<Drawn> => drawClaims({ ...input, model: null });
  const step = { activity: 'drawClaims', input, answerTokens: 1500, until: doneBy, otherwise };
  const drawn = await inquiry.step<Drawn>(step);
  if (drawn.draft.sections.length > 0 || drawn.tokens === 0) return drawn;
  inquiry.setbacks.add('no passage bore out what it wrote');
  return { ...(await otherwise()), dropped: drawn.dropped };
}

function fitting(passages: readonly Passage[]): Passage[] {
  let left = mostCharacters;
  return passages.filter((passage) => {
    left -= JSON.stringify(passage).length;
    return left >= 0;
  });
}
