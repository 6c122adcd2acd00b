/** Europe PMC's `core` answer, which includes abstracts. An error may come with status 200, as `errCode`. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainJats } from './marked.ts';
import { jsonOf, OddAnswer, passage, passagesOf, shaped, type SourceAnswer, problemText } from './reader.ts';

const article = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string().nullish(),
  abstractText: z.string().nullish(),
  pubYear: z.string().nullish(),
  doi: z.string().nullish(),
  authorString: z.string().nullish(),
  journalInfo: z.object({ journal: z.object({ title: z.string().nullish() }).nullish() }).nullish(),
  pubTypeList: z.object({ pubType: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
});
const answerShape = z.object({
  errCode: z.unknown().optional(),
  errMsg: z.unknown().optional(),
  resultList: z.object({ result: z.array(z.unknown()) }).optional(),
});

export function readEuropePmc(answer: SourceAnswer): Passage[] {
  const { source: name } = answer;
  const { errCode, errMsg, resultList } = shaped(name, answerShape, jsonOf(answer));
  if (!resultList) throw new OddAnswer(name, problemText(errMsg ?? errCode));
  return passagesOf({ source: name, items: resultList.result, at: 'resultList.result', schema: article }, (found) => {
    const types = [found.pubTypeList?.pubType ?? []].flat().join(' ');
    const title = plainJats(found.title ?? '');
    return passage({
      source: name,
      title,
      url: `https://europepmc.org/article/${found.source}/${found.id}`,
      text: plainJats(found.abstractText ?? ''),
      year: Number(found.pubYear) || undefined,
      doi: found.doi,
      authors: found.authorString?.replace(/\.$/, '').split(', '),
      venue: found.journalInfo?.journal?.title,
      standing: /retracted publication/i.test(types) || /^retracted\b/i.test(title) ? 'retracted' : undefined,
    });
  });
}
