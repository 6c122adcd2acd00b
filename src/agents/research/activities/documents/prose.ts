/**
 * What a passage says, piece by piece: sentences that read well alone, and entries of lists, rows of tables and blocks of
 * code, which say a fact without being a sentence.
 * Nothing is taken out of a piece but the marks of Markdown itself; code in it stays as it was written.
 */
import { given } from '../../../../index.ts';
import { isUnspaced } from '../../pure/stems.ts';
import { withScripts } from '../scripts.ts';
import { blocksOf, type Block } from './blocks.ts';
import { keepingCode } from './code-kept.ts';
import { codePieces } from './code-pieces.ts';

export interface ProsePiece {
  /** A `line` is prose that means something only beside what it is about. */
  readonly kind: 'sentence' | 'line' | 'entry' | 'row' | 'code';
  readonly text: string;
  /** The head of its table, or what leads in to its list. */
  readonly about?: string;
  /** Of code, the sentence that leads in to it. */
  readonly lead?: string;
  /** Of a sentence, what follows in its paragraph, as far as both are short enough. */
  readonly rest?: string;
  /** Of code, whether it says in words what it is. */
  readonly isCommented?: boolean;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const shortest = 45;
/** Of code, what an answer has room for beside a sentence. */
const shortCode = 320;
const shortestUnspaced = 10;
const longest = 420;
const fewestWords = 8;
const fewestWordsOfLine = 3;
/** Of a passage nothing further is read; a search returns less. */
const most = 12_000;

/** Its sentences alone. */
export function proseSentences(text: string): string[] {
  return piecesOf(text).flatMap((piece) => (piece.kind === 'sentence' ? piece.text : []));
}

export function piecesOf(text: string): ProsePiece[] {
  let lead: string | undefined;
  return withLabels(blocksOf(text.slice(0, most))).flatMap((block, index, blocks): ProsePiece[] => {
    if (block.kind === 'code') return codeOf(block.text, lead);
    if (block.kind === 'paragraph') lead = undefined;
    const plain = plainOf(block.text);
    if (block.kind === 'entry' && isProgram(plain)) return codeOf(block.text, undefined);
    const about = block.head ?? lead;
    if (block.kind === 'row') return saysSomething(plain) ? [{ kind: 'row', text: plain, ...given({ about }) }] : [];
    const sentences = together(whole(plain));
    const last = sentences.at(-1) ?? '';
    const next = blocks[index + 1];
    // Short code is shown with what leads in to it; a list is read by its lead.
    const isShown = isShownBy(last, next);
    if (isShown) sentences.pop();
    if (isShown || isLead(last, next)) lead = last;
    return statementsOf(block.kind, plain, sentences).map((piece) =>
      block.kind === 'entry' ? { ...piece, ...given({ about }) } : piece,
    );
  });
}

/** Whether short code shows what a sentence says. */
function isShownBy(sentence: string, next: Block | undefined): boolean {
  return next?.kind === 'code' && next.text.length <= shortCode && (readsAlone(sentence) || isLine(sentence));
}

/** Whether it ends with a colon, and what stands below it goes on. */
function isLead(sentence: string, next: Block | undefined): boolean {
  if (next === undefined || next.kind === 'paragraph' || !sentence.endsWith(':')) return false;
  return sentence.length <= longest && sentence.split(' ').length >= fewestWordsOfLine;
}

function statementsOf(kind: Block['kind'], plain: string, sentences: readonly string[]): ProsePiece[] {
  // An entry that fits is one statement, however many sentences it has: its first word is what they are about.
  if (kind === 'entry' && saysSomething(plain) && !sentences.every(readsAlone)) return [{ kind, text: plain }];
  return sentences.flatMap((text, index): ProsePiece[] => {
    const said = readsAlone(text) ? 'sentence' : isLine(text) ? 'line' : undefined;
    return said === undefined ? [] : [{ kind: said, text, ...given({ rest: restOf(sentences, index) }) }];
  });
}

/** What the sentences behind one say, as many as fit beside it. */
function restOf(sentences: readonly string[], index: number): string | undefined {
  let rest = '';
  for (const next of sentences.slice(index + 1)) {
    if (
      (sentences[index] ?? '').length + rest.length + next.length + 2 > longest ||
      !isEnded(next) ||
      next.endsWith(':')
    )
      break;
    rest += rest === '' ? next : ` ${next}`;
  }
  return rest === '' ? undefined : rest;
}

function codeOf(code: string, lead: string | undefined): ProsePiece[] {
  if (code.length < 8) return [];
  return codePieces(code).map(({ text, isCommented }, index) => ({
    kind: 'code',
    text,
    ...given({ lead: index === 0 ? lead : undefined }),
    ...(isCommented ? { isCommented } : {}),
  }));
}

function plainOf(block: string): string {
  // A dash in front parts what is described from its name, which stands elsewhere.
  return keepingCode(block, unlinked)
    .replaceAll(/\\\n/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^[-–—]\s/, '');
}

/** What leans on the sentence before it is said with it, where both are short enough; what breaks off would make it break off too. */
function together(sentences: readonly string[]): string[] {
  const found: string[] = [];
  for (const sentence of sentences) {
    const before = found.at(-1);
    if (before !== undefined && before.length + sentence.length < longest && leansBack(sentence) && isEnded(sentence))
      found[found.length - 1] = `${before} ${sentence}`;
    else found.push(sentence);
  }
  return found;
}

/** ``Default: `5` `` alone on its line, below the name of a setting. */
const label =
  /^(?:default(?:s to| value)?|type|required|(?:possible|allowed|accepted) values?|range|unit)\s?:\s{1,5}\S[^\n]{0,150}$/i;

/** Each line of it one, or all before a text that a hard break parts from them. */
function isLabelled({ kind, text }: Block): boolean {
  if (kind !== 'paragraph' && kind !== 'entry') return false;
  const lines = text.split('\n', 6);
  return lines.length < 6 && lines.every((line) => label.test(line.replace(/\\$/, '').trim()));
}

/** Whether a paragraph goes on with what a label begins: not behind a heading, and not where it is itself the name of another setting. */
function isSaidOf(setting: Block | undefined, { kind, begins, text }: Block): boolean {
  if (setting === undefined || kind !== 'paragraph' || begins) return false;
  return isSentence(text) && setting.text.length + text.length < 2 * longest;
}

function isSaid({ kind, text }: Block): boolean {
  return kind !== 'code' && isSentence(text);
}

/** Ends as a sentence does, and not as a title or a name. */
function isSentence(text: string): boolean {
  return /[.!?…:。！？][")'\u201D]?$/.test(text.slice(-2));
}

/** A value with a label is one statement with the paragraph behind it, as an entry of a list has both. */
function withLabels(blocks: readonly Block[]): Block[] {
  const found: Block[] = [];
  let open: Block | undefined;
  // What stands above a label that begins a setting is its name or code; a sentence there is what the label belongs to.
  let leads = true;
  for (const block of blocks) {
    const isLabel = isLabelled(block);
    const isJoined = leads && !isLabel && isSaidOf(open, block);
    if (open) found.push(isJoined ? { ...open, text: `${open.text}\n${block.text}` } : open);
    if (!isLabel && !isJoined) found.push(block);
    open = isLabel ? { ...block, kind: 'entry' } : undefined;
    leads = isLabel ? leads || block.begins === true : !isSaid(block);
  }
  return open ? [...found, open] : found;
}

function isEnded(sentence: string): boolean {
  return /[.!?…:。！？][")'\u201D]?$/.test(sentence.slice(-2));
}

/** Words, and an end: no heading, no lead-in, no list of links. */
function isLine(sentence: string): boolean {
  if (sentence.length > longest || !/[.!?…。！？][")'\u201D]?$/.test(sentence.slice(-2))) return false;
  const words = sentence.match(/(?<![\w.])\p{L}{2,40}(?![\w(])/gu)?.length ?? 0;
  return words >= fewestWordsOfLine && !/!\[|https?:\/\/\S{1,300}$/.test(sentence);
}

/** Statements of a program outside of marks for code, as of a source file whose comment looks like an entry. */
function isProgram(entry: string): boolean {
  const plain = entry.slice(0, 4 * longest).replaceAll(/`[^`]{0,400}`/g, '');
  return /[;{]\s{1,3}(?:[\w.$]{1,60}(?:\s{0,3}=\s[^;]{1,300};|\([^()]{0,200}\)\s?[;{])|\})|=>\s?[{(]/.test(plain);
}

/** More than a name, an address or a link to somewhere else. */
function saysSomething(entry: string): boolean {
  if (entry.length < 6 || entry.length > 2 * longest || /^\W*https?:\/\/\S{1,500}$/.test(entry)) return false;
  return entry.split(' ').length > 1 || isUnspaced(entry);
}

/** Links become their text, images go; what looks like a tag stays, as it may be a type or a placeholder. */
function unlinked(prose: string): string {
  return (
    withScripts(prose)
      .replaceAll(/!\[[^[\]]{0,300}\](?:\([^()]{0,1000}\)|\[[^[\]]{0,300}\])/g, '')
      .replaceAll(/\(\s?\[[^[\]]{0,300}\]\([^()]{0,1000}\)\s?\)/g, '')
      .replaceAll(/\[([^[\]]{0,300})\](?:\([^()]{0,1000}\)|\[[^[\]]{0,300}\])/g, '$1')
      .replaceAll(/:[a-z:]{2,30}:(?=`)/g, '')
      // A power such as 2**10 and a name such as __init__ are no emphasis.
      .replaceAll(/(?<![\w)\]])\*\*(?=\S)|(?<=\S)\*\*(?![\w(])/g, '')
      .replaceAll(/(?<!\w)__(?=\S)([^_]{1,300})__(?!\w)/g, (marked, text: string) => (/\s/.test(text) ? text : marked))
      // Only in lower case: `<A>` is a parameter of a type.
      .replaceAll(
        /<\/?(?:a|b|br|code|div|em|h[1-6]|i|img|kbd|li|p|pre|span|strong|sub|sup|ul)(?:\s[^<>]{0,500})?\/?>/g,
        '',
      )
  );
}

/** Sentences; the segmenter ends some after an abbreviation, so those pieces are put together again. */
function whole(paragraph: string): string[] {
  const pieces: string[] = [];
  for (const { segment } of segmenter.segment(paragraph)) {
    const before = pieces.at(-1);
    const end = before?.trimEnd().slice(-12);
    if (end !== undefined && /(?:\b(?:e\.g|i\.e|etc|vs|cf|al|Fig|No|Dr|approx)\.|\b[A-Z]\.)$/.test(end)) {
      pieces[pieces.length - 1] = before + segment;
    } else pieces.push(segment);
  }
  // The segmenter does not see that a sentence may begin with code.
  return pieces.flatMap((piece) => piece.trim().split(/(?<=[\p{L}`)][.!?]) (?=`)/u));
}

/** What only makes sense beside another sentence, or only on its page. */
const leaning =
  /^(?:this|that|these|those|it|its|they|he|she|such|however|but|and|or|so|then|thus|therefore|hence|otherwise|instead|also|additionally|finally|meanwhile|moreover|furthermore|similarly|likewise|in this|in that|in these|in such|in both|at this point|for example|for instance|e\.g|note|see|as (?:above|shown|such|a result)|here|there|above|below|both|because of this|with this|to do this|once this|if (?:this|so|not|it|true|false|set|given|provided)|default|type(?=:)|required(?=:)|todo|fixme|please|we|our|i|you can find|click|thanks?|full changelog|you'll|let's|returns|defaults|my|another|the (?:following|above|former|latter|same|other|second|third|first|next|previous)|other|after that|what|one of)\b/i;

/** Speaks of what the sentence before it is about. */
const leaningBack =
  /^(?:this|that|these|those|it|its|they|however|but|then|thus|therefore|hence|otherwise|instead|also|additionally|moreover|furthermore|in (?:this|that|these|such|both)|because of this|with this|to do (?:this|so)|once this|if (?:this|so|not|it|true|false|set|given|provided|both|none)|another|the (?:above|former|latter|same|other|second|default)|defaults|returns|you (?:can|may|could|should|must) (?:\w+ ){1,3}(?:this|that|these|it|them)|(?:set|use|pass|disable|enable|change|override) (?:this|it|that)|(?:by )?default)\b/i;

function leansBack(sentence: string): boolean {
  return leaningBack.test(sentence.replace(/^\W{1,20}/, ''));
}

function readsAlone(sentence: string): boolean {
  if (sentence.length > longest) return false;
  if (isUnspaced(sentence)) return sentence.length >= shortestUnspaced && /[.!?…。！？]/.test(sentence.slice(-2));
  if (sentence.length < shortest) return false;
  if (!/^["'(`]?[\p{Lu}\p{Lo}\p{N}`]/u.test(sentence) || !/[.!…][")'\u201D]?$/.test(sentence.slice(-2))) return false;
  // A name in code with what it is for, or with a title, is an entry of a list and not a sentence.
  if (/^`[^`]{0,400}` (?:(?:for|to|of|in|with|and|on|from|when)\b|\p{Lu})/u.test(sentence)) return false;
  if (leaning.test(sentence.replace(/^\W{1,20}/, ''))) return false;
  const words = sentence.split(' ');
  if (words.length < fewestWords) return false;
  const outsideCode = sentence.replaceAll(/`[^`]{0,400}`/g, 'code');
  if (/https?:\/\/|[{}|\\=;]|\(\)|[\w)]\[|!\[|\*\*|\$\(|--\w|@\w|\w\/\w|:$/.test(outsideCode)) return false;
  return mostlyWords(outsideCode, words.length);
}

/** Prose has few digits and marks, few names in capitals, and words as people write them. */
function mostlyWords(sentence: string, words: number): boolean {
  const letters = sentence.match(/[\p{L}\s,.'’<>-]/gu)?.length ?? 0;
  if (letters / sentence.length < 0.9) return false;
  const plain = sentence.match(/(?<![\w.])\p{L}?\p{Ll}{1,40}(?![\w(])/gu)?.length ?? 0;
  return plain / words >= 0.6 && (sentence.match(/`|\bcode\b/g)?.length ?? 0) <= 4;
}
