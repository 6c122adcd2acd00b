/** Of what zod finds wrong with a value of several possible forms, what is wrong with the form that was meant. */

export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  /** What each form of a union found wrong. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** The issues of the form that was meant, each from the place of the union; undefined where there are no forms. */
export function meantIssues({ keys, errors = [] }: Issue): readonly Issue[] | undefined {
  return keys ? undefined : closest(errors);
}

/** The first that is no union any more, with its whole path. */
export function firstMeant(issue: Issue): Issue {
  const [first] = meantIssues(issue) ?? [];
  return first ? firstMeant({ ...first, path: [...issue.path, ...first.path] }) : issue;
}

/** Of several forms the one that was meant is where the trouble lies deepest, and least of it. */
function closest(forms: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ranked = forms
    .filter((form) => form.length > 0)
    .map((form) => ({ form, depth: form.reduce((least, issue) => Math.min(least, depthOf(issue)), Infinity) }));
  return ranked.toSorted((a, b) => b.depth - a.depth || a.form.length - b.form.length)[0]?.form;
}

function depthOf({ path, keys }: Issue): number {
  return path.length + (keys ? 0 : 1);
}
