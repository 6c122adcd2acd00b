/** Watches one call of a model: each byte is a sign of life, and silence or endless talk ends it. */
import { ApplicationFailure } from '@temporalio/common';
import { startTimer } from '../../activities/index.ts';
import { stalled } from './failure.ts';
import type { ModelRequest } from './conversation.ts';

/** Milliseconds between two beats. */
const beatMs = 200;
/** Characters of an answer that are read; a model that goes on for ever is left. */
const longestAnswer = 200_000;

export interface Watch {
  /** Aborts with the caller's signal, or when nothing has come for too long. */
  readonly signal: AbortSignal;
  /** Bytes have come, if only a comment. */
  alive(): void;
  /** Text has come. @throws {ApplicationFailure} of type `MalformedModelAnswer` where it is too much */
  said(text: string): void;
  end(): void;
}

export function watch({ signal, onText }: Pick<ModelRequest, 'signal' | 'onText'>, idleMs: number): Watch {
  const silence = new AbortController();
  const give = (): void => silence.abort(stalled(idleMs));
  let stop = startTimer(idleMs, give);
  let total = 0;
  let last = 0;
  let added = '';
  return {
    signal: AbortSignal.any([signal, silence.signal]),
    alive() {
      stop();
      stop = startTimer(idleMs, give);
    },
    said(text) {
      total += text.length;
      added += text;
      if (total > longestAnswer) {
        const endless = `The model sent more than ${longestAnswer} characters`;
        throw ApplicationFailure.nonRetryable(endless, 'MalformedModelAnswer');
      }
      if (text === '' || Date.now() - last < beatMs) return;
      last = Date.now();
      onText?.(total, added);
      added = '';
    },
    end() {
      stop();
      if (added !== '') onText?.(total, added);
      added = '';
    },
  };
}
