/** What is wrong with a request, in words, each with the field it is about. */
import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import type { Problem } from './answers.ts';

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  /** What each form of a union found wrong. */
  readonly errors?: readonly (readonly Issue[])[];
}

export function describeIssues(
  found: readonly ZodFastifySchemaValidationError[],
): Pick<Problem, 'detail' | 'field' | 'errors'> {
  const errors = found.flatMap((each) => {
    const path = each.instancePath.split('/').filter((part) => part !== '');
    return flatten({ ...each.params, path, message: each.message ?? 'is wrong' });
  });
  const [first] = errors;
  if (!first) return { detail: 'The request does not match its schema' };
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const field = first.field === '' ? {} : { field: first.field };
  return { detail: `${first.field === '' ? '' : `\`${first.field}\`: `}${first.detail}${more}`, ...field, errors };
}

function flatten(issue: Issue, above: readonly PropertyKey[] = []): { field: string; detail: string }[] {
  const path = [...above, ...issue.path];
  if (issue.keys)
    return issue.keys.map((key) => ({ field: written([...path, key]), detail: 'there is no such field' }));
  const meant = closest(issue.errors ?? []);
  if (meant) return meant.flatMap((each) => flatten(each, path));
  return [{ field: written(path), detail: issue.message }];
}

/** Of several forms the one that was meant is where the trouble lies deepest, and least of it. */
function closest(forms: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (form: readonly Issue[]): number =>
    Math.min(...form.map(({ path, keys }) => path.length + (keys ? 0 : 1)));
  return forms.filter((form) => form.length > 0).toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

/** As in a program: `tasks[0].id`. */
function written(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (/^\d+$/.test(String(part))) return `${text}[${String(part)}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
