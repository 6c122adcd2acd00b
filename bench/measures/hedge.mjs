/** The slowest of some runs of which each fiftieth task has a slow first attempt, with backups and without, by turns. */
import { rounded } from './numbers.mjs';

export async function hedge({ tasks, rounds }, stage) {
  const plain = [];
  const hedged = [];
  let attempts = 0;
  for (let round = 0; round < rounds; round++) {
    plain.push((await stage.timed('hedged', { count: tasks })).ms);
    const { ms, value } = await stage.timed('hedged', { count: tasks, hedge: { percentile: 90 } });
    hedged.push(ms);
    attempts += value.attempts;
  }
  const [worstPlainMs, worstHedgedMs] = [Math.max(...plain), Math.max(...hedged)];
  return {
    rounds,
    worstPlainMs: rounded(worstPlainMs, 0),
    worstHedgedMs: rounded(worstHedgedMs, 0),
    gain: rounded(worstPlainMs / worstHedgedMs, 2),
    extraCalls: rounded(attempts / (rounds * tasks) - 1, 4),
  };
}
