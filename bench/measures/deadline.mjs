/** One task in twenty takes half a minute and the deadline is a second: when is the caller back, and is every task told of once? */
import { rounded } from './numbers.mjs';

export async function deadline({ tasks, deadlineMs }, stage) {
  await stage.timed('run', { count: 20, work: 'wait50' });
  const { value, ms, id } = await stage.timed('run', { count: tasks, work: 'straggler', deadlineMs });
  const { successes, failures, stoppedBy } = value;
  // Outcomes that stay on the server are read page by page, outside the time taken.
  const read = stage.can('reported') ? await stage.ask('reported', { id }) : undefined;
  const reported = read?.ids ?? value.reported;
  return {
    deadlineMs,
    ms: rounded(ms),
    successes,
    failures,
    reported,
    everyTaskOnce: reported === tasks && (read === undefined || read.results === tasks),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  };
}
