/** What else a person may say to a run that waits, such as the signature of a report, with what there is to see before it. */
import { useState } from 'preact/hooks';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath, send } from '../api.ts';
import { useAsked } from '../hooks.ts';
import type { Caller, KindFacts, KindWord } from '../kinds.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Document } from '../parts/document.tsx';
import { Json, LongText } from '../parts/json.tsx';
import { filesIn, hashesOf } from '../start/files.ts';
import type { Written } from './answer.tsx';
import { Forms } from './forms.tsx';
import { NameField } from './name-field.tsx';
import { saidBy, textIn } from './person.ts';

interface WordsProps {
  readonly view: RunView;
  readonly kind: KindFacts;
  readonly caller: Caller;
}

const everyMs = 3000;
/** Those are said to a call, a question or a plan, and stand with it. */
const ofCalls = new Set(['approve', 'reject', 'reply', 'plan']);

/** A run waits for a word once its tasks are over and it goes on. */
export function Words({ view, kind, caller }: WordsProps) {
  const { runId } = view;
  const words = kind.words.filter(({ name }) => !(kind.approvals && ofCalls.has(name)));
  const mayWait = words.length > 0 && hasTasksOver(view);
  const [sight] = kind.sights;
  const { value } = useAsked<unknown>(mayWait && sight ? `${runPath(runId)}/${sight.name}` : undefined, everyMs);
  if (!mayWait || (sight && value === undefined)) return undefined;
  return (
    <section class="asks" aria-labelledby="words">
      <h2 id="words">The run waits for a person</h2>
      {value !== undefined && <Sight runId={runId} value={value} name={sight?.name ?? ''} />}
      {sight && <Forms runId={runId} forms={kind.forms.filter((form) => form.sight === sight.name)} />}
      {caller.roles.includes('approve') ? (
        <div class="actions">
          {words.map((word) => (
            <WordButton key={word.name} runId={runId} word={word} caller={caller} sight={value} />
          ))}
        </div>
      ) : (
        <p class="quiet">Your token may not say it: it lacks the role “approve”.</p>
      )}
    </section>
  );
}

function hasTasksOver({ status, progress = [] }: RunView): boolean {
  return status === 'running' && progress.length > 0 && progress.every(({ stoppedBy }) => stoppedBy);
}

interface SightProps {
  readonly runId: string;
  readonly value: unknown;
  readonly name: string;
}

/** As a document where its kind writes one of it. */
function Sight({ runId, value, name }: SightProps) {
  const { markdown } = useAsked<Written>(`${runPath(runId)}/text`).value ?? {};
  if (markdown !== undefined) return <Document markdown={markdown} label={name} />;
  const text = (value as { readonly text?: unknown } | null)?.text;
  return typeof text === 'string' ? (
    <LongText text={text} label={name} wrap={false} />
  ) : (
    <Json value={value} label={name} />
  );
}

interface WordButtonProps {
  readonly runId: string;
  readonly word: KindWord;
  readonly caller: Caller;
  readonly sight: unknown;
}

function WordButton({ runId, word, caller, sight }: WordButtonProps) {
  // What was on the page as the dialog was opened, and not what has come since.
  const [saw, setSaw] = useState<object>({});
  const [asking, setAsking] = useState(false);
  const { name, summary, person, seen, files = {} } = word;
  return (
    <>
      <button
        class="main"
        onClick={() => {
          setSaw(seenIn(sight, seen));
          setAsking(true);
        }}
      >
        {titleOf(name)} …
      </button>
      {asking && (
        <Dialog
          title={summary}
          action={titleOf(name)}
          close={() => setAsking(false)}
          act={async (form) => {
            const note = textIn(form, 'note');
            const by = person === undefined ? {} : saidBy(caller, form, person);
            const hashes = await hashesIn(form, files, sight);
            await send(`${runPath(runId)}/${name}`, { ...by, ...saw, ...hashes, ...(note === '' ? {} : { note }) });
          }}
        >
          {person !== undefined && <NameField caller={caller} required />}
          <label>
            Note
            <textarea name="note" rows={3} maxLength={2000} />
          </label>
          {Object.keys(files).map((field) => (
            <label key={field}>
              Files that were compared; one that has changed since is refused
              <input type="file" name={field} multiple />
            </label>
          ))}
        </Dialog>
      )}
    </>
  );
}

/** `sign-off` is `Sign off` on a button. */
function titleOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll('-', ' ');
}

/** Of a file the browser tells the last part of its name alone: it is the one that ends so, where there is one. */
async function hashesIn(form: FormData, files: NonNullable<KindWord['files']>, sight: unknown): Promise<object> {
  const found: Record<string, object> = {};
  for (const [field, path] of Object.entries(files)) {
    const chosen = filesIn(form, field);
    if (chosen.length === 0) continue;
    const listed = at(sight, path);
    const names = (Array.isArray(listed) ? listed : []).map((each) => String(at(each, 'name')));
    const nameOf = (own: string): string => {
      const fitting = names.filter((name) => name === own || name.endsWith(`/${own}`) || name.endsWith(`\\${own}`));
      return fitting.length === 1 ? (fitting[0] ?? own) : own;
    };
    const hashes = Object.entries(await hashesOf(chosen));
    found[field] = Object.fromEntries(hashes.map(([name, hash]) => [nameOf(name), hash]));
  }
  return found;
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((part, name) => (part as Record<string, unknown> | undefined)?.[name], value);
}

/** The parts of what was seen that a word names, by the fields of its body. */
export function seenIn(sight: unknown, seen: KindWord['seen'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(seen).flatMap(([field, path]) => {
      const value = at(sight, path);
      return typeof value === 'string' ? [[field, value]] : [];
    }),
  );
}
