/** What a unit says to its run while it runs: its counts now and then, and of a probe that its tasks are slow. */
import { boundedMs } from '../../core/sleep.ts';
import type { Context } from '@temporalio/activity';
import type { Counts, UnitInput, UnitNews, UnitReport } from '../../core/map/types.ts';
import { GrowingInterval } from '../../core/travel/growing-interval.ts';
import { slowMs } from '../../core/travel/granularity.ts';
import { awakeTime } from './awake.ts';

export interface UnitReports {
  /** The unit's answer, with a mean that a stop of the process has not made longer. */
  answer(report: UnitReport): UnitReport;
  stop(): void;
}

export function reportsOf(input: UnitInput, context: Context, counts: Counts): UnitReports {
  const report = reporter(input, context, counts);
  if (!report) return { answer: (answer) => answer, stop: () => {} };
  const stopCounts = reportCounts(input, counts, report);
  if (!input.probe) return { answer: (answer) => answer, stop: stopCounts };
  let saying = false;
  const awake = awakeTime((milliseconds) => {
    if (milliseconds < slowMs || saying) return;
    saying = true;
    report({ slow: true }).catch(() => (saying = false));
  });
  return {
    answer: (answer) => ({ ...answer, meanMs: Math.min(answer.meanMs, awake.milliseconds()) }),
    stop() {
      stopCounts();
      awake.stop();
    },
  };
}

type Report = (more?: Pick<UnitNews, 'slow'>) => Promise<void>;

function reporter({ number }: UnitInput, context: Context, counts: Counts): Report | undefined {
  const { workflowExecution } = context.info;
  if (!workflowExecution) return undefined;
  return (more = {}) => {
    const { succeeded, failed } = counts;
    const news: UnitNews = { number, succeeded, failed, ...more };
    return context.client.workflow.getHandle(workflowExecution.workflowId).signal('unitNews', news);
  };
}

function reportCounts({ tellMs }: UnitInput, counts: Counts, report: Report): () => void {
  const interval = new GrowingInterval(tellMs);
  let reported = 0;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    timer = setTimeout(() => {
      const settled = counts.succeeded + counts.failed;
      // News that are lost come with the unit's answer.
      if (settled > reported) report().catch(() => {});
      reported = settled;
      next();
    }, boundedMs(interval.next()));
  };
  next();
  return () => clearTimeout(timer);
}
