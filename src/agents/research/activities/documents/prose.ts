/** The sentences of a passage that read well alone: prose, without code, tables, badges, lists of links or half sentences. */

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const shortest = 45;
const longest = 420;
const fewestWords = 8;

export function sentencesOf(text: string): string[] {
  return paragraphsOf(text)
    .flatMap((paragraph) => whole(paragraph))
    .filter(readsAlone);
}

/** The paragraphs and the list items of Markdown or text, each on one line and without its marks. */
function paragraphsOf(text: string): string[] {
  const bare = text
    .replace(/^\s*(`{3,}|~{3,})[\s\S]*?(?:^\s*\1.*$|$(?![\s\S]))/gm, '\n\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^(?: {4}|\t)\s*[^\s*\-\d].*[;{})\]]\s*$/gm, '')
    .replace(/^\s*(?:#{1,6}\s.*|\|.*|[-=*_]{3,}|\[[^\]]+\]:.*)$/gm, '\n')
    .replace(/^\s*(?:\/\/+|\*(?=\s)|\/\*+|#(?=\s))\s?/gm, '')
    .replace(/^\s*(?:[-*+]|\d+[.)])\s+/gm, '\n\n')
    .replace(/^\s*>\s?(?:\[!\w+\]\s*)?/gm, '');
  return bare
    .split(/\n\s*\n/)
    .map((paragraph) => unmarked(paragraph).replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

/** Links become their text, images and tags go; code in a line stays, as a sentence may be about it. */
function unmarked(paragraph: string): string {
  return paragraph
    .replace(/!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])/g, '')
    .replace(/\(\s*\[[^\]]*\]\([^)]*\)\s*\)/g, '')
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/<\/?[a-zA-Z][^<>]*>/g, '')
    .replace(/(\*\*|__)(?=\S)([\s\S]*?\S)\1/g, '$2');
}

/** Sentences; the segmenter ends some after an abbreviation, so those pieces are put together again. */
function whole(paragraph: string): string[] {
  const pieces: string[] = [];
  for (const { segment } of segmenter.segment(paragraph)) {
    const before = pieces.at(-1);
    if (before !== undefined && /(?:\b(?:e\.g|i\.e|etc|vs|cf|al|Fig|No|Dr|approx)\.|\b[A-Z]\.)\s*$/.test(before)) {
      pieces[pieces.length - 1] = before + segment;
    } else pieces.push(segment);
  }
  // The segmenter does not see that a sentence may begin with code.
  return pieces.flatMap((piece) => piece.trim().split(/(?<=[\p{L}`)][.!?])\s+(?=`)/u));
}

/** What only makes sense beside another sentence, or only on its page. */
const leaning =
  /^(?:this|that|these|those|it|its|they|he|she|such|however|but|and|or|so|then|thus|therefore|hence|otherwise|instead|also|additionally|finally|meanwhile|moreover|furthermore|similarly|likewise|in this|in that|in these|in such|in both|at this point|for example|for instance|e\.g|note|see|as (?:above|shown|such|a result)|here|there|above|below|both|because of this|with this|to do this|once this|if (?:this|so|not|it|true|false|set|given|provided)|default|todo|fixme|please|we|our|i|you can find|click|thanks?|full changelog|you'll|let's|returns|defaults|my|another|the (?:following|above|former|latter|same|other|second|third|first|next|previous)|other|after that|what|one of)\b/i;

function readsAlone(sentence: string): boolean {
  if (sentence.length < shortest || sentence.length > longest) return false;
  if (!/^["'(`]?[\p{Lu}\p{Lo}\p{N}`]/u.test(sentence) || !/[.!…。][")'\u201D]?$/.test(sentence)) return false;
  // A name in code with what it is for, or with a title, is an entry of a list and not a sentence.
  if (/^`[^`]*` (?:for|to|of|in|with|and|on|from|when)\b|^`[^`]*` \p{Lu}/u.test(sentence)) return false;
  if (leaning.test(sentence.replace(/^\W+/, ''))) return false;
  const words = sentence.split(/\s+/);
  if (words.length < fewestWords) return false;
  const outsideCode = sentence.replace(/`[^`]*`/g, 'code');
  if (/https?:\/\/|[{}<>|\\=;]|\(\)|[\w)]\[|!\[|\*\*|\$\(|--\w|@\w+\/|\w\/\w+\/\w|:\s*$/.test(outsideCode))
    return false;
  return mostlyWords(outsideCode, words.length);
}

/** Prose has few digits and marks, few names in capitals, and words as people write them. */
function mostlyWords(sentence: string, words: number): boolean {
  const letters = sentence.match(/[\p{L}\s,.'’-]/gu)?.length ?? 0;
  if (letters / sentence.length < 0.92) return false;
  const plain = sentence.match(/(?<![\w.])\p{L}?\p{Ll}+(?![\w(])/gu)?.length ?? 0;
  return plain / words >= 0.6 && (sentence.match(/`|\bcode\b/g)?.length ?? 0) <= 4;
}
