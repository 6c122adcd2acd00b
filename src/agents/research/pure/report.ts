/** What research in depth found, as data: the plan, the claims with their references, and what is missing. */
import { given, type Coverage } from '../../../index.ts';
import type { Crossing } from './across.ts';
import { normalizeDoi } from './duplicates.ts';
import { citedBy, type Draft, type Dropped, type PassageEvidence } from './draft.ts';
import type { SubQuestion } from './questions.ts';
import { worstStanding, type Standing } from './standing.ts';
import { silentSentence, unreadSentences, type Unread } from './unread.ts';

/** A work that the answer cites. */
export interface Reference {
  /** As in the text: `[1]`. */
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly source: string;
  readonly year?: number;
  readonly doi?: string;
  readonly authors?: readonly string[];
  /** The journal, the book or the conference. */
  readonly venue?: string;
  readonly alsoIn?: readonly string[];
  readonly standing?: Standing;
  /** The day on which its page was read, `2026-01-31`; absent where the source itself gave the text. */
  readonly retrieved?: string;
  /** What of it the claims rest on. */
  readonly passages: readonly string[];
}

export interface AskedQuestion extends SubQuestion {
  /** Whether a checked claim answers it. */
  readonly answered: boolean;
  readonly claims: number;
  /** How many sources were asked. */
  readonly asked: number;
  /** The sources that did not answer, and why. */
  readonly failed: Readonly<Record<string, string>>;
  /** How it was read, and what went wrong then. */
  readonly note: string;
}

export interface ReportClaim {
  readonly heading: string;
  readonly text: string;
  /** Numbers of references. */
  readonly citations: readonly number[];
  /** Where its passages are in another language: whether a translation was compared with them, or nothing was. */
  readonly crossing?: Crossing;
}

/** Plain JSON. */
export interface Report {
  readonly question: string;
  readonly depth: number;
  /** Who made the sub-questions. */
  readonly planner: 'model' | 'rules' | 'person';
  readonly questions: readonly AskedQuestion[];
  readonly claims: readonly ReportClaim[];
  readonly references: readonly Reference[];
  /** Sentences that were written and that no passage bore out: they are not in the answer. */
  readonly dropped: readonly Dropped[];
  /** What is missing, in sentences. */
  readonly missing: readonly string[];
  readonly coverage: Coverage;
  /** Sentences of passages that spoke to the model, and were kept from it. */
  readonly screened: number;
  /** Works that several sources found, and that count once. */
  readonly duplicates: number;
  readonly tokens?: { readonly spent: number; readonly limit: number };
}

/** One reference for each work cited, numbered in the order of the claims. */
export function cite(
  draft: Draft,
  evidence: readonly PassageEvidence[],
): { claims: ReportClaim[]; references: Reference[] } {
  const byId = new Map(evidence.map((each) => [each.id, each]));
  const works = new Map<
    string,
    { number: number; evidence: PassageEvidence; standing: Standing | undefined; passages: string[] }
  >();
  const numbers = new Map<string, number>();
  for (const id of citedBy(draft)) {
    const found = byId.get(id);
    if (!found) continue;
    const key = normalizeDoi(found.doi) ?? (found.url || `${found.source} ${found.title}`);
    const work = works.get(key) ?? { number: works.size + 1, evidence: found, standing: undefined, passages: [] };
    work.standing = worstStanding([work.standing, found.standing]);
    works.set(key, work);
    work.passages.push(found.text);
    numbers.set(id, work.number);
  }
  const claims = draft.sections.flatMap(({ heading, claims: all }) =>
    all.map(({ text, evidence: ids, crossing }) => ({
      heading,
      text,
      ...given({ crossing }),
      citations: [...new Set(ids.flatMap((id) => numbers.get(id) ?? []))].toSorted((a, b) => a - b),
    })),
  );
  const references = [...works.values()].map(
    ({ number, evidence: { id: _id, text: _text, ...about }, standing, passages }) => ({
      number,
      ...about,
      ...given({ standing }),
      passages,
    }),
  );
  return { claims, references };
}

/** The claims as Markdown: a heading where there are several, a line for each claim. */
export function claimsText(claims: readonly ReportClaim[]): string {
  const headings = [...new Set(claims.map(({ heading }) => heading))];
  const sections = headings.map((heading) => {
    const lines = claims
      .filter((claim) => claim.heading === heading)
      .map(({ text, citations }) => `- ${text} ${citations.map((number) => `[${number}]`).join('')}`);
    return headings.length > 1 ? `## ${heading}\n\n${lines.join('\n')}` : lines.join('\n');
  });
  return sections.join('\n\n');
}

interface Gaps {
  readonly questions: readonly AskedQuestion[];
  /** Of questions that were cancelled, in sentences. */
  readonly cancelled: readonly string[];
  /** The sources that answered no question at all. */
  readonly silent: ReadonlySet<string>;
  /** Documents that could not be read. */
  readonly unread: readonly Unread[];
  readonly coverage: Coverage;
}

/** What a reader must know is not there. */
export function missingOf({ questions, cancelled, silent, unread, coverage }: Gaps): string[] {
  const unanswered = questions.filter(({ answered }) => !answered);
  const failures = new Map<string, { count: number; message: string }>();
  for (const [source, message] of questions.flatMap(({ failed }) => Object.entries(failed))) {
    failures.set(source, { count: (failures.get(source)?.count ?? 0) + 1, message });
  }
  return [
    ...unanswered.map(({ question }) => `No checked claim answers: ${question}`),
    ...[...failures].map(([source, { count, message }]) => {
      const all = silent.has(source) ? '' : ` for ${count} of ${questions.length} questions`;
      return silentSentence(source, message, all);
    }),
    ...unreadSentences(unread),
    ...cancelled,
    ...Object.entries(coverage.left).map(
      ([piece, why]) => `What was found for '${piece}' is not in the answer: ${why}`,
    ),
  ];
}
