/**
 * Research in depth: the question is taken apart, each part is asked of every source, gaps are followed up level by level,
 * and what was found is reduced to one answer whose every sentence is checked against the passages that it cites.
 * Notes of a level are merged while its other questions are still being asked.
 */
import {
  assertMinimum,
  given,
  fanIn,
  type FanIn,
  InsufficientResultsError,
  type RunOutcome,
  type StopReason,
  type TaskResult,
  asCompleted,
  outcome,
  refuseBad,
  workflowHost,
  listen,
} from '../../../../workflow.ts';
import type { ResearchInput } from '../../pure/types.ts';
import type { PlanQuestionsInput, Planned } from '../../activities/depth/plan.ts';
import { checkDepth, usualBreadth } from '../../pure/depth.ts';
import type { Draft } from '../../pure/draft.ts';
import { planByRules, roundRobin, level, type LevelRule, type SubQuestion } from '../../pure/questions.ts';
import type { Passage } from '../../activities/sources/source.ts';
import type { Report } from '../../pure/report.ts';
import { askFacts } from '../facts.ts';
import { Inquiry } from './inquiry.ts';
import { answer, type QuestionFinding } from './question.ts';
import { reviewed } from './review.ts';
import { reduceLevel, writeAnswer, type DeepAnswer, type LevelNotes } from './writing.ts';

const searchesAtOnce = 6;
/** Sources that one question is asked of at once. */
const sourcesAtOnce = 3;
/** Below this share of searches that worked, an answer would be more gap than answer. */
const leastRatio = 0.25;
/** Characters of passages that the outcome carries; they are what a redrive builds on. */
const mostOutcome = 200_000;

/** @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is scheduled, or `InsufficientResultsError` */
export async function researchInDepth(input: ResearchInput): Promise<RunOutcome<DeepAnswer>> {
  refuseBad(() => checkDepth(input));
  // Whoever asks while the question is still being planned is to be answered.
  listen();
  const startedAt = Date.now();
  const facts = await askFacts(input.question);
  const inquiry = refuseBad(() => new Inquiry(input, facts, startedAt));
  const { planner, questions: planned } = await seen(inquiry, await plan(inquiry));
  const findings: QuestionFinding[] = [];
  const cancelled: string[] = [];
  const notes: LevelNotes[] = [];
  let questions = planned;
  const asked: SubQuestion[] = [];
  for (let number = 1; number <= inquiry.depth && questions.length > 0; number++) {
    asked.push(...questions);
    const found: QuestionFinding[] = [];
    notes.push(await reduceLevel(inquiry, number, questions, ask(inquiry, number, questions, { found, cancelled })));
    findings.push(...found);
    for (const source of silentIn(found)) inquiry.silent.add(source);
    const gaps = found.map(({ asked: { label }, followUps }) =>
      followUps.map((question) => ({ question, parent: label })),
    );
    questions = level(roundRobin(gaps), { number: number + 1, asked, breadth: breadthOf(input) });
  }
  const merged = mergedOf(inquiry);
  const text = await writeAnswer(inquiry, { planner, findings, notes, cancelled, merged });
  return outcome(slim(merged), { answer: text, redriveOf: input.redriveOf });
}

interface Plan {
  readonly planner: Report['planner'];
  readonly questions: SubQuestion[];
}

/** As a person lets it go on, where one is to see it; the time they take is not the research's. */
async function seen(inquiry: Inquiry, made: Plan): Promise<Plan> {
  const { reviewPlan } = inquiry.input;
  if (reviewPlan === undefined) return made;
  const shownAt = Date.now();
  const { questions, isChanged, note } = await reviewed(
    { questions: made.questions.map(({ question }) => question), isPersons: made.planner === 'person' },
    reviewPlan,
  );
  inquiry.startedAt += Date.now() - shownAt;
  inquiry.planNote = note;
  return isChanged ? personsPlan(inquiry, questions) : made;
}

function personsPlan(inquiry: Inquiry, questions: readonly string[]): Plan {
  return {
    planner: 'person',
    questions: firstLevel(inquiry, questions, { breadth: questions.length, isSame: isEqual }),
  };
}

/** What a person asks is asked, however alike the words: `Where do they nest?` is not `When do they nest?`. */
function isEqual(one: string, other: string): boolean {
  return one === other;
}

