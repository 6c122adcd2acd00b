/** Watches one call of a model: each byte is a sign of life, and silence or endless talk ends it. */
import { ApplicationFailure } from '@temporalio/common';
import { startTimer } from '../../activities/index.ts';
import { stalled } from './failure.ts';
import type { ModelRequest } from './conversation.ts';

/** Milliseconds between two beats. */
const beatMs = 200;
/** Characters of an answer that are read; a model that goes on for ever is left. */
const longestAnswer = 200_000;

/** Times the idle for which comments alone are life, and then nobody answers behind them: 15 minutes by default. */
const wordless = 10;

export interface Watch {
  /** Aborts with the caller's signal, or when nothing has come for too long. */
  readonly signal: AbortSignal;
  /** Bytes have come, if only a comment. */
  alive(): void;
  /** A piece of an answer has come, with its text. @throws {ApplicationFailure} of type `MalformedModelAnswer` where it is too much */
  said(text: string): void;
  end(): void;
}

export function watch({ signal, onText }: Pick<ModelRequest, 'signal' | 'onText'>, idleMs: number): Watch {
  const silence = new AbortController();
  const within = (times: number) => startTimer(times * idleMs, () => silence.abort(stalled(idleMs, times)));
  let stop = within(1);
  let stopSaying = within(wordless);
  let total = 0;
  let last = 0;
  let added = '';
  return {
    signal: AbortSignal.any([signal, silence.signal]),
    alive() {
      stop();
      stop = within(1);
    },
    said(text) {
      stopSaying();
      stopSaying = within(wordless);
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
      stopSaying();
      if (added !== '') onText?.(total, added);
      added = '';
    },
  };
}
