/** The work that goes on while everything is taken away: what was begun, and at the end what has come of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ids = (count) => Array.from({ length: count }, (_, at) => `t${at}`);

export class Load {
  #client;
  #folder;
  #begun = [];

  constructor(client, folder) {
    this.#client = client;
    this.#folder = folder;
  }

  /** Begins a run of tasks that each wait, at a limit where one is named. @returns its id */
  async tasks(name, { count, ms, limit, concurrency = 20 }) {
    const journal = join(this.#folder, `journal-${name}`);
    const tasks = ids(count).map((id) => ({ id, activity: 'wait', input: { ms, journal } }));
    const options = { attempts: 20, ...(limit ? { limit } : { concurrency }) };
    const { runId } = await this.#client.start('tasks', { tasks, options }, { id: name });
    this.#begun.push({ runId, count, journal, limit });
    return runId;
  }

  /** Begins a map run, whose results are in the store. */
  async map(name, count) {
    const { runId } = await this.#client.map('echo', { kind: 'range', count }, { id: name });
    this.#begun.push({ runId, count });
    return runId;
  }

  /** Each run to its end. @returns what is wrong, in words, and how many tasks were done */
  async ended() {
    const wrong = [];
    let tasks = 0;
    for (const { runId, count, journal } of this.#begun.splice(0)) {
      const { status, error, fanIn } = await this.#client.result(runId);
      if (status !== 'completed') wrong.push(`${runId} is ${status}: ${error?.message}`);
      const seen = new Set();
      for await (const { id, success } of this.#client.results(runId)) if (success) seen.add(id);
      if (seen.size !== count || fanIn?.successCount !== count)
        wrong.push(`${runId} counts ${fanIn?.successCount} of ${count}, and has ${seen.size} results`);
      if (journal !== undefined) wrong.push(...(await unended(journal, count)));
      tasks += count;
    }
    return { wrong, tasks };
  }
}

async function unended(journal, count) {
  const lines = (await readFile(journal, 'utf8')).trim().split('\n');
  const ends = new Set(lines.filter((line) => line.startsWith('end ')).map((line) => line.split(' ')[1]));
  return ends.size === count ? [] : [`${journal} has the ends of ${ends.size} of ${count} calls`];
}

/** The most calls at once between their starts and ends; one that died is over where its next attempt starts. */
export async function mostAtOnce(journal) {
  const running = new Set();
  let most = 0;
  for (const line of (await readFile(journal, 'utf8')).trim().split('\n')) {
    const [what, id] = line.split(' ');
    if (what === 'start') running.add(id);
    else running.delete(id);
    most = Math.max(most, running.size);
  }
  return most;
}
