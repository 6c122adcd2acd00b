/** From notes to the answer: those of a level while they land, those of all levels at the end. */
import {
  type FanIn,
  coverageNote,
  type Coverage,
  type TaskResult,
  reduce,
  type MergeInfo,
  type ReduceOptions,
  type Reduction,
} from '../../../../workflow.ts';
import type { ComposeInput, Composed } from '../../activities/depth/compose.ts';
import type { Passage } from '../../activities/sources/source.ts';
import type { Answer } from '../../activities/synthesize.ts';
import { checkedSentence, type CrossingSentence } from '../../pure/across.ts';
import { citedBy, draftSize, fitDraft, mergeDrafts, type Draft, type PassageEvidence } from '../../pure/draft.ts';
import { disagreements } from '../../pure/disagreements.ts';
import type { SubQuestion } from '../../pure/questions.ts';
import { cite, missingOf, claimsText, type Report } from '../../pure/report.ts';
import { standingSentences } from '../../pure/standing.ts';
import { unreadApart } from '../../pure/unread.ts';
import type { Inquiry } from './inquiry.ts';
import type { QuestionFinding } from './question.ts';
import { many } from '../../../../core/text/index.ts';

/** An answer with all that stands behind it. */
export interface DeepAnswer extends Answer {
  readonly report: Report;
}

export type LevelNotes = Reduction<Draft>;

interface Found {
  readonly planner: Report['planner'];
  readonly findings: readonly QuestionFinding[];
  readonly notes: readonly LevelNotes[];
  readonly cancelled: readonly string[];
  readonly merged: FanIn<Passage[]>;
}

const mostDropped = 20;

export function reduceLevel(
  inquiry: Inquiry,
  number: number,
  questions: readonly SubQuestion[],
  landed: AsyncIterable<TaskResult<Draft>>,
): Promise<LevelNotes> {
  const { doneBy } = inquiry.share(number);
  const evidence = inquiry.evidence;
  // What fits into one window is put side by side; the model's turn is when it is the answer, or too long.
  const merge = (pieces: readonly Draft[], { last, limit }: MergeInfo): Promise<Draft> | Draft =>
    last ? mergeDrafts(pieces) : composed(inquiry, pieces, evidence, { limit, last: false, until: doneBy });
  return reduce(landed, async (pieces, info) => merge(pieces, info), {
    ids: questions.map(({ label }) => label),
    ...rule(inquiry),
  });
}

export async function writeAnswer(inquiry: Inquiry, found: Found): Promise<DeepAnswer> {
  const { findings, notes, cancelled, planner, merged } = found;
  const drafts = notes.map(({ result }, index) => settled(`level ${index + 1}`, result ?? { sections: [] }));
  const { endsAt: until, evidence } = inquiry;
  const merge = async (pieces: readonly Draft[], { limit, last }: MergeInfo): Promise<Draft> =>
    mergeDrafts(pieces).sections.length === 0
      ? { sections: [] }
      : composed(inquiry, pieces, evidence, { limit, last, until });
  const whole = await reduce(drafts, merge, { ids: drafts.map(({ id }) => id), ...rule(inquiry) });
  const { claims, references } = cite(whole.result ?? { sections: [] }, [...evidence.values()]);
  const coverage = coverageOf(notes, whole);
  const questions = findings.map(({ asked }) => asked);
  const { unread } = unreadApart(merged.mergedResults.flat());
  const missing = missingOf({ questions, cancelled, silent: inquiry.silent, unread, coverage });
  const { input, depth, facts, dropped, duplicates, screened, budget, tokenLimit, composedBy } = inquiry;
  const report: Report = {
    question: input.question,
    depth,
    planner,
    questions,
    claims,
    references,
    dropped: dropped.slice(0, mostDropped),
    missing,
    coverage,
    screened,
    duplicates,
    ...(facts.model === null ? {} : { tokens: { spent: budget.spent, limit: tokenLimit } }),
  };
  return {
    text:
      claims.length > 0
        ? claimsText(claims)
        : `No source returned anything that answers this question.${searchedIn(merged)}`,
    citations: references.map(({ passages: _passages, alsoIn: _alsoIn, ...citation }) => citation),
    model: composedBy,
    method: composedBy === null ? 'extractive' : 'model',
    note: noteOf(inquiry, report, merged),
    missing: [...new Set(questions.flatMap(({ failed }) => Object.keys(failed)))],
    ...(unread.length > 0 ? { unread } : {}),
    report,
  };
}

/** The sources that answered some question. */
function searchedIn({ results }: FanIn<Passage[]>): string {
  const names = results.filter(({ success }) => success).map(({ id }) => id.slice(id.indexOf('/') + 1));
  return names.length > 0 ? ` Searched: ${[...new Set(names)].join(', ')}.` : '';
}

