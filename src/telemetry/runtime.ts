/**
 * The runtime of Temporal's SDK as fanfold's own processes have it: its metrics on a port of this machine, its log through ours.
 * Who makes a worker of their own installs what they like, as the SDK takes one runtime a process.
 */
import { makeTelemetryFilterString, Runtime, DefaultLogger, type LogEntry } from '@temporalio/worker';
import { given } from '../core/given.ts';
import { workMetrics } from '../core/metrics.ts';
import type { OtlpTarget } from '../packages/otlp-target.ts';

export interface RuntimeSettings {
  /** Takes each entry of the SDK's log that is at least a warning. */
  readonly onLog: (entry: LogEntry) => void;
  /** `host:port` on which the SDK shows its metrics and those that workflows and activities count. @default it collects none */
  readonly metricsAddress?: string | undefined;
  /** Where it sends them otherwise, as it has one exporter. @default nowhere */
  readonly otlp?: OtlpTarget | undefined;
}

/** Seconds: from a fast local task to a run of an hour. */
const buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/** @throws {IllegalStateError} of the SDK where this process has a runtime */
export function installRuntime({ onLog, metricsAddress, otlp }: RuntimeSettings): void {
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('WARN', onLog),
    telemetryOptions: {
      logging: { filter, forward: {} },
      ...given({ metrics: metricsAddress === undefined ? otlp && sending(otlp) : exporter(metricsAddress) }),
    },
    // Our own signal handlers decide when a worker ends.
    shutdownSignals: [],
  });
}

const durations = Object.values(workMetrics).filter(({ name }) => name.endsWith('_seconds'));
const histogramBucketOverrides = Object.fromEntries(durations.map(({ name }) => [name, buckets]));

function sending({ metricsUrl: url, metricsHeaders: headers, service, metricsEveryMs }: OtlpTarget) {
  return {
    globalTags: { service_name: service },
    otel: {
      url,
      http: true,
      headers,
      metricsExportInterval: metricsEveryMs,
      useSecondsForDurations: true,
      histogramBucketOverrides,
    },
  };
}

function exporter(bindAddress: string) {
  return {
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides,
    },
  };
}