async function plan(inquiry: Inquiry): Promise<Plan> {
  const { question, planned } = inquiry.input;
  if (planned !== undefined) return personsPlan(inquiry, planned);
  const breadth = breadthOf(inquiry.input);
  const { questions, planner } = await inquiry.step<Planned>({
    activity: 'planQuestions',
    input: { question, breadth } satisfies Omit<PlanQuestionsInput, 'model'>,
    answerTokens: 600,
    // A plan may take a fifth of the whole.
    until: inquiry.startedAt + inquiry.deadlineMs / 5,
    otherwise: () => ({ questions: planByRules(question, breadth), planner: 'rules', tokens: 0 }),
  });
  return { planner, questions: firstLevel(inquiry, questions, { breadth }) };
}

/** A question without a word in it is asked as it stands. */
function firstLevel(
  { input: { question } }: Inquiry,
  questions: readonly string[],
  rule: Pick<LevelRule, 'breadth' | 'isSame'>,
): SubQuestion[] {
  const named = questions.map((each) => ({ question: each }));
  const first = level(named, { number: 1, asked: [], ...rule });
  return first.length > 0 ? first : [{ label: 'question', question, level: 1 }];
}

/** The questions of a level, as notes in the order in which they are answered. */
async function* ask(
  inquiry: Inquiry,
  number: number,
  questions: readonly SubQuestion[],
  { found, cancelled }: { found: QuestionFinding[]; cancelled: string[] },
): AsyncGenerator<TaskResult<Draft>> {
  const { concurrency = searchesAtOnce } = inquiry.input.options ?? {};
  const width = Math.max(1, Math.min(questions.length, Math.floor(concurrency / sourcesAtOnce)));
  const share = inquiry.share(number);
  const each = (question: SubQuestion): Promise<QuestionFinding> =>
    answer(inquiry, question, share, Math.max(1, Math.floor(concurrency / width)));
  const name = number === 1 ? 'questions' : `follow-ups ${number}`;
  const landed = asCompleted(questions, each, { name, id: ({ label }) => label, concurrency: width });
  for await (const result of landed) {
    if (result.success) {
      found.push(result.result);
      yield { ...result, result: result.result.draft };
    } else {
      cancelled.push(`'${result.id}' was not answered: ${result.error.message}`);
      yield result;
    }
  }
  // In the order in which they were asked, so that what follows does not depend on which was faster.
  const order = new Map(questions.map(({ label }, index) => [label, index]));
  found.sort((a, b) => (order.get(a.asked.label) ?? 0) - (order.get(b.asked.label) ?? 0));
}

/** A source that answered none of several questions is taken to answer none of the next. */
function silentIn(found: readonly QuestionFinding[]): string[] {
  const [first, ...rest] = found.map(({ asked }) => asked.failed);
  return Object.keys(first ?? {}).filter((source) => rest.every((failed) => source in failed));
}

function breadthOf({ breadth = usualBreadth }: ResearchInput): number {
  return breadth;
}

/** All searches as one fan-in. @throws the workflow's form of {@link InsufficientResultsError} */
function mergedOf(inquiry: Inquiry): FanIn<Passage[]> {
  const { options = {} } = inquiry.input;
  const reasons: StopReason[] = ['settleNow', 'deadline', 'maxFailures', 'first'];
  const stoppedBy = reasons.find((reason) => inquiry.stops.has(reason)) ?? 'allSettled';
  const merged = fanIn([...inquiry.searches.values()].flat(), { elapsedMs: Date.now() - inquiry.startedAt, stoppedBy });
  const { minSuccesses: successes, minSuccessRatio: ratio = successes === undefined ? leastRatio : undefined } =
    options;
  try {
    return assertMinimum(merged, { ratio, successes });
  } catch (error) {
    if (error instanceof InsufficientResultsError) throw workflowHost.fail(error, slim(merged));
    throw error;
  }
}

/** With texts as long as the outcome of a run takes. */
function slim(merged: FanIn<Passage[]>): FanIn<Passage[]> {
  const passages = merged.mergedResults.reduce((sum, each) => sum + each.length, 0);
  const longest = Math.max(200, Math.floor(mostOutcome / Math.max(1, passages)));
  const results = merged.results.map((result) =>
    result.success ? { ...result, result: result.result.map((passage) => shortened(passage, longest)) } : result,
  );
  return fanIn(results, merged);
}

function shortened({ text, snippet, ...passage }: Passage, longest: number): Passage {
  return {
    ...passage,
    snippet: snippet.slice(0, Math.min(300, longest)),
    ...given({ text: text?.slice(0, longest) }),
  };
}
