/** What a worker of one's own counts, shown to Prometheus through the runtime that its process installs. */
import { Runtime } from '@temporalio/worker';

/** Once a process, before its first worker. */
export function showMetrics(bindAddress = '127.0.0.1:9464'): void {
  Runtime.install({
    telemetryOptions: { metrics: { prometheus: { bindAddress, countersTotalSuffix: true } } },
  });
}
