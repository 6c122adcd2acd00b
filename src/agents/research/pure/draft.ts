/**
 * An answer in the making: sentences under headings, each with the passages that support it. Without a model a draft is
 * merged by what it is: sections side by side, no sentence twice, and the weakest sentences out where not all fit.
 */
import { withinOneLanguage, type AcrossLanguages, type Crossing } from './across.ts';
import type { Verdict } from './claims.ts';
import { checkClaim } from './claims.ts';
import type { Standing } from './standing.ts';
import { stemsOf } from './stems.ts';

/** A passage that was chosen for a question. */
export interface PassageEvidence {
  /** Made of its content, so that one passage found for two questions is one. */
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly source: string;
  readonly text: string;
  readonly year?: number;
  readonly doi?: string;
  readonly authors?: readonly string[];
  /** The journal, the book or the conference. */
  readonly venue?: string;
  readonly standing?: Standing;
  /** The day on which its page was read. */
  readonly retrieved?: string;
  /** The other sources that found the same work. */
  readonly alsoIn?: readonly string[];
}

export interface ResearchClaim {
  readonly text: string;
  /** Ids of the evidence; never empty. */
  readonly evidence: readonly string[];
  /** Where its evidence is in another language. */
  readonly crossing?: Crossing;
}

export interface DraftSection {
  readonly heading: string;
  /** The most significant first. */
  readonly claims: readonly ResearchClaim[];
}

export interface Draft {
  readonly sections: readonly DraftSection[];
}

/** A sentence that no passage bore out, and what in it none has. */
export interface Dropped {
  readonly text: string;
  readonly missing: readonly string[];
}

/** Two sentences that share this much of their words say the same. */
const alike = 0.75;

/** In characters, with a little for what holds it together. */
export function draftSize({ sections }: Draft): number {
  return sections.reduce((sum, section) => sum + section.heading.length + 20 + claimsSize(section.claims), 0);
}

/** The draft within a limit: of each section as many of its first claims as fit, in turn. Undefined where none does. */
export function fitDraft(draft: Draft, limit: number): Draft | undefined {
  if (draftSize(draft) <= limit) return draft;
  const chosen = draft.sections.map(() => new Array<ResearchClaim>());
  let left = limit;
  for (let round = 0; draft.sections.some(({ claims }) => claims.length > round); round++) {
    draft.sections.forEach(({ heading, claims }, index) => {
      const claim = claims[round];
      if (!claim) return;
      const cost = claimsSize([claim]) + (chosen[index]?.length === 0 ? heading.length + 20 : 0);
      if (cost > left) return;
      left -= cost;
      chosen[index]?.push(claim);
    });
  }
  const sections = draft.sections.map(({ heading }, index) => ({ heading, claims: chosen[index] ?? [] }));
  return chosen.every((claims) => claims.length === 0) ? undefined : withoutEmpty({ sections });
}

/** All sections in order; those of one heading become one, and what was said before is not said again. */
export function mergeDrafts(drafts: readonly Draft[]): Draft {
  const sections = new Map<string, ResearchClaim[]>();
  const said: Set<string>[] = [];
  for (const { heading, claims } of drafts.flatMap((draft) => draft.sections)) {
    const section = sections.get(heading) ?? [];
    sections.set(heading, section);
    for (const claim of claims) {
      const words = new Set(stemsOf(claim.text));
      if (said.some((other) => overlap(words, other) >= alike)) continue;
      said.push(words);
      section.push(claim);
    }
  }
  return withoutEmpty({ sections: [...sections].map(([heading, claims]) => ({ heading, claims })) });
}

/** Only the sentences that the passages they cite support; a passage that nobody was shown supports nothing. */
export function checkedDraft(
  draft: Draft,
  evidence: readonly PassageEvidence[],
  across: AcrossLanguages = withinOneLanguage,
): { draft: Draft; dropped: Dropped[] } {
  const texts = new Map(evidence.map(({ id, title, text }) => [id, `${title}\n${text}`]));
  const dropped: Dropped[] = [];
  const sections = draft.sections.map(({ heading, claims }) => ({
    heading,
    claims: claims.flatMap(({ text, evidence: cited }): ResearchClaim[] => {
      const known = [...new Set(cited)].filter((id) => texts.has(id));
      const passages = known.map((id) => texts.get(id) ?? '');
      const verdict: Verdict =
        known.length === 0 ? { supported: false, missing: ['a passage'] } : checkClaim(text, passages);
      if (verdict.supported) return [{ text, evidence: known }];
      const crossing = known.length === 0 ? undefined : across(text, passages);
      if (crossing !== undefined) return [{ text, evidence: known, crossing }];
      dropped.push({ text: text.slice(0, 300), missing: verdict.missing });
      return [];
    }),
  }));
  return { draft: withoutEmpty({ sections }), dropped };
}

/** The ids that a draft cites, in the order in which it does. */
export function citedBy({ sections }: Draft): string[] {
  return [...new Set(sections.flatMap(({ claims }) => claims.flatMap(({ evidence }) => evidence)))];
}

function withoutEmpty({ sections }: Draft): Draft {
  return { sections: sections.filter(({ claims }) => claims.length > 0) };
}

function claimsSize(claims: readonly ResearchClaim[]): number {
  return claims.reduce((sum, { text, evidence }) => sum + text.length + evidence.join(' ').length + 20, 0);
}

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((word) => other.has(word)).length;
  return one.size + other.size === 0 ? 1 : shared / Math.max(1, one.size + other.size - shared);
}
