/**
 * One case in a process of its own: starts the contender's engine and worker, measures, and sends one row.
 * The surprising rule: whatever goes wrong is the row's `error`, word for word; only a death of this process leaves none.
 */
import { treeOf } from './gauges.mjs';
import { measures } from './measures/index.mjs';
import { endProcess } from './processes.mjs';
import { prepare } from './stage.mjs';

const startMs = 60_000;
const askMs = 10_000;
const shownCharacters = 600;

async function measured(settings) {
  let stage;
  try {
    stage = await within(prepare(settings), startMs, 'the engine and its worker do not serve');
    return await within(measures[settings.measure](settings, stage), settings.limitMs, 'no result');
  } catch (error) {
    return { error: wordsOf(error), ...(await diagnosis(stage)) };
  } finally {
    // What stops in time has stopped well; the rest is ended with this process's group.
    await within(stage?.close(), askMs, 'not stopped').catch(() => {});
  }
}

/** What the engine says of the call that failed. */
async function diagnosis(stage) {
  if (stage?.last === undefined) return {};
  const { asked, began } = stage.last;
  const failedAfterMs = Math.round(performance.now() - began);
  const found = within(stage.ask('diagnose', asked), askMs, 'no answer');
  return { failedAfterMs, diagnosis: await found.catch((error) => wordsOf(error)) };
}

function within(promise, milliseconds, otherwise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise} within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function wordsOf(error) {
  const { name = 'Error', message = String(error), cause } = error ?? {};
  const deepest = cause?.cause?.message ?? cause?.message;
  return `${name}: ${message}${deepest ? `: ${deepest}` : ''}`.replaceAll(/\s+/g, ' ').slice(0, shownCharacters);
}

// Nobody waits for the row any more, or it has been sent.
process.on('disconnect', () => {
  for (const pid of treeOf(process.pid).toReversed()) endProcess(pid);
});
process.send({ row: await measured(JSON.parse(process.argv[2])) }, () => process.disconnect());
