/** Words that turn a statement into another where one stands for the other: a closed list, of words that documentation uses. */
import { saysMuch, stem, wordsOf } from './stems.ts';

const pairs: readonly (readonly [one: string, other: string])[] = [
  ['first', 'last'],
  ['minimum min minimal mindestens', 'maximum max maximal höchstens'],
  ['request requests', 'response responses'],
  ['enable enables enabled enabling', 'disable disables disabled disabling'],
  ['synchronous synchronously sync', 'asynchronous asynchronously async'],
  ['read reads reading lesend lesende', 'write writes writing written schreibend schreibende'],
  ['increase increases increased', 'decrease decreases decreased reduce reduces reduced'],
  ['include includes included including', 'exclude excludes excluded excluding except'],
  ['true', 'false'],
  ['always immer', 'never nie niemals'],
  ['upper uppercase', 'lower lowercase'],
  ['higher highest', 'lower lowest'],
  ['above', 'below'],
  ['greater larger bigger longer', 'less smaller shorter'],
  ['earliest frühestens', 'latest spätestens'],
  ['oldest older', 'newest newer'],
  ['ascending', 'descending'],
  ['allow allows allowed permits permitted', 'forbid forbids forbidden deny denies denied prohibited'],
  ['accept accepts accepted', 'reject rejects rejected refuse refuses refused'],
  ['required mandatory', 'optional'],
  ['public', 'private'],
  ['left', 'right'],
  ['success succeeds successful', 'failure fails failed'],
  ['open opens opened', 'close closes closed'],
  ['start starts started begin begins', 'stop stops stopped end ends'],
  ['both', 'either'],
  ['everybody everyone anyone anybody jeder alle', 'only nur'],
];
const against = new Map<string, ReadonlySet<string>>();
const sideOf = new Map<string, ReadonlySet<string>>();
for (const pair of pairs) {
  const [one, other] = pair.map((words) => new Set(words.split(' '))) as [Set<string>, Set<string>];
  for (const [side, facing] of [[one, other] as const, [other, one] as const]) {
    for (const word of side) {
      against.set(word, new Set([...(against.get(word) ?? []), ...facing]));
      sideOf.set(word, new Set([...(sideOf.get(word) ?? []), ...side]));
    }
  }
}

export const isOfPair = (word: string): boolean => against.has(word);

interface Placed {
  readonly word: string;
  /** The stems of the meaningful words beside it. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function placed(text: string): Placed[] {
  const words = wordsOf(text).filter((word) => against.has(word) || saysMuch(word));
  const beside = (at: number): string | undefined => {
    const word = words[at];
    return word === undefined ? undefined : stem(word);
  };
  return words.flatMap((word, at) =>
    against.has(word) ? [{ word, before: beside(at - 1), after: beside(at + 1) }] : [],
  );
}

/** Whether a clause has, where the claim has one word, only its opposite. */
export function hasOpposite(claim: string, clause: string): boolean {
  const there = placed(clause);
  return placed(claim).some((one) => {
    const same = there.filter(({ word }) => sideOf.get(one.word)?.has(word));
    const facing = there.filter(({ word }) => against.get(one.word)?.has(word));
    if (facing.length === 0) return false;
    if (same.length === 0) return true;
    const isBeside = (other: Placed): boolean =>
      (one.after !== undefined && one.after === other.after) ||
      (one.before !== undefined && one.before === other.before);
    return facing.some(isBeside) && !same.some(isBeside);
  });
}
