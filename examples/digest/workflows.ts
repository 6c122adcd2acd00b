/** The workflow of a digest: every page side by side, then one text of what came back. */
import { gather, gatherOptions, listen, outcome, proxyActivities, refuseBad, type RunOutcome } from 'fanfold/workflow';
import type { createDigestActivities, Summary } from './activities.ts';
import type { DigestInput } from './kind.ts';

export interface Digest {
  readonly title: string;
  readonly lines: readonly string[];
}

export async function digest({ pages, options = {}, known, redriveOf }: DigestInput): Promise<RunOutcome<Digest>> {
  listen();
  const rule = refuseBad(() => gatherOptions<string, Summary>(options));
  const { summarise } = proxyActivities<ReturnType<typeof createDigestActivities>>({
    retry: { maximumAttempts: options.attempts ?? 2 },
  });
  const fanIn = await gather(pages, (page) => summarise({ page }), {
    name: 'pages',
    id: (page) => page,
    ...rule,
    ...(known ? { known: known as never } : {}),
  });
  const lines = fanIn.mergedResults.map(({ page, words }) => `${page}: ${words} words`);
  return outcome(fanIn, { answer: { title: `${fanIn.successCount} of ${pages.length} pages`, lines }, redriveOf });
}
