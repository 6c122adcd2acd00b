/**
 * Sub-questions and follow-ups without a model: from the question's own grammar and from the words that nothing found has.
 * It never invents a subject; where it finds no parts, it asks for known kinds of aspects, and says so.
 */
import { given } from '../../../index.ts';
import { stem, stemsOf, termsOf } from './stems.ts';

/** A question of a plan. */
export interface SubQuestion {
  /** Short, unique in the run, and safe in an id: `retries`. */
  readonly label: string;
  readonly question: string;
  /** From 1. */
  readonly level: number;
  /** The label of the question whose gap it is to fill. */
  readonly parent?: string;
}

/** Two questions that share this much of their words are one. */
const alike = 0.8;
const longest = 300;

/** The parts of a question, at most `breadth`; the question itself is the first where there is room for it. */
export function planByRules(question: string, breadth: number): string[] {
  const whole = question.trim().replaceAll(/\s+/g, ' ').slice(0, longest);
  const parts = [...sentencesOf(whole), ...clausesOf(whole), ...enumerated(whole), ...compared(whole)];
  const planned = parts.length >= breadth ? parts : [whole, ...parts, ...aspectsOf(whole)];
  return distinct(planned).slice(0, breadth);
}

const mostParts = 4;

/** What is asked at once, each by itself; none where it is one question. */
export function partsAsked(question: string): string[] {
  const whole = question.trim().replaceAll(/\s+/g, ' ').slice(0, longest);
  return distinct([...sentencesOf(whole), ...clausesOf(whole)]).slice(0, mostParts);
}

/** Several questions in a row. */
function sentencesOf(question: string): string[] {
  const sentences = question.split(/(?<=\?) /).filter((sentence) => termsOf(sentence).length > 1);
  return sentences.length > 1 ? sentences : [];
}

/** `What is X and how does Y work?` */
function clausesOf(question: string): string[] {
  const clauses = question.split(/,? (?:and|or) (?=(?:what|how|why|when|which|who|where)\b)/i);
  return clauses.length > 1 ? clauses.map((clause) => (clause.endsWith('?') ? clause : `${clause}?`)) : [];
}

const listed =
  /([\p{L}\p{N}-]{1,80})((?:, [\p{L}\p{N}][\p{L}\p{N} -]{0,40}?){0,20}),? (?:and|or) (?!(?:what|how|why|when|which|who|where)\b)([\p{L}\p{N}-]{1,80})/iu;

/** `How do X handle a, b and c?` asks the same of each: `How do X handle a?`, … */
function enumerated(question: string): string[] {
  const [list, first = '', middle = '', last = ''] = listed.exec(question) ?? [];
  if (list === undefined) return [];
  const items = [first, ...middle.split(', '), last].map((item) => item.trim()).filter(Boolean);
  return items.map((item) => question.replace(list, item));
}

/** `X versus Y` */
function compared(question: string): string[] {
  const sides = question.replace(/\?$/, '').split(/ (?:vs\.?|versus|compared (?:to|with)) /i);
  return sides.length === 2 ? sides : [];
}

/** What is commonly asked of a subject of which nothing more is known. */
function aspectsOf(question: string): string[] {
  const subject = termsOf(question).slice(0, 6).join(' ');
  return ['limitations', 'mechanism', 'best practices', 'alternatives'].map((aspect) => `${subject}: ${aspect}`);
}

/** What was found for one question. */
export interface Gap {
  readonly question: string;
  /** What concerns it, as text. */
  readonly found: readonly string[];
}

/** Questions for the words that nothing found has, then for the limits of the subject, which sources seldom state unasked. */
export function followUpsByRules(root: string, { question, found }: Gap): string[] {
  const known = new Set(found.flatMap(stemsOf));
  const topic = termsOf(root).slice(0, 4);
  const unmet = termsOf(question).filter((term) => !known.has(stem(term)));
  const filling = unmet.map((term) => [term, ...topic.filter((each) => each !== term)].slice(0, 3).join(' '));
  const subject = termsOf(question).slice(0, 5);
  const limits = subject.some((term) => stem(term) === stem('limits')) ? [] : [`${subject.join(' ')}: limitations`];
  return distinct([...filling.slice(0, 2), ...limits]);
}

/** Which questions make a level. */
export interface LevelRule {
  /** From 1. */
  readonly number: number;
  readonly asked: readonly SubQuestion[];
  /** At most so many. */
  readonly breadth: number;
  /** Whether one asks what the other does. @default by the words that they share */
  readonly isSame?: (one: string, other: string) => boolean;
}

/** The questions of a level, each under a label of its own; those that were asked already are left out. */
export function level(
  questions: readonly { readonly question: string; readonly parent?: string }[],
  { number, asked, breadth, isSame = same }: LevelRule,
): SubQuestion[] {
  // What all of these have in common, or what those before them had, tells none of them apart.
  const common = asked.length > 0 ? asked.slice(0, 1) : questions.length > 1 ? questions : [];
  const planned: SubQuestion[] = [];
  for (const { question, parent } of questions) {
    const text = question.trim().replaceAll(/\s+/g, ' ').slice(0, longest);
    const before = [...asked, ...planned];
    if (planned.length >= breadth || termsOf(text).length === 0 || before.some((each) => isSame(each.question, text)))
      continue;
    const label = labelOf(
      text,
      common.map((each) => each.question),
      new Set(before.map((each) => each.label)),
    );
    planned.push({ label, question: text, level: number, ...given({ parent }) });
  }
  return planned;
}

/** First the first of each, then the second of each: no question's gaps crowd out another's. */
export function roundRobin(lists: readonly (readonly { readonly question: string; readonly parent: string }[])[]) {
  const rounds = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: rounds }, (_, round) => lists.flatMap((list) => list.slice(round, round + 1))).flat();
}

/** The words by which it differs from its siblings; a number where that does not tell it apart. */
function labelOf(question: string, others: readonly string[], taken: ReadonlySet<string>): string {
  const terms = termsOf(question).filter((term) => /^[\p{L}\p{N}]{3,}$/u.test(term));
  const common = (term: string): boolean =>
    others.length > 0 && others.every((other) => stemsOf(other).includes(stem(term)));
  const own = terms.filter((term) => !common(term));
  const label = (own.length > 0 ? own : terms).slice(0, 2).join('-').slice(0, 24) || 'question';
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? label : `${label}-${number}`;
    if (!taken.has(numbered)) return numbered;
  }
}

function distinct(questions: readonly string[]): string[] {
  const kept: string[] = [];
  for (const question of questions) if (!kept.some((other) => same(other, question))) kept.push(question);
  return kept;
}

function same(one: string, other: string): boolean {
  const [first, second] = [new Set(stemsOf(one)), new Set(stemsOf(other))];
  const shared = [...first].filter((each) => second.has(each)).length;
  const all = first.size + second.size - shared;
  return all === 0 || shared / all >= alike;
}
