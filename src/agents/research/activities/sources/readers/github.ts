/** GitHub's search of issues and of repositories. An answer may say that it is incomplete. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { asWritten } from './marked.ts';
import { gap, jsonOf, OddAnswer, passage, passagesOf, shaped, type FoundItem, type SourceAnswer } from './reader.ts';

const issue = z.object({
  title: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
  created_at: z.string().nullish(),
});
const repository = z.object({
  full_name: z.string(),
  html_url: z.string(),
  description: z.string().nullish(),
  topics: z.array(z.string()).nullish(),
  pushed_at: z.string().nullish(),
});
const answerShape = z.object({ incomplete_results: z.boolean().nullish(), items: z.array(z.unknown()) });

export function readIssues(answer: SourceAnswer): Passage[] {
  return read(answer, issue, ({ title, html_url: url, body, created_at: created }) => ({
    title,
    url,
    text: body ?? '',
    year: yearOf(created),
  }));
}

export function readRepositories(answer: SourceAnswer): Passage[] {
  return read(answer, repository, ({ full_name: title, html_url: url, ...about }) => {
    const topics = about.topics?.length ? ` Topics: ${about.topics.join(', ')}.` : '';
    return { title, url, text: `${about.description ?? ''}${topics}`, year: yearOf(about.pushed_at) };
  });
}

/** Incomplete and empty is no answer; incomplete and with something in it is one that says so. */
function read<S extends z.ZodType>(
  answer: SourceAnswer,
  schema: S,
  aboutItem: (item: z.output<S>) => Omit<FoundItem, 'source'> & { readonly text: string },
): Passage[] {
  const { source } = answer;
  const { incomplete_results: isIncomplete, items } = shaped(source, answerShape, jsonOf(answer));
  if (isIncomplete && items.length === 0) throw new OddAnswer(source, 'it ran out of time and found nothing by then');
  const passages = passagesOf({ source, items, at: 'items', schema }, (item) => {
    const about = aboutItem(item);
    return passage({ source, ...about, text: asWritten(about.text) });
  });
  return isIncomplete ? [...passages, ...gap(source, 'The rest of its results', 'it ran out of time')] : passages;
}

function yearOf(date: string | null | undefined): number | undefined {
  return date ? Number(date.slice(0, 4)) || undefined : undefined;
}
