/** Bodies as JSON and as nothing else, bounded in what they are made of, and large ones one at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { repeatedIn, roundedIn } from '../core/json.ts';
import { beyondShape, mostOfBody, type JsonShape } from './nesting.ts';
import { ProblemError } from './problems.ts';
import type { App } from './service.ts';

/** A form or a plain text is what a page of another site may send unasked, so only JSON is taken; none at all is no body. */
export function parseJsonOnly(app: App): void {
  // A key such as `__proto__` is data like any other here: it is passed on, never merged into anything.
  const parse = app.getDefaultJsonParser('ignore', 'ignore');
  const turns = new Turns();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    const read = (): void => {
      const beyond = beyondShape(text);
      const rounded = beyond ? undefined : roundedIn(text);
      if (beyond) done(refusals[beyond]);
      // An id of 64 bits would name another customer from here on.
      else if (rounded !== undefined) done(new ProblemError(422, `In the body ${rounded}`));
      else void parse(request, text, unlessRepeated(text, done));
    };
    if (text === '') done(null, undefined);
    else if (text.length < largeCharacters) read();
    else turns.take(read, done);
  });
}

type Done = (error: Error | null, body?: unknown) => void;

/** Of two values of one name the first would be dropped without a word. */
function unlessRepeated(text: string, done: Done): Done {
  return (error, body) => {
    const repeated = error ? undefined : repeatedIn(text, body);
    if (repeated === undefined) done(error, body);
    else done(new ProblemError(422, `In the body ${repeated}`));
  };
}

/** What is shorter is read in milliseconds. */
const largeCharacters = 64 * 1024;

/**
 * One large body each turn of the event loop: those that arrived together would otherwise be read in one go, and neither
 * timers nor other requests would have their turn before the last.
 */
class Turns {
  #last: Promise<void> = Promise.resolve();

  take(work: () => void, failed: (error: Error) => void): void {
    // One that cannot be read must not keep those behind it from being read.
    this.#last = this.#last
      .then(() => nextTurn())
      .then(work)
      .catch(failed);
  }
}

const { nesting, values, members } = mostOfBody;
const instead = 'let a map run read them from the store, or send them in parts';
const refusals: Readonly<Record<keyof JsonShape, ProblemError>> = {
  nesting: new ProblemError(400, `The body is nested deeper than ${nesting}, which no run could write again`),
  values: new ProblemError(413, `The body has more than ${values} values; ${instead}`),
  members: new ProblemError(413, `An object of the body has more than ${members} members; ${instead}`),
};
