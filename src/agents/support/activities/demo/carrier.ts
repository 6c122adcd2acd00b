/**
 * Where a parcel is, asked of a carrier over HTTP: `GET <FANFOLD_CARRIER_URL>/parcels/<tracking>`.
 * Without that address a stand-in answers inside this process, over real HTTP, and says that it is one.
 */
import { fetchJson, read } from '../../../../activities/index.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const parcel = z.object({
  tracking: z.string(),
  status: z.string(),
  expectedOn: z.string().nullish(),
  events: z.array(z.object({ at: z.string(), place: z.string(), what: z.string() })),
});
export type Parcel = z.output<typeof parcel>;

export interface Carrier {
  readonly isStandIn: boolean;
  /** @throws {ApplicationFailure} as `fetchJson` does */
  parcel(tracking: string, signal: AbortSignal): Promise<Parcel>;
}

const timeoutMs = 5000;

export function createCarrier(environment: NodeJS.ProcessEnv): Carrier {
  const given = environment['FANFOLD_CARRIER_URL']?.trim() || undefined;
  let standing: Promise<string> | undefined;
  return {
    isStandIn: given === undefined,
    async parcel(tracking, signal) {
      const base = given ?? (await (standing ??= standIn()));
      const url = new URL(`${base.replace(/\/$/, '')}/parcels/${encodeURIComponent(tracking)}`);
      return read(
        'carrier',
        parcel,
        await fetchJson(url, { source: 'carrier', setting: 'FANFOLD_CARRIER_URL', signal, timeoutMs }),
      );
    },
  };
}

const stations = ['Rotterdam', 'Venlo', 'Duisburg', 'Leipzig', 'Wroclaw'];
const day = 86_400_000;

/** A parcel's way, the same for the same number. */
function wayOf(tracking: string): Parcel {
  const number = Number(tracking.replaceAll(/\D/g, '').slice(-6)) || 0;
  const start = Date.parse('2026-11-17T07:15:00Z') + (number % 5) * 3_600_000;
  const events = ['picked up', 'sorted', 'left the hub'].map((what, index) => ({
    at: `${new Date(start + index * day * 0.8).toISOString().slice(0, 16)}Z`,
    place: stations[(number + index) % stations.length] ?? 'Rotterdam',
    what,
  }));
  return { tracking, status: 'in transit', expectedOn: '2026-11-27', events };
}

/** A server on this machine alone, which keeps no process alive. */
function standIn(): Promise<string> {
  const server = createServer((request, response) => {
    const tracking = decodeURIComponent(/^\/parcels\/([^/?]+)$/.exec(request.url ?? '')?.[1] ?? '');
    response.setHeader('content-type', 'application/json').setHeader('connection', 'close');
    if (/^[A-Z]{2}\d{6,12}$/.test(tracking)) response.end(JSON.stringify(wayOf(tracking)));
    else response.writeHead(404).end(JSON.stringify({ error: 'no such parcel' }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    server.unref();
  });
}