/** Typed, as an object of optional fields takes any that it does not know. */
function rule(inquiry: Inquiry): Pick<ReduceOptions<Draft>, 'window' | 'size' | 'cut' | 'concurrency'> {
  return { window: inquiry.facts.window, size: draftSize, cut: fitDraft, concurrency: 2 };
}

async function composed(
  inquiry: Inquiry,
  pieces: readonly Draft[],
  evidence: ReadonlyMap<string, PassageEvidence>,
  { limit, last, until }: { limit: number; last: boolean; until: number },
): Promise<Draft> {
  const cited = [...new Set(pieces.flatMap(citedBy))].flatMap((id) => evidence.get(id) ?? []);
  const input: Omit<ComposeInput, 'model'> = { question: inquiry.input.question, pieces, evidence: cited, limit, last };
  const { draft, dropped, tokens } = await inquiry.step<Composed>({
    activity: 'composeDrafts',
    input,
    answerTokens: 3000,
    until,
    otherwise: () => ({ draft: mergeDrafts(pieces), dropped: [], tokens: 0 }),
  });
  inquiry.dropped.push(...dropped);
  // A model that wrote nothing that a passage supports has not answered: the notes themselves do.
  if (draft.sections.length === 0) return mergeDrafts(pieces);
  if (last && tokens > 0) inquiry.composedBy = inquiry.facts.model;
  return draft;
}

function settled(id: string, result: Draft): TaskResult<Draft> {
  return { id, success: true, result, durationMs: 0, attempts: 1, startedAt: 0 };
}

/** Of the questions: what a level left out, and what a level's notes took with them when all was put together. */
function coverageOf(notes: readonly LevelNotes[], whole: Reduction<Draft>): Coverage {
  const kept = new Set(whole.coverage.included);
  const levels = notes.map(({ coverage }, index) => ({ coverage, id: `level ${index + 1}` }));
  const lost = levels.filter(({ id }) => !kept.has(id));
  const facts = {
    total: levels.reduce((sum, { coverage }) => sum + coverage.total, 0),
    included: levels.filter(({ id }) => kept.has(id)).flatMap(({ coverage }) => coverage.included),
    shortened: levels.flatMap(({ coverage, id }) =>
      whole.coverage.shortened.includes(id) ? coverage.included : coverage.shortened,
    ),
    left: Object.assign(
      {},
      ...levels.map(({ coverage }) => coverage.left),
      ...lost.map(({ coverage, id }) =>
        Object.fromEntries(coverage.included.map((label) => [label, whole.coverage.left[id] ?? 'it was cut'])),
      ),
    ) as Record<string, string>,
    merges: levels.reduce((sum, { coverage }) => sum + coverage.merges, whole.coverage.merges),
  };
  return { ...facts, note: coverageNote(facts) };
}

const planners = { model: 'the model', rules: 'rules', person: 'a person' };

function crossingsOf({ claims }: Report): CrossingSentence[] {
  return claims.flatMap(({ text, crossing }) => (crossing === undefined ? [] : { text, crossing }));
}

/** Where some question found what is in the asker's language, nothing is to be said. */
function languagesOf({ languages, facts }: Inquiry): string[] {
  if (languages.size === 0) return facts.language === undefined ? [] : [facts.language];
  return languages.has('') ? [] : [...languages].slice(0, 1);
}

/** How it came about and what it lacks, for a person. */
function noteOf(inquiry: Inquiry, report: Report, { successCount, failureCount, stoppedBy }: FanIn): string {
  const { facts, setbacks, composedBy } = inquiry;
  const answered = report.questions.filter((each) => each.answered).length;
  const { dropped, screened } = inquiry;
  const sentences = [
    facts.model === null
      ? `No model is configured: the question was planned by ${planners[report.planner]}, and these are sentences of the sources themselves, each under the question it was found for.`
      : `${composedBy === null ? 'Put together without the model' : `Written by ${composedBy}`}, planned by ${planners[report.planner]}; ${checkedSentence('each sentence', crossingsOf(report))}`,
    ...(composedBy === null ? languagesOf(inquiry) : []),
    ...(inquiry.planNote === '' ? [] : [inquiry.planNote]),
    `${answered} of ${report.questions.length} questions are answered, from ${successCount} of ${successCount + failureCount} searches.`,
    ...(stoppedBy === 'deadline' ? ['The deadline cut it: it is partial.'] : []),
    ...(stoppedBy === 'settleNow' ? ['It was settled by hand: it is partial.'] : []),
    ...[...setbacks].map((why) => `A step was taken without the model: ${why.replace(/\.$/, '')}.`),
    ...(dropped.length > 0 ? [`Dropped: ${many(dropped.length, 'sentence')} that no passage bears out.`] : []),
    ...(screened > 0 ? [`Taken out: ${many(screened, 'sentence')} of passages that spoke to the model.`] : []),
    ...(report.coverage.included.length < report.coverage.total ? [report.coverage.note] : []),
    ...disagreements(report.claims),
    ...standingSentences(report.references),
  ];
  return sentences.join(' ');
}
