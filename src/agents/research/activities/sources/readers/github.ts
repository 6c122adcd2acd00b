/** GitHub's search of issues and of repositories. An answer may say that it is incomplete. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { asWritten } from './marked.ts';
import {
  gap,
  jsonOf,
  lenient,
  OddAnswer,
  passage,
  passagesOf,
  shaped,
  wording,
  type FoundItem,
  type SourceAnswer,
} from './reader.ts';

const issue = z.object({
  title: wording,
  html_url: z.string(),
  body: lenient(wording),
  created_at: z.unknown().optional(),
});
const repository = z.object({
  full_name: wording,
  html_url: z.string(),
  description: lenient(wording),
  topics: lenient(z.array(wording)),
  pushed_at: z.unknown().optional(),
});
const answerShape = z.object({
  incomplete_results: lenient(z.boolean()),
  total_count: z.unknown().optional(),
  items: z.array(z.unknown()),
});

export function readIssues(answer: SourceAnswer): Passage[] {
  return read(answer, issue, ({ title, html_url: url, body, created_at: created }) => ({
    title,
    url,
    text: body ?? '',
    year: created,
  }));
}

export function readRepositories(answer: SourceAnswer): Passage[] {
  return read(answer, repository, ({ full_name: title, html_url: url, ...about }) => {
    const topics = about.topics?.length ? ` Topics: ${about.topics.join(', ')}.` : '';
    return { title, url, text: `${about.description ?? ''}${topics}`, year: about.pushed_at };
  });
}

/** Incomplete and empty is no answer; incomplete and with something in it is one that says so. */
function read<S extends z.ZodType>(
  answer: SourceAnswer,
  schema: S,
  aboutItem: (item: z.output<S>) => Omit<FoundItem, 'source'> & { readonly text: string },
): Passage[] {
  const { source } = answer;
  const whole = jsonOf(answer);
  const { incomplete_results: isIncomplete, total_count: total, items } = shaped(source, answerShape, whole);
  if (isIncomplete && items.length === 0) throw new OddAnswer(source, 'it ran out of time and found nothing by then');
  const passages = passagesOf({ source, items, at: 'items', schema, answer: whole, total }, (item) => {
    const about = aboutItem(item);
    return passage({ source, ...about, text: asWritten(about.text) });
  });
  return isIncomplete ? [...passages, ...gap(source, 'The rest of its results', 'it ran out of time')] : passages;
}
