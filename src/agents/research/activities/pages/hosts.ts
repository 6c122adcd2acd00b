/** How the pages of a host are asked for: few at once, and none while it asks to be left alone. */
import { WaitingLine, refusalOf, retryDelayFor, type HttpRefusal } from '../../../../activities/index.ts';
import { span } from '../../../../core/text/index.ts';

/** Pages of one host that are asked for at once: as many as a considerate browser would. */
const mostAtOnce = 2;
/** Where it refuses and does not say for how long, in ms. */
const usualQuietMs = 30_000;
/** Hosts that are remembered although nothing is asked of them. */
const mostHosts = 1000;

interface Host {
  readonly line: WaitingLine;
  /** In ms since the epoch. */
  quietUntil: number;
}

export class Hosts {
  readonly #hosts = new Map<string, Host>();

  /** @throws {Error} where the host asked to be left alone, or the reason of `signal` while it waits for its turn */
  visit<R>(name: string, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    const host = this.#hosts.get(name) ?? this.#meet(name);
    return host.line.run(signal, async () => {
      const leftMs = host.quietUntil - Date.now();
      if (leftMs > 0) throw new Error(`${name} asked to be left alone, for ${span(leftMs)} more`);
      return work();
    });
  }

  /** What a refusal says in words; where the host has no room it is left alone for as long as it asks. */
  refusedBy(name: string, { status, header, body = '' }: HttpRefusal): string {
    const refusal = refusalOf({ status, header, said: body }, Date.now());
    const host = this.#hosts.get(name);
    if (refusal.kind !== 'throttled' || !host) return `it answered ${status}`;
    const waitMs = retryDelayFor(refusal.waitMs ?? usualQuietMs, Math.random());
    host.quietUntil = Math.max(host.quietUntil, Date.now() + waitMs);
    return `it answered ${status}: it is left alone for ${span(waitMs)}`;
  }

  #meet(name: string): Host {
    for (const [known, { line }] of this.#hosts) {
      if (this.#hosts.size < mostHosts) break;
      if (line.isEmpty) this.#hosts.delete(known);
    }
    const host = { line: new WaitingLine(mostAtOnce), quietUntil: 0 };
    this.#hosts.set(name, host);
    return host;
  }
}
