/** The analysers of a review over a folder, without a server: each task in turn, as a run of it does. */
import { createReviewActivities } from '../../../dist/agents/review/activities/index.js';
import { gathered } from '../../../dist/agents/review/pure/gathered.js';
import { folded, merge } from '../../../dist/agents/review/pure/merge.js';

const { planReview, runAnalyser, checkFile } = createReviewActivities({});

/**
 * @param all also what is more often wrong than right
 * @returns {Promise<{ findings: object[], files: number, suppressed: number, unread: string[] }>}
 */
export async function reviewed(root, all = false) {
  const plan = await planReview({ root, model: false });
  const found = [];
  for (const { tool, project, files } of plan.analysers) {
    const of = files.map((index) => plan.files[index]);
    found.push(await runAnalyser({ root: plan.root, projectTools: false, all, tool, project, files: of }));
  }
  for (const file of plan.files) found.push(await checkFile({ root: plan.root, file, all }));
  const quiet = found.flatMap(({ suppressed = {} }) => Object.values(suppressed));
  return {
    findings: gathered(folded(merge(found.flatMap(({ findings }) => findings)))),
    files: plan.files.length,
    // A parser that had no time on a busy machine says nothing, and that is no figure of the rules.
    unread: found.flatMap(({ notes }) => notes.filter((note) => note.includes('was not analysed'))),
    suppressed: quiet.reduce((sum, count) => sum + count, 0),
  };
}
