/**
 * Traces of this process, where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector: what clients and workers take for them.
 * Nothing of OpenTelemetry is loaded without it.
 */
import type { ClientOptions } from '@temporalio/client';
import { logText } from '../core/text/controls.ts';
import { installed } from './installed.ts';
import type { Tracing } from './open-telemetry.ts';
import { otlpTarget } from './otlp-target.ts';

let here: Tracing | undefined;

/** Of this process; undefined where nothing is traced. */
export function tracingHere(): Tracing | undefined {
  return here;
}

/** What a client takes to be traced; nothing where nothing is. */
export function clientTracing(): Pick<ClientOptions, 'interceptors'> {
  return here ? { interceptors: { workflow: [here.clientInterceptor] } } : {};
}

/**
 * Traces from now on, where the environment names a collector; to be called before clients and workers are made.
 *
 * @param onProblem told when spans cannot be sent @default written to stderr
 * @throws {FanfoldError} of type `InvalidInput`, or `MissingPackage` with the line that installs what is missing
 * @example await startTracing(); const worker = await createWorker({ connection, activities: { score } });
 */
export async function startTracing(onProblem: (problem: string) => void = toStderr): Promise<void> {
  const target = otlpTarget();
  if (!target || here) return;
  const { traceTo } = await installed('Traces', () => import('./open-telemetry.ts'));
  here = traceTo(target, onProblem);
}

/**
 * Sends what is left and traces no more.
 *
 * @example await worker.run(); await endTracing();
 */
export async function endTracing(): Promise<void> {
  const ending = here;
  here = undefined;
  await ending?.close();
}

function toStderr(problem: string): void {
  process.stderr.write(`fanfold: ${logText(problem)}\n`);
}
