/** The answer of a run as a file in a form of its kind, such as a report for a code host. */
import { useState } from 'preact/hooks';
import { request, runPath } from '../api.ts';
import { asApiError } from '../hooks.ts';
import type { KindWord } from '../kinds.ts';

/** As they are written, of those that are known widely. */
const names: Readonly<Record<string, string>> = {
  csv: 'CSV',
  sarif: 'SARIF',
  bibtex: 'BibTeX',
  markdown: 'Markdown',
  'github-annotations': 'GitHub annotations',
};

interface FormsProps {
  readonly runId: string;
  readonly forms: readonly KindWord[];
}

export function Forms({ runId, forms }: FormsProps) {
  const [wrong, setWrong] = useState<string>();
  const save = (name: string): void => {
    setWrong(undefined);
    saveForm(runId, name).catch((error: unknown) => setWrong(asApiError(error).message));
  };
  if (forms.length === 0) return undefined;
  return (
    <p class="actions" role="group" aria-label="Save the answer as">
      {forms.map(({ name, summary }) => (
        <button key={name} title={summary} onClick={() => save(name)}>
          Save as {names[name] ?? name}
        </button>
      ))}
      {wrong !== undefined && <span role="alert">{wrong}</span>}
    </p>
  );
}

/** A link cannot carry the token. */
async function saveForm(runId: string, name: string): Promise<void> {
  const response = await request(`${runPath(runId)}/${name}`, { headers: { accept: '*/*' } });
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = `${runId}.${name}`;
  link.click();
  URL.revokeObjectURL(address);
}
