/** What a sentence says comes first and what then: `A before B`, `B after A`, `once A, B` and `no B until A` say the same. */
import { stemsOf } from './stems.ts';

interface Order {
  readonly first: ReadonlySet<string>;
  readonly next: ReadonlySet<string>;
}

const longest = 2000;
const joint = /\b(before|until|after|once|as soon as|bevor|nachdem|sobald)\b/i;
/** Also in German, as the small words beside it are. */
export const negation = /\b(?:not|no|never|none|cannot|nicht|nie)\b|n['’]t\b/i;

function orderOf(sentence: string): Order | undefined {
  const found = joint.exec(sentence);
  if (found === null) return undefined;
  const [word] = found;
  const ahead = sentence.slice(0, found.index);
  const behind = sentence.slice(found.index + word.length);
  // What a sentence begins with ends at its comma.
  const comma = stemsOf(ahead).length === 0 ? behind.indexOf(',') : -1;
  const main = new Set(stemsOf(comma === -1 ? ahead : behind.slice(comma)));
  const beside = new Set(stemsOf(comma === -1 ? (behind.split(/[,;:(]/, 1)[0] ?? '') : behind.slice(0, comma)));
  if (main.size === 0 || beside.size === 0) return undefined;
  const isMainFirst =
    /^(?:before|until|bevor)$/i.test(word) !== negation.test(comma === -1 ? ahead : behind.slice(comma));
  return isMainFirst ? { first: main, next: beside } : { first: beside, next: main };
}

/** Whether both say an order of the same two things, and not the same one. */
export function isOtherOrder(claim: string, source: string): boolean {
  const [wanted, given] = [orderOf(claim.slice(0, longest)), orderOf(source.slice(0, longest))];
  if (wanted === undefined || given === undefined) return false;
  const straight = shared(wanted.first, given.first) + shared(wanted.next, given.next);
  const [behind, ahead] = [shared(wanted.first, given.next), shared(wanted.next, given.first)];
  return behind > 0 && ahead > 0 && behind + ahead > straight;
}

function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...one].filter((each) => other.has(each)).length;
}
