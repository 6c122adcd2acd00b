/**
 * The lines of a file by account, currency and month, written as they go into the store as soon as there are some of them:
 * a line is an object for a moment, so that a large file needs the memory of its text and not of its lines.
 */
import type { Line } from '../pure/lines.ts';
import { sumOf } from '../pure/sums-of-amounts.ts';
import type { Chunk } from '../pure/types.ts';
import { joinedJson, toJson } from './json-bytes.ts';

export interface AccountLine {
  /** Empty where the file does not say. */
  readonly account: string;
  /** Empty where the file does not say. */
  readonly currency: string;
  readonly line: Line;
}

export interface ParsedGroup extends Omit<Chunk, 'stored'> {
  /** JSON of its lines. */
  readonly body: Uint8Array;
}

interface OpenGroup extends Pick<Chunk, 'account' | 'currency' | 'month'> {
  lines: number;
  total: string;
  /** Not written yet. */
  waiting: Line[];
  /** JSON of lists of lines. */
  readonly written: Uint8Array[];
}

const mostWaiting = 200;

export class LineGroups {
  readonly #groups = new Map<string, OpenGroup>();
  #length = 0;

  constructor(lines: Iterable<AccountLine> = []) {
    for (const line of lines) this.add(line);
  }

  get length(): number {
    return this.#length;
  }

  add({ account, currency, line }: AccountLine): void {
    this.#length++;
    const month = line.date.slice(0, 7);
    const key = [month, currency, account].join('\u0000');
    const group = this.#groups.get(key) ?? { account, currency, month, lines: 0, total: '0', waiting: [], written: [] };
    if (group.lines === 0) this.#groups.set(key, group);
    group.lines++;
    group.waiting.push(line);
    if (group.waiting.length >= mostWaiting) write(group);
  }

  /** In the order in which they began. */
  written(): ParsedGroup[] {
    return [...this.#groups.values()].map((group) => {
      write(group);
      const { account, currency, month, lines, total } = group;
      return { account, currency, month, lines, total, body: joinedJson(group.written) };
    });
  }
}

function write(group: OpenGroup): void {
  if (group.waiting.length === 0) return;
  const amounts = group.waiting.map(({ amount }) => amount);
  group.total = sumOf(group.written.length === 0 ? amounts : [group.total, ...amounts]);
  group.written.push(toJson(group.waiting));
  group.waiting = [];
}
