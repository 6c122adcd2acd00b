/**
 * What is wrong with a request, in words, each with the field it is about.
 * However much is wrong, a hundred mistakes are listed, and nothing here grows with the others.
 */
import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import { unknownKey } from '../core/unknown-keys.ts';
import { meantIssues, type Issue } from '../runs/meant.ts';
import type { Problem } from './answers.ts';
import { isOfBeginning } from './check-in-pieces.ts';

type Mistake = NonNullable<Problem['errors']>[number];

/** More would help nobody, and a body may have hundreds of thousands. */
const mostMistakes = 100;
/** Of a field's name and of what is said of it. */
const maxCharacters = 500;

export function describeIssues(
  found: readonly ZodFastifySchemaValidationError[],
): Pick<Problem, 'detail' | 'field' | 'errors'> {
  const mistakes = new Mistakes();
  for (const each of found) {
    const path = each.instancePath.split('/').filter((part) => part !== '');
    mistakes.add({ ...each.params, path, message: each.message ?? 'is wrong' });
  }
  const [first] = mistakes.listed;
  if (!first) return { detail: 'The request does not match its schema' };
  const more = mistakes.count > 1 ? ` (and ${isOfBeginning(found) ? 'at least ' : ''}${mistakes.count - 1} more)` : '';
  const field = first.field === '' ? {} : { field: first.field };
  const detail = `${first.field === '' ? '' : `\`${first.field}\`: `}${first.detail}${more}`;
  return { detail, ...field, errors: mistakes.listed };
}

class Mistakes {
  readonly listed: Mistake[] = [];
  count = 0;

  add(issue: Issue, above: readonly PropertyKey[] = []): void {
    const path = [...above, ...issue.path];
    const meant = meantIssues(issue);
    const { keys } = issue;
    if (keys) for (const key of keys) this.#note([...path, key], () => unknownKey(keys, key));
    else if (meant) for (const each of meant) this.add(each, path);
    else this.#note(path, () => issue.message);
  }

  #note(path: readonly PropertyKey[], detail: () => string): void {
    this.count++;
    if (this.listed.length < mostMistakes)
      this.listed.push({ field: written(path), detail: detail().slice(0, maxCharacters) });
  }
}

/** As in a program: `tasks[0].id`. */
function written(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, part) => {
    if (/^\d+$/.test(String(part))) return `${before}[${String(part)}]`;
    return before === '' ? String(part) : `${before}.${String(part)}`;
  }, '');
  return text.slice(0, maxCharacters);
}
