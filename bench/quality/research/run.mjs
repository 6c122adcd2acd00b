/**
 * How many questions of known answer research answers without a model, over the documentation of installed packages.
 * `node bench/quality/research/run.mjs` after `npm run build`. `--set FILE` for another set than the thirty questions of `questions.json`, with `--folder DIR` where its
 * packages are installed in another place; `--tuned` or `--held` for a part, `--show` for each answer that lacks the fact, `--json` for a program.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createResearchActivities } from '../../../dist/agents/research/activities/index.js';
import { measure } from './measure.mjs';

const has = (flag) => process.argv.includes(flag);
const given = (flag) => (has(flag) ? resolve(process.argv[process.argv.indexOf(flag) + 1]) : undefined);
const file = given('--set');
const { rows, figures } = await measure(createResearchActivities, {
  which: has('--held') ? 'held' : has('--tuned') ? 'tuned' : 'all',
  file: file && pathToFileURL(file),
  folder: given('--folder'),
});
if (has('--json')) console.log(JSON.stringify(figures));
else report();

function report() {
  for (const { question, kind, held, text, claims, ...row } of rows) {
    const marks = ['found', 'said', 'near', 'deep', 'bm25'].map((key) => (row[key] ? key : '-')).join('\t');
    console.log(`${marks}\t${held ? 'held' : 'tuned'}\t${kind}\t${question}`);
    if (has('--show') && !(row.said && row.deep) && (kind !== 'none' || claims !== '' || !text.startsWith('Nothing')))
      console.log(`${text.replaceAll(/^/gm, '      ')}\n   ----\n${claims.replaceAll(/^/gm, '      ')}`);
  }
  const share = (value) => `${value} of ${figures.questions} (${Math.round((100 * value) / figures.questions)} %)`;
  console.log(
    `passage found ${share(figures.found)}; the answer says it: depth 1 ${share(figures.said)}, deeper ${share(figures.deep)}; nothing found, but what is nearest says it ${figures.near}; half the answers have ${figures.statements} statements or fewer`,
  );
  console.log(
    `of ${figures.unanswerable} questions that no document answers: nothing found ${figures.silent}, deeper ${figures.silentDeep}`,
  );
  console.log(`plain BM25: best passage has it ${share(figures.bm25)}, one of the best five ${share(figures.bm25of5)}`);
}
