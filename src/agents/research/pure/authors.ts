/**
 * The names of a work's authors: `Family, Given` where a source tells them apart, and otherwise as they are written.
 * A group is known by a name without a comma among such with one, or by a word such as `department`.
 */

/** Behind the last name of a list that goes on. */
export const andOthers = 'et al.';
const mostAuthors = 50;

/** Parts of a name as one, `Family, Given` or `Family, Jr., Given`. */
export function personName(
  family: string | null | undefined,
  own: string | null | undefined,
  end?: string | null,
): string {
  return [family, end, own].flatMap((part) => part?.trim() || []).join(', ');
}

/** As many names as anybody reads, and that there are more. */
export function authorList(names: readonly string[]): string[] {
  return names.length > mostAuthors ? [...names.slice(0, mostAuthors), andOthers] : [...names];
}

/** For a person who reads: the first three. */
export function shownAuthors(names: readonly string[]): string {
  const known = names.filter((name) => name !== andOthers);
  const first = known.slice(0, 3).join('; ');
  return known.length > 3 || known.length < names.length ? `${first} ${andOthers}` : first;
}

/** A person as BibTeX takes one, `Family, Given`; undefined where it is a group, or a name that nobody can take apart. */
export function asPerson(name: string, names: readonly string[]): { family: string; given: string } | undefined {
  const [family = '', ...rest] = name.split(',').flatMap((part) => part.trim() || []);
  // `King, Jr., Martin` has three parts, and none has more.
  if (rest.length > 0 && !(family.includes(' ') && group.test(family)))
    return { family, given: rest.length > 1 ? `${rest[0]}, ${rest.slice(1).join(' ')}` : rest.join('') };
  // Who writes some names as `Family, Given` means something else by one without a comma.
  if (names.some((other) => other.includes(',')) || group.test(name)) return undefined;
  return taken(name);
}

const group =
  /\b(?:academy|agency|alliance|association|authority|board|cent(?:er|re)|college|collaboration|commission|committee|consortium|council|department|federation|foundation|group|inc|initiative|institute|investigators|laborator(?:y|ies)|limited|ltd|ministry|network|office|organi[sz]ation|programme?|project|school|society|team|the|trust|union|university)\b/i;
/** What may stand before a family's name, and is not what it is sorted by. */
export const particle =
  /^(?:al|bin|da|das|de|del|della|den|der|di|do|dos|du|el|ibn|la|le|ten|ter|van|vom|von|zu|zum|zur)$/;
const suffix = /^(?:jr|sr|ii|iii|iv)\.?$/i;

/** `Ludwig van Beethoven Jr.`: what stands last is the family, with its particles. */
function taken(name: string): { family: string; given: string } | undefined {
  const words = name.split(/\s+/).filter(Boolean);
  const end = words.length > 2 && suffix.test(words.at(-1) ?? '') ? words.pop() : undefined;
  let first = words.length - 1;
  while (first > 1 && particle.test(words[first - 1] ?? '')) first -= 1;
  if (first < 1) return undefined;
  const own = words.slice(0, first).join(' ');
  return { family: words.slice(first).join(' '), given: end === undefined ? own : `${end}, ${own}` };
}
