/** From evidence to claims: what it says on the question, each sentence with the passages that support it. */
import { z } from 'zod';
import { checkedDraft, type ResearchClaim, type Draft, type Dropped, type PassageEvidence } from '../../pure/draft.ts';
import { fenceRule, fenced } from '../../pure/fence.ts';
import { followUpsByRules } from '../../pure/questions.ts';
import { checkedAcross } from '../checked-across.ts';
import { extract, statementOf } from '../extract.ts';
import { structured } from '../../../model/structured.ts';
import { tokensSpent, type StepContext, type Tokens } from './step.ts';

export interface DrawInput {
  /** The question of the run. */
  readonly root: string;
  /** The one that the evidence was found for. */
  readonly question: string;
  readonly evidence: readonly PassageEvidence[];
  /** Characters of evidence that fit into one call. */
  readonly window: number;
  /** Null to take sentences of the evidence as they stand. */
  readonly model: string | null;
  /** Its evidence may be private, and what it asks next goes to sources outside: a model that has read it asks nothing there. @default false */
  readonly asksByRules?: boolean;
}

export interface Drawn extends Tokens {
  readonly draft: Draft;
  readonly dropped: readonly Dropped[];
  /** Questions that what was found leaves open. */
  readonly followUps: readonly string[];
}

const mostFollowUps = 3;
const schema = z.object({
  claims: z.array(z.object({ text: z.string(), passages: z.array(z.string()) })),
  open_questions: z.array(z.string()),
});
const instructions = `You read passages and write down what they say on a question, and nothing else.
Each claim is one sentence with the ids of the passages that say it; numbers and names are as the passages have them.
Leave out what no passage says. As open_questions give at most ${mostFollowUps} short questions, fit for a search, that the
passages leave open and that matter for the question.
${fenceRule}`;

/** @throws {ApplicationFailure} the model's fault, where it was to read */
export async function drawClaims(input: DrawInput, context: StepContext): Promise<Drawn> {
  return input.model === null ? extracted(input) : read(input, context);
}

function extracted({ root, question, evidence }: DrawInput): Drawn {
  const passages = evidence.map((each) => ({ ...each, snippet: each.text }));
  // They are the evidence's own words, so that nothing of them is to be borne out.
  const claims = extract(question, passages).map((each): ResearchClaim => ({
    text: statementOf(each),
    evidence: [each.passage.id],
  }));
  const found = evidence.map(({ text }) => text);
  return {
    draft: { sections: claims.length === 0 ? [] : [{ heading: question, claims }] },
    dropped: [],
    followUps: followUpsByRules(root, { question, found }),
    tokens: 0,
  };
}

async function read(
  { root, question, evidence, window, asksByRules = false }: DrawInput,
  { environment, signal }: StepContext,
): Promise<Drawn> {
  const shown = fitting(evidence, window);
  const prompt = [
    `The question: ${question}`,
    `It is part of: ${root.slice(0, 1000)}`,
    ...shown.map(({ id, title, text }) => fenced(id, title, text)),
  ].join('\n\n');
  const { value, usage } = await structured(
    { instructions, prompt, schema, name: 'claims', signal, maxTokens: 1500 },
    environment,
  );
  const claims = value.claims.map(({ text, passages }) => ({ text: text.trim(), evidence: passages }));
  const draft = { sections: [{ heading: question, claims }] };
  const checked = await checkedAcross((across) => checkedDraft(draft, shown, across), { environment, signal });
  const asked = asksByRules
    ? followUpsByRules(root, { question, found: shown.map(({ text }) => text) })
    : value.open_questions.map((each) => each.trim()).filter(Boolean);
  return {
    ...checked.result,
    followUps: asked.slice(0, mostFollowUps),
    tokens: tokensSpent(usage) + checked.tokens,
  };
}

/** The best first, as many as fit. */
function fitting(evidence: readonly PassageEvidence[], window: number): PassageEvidence[] {
  let left = window;
  return evidence.filter(({ title, text }) => {
    left -= title.length + text.length + 60;
    return left >= 0;
  });
}
