/** What is wrong with a file, at its place and with what to do; trying again cannot help. */
import { ApplicationFailure } from '@temporalio/common';

/** Places named in one message; a file that is wrong throughout is not reported line by line. */
const maxShown = 5;

export function unreadable(place: string, problem: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${place}: ${problem}`, 'UnreadableFile');
}

/** What a file is said to lack may be there in another encoding than the one that was guessed. @param guessed how its bytes were read */
export function besideGuess(error: unknown, guessed: readonly string[]): unknown {
  if (guessed.length === 0 || !(error instanceof ApplicationFailure) || error.type !== 'UnreadableFile') return error;
  const advice = 'where texts are garbled, say the one that it is in, such as encoding=shift_jis, gbk or windows-1251';
  return ApplicationFailure.nonRetryable(`${error.message}\n${guessed.join('\n')}; ${advice}`, 'UnreadableFile');
}

/** Collects what is wrong, so that a person mends all of it at once. */
export class Problems {
  readonly #first: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** What `work` returns; undefined where it finds something wrong, which is kept. */
  at<R>(place: string, work: () => R): R | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#count++;
      if (this.#first.length < maxShown) this.#first.push(`${place}: ${error.message}`);
      return undefined;
    }
  }

  /** @param advice stands at the end @throws {ApplicationFailure} of type `UnreadableFile` where something was wrong */
  throwIfAny(advice = ''): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#first.length;
    const rest = more > 0 ? `\n… and ${more} more` : '';
    throw ApplicationFailure.nonRetryable(
      `${this.#first.join('\n')}${rest}${advice && `\n${advice}`}`,
      'UnreadableFile',
    );
  }
}
