/** What all web sources share: where they are, how an answer is read, and how text is made plain. */
import { variable } from '../../../../activities/index.ts';

/** A source's address, which `FANFOLD_SOURCE_<NAME>_URL` points elsewhere. */
export function addressOf(
  name: string,
  standard: string,
  environment: NodeJS.ProcessEnv,
  parameters: Record<string, string>,
): URL {
  const url = new URL(environment[`FANFOLD_SOURCE_${variable(name)}_URL`] || standard);
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  return url;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#039': "'",
};

/** Text without tags, entities and double spaces. */
export function plainText(marked: string): string {
  return marked
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&([a-z]+|#\d+);/gi, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The beginning of a text, cut between words. */
export function snippetOf(text: string, length = 300): string {
  if (text.length <= length) return text;
  return `${text.slice(0, text.lastIndexOf(' ', length) || length)} …`;
}

/** The parts of a passage that a source may lack, without the absent ones. */
export function details({
  text,
  year,
  doi,
}: {
  text?: string | undefined;
  year?: number | undefined;
  doi?: string | undefined;
}) {
  return {
    ...(text ? { text } : {}),
    ...(year ? { year } : {}),
    ...(doi ? { doi: doi.replace(/^https?:\/\/(dx\.)?doi\.org\//, '').toLowerCase() } : {}),
  };
}
