/**
 * Who says a person's word: the holder of the token, where it has one, and never a text of the body.
 * A name that is sent all the same must be the holder's, so that nothing is altered in silence.
 */
import { z } from 'zod';
import type { RunContext } from '../core/run.ts';
import type { Kind, Word } from '../runs/kind.ts';
import { requireRights, type Caller } from './callers.ts';
import { ProblemError } from './problems.ts';

/** The body of a word, in which its person may be left out where tokens name their holders. */
export function bodyOfWord({ body, person }: Word, namesPeople: boolean): z.ZodType {
  if (!namesPeople || person === undefined || !(body instanceof z.ZodObject)) return body;
  // Zod takes only names that it sees in the type; here the kind names its field.
  return body.partial({ [person]: true } as never);
}

/** The word as its holder's. @throws {ProblemError} 403 where it names somebody else */
export function inPerson({ subject }: Caller, { person }: Word, said: object, within = ''): object {
  if (person === undefined || subject === undefined) return said;
  const named = (said as Readonly<Record<string, unknown>>)[person];
  if (named !== undefined && named !== subject) throw asSomebodyElse(within + person, subject);
  return { ...said, [person]: subject };
}

/**
 * An input in which a word is said at the start, such as the signature of a report that is still to be made.
 *
 * @throws {ProblemError} 403 for a caller who may not say it, or in the name of somebody else
 */
export function asSaid<I extends RunContext>(caller: Caller, { saidAtStart = {}, words = {} }: Kind, input: I): I {
  const said = Object.entries(saidAtStart).flatMap(([field, name]) => {
    const body = (input as Readonly<Record<string, unknown>>)[field];
    const word = words[name];
    return word && typeof body === 'object' && body !== null ? [{ field, body, word }] : [];
  });
  if (said.length === 0) return input;
  requireRights(caller, ['approve']);
  return {
    ...input,
    ...Object.fromEntries(said.map(({ field, body, word }) => [field, inPerson(caller, word, body, `${field}.`)])),
  };
}

function asSomebodyElse(field: string, subject: string): ProblemError {
  const detail = `\`${field}\` is the holder of the token, '${subject}'; leave it out`;
  return new ProblemError(403, detail, {}, { title: 'Not for this token', field });
}
