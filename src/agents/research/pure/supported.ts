/**
 * A model's answer without the sentences that no passage supports.
 * What cites nothing, such as a heading, a lead-in or a sentence in a fence, stays only where what the model was shown
 * bears it out; so does a remark that something is not answered, which may say nothing else.
 */
import { withinOneLanguage, type AcrossLanguages, type CrossingSentence } from './across.ts';
import { checkClaim, unknownFacts } from './claims.ts';
import { nextFence } from './code-fences.ts';

export interface SupportedText {
  readonly text: string;
  /** The sentences that were taken out. */
  readonly dropped: readonly string[];
  /** Those that were kept though their passages are in another language. */
  readonly crossings: readonly CrossingSentence[];
}

const segmenter = /(?<=[.!?。！？](?:\[\d{1,3}\]|[")'”’]){0,8})\s{1,20}(?=\S)/u;
const mark = /\s?\[(\d{1,3})\]/g;

/**
 * @param passageOf the passage behind a citation's number; undefined where there is none
 * @param shown all that the model was shown, the question included
 * @param across what of a sentence is known whose passages are in another language
 */
export function supportedText(
  text: string,
  passageOf: (number: number) => string | undefined,
  shown: readonly string[] = [],
  across: AcrossLanguages = withinOneLanguage,
): SupportedText {
  const dropped: string[] = [];
  const crossings: CrossingSentence[] = [];
  const noted: AcrossLanguages = (claim, passages) => {
    const crossing = across(claim, passages);
    if (crossing !== undefined) crossings.push({ text: claim.trim(), crossing });
    return crossing;
  };
  let fence: string | undefined;
  const given = text.split('\n');
  const lines = given.map((line, index) => {
    const isCode = fence !== undefined;
    const behind = nextFence(fence, line, given[index - 1] ?? '');
    const isFence = behind !== fence;
    fence = behind;
    if (isFence) return withoutInfo(line);
    if (line.trim() === '') return line;
    // Code is no sentence, and a sentence is none the truer for a fence around it.
    const isWhole = isCode || isHeading(line);
    const parts = isWhole ? [line] : sentencesOf(line);
    const good = parts.filter((part) =>
      isWhole ? isBorneOut(part, shown, isCode) : isSupported(part, { passageOf, shown, across: noted }),
    );
    dropped.push(...parts.filter((part) => !good.includes(part)).map((part) => part.trim()));
    return good.join(' ');
  });
  const kept = lines.filter((line, index) => line.trim() !== '' || given[index]?.trim() === '');
  return {
    text: kept
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim(),
    dropped,
    crossings,
  };
}

/** Sentences of a line; a citation behind the full stop belongs to the sentence before it. */
function sentencesOf(line: string): string[] {
  const pieces: string[] = [];
  for (const piece of line.split(segmenter)) {
    const marks = /^(?:\[\d{1,3}\]\s{0,2}){1,8}/.exec(piece)?.[0];
    if (marks === undefined || pieces.length === 0) pieces.push(piece);
    else {
      pieces[pieces.length - 1] += ` ${marks.trim()}`;
      if (piece.length > marks.length) pieces.push(piece.slice(marks.length));
    }
  }
  return pieces;
}

/** Says that nothing is known, which needs no passage. */
const gap =
  /\b(?:passages?|sources?)\b.{0,80}\b(?:not|no|nothing|silent)\b|\b(?:not|no|nothing)\b.{0,80}\b(?:passages?|sources?)\b/i;

/** What a remark on a gap goes on with where it says more than that. */
const more =
  /[;:—–]|\b(?:but|however|yet|although|though|while|whereas|because|since|so|nevertheless|still|instead|only)\b/i;
/** Headings that say what stands below them, and nothing of the question. */
const plainHeading =
  /^(?:(?:short |direct )?answer|summary|overview|introduction|background|conclusions?|details|key (?:points|findings|facts)|findings|gaps?|limitations|notes?|sources?|what is (?:missing|not known))$/i;

function isHeading(line: string): boolean {
  return /^\s{0,9}#{1,6}\s/.test(line);
}

/** A line that opens or closes a fence, with the name of a language alone: whatever else stands there would be read unchecked. */
function withoutInfo(line: string): string {
  return /^\s{0,80}(?:`{3,20}|~{3,20})(?:[\w+#.-]{1,20}\s{0,20}$)?/.exec(line)?.[0] ?? '';
}

/** Of a line in a fence, only what reads as a sentence is a claim. */
function isBorneOut(line: string, shown: readonly string[], fenced: boolean): boolean {
  const bare = line.replace(/^[\s#*/>-]{0,20}/, '').trim();
  if (fenced && !/^[\p{Lu}\p{Lo}"'(].{0,2000}[.!?。！？]["')]?$/u.test(bare)) return true;
  return bare === '' || plainHeading.test(bare.slice(0, 100)) || checkClaim(bare.slice(0, 2000), shown).supported;
}

/** A name or a number beside the remark would be a claim of its own. */
function isGap(sentence: string, shown: readonly string[]): boolean {
  if (!gap.test(sentence.slice(0, 1000)) || more.test(sentence)) return false;
  return unknownFacts(sentence, shown).length === 0;
}

interface Known {
  readonly passageOf: (number: number) => string | undefined;
  readonly shown: readonly string[];
  readonly across: AcrossLanguages;
}

function isSupported(sentence: string, { passageOf, shown, across }: Known): boolean {
  const numbers = new Set(Array.from(sentence.matchAll(mark), ([, number]) => Number(number)));
  const cited = [...numbers].flatMap((number) => passageOf(number) ?? []);
  const bare = sentence
    .replaceAll(mark, '')
    .replace(/^\s{0,9}(?:[-*+]|\d{1,3}[.)])\s/, '')
    .replaceAll(/[*_`]/g, '');
  if (cited.length === 0) return isGap(bare, shown) || (/:\s{0,9}$/.test(bare) && checkClaim(bare, shown).supported);
  return checkClaim(bare, cited).supported || across(bare, cited) !== undefined;
}
