/**
 * Whether all that is put into a statement of SQL are names of tables and columns, which no parameter could be, or what was
 * quoted or is a number: read off the text around each place, so a name that a stranger chooses is not seen.
 */

/** `#{x}`, `${x}`, `%s`, and `" + x` or `" . $x`; in some languages `{x}` too. */
const places = /[#$]\{([^{}]{0,200})\}|%(?:\((\w{1,60})\))?[sv]|["'`]\s{0,5}[+.]\s{0,5}([$\w][\w.$>[\]-]{0,100})/g;
const bracedPlaces = /[#$]?\{([^{}]{0,200})\}|%(?:\((\w{1,60})\))?[sv]|["'`]\s{0,5}\+\s{0,5}([$\w][\w.$>[\]-]{0,100})/g;
const isName =
  /(?:^|[\W_])(?:table|column|col|field|schema)(?:s|_?names?)?(?:\(\))?$|placeholders?$|quote|sanitiz|escape|\.to_i$|^(?:int|Number|parseInt)\(/i;
const beforeName = /(?:\b(?:from|into|update|join|table|view|index|exists|truncate|describe)\s{1,10}|\.)["'`[]?$/i;
const afterName = /^["'`\]]?(?:\s{0,5}[+.]\s{0,5}["'`])?\.[a-z_"`[*]/i;
/** Of what stands before a place, what says what it is. */
const near = 40;

/** @param path whose ending says in which forms values are put into texts; @param lines of the statement */
export function putsOnlyNames(path: string, lines: readonly string[]): boolean {
  const text = lines.map((line) => line.slice(0, 2000)).join('\n');
  const found = [...text.matchAll(/\.(?:py|cs)$/.test(path) ? bracedPlaces : places)];
  return (
    found.length > 0 &&
    found.every((place) => {
      const [whole, braced, named, joined] = place;
      const before = text.slice(Math.max(0, place.index - near), place.index);
      const after = text.slice(place.index + whole.length, place.index + whole.length + near);
      return isName.test((braced ?? named ?? joined ?? '').trim()) || beforeName.test(before) || afterName.test(after);
    })
  );
}
