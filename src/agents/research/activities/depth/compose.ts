/** Drafts made one by a model: shorter, in order, and without repetition; the marks of its sentences are kept and checked. */
import { z } from 'zod';
import { checkedDraft, type Draft, type Dropped, type PassageEvidence } from '../../pure/draft.ts';
import { unknownFacts } from '../../pure/claims.ts';
import { fenceRule, fenced } from '../../pure/fence.ts';
import { checkedAcross } from '../checked-across.ts';
import { structured } from '../../../model/structured.ts';
import { tokensSpent, type StepContext, type Tokens } from './step.ts';

export interface ComposeInput {
  readonly question: string;
  readonly pieces: readonly Draft[];
  /** What the pieces cite; not shown to the model, but what it writes is checked against it. */
  readonly evidence: readonly PassageEvidence[];
  /** Characters that its draft may have. */
  readonly limit: number;
  /** Whether it is the answer, and not a step towards it. */
  readonly last: boolean;
  /** Names the model, so that another one's result is not taken for its own. */
  readonly model: string;
}

export interface Composed extends Tokens {
  readonly draft: Draft;
  readonly dropped: readonly Dropped[];
}

const mostTokens = 3000;
const schema = z.object({
  sections: z.array(
    z.object({
      heading: z.string(),
      sentences: z.array(z.object({ text: z.string(), passages: z.array(z.string()) })),
    }),
  ),
});
const instructions = (
  what: string,
): string => `You make ${what} of notes. The notes are sentences with the ids of the passages that say them.
Use only what the notes say, keep numbers and names as they are, say nothing twice, and give each sentence the ids of the
notes that it rests on.
${fenceRule}`;

/** @throws {ApplicationFailure} the model's fault */
export async function compose(
  { question, pieces, evidence, limit, last }: ComposeInput,
  { environment, signal }: StepContext,
): Promise<Composed> {
  const notes = pieces.flatMap(({ sections }) =>
    sections.map(({ heading, claims }, index) =>
      fenced(
        `notes-${index + 1}`,
        heading,
        claims.map((claim) => `${claim.text} [${claim.evidence.join(' ')}]`).join('\n'),
      ),
    ),
  );
  const length = `At most ${Math.floor(Math.min(limit, 3 * mostTokens) / 7)} words.`;
  const { value, usage } = await structured(
    {
      instructions: instructions(last ? 'the answer to a question out' : 'shorter notes out'),
      prompt: [`The question: ${question.slice(0, 2000)}`, length, ...notes].join('\n\n'),
      schema,
      name: 'draft',
      signal,
      maxTokens: mostTokens,
    },
    environment,
  );
  const known = [
    question,
    ...pieces.flatMap((each) => each.sections.map(({ heading }) => heading)),
    ...evidence.map(({ title, text }) => `${title}\n${text}`),
  ];
  const sections = value.sections.map(({ heading, sentences }) => ({
    heading: headingOf(heading.trim().slice(0, 200), question, known),
    claims: sentences.map(({ text, passages }) => ({ text: text.trim(), evidence: passages })),
  }));
  const checked = await checkedAcross((across) => checkedDraft({ sections }, evidence, across), {
    environment,
    signal,
  });
  return { ...checked.result, tokens: tokensSpent(usage) + checked.tokens };
}

/** A heading may say something too, and then it must be borne out; else the question stands above what follows. */
function headingOf(heading: string, question: string, known: readonly string[]): string {
  return unknownFacts(heading, known).length === 0 ? heading : question.slice(0, 200);
}
