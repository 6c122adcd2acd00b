/** What became of a work after it was published: one source often knows what another that found the same work does not. */

/** That a work was taken back by its publisher or its authors, or was corrected. */
export type Standing = 'retracted' | 'withdrawn' | 'corrected';

const worstFirst: readonly Standing[] = ['retracted', 'withdrawn', 'corrected'];

/** Undefined where none of them says anything. */
export function worstStanding(all: readonly (Standing | undefined)[]): Standing | undefined {
  return worstFirst.find((standing) => all.includes(standing));
}

/** A sentence for each work that does not stand any more as it was, by its number in the text. */
export function standingSentences(
  cited: readonly { readonly number: number; readonly standing?: Standing | undefined }[],
): string[] {
  return cited.flatMap(({ number, standing }) => (standing ? [`[${number}] was ${standing} since.`] : []));
}
