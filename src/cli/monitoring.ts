/** What a process that stays shows to those who watch over it, on the port that `--metrics-port` names. */
import { readConfig } from '../config.ts';
import { messageOf } from '../core/thrown.ts';
import { freePort } from '../dev-server/ports.ts';
import { installed } from '../packages/installed.ts';
import { ownFetch } from '../packages/own-fetch.ts';
import { monitoringAddress, openMonitoring, type MonitoringAddress } from '../telemetry/monitoring.ts';
import type { RunningService } from '../http.ts';
import type { Invocation } from './invocation.ts';
import type { Session } from './session.ts';

/** How long the SDK may take to show what it has. */
const patienceMs = 2000;

/**
 * Made before the process does anything, so that what cannot be meant is said first; opened when there is something to show.
 *
 * @throws {FanfoldError} of type `InvalidInput` for an address that is none
 */
export class Monitoring {
  readonly #address: MonitoringAddress | undefined;
  #sdk: string | undefined;

  /** @param option as it was given, else as `FANFOLD_METRICS_PORT` says; without either there is no port */
  constructor(
    option: string | undefined,
    { metricsPort }: { readonly metricsPort?: string | undefined } = readConfig(),
  ) {
    const text = option ?? metricsPort;
    const field = option === undefined ? 'FANFOLD_METRICS_PORT' : '--metrics-port';
    this.#address = text === undefined ? undefined : monitoringAddress(text, field);
  }

  /** To be called before the session's first worker, whose runtime then collects. */
  async collect(session: Session): Promise<void> {
    if (!this.#address) return;
    // The SDK shows its metrics to this process alone, which adds its own and knows of health.
    this.#sdk = `127.0.0.1:${await freePort()}`;
    session.collectMetrics(this.#sdk);
  }

  /** @returns its URL; undefined where no port was asked for */
  async open(
    invocation: Invocation,
    session: Session,
    { worker = false, service }: { readonly worker?: boolean; readonly service?: RunningService | undefined } = {},
  ): Promise<string | undefined> {
    if (!this.#address) return undefined;
    const own = service ? () => service.metrics() : await processMetrics(session);
    const port = await openMonitoring(this.#address, {
      metrics: async () => `${await this.#ofSdk()}${await own()}`,
      unhealthy: () => session.workerProblem,
      unready: async () => (worker ? session.workerUnready : undefined) ?? (await serverProblem(session)),
      onMessage: (message) => invocation.say(`fanfold: ${message}`),
    });
    invocation.atEnd(() => port.close());
    return port.url;
  }

  async #ofSdk(): Promise<string> {
    if (this.#sdk === undefined) return '';
    const fetch = await ownFetch();
    const response = await fetch(`http://${this.#sdk}/metrics`, { signal: AbortSignal.timeout(patienceMs) });
    return response.text();
  }
}

async function processMetrics({ client }: Session): Promise<() => Promise<string>> {
  const prometheus = await installed('The metrics of a worker', () => import('prom-client'));
  const { addClusterGauges } = await import('../telemetry/cluster-gauges.ts');
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  addClusterGauges(prometheus, registry, () => client);
  return () => registry.metrics();
}

async function serverProblem(session: Session): Promise<string | undefined> {
  return session.askServer().then(
    () => undefined,
    (error: unknown) => `The Temporal server does not answer: ${messageOf(error)}`,
  );
}
