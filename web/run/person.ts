/** Who speaks: the holder of the token, or a name that is asked for once and kept for this tab. */
import type { Caller } from '../kinds.ts';

const nameKey = 'fanfold.name';

export function nameOfReader(): string {
  return sessionStorage.getItem(nameKey) ?? '';
}

/** The part of a word's body that says who says it; nothing where the token does. */
export function saidBy({ subject }: Caller, form: FormData, field = 'by'): Record<string, string> {
  if (subject !== undefined) return {};
  const name = textIn(form, 'by');
  sessionStorage.setItem(nameKey, name);
  return name === '' ? {} : { [field]: name };
}

export function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
