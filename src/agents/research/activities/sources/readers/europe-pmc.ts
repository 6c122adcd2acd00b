/** Europe PMC's `core` answer, which includes abstracts. An error may come with status 200, as `errCode`. */
import { z } from 'zod';
import { personName } from '../../../pure/authors.ts';
import type { Passage } from '../source.ts';
import { plainJats } from './marked.ts';
import { jsonOf, lenient, OddAnswer, passage, passagesOf, shaped, wording, type SourceAnswer } from './reader.ts';
import { problemText } from './trouble.ts';

const author = z.object({
  firstName: lenient(z.string()),
  lastName: lenient(z.string()),
  collectiveName: lenient(z.string()),
});
const article = z.object({
  id: wording,
  source: z.string(),
  title: lenient(wording),
  abstractText: lenient(z.string()),
  pubYear: z.unknown().optional(),
  doi: lenient(z.string()),
  authorString: lenient(z.string()),
  authorList: lenient(z.object({ author: z.array(lenient(author)) })),
  journalInfo: lenient(z.object({ journal: lenient(z.object({ title: lenient(z.string()) })) })),
  pubTypeList: lenient(z.object({ pubType: lenient(z.union([z.string(), z.array(z.string())])) })),
});
const answerShape = z.object({
  errCode: z.unknown().optional(),
  errMsg: z.unknown().optional(),
  hitCount: z.unknown().optional(),
  resultList: z.object({ result: z.array(z.unknown()) }).optional(),
});

export function readEuropePmc(answer: SourceAnswer): Passage[] {
  const { source: name } = answer;
  const whole = jsonOf(answer);
  const { errCode, errMsg, hitCount: total, resultList } = shaped(name, answerShape, whole);
  if (!resultList) throw new OddAnswer(name, problemText(errMsg ?? errCode ?? whole));
  const list = { source: name, items: resultList.result, at: 'resultList.result', schema: article };
  return passagesOf({ ...list, answer: whole, total }, (found) => {
    const types = [found.pubTypeList?.pubType ?? []].flat().join(' ');
    const title = plainJats(found.title ?? '');
    return passage({
      source: name,
      title,
      url: `https://europepmc.org/article/${found.source}/${found.id}`,
      text: plainJats(found.abstractText ?? ''),
      year: found.pubYear,
      doi: found.doi,
      authors: authorsOf(found),
      venue: found.journalInfo?.journal?.title,
      standing: /retracted publication/i.test(types) || /^retracted\b/i.test(title) ? 'retracted' : undefined,
    });
  });
}

/** The list has names in their parts; the line, `Heron A, Egret BC.`, has initials behind a blank. */
function authorsOf({ authorList, authorString }: z.output<typeof article>): string[] {
  const named = authorList?.author.map((one) => one?.collectiveName ?? personName(one?.lastName, one?.firstName)) ?? [];
  if (named.some(Boolean)) return named;
  const line = authorString?.slice(0, 10_000).replace(/\.$/, '') ?? '';
  return line.split(', ').map((name) => name.replace(/ (?=\p{Lu}{1,4}$)/u, ', '));
}
