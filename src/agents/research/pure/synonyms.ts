/**
 * In which other words documents say what a question asks: a question is asked in the words of whoever has the trouble, and a
 * page is written in those of whoever made the thing. Of a word that only tells a situation, no page need have it.
 */
import { everydayWords, irregularVerbs, synonymGroups } from './synonym-groups.ts';
import { isUnspaced, mostTerms, saysMuch, stem, wordsOf } from './stems.ts';

/** A term of a question. */
export interface Wanted {
  /** Its stem; of a phrase such as `turn off`, the stem of the first word of what it means. */
  readonly term: string;
  /** Stems by which documents say it too. */
  readonly others: readonly string[];
  /** What it counts: less where it is a word of everyday life. */
  readonly share: number;
  /** Whether it tells how or what somebody does, so that a page may well do without it. */
  readonly isTelling: boolean;
}

const everydayShare = 0.35;
const nameShare = 1.5;
/** Of a name such as `bodyLimit`, which only code has. */
const codeShare = 2;

/** Of verbs, adverbs and adjectives. */
const telling = /^\p{L}{3,40}(?:ed|ing|ly|ish|ful|less)$/u;

interface Phrase {
  readonly words: readonly string[];
  readonly said: readonly string[];
}

const everydayStems = new Set(everydayWords.trim().split(/\s+/).map(stem));
const others = new Map<string, Set<string>>();
/** By the stems of their first words. */
const phrases = new Map<string, Phrase[]>();
for (const line of synonymGroups.trim().split('\n')) {
  const all = line.trim().split(' ');
  const said = all.filter((each) => !each.includes('_')).map(stem);
  for (const each of said) others.set(each, new Set([...(others.get(each) ?? []), ...said]));
  for (const phrase of all.filter((each) => each.includes('_'))) {
    const words = phrase.split('_').map(stem);
    const first = words[0] ?? '';
    phrases.set(first, [...(phrases.get(first) ?? []), { words, said }]);
  }
}

const english =
  /^\W{0,5}(?:how|what|which|when|where|who|whose|why|is|are|was|were|do|does|did|can|could|should|in|on|for|at|from|to|if|i|my|after|while|since|under)\b/i;

/** What the names within a question count; nouns of German are none. */
function namesIn(question: string): ReadonlyMap<string, number> {
  const isEnglish = english.test(question);
  const found = new Map<string, number>();
  for (const [index, name] of (question.match(/[\p{L}\p{N}_]{1,80}/gu) ?? []).entries()) {
    if (/^\p{Ll}.*\p{Lu}|\w_\w/u.test(name)) found.set(name.toLowerCase(), codeShare);
    else if (isEnglish && index > 0 && /^\p{Lu}.|\p{L}\d/u.test(name)) found.set(name.toLowerCase(), nameShare);
  }
  return found;
}

/** What a question asks for, each term once. */
export function wantedOf(question: string): Wanted[] {
  const words = wordsOf(question);
  const names = namesIn(question.slice(0, 2000));
  const stems = words.map(stem);
  const most = isUnspaced(question) ? 2 * mostTerms : mostTerms;
  const found = new Map<string, Wanted>();
  let at = 0;
  while (at < words.length && found.size < most) {
    const phrase = phraseAt(stems, at);
    const wanted = phrase ? meaning(phrase.said) : wordWanted(words[at] ?? '', names);
    if (wanted && !found.has(wanted.term)) found.set(wanted.term, wanted);
    at += phrase?.length ?? 1;
  }
  // Where only words were given that mean nothing, they are what is asked for.
  return found.size > 0
    ? [...found.values()]
    : stems.slice(0, most).map((term) => ({ term, others: [], share: 1, isTelling: false }));
}

function wordWanted(word: string, names: ReadonlyMap<string, number>): Wanted | undefined {
  if (!saysMuch(word)) return undefined;
  const term = stem(word);
  const isEveryday = everydayStems.has(term);
  return {
    term,
    others: [...variantsOf(term), ...othersOf(term)],
    share: names.get(word) ?? (isEveryday ? everydayShare : 1),
    isTelling: isEveryday || (!names.has(word) && telling.test(word)),
  };
}

/** The verb of each of its forms, and the forms of each verb. */
const formsOf = new Map(
  irregularVerbs.split(',').flatMap((line) => {
    const forms = [...new Set(line.trim().split(/\s+/).map(stem))];
    return forms.map((form) => [form, forms] as const);
  }),
);

function othersOf(term: string): string[] {
  const forms = formsOf.get(term) ?? [term];
  return [...new Set([...forms, ...forms.flatMap((form) => [...(others.get(form) ?? [])])])].filter(
    (each) => each !== term,
  );
}

/** `compress` and `compressor`, `serialise` and `serialize`. */
function variantsOf(term: string): string[] {
  const shorter = term.length > 5 ? stem(term.replace(/(?:er|or)$/, '')) : term;
  const spelt = term.length > 5 ? term.replace(/is$/, 'iz') : term;
  return [shorter, spelt, `${term}er`, `${term}or`].filter((each) => each !== term);
}

function meaning([term = '', ...rest]: readonly string[]): Wanted {
  return { term, others: rest, share: 1, isTelling: true };
}

/** `turn off`, `turn them off` and `turn the sounds off`. */
function phraseAt(stems: readonly string[], at: number): { said: readonly string[]; length: number } | undefined {
  for (const { words, said } of phrases.get(stems[at] ?? '') ?? []) {
    for (const gap of words.length === 2 ? [0, 1, 2] : [0])
      if (words.every((word, index) => word === stems[at + index + (index > 0 ? gap : 0)]))
        return { said, length: words.length + gap };
  }
  return undefined;
}
