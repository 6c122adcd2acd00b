/** What the doctor asks the database that processes share, and how far the clock of this machine is from its. */
import { readConfig } from '../config.ts';
import { messageOf } from '../core/thrown.ts';
import { openDatabase } from '../store/database.ts';
import type { DoctorFinding } from '../runs/face.ts';

/** Processes whose clocks are further apart take each other for dead. */
const mostSkewMs = 1000;

/** Nothing where none is named: then each machine has a file of its own. */
export async function examineDatabase(url = process.env['DATABASE_URL']): Promise<DoctorFinding[]> {
  const what = 'Database';
  if (!url?.startsWith('postgres')) {
    const advice = 'for workers on several machines name one by DATABASE_URL, or each has the whole quota';
    return [{ what, ok: true, found: 'a file of this machine, for limits and cached results', needed: false, advice }];
  }
  const database = openDatabase({ url, home: readConfig().home, file: 'doctor.db', prepare: async () => {} });
  try {
    const before = Date.now();
    const [row] = await database.execute('SELECT EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS now');
    const skewMs = Math.round(Number(row?.['now']) - (before + Date.now()) / 2);
    return [
      { what, ok: true, found: `PostgreSQL at ${new URL(url).host} answers`, needed: true },
      {
        what: 'Clock',
        ok: Math.abs(skewMs) <= mostSkewMs,
        found: `${Math.abs(skewMs)} ms ${skewMs < 0 ? 'ahead of' : 'behind'} the database's`,
        needed: false,
        advice: 'processes that share limits take each other for dead where clocks are apart: synchronise them',
      },
    ];
  } catch (error) {
    const advice = 'no call at a limit begins until it answers; look at DATABASE_URL';
    return [{ what, ok: false, found: `does not answer: ${messageOf(error)}`, needed: true, advice }];
  } finally {
    await database.close().catch(() => {});
  }
}
