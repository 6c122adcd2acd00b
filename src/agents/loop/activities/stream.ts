/**
 * One turn of a model, streamed: each piece is a sign of life, and a stream that stops or breaks off is passing trouble.
 * The surprising rule: a stream that ends without saying why it ended was cut, although its client throws nothing.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { Message } from '../pure/conversation.ts';
import type { Usage } from '../pure/state.ts';
import { modelFailure } from '../../model/completion.ts';
import type { Declaration } from './tool.ts';

export interface TurnRequest {
  readonly instructions: string;
  readonly messages: readonly Message[];
  /** Empty where no tool may be called. */
  readonly tools: readonly Declaration[];
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** Told of the characters so far. */
  beat(characters: number): void;
}

/** What the model sent, unchecked. */
export interface RawTurn {
  readonly text: string;
  readonly calls: readonly RawCall[];
  readonly usage: Usage;
  readonly model: string;
}

export interface RawCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** Milliseconds without a piece after which a stream is given up. */
const idleMs = 30_000;
/** Milliseconds between two beats. */
const beatMs = 200;
/** Characters of an answer that are read; a model that goes on for ever is cut off. */
const longestAnswer = 200_000;

export interface Watch {
  /** Aborts with the caller's signal, or when the stream has been still for too long. */
  readonly signal: AbortSignal;
  /** A piece has come. @throws {ApplicationFailure} of type `MalformedModelAnswer` where it is too much */
  heard(characters: number): void;
  end(): void;
}

export function watch({ signal, beat }: Pick<TurnRequest, 'signal' | 'beat'>): Watch {
  const still = new AbortController();
  const message = `The model's stream was still for ${idleMs / 1000} s`;
  const give = (): void => still.abort(ApplicationFailure.retryable(message, 'ModelStreamCut'));
  let timer = setTimeout(give, idleMs);
  let total = 0;
  let last = 0;
  return {
    signal: AbortSignal.any([signal, still.signal]),
    heard(characters) {
      clearTimeout(timer);
      timer = setTimeout(give, idleMs);
      total += characters;
      if (total > longestAnswer) {
        const endless = `The model sent more than ${longestAnswer} characters`;
        throw ApplicationFailure.nonRetryable(endless, 'MalformedModelAnswer');
      }
      if (Date.now() - last < beatMs) return;
      last = Date.now();
      beat(total);
    },
    end: () => clearTimeout(timer),
  };
}

export function cut(): ApplicationFailure {
  return ApplicationFailure.retryable("The model's stream broke off", 'ModelStreamCut');
}

export function declined(said: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`The model declined to answer: ${said.slice(0, 500)}`, 'ModelDeclined');
}

/** What the guardrails say must not pass for the person's own words. */
export function guardText(text: string): string {
  return `[From the guardrails, not from the customer] ${text}`;
}

/** Reads a stream to its end under its watch. @throws {ApplicationFailure} of the fault's kind, or why it was aborted */
export async function readWatched(watched: Watch, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    watched.signal.throwIfAborted();
    throw error instanceof Error && error.name === 'ApplicationFailure' ? error : modelFailure(error);
  } finally {
    watched.end();
  }
  // An aborted stream ends as if it were whole.
  watched.signal.throwIfAborted();
}
