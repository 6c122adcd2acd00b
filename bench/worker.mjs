/** The worker process of a contender: serves its work, and answers calls where the engine's client lives in the worker. */
import { programOf } from './contenders.mjs';

const settings = JSON.parse(process.argv[2]);
process.on('disconnect', () => void close());

const { startWorker } = await programOf(settings.contender);
const worker = await startWorker(settings);
process.on('message', (asked) => void answer(asked));
process.send({});

async function answer({ number, method, request }) {
  try {
    const began = performance.now();
    const value = await worker.calls[method](request);
    process.send({ number, value, ms: performance.now() - began });
  } catch (error) {
    process.send({ number, error: wordsOf(error) });
  }
}

function wordsOf(error) {
  const { name = 'Error', message = String(error), cause } = error ?? {};
  return `${name}: ${message}${cause?.message ? `: ${cause.message}` : ''}`;
}

/** The case is over, or was killed. */
async function close() {
  await Promise.race([worker?.close?.(), new Promise((resolve) => setTimeout(resolve, 3000))]).catch(() => {});
  process.exit(0);
}
