/**
 * What a sentence says not to be there. It needs a look-up that was made, was answered, was of that kind and found nothing:
 * what nobody looked for may be there all the same.
 */
import { readersOf, spokenWords } from './claims/readers.ts';
import { clausesOf } from './clauses.ts';
import type { LookUp, Row } from './conversation.ts';
import { negation } from './negation.ts';

/** `unborne` where nothing bears it out, `doubted` where only somebody who reads rows and look-ups can say. */
export type Denial = 'none' | 'doubted' | 'unborne';

interface Known {
  readonly rows: Readonly<Record<string, Row>>;
  readonly asked: readonly unknown[];
  readonly empty?: readonly LookUp[];
}

/** What the writer itself cannot do is no denial of what there is, unless it is to find. */
const ownLimit =
  /(?<!\p{L})(?:(?:i|we) (?:am |are )?(?:cannot|can['’]?t|can not|could not|couldn['’]t|not able|unable|may not|do not know|don['’]t know|will not|won['’]t)|(?:ich|wir) (?:kann|können|darf|dürfen|weiß|wissen)|(?:kann|können|darf|dürfen) (?:ich|wir)|(?:je|nous) ne (?:peux|pouvons|sais|savons)|no (?:puedo|podemos|sé|sabemos)|non (?:posso|possiamo|so|sappiamo)|(?:ik|we|wij) (?:kan|kunnen|mag|mogen)|(?:kan|kunnen) (?:ik|we|wij)|não (?:posso|podemos|consigo|sei|sabemos))(?!\p{L})/u;
const finding =
  /(?<!\p{L})(?:find|found|see|locate|finde|finden|sehe|sehen|trouver|voir|encontrar|ver|trovare|vedere|vinden|zien)(?!\p{L})/u;
/** Said to nobody's harm. */
const courtesy =
  /(?<!\p{L})(?:no (?:problem|worries|need to)|not (?:hesitate|worry|sure|at all)|(?:don['’]t|do not) (?:hesitate|worry)|if not|why not|kein problem|keine sorge|zögern sie nicht|pas de (?:problème|souci)|n['’]hésitez|no (?:dude|se preocupe)|nessun problema|non (?:esiti|si preoccupi)|geen probleem|não hesite|sem problema)(?!\p{L})/u;

/** Beside the words of {@link negation}, which runs that began before are held to. */
const nothing =
  /(?<!\p{L})(?:nothing|nobody|neither|nor|without|haven['’]t|doesn['’]t|don['’]t|aren['’]t|nichts|niemand|ohne|rien|(?<!(?:une|la|cette) )personne|nada|nadie|niente|nulla|senza|niets|niemand|zonder|ninguém|sem)(?!\p{L})/iu;
export const denies = (text: string): boolean => negation.test(text) || nothing.test(text);

/** Whether a clause denies something of what there is. */
export const isDenial = (clause: string): boolean =>
  denies(clause) && !courtesy.test(clause) && (!ownLimit.test(clause) || finding.test(clause));

/** @param rows those that the sentence is held to */
export function denialOf(prose: string, rows: readonly Row[], { asked, empty = [], rows: all }: Known): Denial {
  // What rows are cited for is held to them, clause by clause.
  if (rows.length > 0 || !denies(prose)) return 'none';
  const denied = clausesOf(prose).filter(isDenial);
  if (denied.length === 0) return 'none';
  if (denied.every((clause) => empty.some((each) => isOf(each, clause)))) return 'none';
  const isLookedUp = asked.length + Object.keys(all).length > 0;
  if (empty.length > 0) return 'doubted';
  return readersOf(spokenWords(prose.toLowerCase())).length > 0 || !isLookedUp ? 'unborne' : 'doubted';
}

/** A look-up by its name, of nothing that the clause does not say: none in one month are not none at all. */
function isOf({ tool, input }: LookUp, clause: string): boolean {
  const name = (spokenWords(tool.replaceAll(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ').toLowerCase()).at(-1) ?? '').replace(
    /s$/,
    '',
  );
  const values = valuesIn(input);
  const isSaid = values.every((value) => clause.includes(value));
  return (
    isSaid && (values.length > 0 || (name.length > 2 && spokenWords(clause).some((word) => word.startsWith(name))))
  );
}

function valuesIn(input: unknown): string[] {
  if (typeof input === 'object' && input !== null) return Object.values(input).flatMap(valuesIn);
  return typeof input === 'string' || typeof input === 'number' ? [String(input).toLowerCase()] : [];
}
