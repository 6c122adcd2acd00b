/** Who says a word: a field for the name, and nothing where the token says who it is. */
import type { Caller } from '../kinds.ts';
import { nameOfReader } from './person.ts';

export function NameField({ caller, required = false }: { readonly caller: Caller; readonly required?: boolean }) {
  if (caller.subject !== undefined) return <p>As {caller.subject}</p>;
  return (
    <label>
      Your name
      <input name="by" defaultValue={nameOfReader()} maxLength={200} required={required} autocomplete="name" />
    </label>
  );
}
