/** What amounts that were read with a decimal point, as nobody said which mark is meant, show of it. */
import { parseAmount } from '../values.ts';

/**
 * `nothing`: each is the same with a comma, such as `250`. `either`: some is another, such as `1,500`.
 * `point`: some is none at all, such as `12.75`.
 */
export type MarkShown = 'nothing' | 'either' | 'point';

export class DecimalMarks {
  #shown: MarkShown;

  /** @param shown by rows before */
  constructor(shown: MarkShown = 'nothing') {
    this.#shown = shown;
  }

  get shown(): MarkShown {
    return this.#shown;
  }

  /** @param amount as which the text was read with a point */
  take(text: string, currency: string, amount: string): void {
    if (this.#shown === 'point' || !/[^\d -]/.test(text)) return;
    try {
      if (parseAmount(text, currency, 'comma') !== amount) this.#shown = 'either';
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#shown = 'point';
    }
  }
}
