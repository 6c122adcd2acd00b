/** Ways of asking a model many times: each takes ids and returns how many of them failed. */
import OpenAI from 'openai';

const tasksOf = (ids) => ids.map((id) => ({ id, activity: 'ask', input: id }));

async function run({ fanfold }, ids, options) {
  const { fanIn, error } = await fanfold.run('tasks', { tasks: tasksOf(ids), options });
  return fanIn?.failureCount ?? `the run failed: ${error?.message}`;
}

export const contenders = {
  fanfold: (place, ids) => run(place, ids, { limit: 'model' }),
  'concurrency 5': (place, ids) => run(place, ids, { concurrency: 5, granularity: 'task' }),
  'unlimited gather': (place, ids) => run(place, ids, { granularity: 'task' }),
  async 'Promise.all, openai retries'({ api }, ids) {
    const client = new OpenAI({ apiKey: 'none', baseURL: api.url });
    const ask = (content) =>
      client.chat.completions.create({ model: 'bench', messages: [{ role: 'user', content }] }).then(
        () => 0,
        () => 1,
      );
    const ends = await Promise.all(ids.map(ask));
    return ends.reduce((sum, failed) => sum + failed, 0);
  },
};
