/** `kill -9` of the worker when half of the tasks are done: how long until the result, what ran again, and what was lost? */
import { readFileSync, writeFileSync } from 'node:fs';
import { pause } from '../perform.mjs';
import { rounded } from './numbers.mjs';

const lookMs = 5;

export async function kill({ tasks, work, journal }, stage) {
  writeFileSync(journal, '');
  const request = { id: stage.newId(), count: tasks, work };
  const cut = stage.timed('run', request).then(
    () => 'it ended before the kill',
    (error) => error.message,
  );
  await halfDone(journal, tasks, cut);
  await stage.worker.kill();
  const before = readJournal(journal);
  const began = performance.now();
  await stage.restart();
  const servesMs = performance.now() - began;
  const { value } = await stage.timed('rejoin', request);
  const restartToResultMs = performance.now() - began;
  if (value.successes !== tasks) throw new Error(`${value.successes} of ${tasks} tasks succeeded after the restart`);
  return {
    restartToResultMs: rounded(restartToResultMs, 0),
    servesMs: rounded(servesMs, 0),
    ...compared(before, readJournal(journal), tasks),
  };
}

async function halfDone(journal, tasks, cut) {
  const over = { why: '' };
  void cut.then((why) => Object.assign(over, { why }));
  while (readJournal(journal).done.size < tasks / 2) {
    if (over.why !== '') throw new Error(`The first worker did not get half way: ${over.why}`);
    await pause(lookMs);
  }
}

/** How often each task was started and done. */
function readJournal(journal) {
  const counts = { start: new Map(), done: new Map() };
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const [what, id] = line.split(' ');
    if (id) counts[what]?.set(id, (counts[what].get(id) ?? 0) + 1);
  }
  return counts;
}

function compared(before, after, tasks) {
  const startedAgain = (id) => after.start.get(id) > (before.start.get(id) ?? 0);
  const running = [...before.start.keys()].filter((id) => !before.done.has(id));
  return {
    doneAtKill: before.done.size,
    runningAtKill: running.length,
    runningRunAgain: running.filter(startedAgain).length,
    finishedRunAgain: [...before.done.keys()].filter(startedAgain).length,
    lost: tasks - after.done.size,
  };
}
