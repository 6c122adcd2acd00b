/** What a reader made of a file, with its lines as objects again, group by group. */
import type { Line } from '../../src/agents/reconcile/pure/lines.ts';
import type { AccountLine } from '../../src/agents/reconcile/activities/line-groups.ts';
import { fromJson } from '../../src/agents/reconcile/activities/json-bytes.ts';
import type { FileContent } from '../../src/agents/reconcile/activities/reading.ts';
import { readAny } from '../../src/agents/reconcile/activities/sniff.ts';

export type FinancialRead = Omit<FileContent, 'lines'> & { readonly lines: readonly AccountLine[] };

export async function readFinancial(...given: Parameters<typeof readAny>): Promise<FinancialRead> {
  const { lines, ...content } = await readAny(...given);
  const all = lines.written().flatMap(({ account, currency, body }) => {
    const own = fromJson(body) as Line[];
    return own.map((line): AccountLine => ({ account, currency, line }));
  });
  return { ...content, lines: all };
}
