/** The guard of answers: what the policy, the rows and the executed calls do not bear out goes back to the model, or to a person. */
import { given } from '../../../index.ts';
import { citedRefs } from './citations.ts';
import { estimateTokens } from './conversation.ts';
import { doneRefs, writeDone, type WrittenAnswer } from './done.ts';
import { readAnswer, type KnownFacts, type ReadAnswer } from './grounding.ts';
import { judgeAnswer } from './policy.ts';
import { fence, screen } from './screen.ts';
import type { AgentState, ClaimsRead } from './state.ts';
import { addUsage, noted, over, said, total, unaffordable, type Moment, type Next } from './step.ts';

/** Tokens around the sentences that are read. */
const readerTokens = 400;

/** Tokens in which a model can say of each sentence what it claims. */
export function readingTokens(sentences: number): number {
  return 100 + 20 * sentences;
}

/** An answer goes out only as the policy allows; otherwise the model learns why. */
export function guarded(moment: Moment, state: AgentState, text: string): Next {
  const brain = state.phase.kind === 'think' ? state.phase.brain : state.brain;
  if (brain === 'model') return guardedModel(moment, state, text);
  const reasons = judgeAnswer(moment.rules.policy, text, refsOf(state));
  if (reasons.length > 0) return over(moment, state, { kind: 'stopped', reason: reasons.join(' ') });
  return over(moment, state, { kind: 'answered', text, by: brain });
}

function guardedModel(moment: Moment, state: AgentState, text: string): Next {
  const { grounding } = moment.rules.policy;
  // Runs that began before claims were read go on without.
  const written = grounding?.readsClaims
    ? writeDone(text, state)
    : { text, marked: text, prose: text, claims: [], problems: [] };
  const { reasons, unread: sentences, doubted } = judged(moment, state, written);
  if (reasons.length > 0) return sentBack(moment, state, text, reasons);
  const count = new Set([...sentences, ...doubted]).size;
  if (count === 0) return goesOut(moment, state, written);
  const facts = doubted.length === 0 ? undefined : { sentences: doubted, material: materialOf(state, written.prose) };
  const turn = {
    inputTokens: estimateTokens([...sentences, ...doubted, facts?.material ?? ''].join('')) + 2 * readerTokens,
    outputTokens: readingTokens(sentences.length) + readingTokens(doubted.length),
  };
  const spent = unaffordable(moment.rules.limits, state, turn);
  if (spent !== undefined) return unreadOf(moment, state, 'its budget does not allow another reading');
  const next = noted(moment, state, 'guard', `Reads ${count} of its sentences for what they claim.`);
  return { state: { ...next, phase: { kind: 'read', text, sentences, ...given({ facts }) } }, pending: true };
}

/** Characters of rows and look-ups that a model reads beside what an answer says of them. */
const longestMaterial = 12_000;

/** The rows that an answer cites, and what was looked for and not found, as material. */
function materialOf({ rows, empty = [], failed = [] }: AgentState, prose: string): string {
  const cited = citedRefs(prose).flatMap((ref) => rows[ref] ?? []);
  const material = JSON.stringify({ rows: cited, foundNothing: empty, couldNotBeLookedUp: failed });
  const shown = material.slice(0, longestMaterial);
  const signs = screen(shown);
  return signs.length > 0 ? fence(shown, signs) : shown;
}

function judged({ rules: { policy } }: Moment, state: AgentState, written: WrittenAnswer): ReadAnswer {
  if (written.problems.length > 0) return { reasons: written.problems, unread: [], doubted: [] };
  const cited = judgeAnswer(policy, written.marked, refsOf(state));
  if (cited.length > 0 || policy.grounding === undefined) return { reasons: cited, unread: [], doubted: [] };
  return readAnswer(policy.grounding, written.prose, factsOf(state));
}

const refsOf = ({ rows }: AgentState): ReadonlySet<string> => new Set(Object.keys(rows));

function factsOf(state: AgentState): KnownFacts {
  const { rows, asked = [], failed = [], empty = [] } = state;
  return { rows, asked, failed, empty, done: doneRefs(state) };
}

function goesOut(moment: Moment, state: AgentState, { text, claims }: WrittenAnswer): Next {
  return over(moment, state, { kind: 'answered', text, by: 'model', ...(claims.length > 0 ? { claims } : {}) });
}

function sentBack(moment: Moment, state: AgentState, text: string, reasons: readonly string[]): Next {
  const reason = reasons.join(' ');
  const back = noted(moment, { ...state, returns: state.returns + 1 }, 'guard', `Sent back. ${reason}`);
  const quoted = said(back, { role: 'assistant', text, calls: [] });
  const refused = said(quoted, { role: 'guard', text: `This answer cannot go out. ${reason} Answer again.` });
  return { state: refused, pending: false };
}

/** In doubt a person takes over. */
function unreadOf(moment: Moment, state: AgentState, problem: string): Next {
  const reason = `Nobody could say whether the answer claims what was not done: ${problem}`;
  return over(moment, noted(moment, state, 'guard', reason), { kind: 'stopped', reason });
}

/** What was read for claims goes out where it has none, back where it has one, and to a person where nobody can say. */
export function claimsRead(moment: Moment, state: AgentState, event: ClaimsRead): Next {
  if (state.phase.kind !== 'read') return { state, pending: true };
  const { text, sentences, facts } = state.phase;
  const { claims, unborne, usage, problem = facts && !unborne ? 'its worker reads no facts yet' : undefined } = event;
  const counted = addUsage(state, usage);
  const cost = total(usage);
  if (problem !== undefined) return unreadOf(moment, counted, problem);
  const done = claims.flatMap((index) => sentences[index] ?? []);
  const unsaid = (unborne ?? [])
    .flatMap((index) => facts?.sentences[index] ?? [])
    .filter((each) => !done.includes(each));
  const found = [...done, ...unsaid];
  if (found.length === 0) {
    const next = noted(
      moment,
      counted,
      'guard',
      facts ? 'Rows bear them out.' : 'They claim nothing that was done.',
      cost,
    );
    return goesOut(moment, next, writeDone(text, state));
  }
  const next = noted(
    moment,
    counted,
    'guard',
    `${found.length} of them say what no call has done, or no row says.`,
    cost,
  );
  const quoted = found.map((sentence) => `"${sentence.slice(0, 200)}"`).join(' and ');
  return sentBack(moment, next, text, [
    `${quoted} says that something was done, or is so, and no row says it. Say what rows say, or write \`[done CALL]\`.`,
  ]);
}
