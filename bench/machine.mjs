/** The machine, in the words of the results page. */
import { readFileSync } from 'node:fs';
import { cpus, freemem, loadavg, platform, release, totalmem } from 'node:os';
import { findServer } from './engines/temporal.mjs';

export async function machine() {
  const [cpu] = cpus();
  const { version } = await findServer();
  return {
    measure: 'machine',
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    freeGiB: Math.round(freemem() / 2 ** 30),
    load: Number(loadavg()[0].toFixed(2)),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    temporal: version,
    fanfold: JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version,
    at: new Date().toISOString(),
  };
}
