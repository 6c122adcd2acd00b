/** Starts a run of any kind: the kinds that there are, and the form of one, made from its schema. */
import { useMemo, useState } from 'preact/hooks';
import { runPath, send, type ApiError } from '../api.ts';
import { asApiError, useAsked } from '../hooks.ts';
import { useCaller, useKinds, type KindFacts } from '../kinds.ts';
import { Empty, Loading, Trouble } from '../parts/states.tsx';
import { goTo } from '../routes.ts';
import { textIn } from '../run/person.ts';
import { Field } from './field.tsx';
import { KindCards } from './kind-cards.tsx';
import { checkSizes, filesIn, givenFile } from './files.ts';
import { formOf, resolved, startOf, valueOf, type FieldForm, type OpenApi, type Schema } from './schema.ts';

export function Start({ kind }: { readonly kind: string }) {
  const document = useAsked<OpenApi>('/openapi.json');
  const kinds = useKinds();
  const error = document.error ?? kinds.error;
  return (
    <>
      <div class="head">
        <h1>Start a run</h1>
      </div>
      {error && <Trouble error={error} again={document.again} />}
      {!error && (!document.value || !kinds.value) && <Loading what="the kinds of run" />}
      {document.value && kinds.value && <Choice kind={kind} kinds={kinds.value.kinds} document={document.value} />}
    </>
  );
}

interface ChoiceProps {
  readonly kind: string;
  readonly kinds: readonly KindFacts[];
  readonly document: OpenApi;
}

function Choice({ kind, kinds, document }: ChoiceProps) {
  const { roles } = useCaller();
  return (
    <>
      {!roles.includes('start') && <p class="note">Your token may not start runs: it lacks the role “start”.</p>}
      <KindCards kinds={kinds} chosen={kind} />
      {kind === '' ? undefined : <StartForm key={kind} kind={kind} document={document} />}
    </>
  );
}

interface PlacedField {
  readonly path: string;
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

function StartForm({ kind, document }: { readonly kind: string; readonly document: OpenApi }) {
  const start = useMemo(() => startOf(document, kind), [document, kind]);
  const input = start ? fieldsOf(document, start.input, 'input').filter(({ name }) => name !== 'options') : [];
  const options = start?.options ? fieldsOf(document, start.options, 'options') : [];
  const { error, wrong, busy, submit } = useStart(kind, { input, options });
  if (!start) return <Empty title={`There is no kind of run “${kind}”`} />;
  const required = input.filter((field) => field.required);
  const others = input.filter((field) => !field.required);
  return (
    <form class="start panel" onSubmit={(event) => void submit(event)}>
      <Fields of={required} wrong={wrong} />
      <Folded title={`More of the ${kind}`} of={others} wrong={wrong} open={required.length === 0} />
      <Folded title="Stopping rule and limits" of={options} wrong={wrong} />
      <Folded title="Its id" of={[idField]} wrong={wrong} />
      {error && (
        <p class="note bad" role="alert">
          <strong>{error.title}</strong>: {error.message}
        </p>
      )}
      <div class="actions">
        <button class="main" disabled={busy}>
          Start the run
        </button>
      </div>
    </form>
  );
}

const idField: PlacedField = {
  path: 'id',
  name: 'id',
  schema: { type: 'string', description: 'The same id joins the run that has it' },
  required: false,
};

interface FieldsProps {
  readonly of: readonly PlacedField[];
  readonly wrong: ReadonlyMap<string, string>;
}

function Fields({ of, wrong }: FieldsProps) {
  return (
    <>
      {of.map((field) => (
        <Field key={field.path} {...field} wrong={wrong.get(field.path)} />
      ))}
    </>
  );
}

/** Opened where a field in it is wrong. */
function Folded({ title, of, wrong, open = false }: FieldsProps & { readonly title: string; readonly open?: boolean }) {
  if (of.length === 0) return undefined;
  return (
    <details open={open || of.some(({ path }) => wrong.has(path))}>
      <summary>{title}</summary>
      <Fields of={of} wrong={wrong} />
    </details>
  );
}

interface FieldGroups {
  readonly input: readonly PlacedField[];
  readonly options: readonly PlacedField[];
}

function useStart(kind: string, groups: FieldGroups) {
  // The same form sent twice joins the run of the first, so that a broken connection starts nothing twice.
  const [id] = useState(`${kind}-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? ''}`);
  const [error, setError] = useState<ApiError>();
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>(new Map());
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [body, mistakes] = await bodyOf(form, groups);
    setWrong(mistakes);
    setError(undefined);
    if (mistakes.size > 0) return;
    setBusy(true);
    try {
      const { runId } = await send<{ readonly runId: string }>(`/runs/${kind}`, {
        id: textIn(form, 'id') || id,
        ...body,
      });
      goTo(runPath(runId));
    } catch (thrown) {
      const refused = asApiError(thrown);
      setError(refused);
      setWrong(placed(refused, [idField, ...groups.input, ...groups.options]));
      setBusy(false);
    }
  };
  return { error, wrong, busy, submit };
}

function fieldsOf(document: OpenApi, { properties = {}, required = [] }: Schema, within: string): PlacedField[] {
  return Object.entries(properties)
    .filter(([, schema]) => schema.const === undefined)
    .map(([name, schema]) => ({
      path: `${within}.${name}`,
      name,
      schema: wholeOf(document, schema),
      required: required.includes(name) && schema.default === undefined,
    }));
}

function wholeOf(document: OpenApi, schema: Schema): Schema {
  const whole = resolved(document, schema);
  return whole.items ? { ...whole, items: resolved(document, whole.items) } : whole;
}

/** What was filled in, and what of it cannot be meant. */
async function bodyOf(form: FormData, groups: FieldGroups): Promise<[body: object, mistakes: Map<string, string>]> {
  const mistakes = new Map<string, string>();
  const read = async (fields: readonly PlacedField[]): Promise<object> => {
    const found: Record<string, unknown> = {};
    for (const { path, name, schema } of fields)
      try {
        const value = await filledIn(form, path, formOf(name, schema));
        if (value !== undefined) found[name] = value;
      } catch (error) {
        mistakes.set(path, error instanceof Error ? error.message : String(error));
      }
    return found;
  };
  const options = await read(groups.options);
  return [{ input: await read(groups.input), ...(Object.keys(options).length > 0 ? { options } : {}) }, mistakes];
}

/** Of files what was written as JSON, where something was: it says what a file alone does not. */
async function filledIn(form: FormData, path: string, how: FieldForm): Promise<unknown> {
  if (how !== 'file' && how !== 'files') return valueOf(how, textIn(form, path));
  const written = valueOf('json', textIn(form, `${path}.json`));
  const files = filesIn(form, path);
  if (written !== undefined || files.length === 0) return written;
  checkSizes(files);
  const given = await Promise.all(files.map(givenFile));
  return how === 'file' ? given[0] : given;
}

/** The service names fields as they were sent; what it says of one deeper inside belongs to the field around it. */
function placed({ fields }: ApiError, known: readonly PlacedField[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { field, detail } of fields) {
    const at = known.find(({ path, name }) =>
      [path, name].some((each) => field === each || field.startsWith(`${each}.`) || field.startsWith(`${each}[`)),
    );
    if (at) found.set(at.path, at.path === field ? detail : `${field}: ${detail}`);
  }
  return found;
}
