/** One field of a start, made from its schema: what it is called, what it is for, and what was wrong with it. */
import { formOf, type Schema } from './schema.ts';

interface FieldProps {
  /** Where it stands in what is sent: `input.question`. */
  readonly path: string;
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly wrong: string | undefined;
}

export function Field({ path, name, schema, required, wrong }: FieldProps) {
  const described = [`${path}-about`, ...(wrong === undefined ? [] : [`${path}-wrong`])].join(' ');
  return (
    <div class="field">
      <label for={path}>
        {title(name)} {required ? undefined : <span class="quiet">(may be left out)</span>}
      </label>
      <Input
        path={path}
        name={name}
        schema={schema}
        required={required}
        wrong={wrong !== undefined}
        described={described}
      />
      <p id={`${path}-about`} class="quiet">
        {aboutOf(name, schema)}
      </p>
      {required && schema.examples?.[0] !== undefined && (
        <button
          type="button"
          class="small"
          aria-label={`${title(name)}: fill in the example`}
          onClick={() => fillIn(path, textOf(schema.examples?.[0]))}
        >
          Fill in the example
        </button>
      )}
      {wrong === undefined ? undefined : (
        <p id={`${path}-wrong`} class="bad" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

/** As if it had been typed: what is in a field is the document's, and read when the form is sent. */
function fillIn(path: string, text: string): void {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${CSS.escape(path)}`);
  if (!field) return;
  field.value = text;
  field.focus();
}

interface InputProps extends Omit<FieldProps, 'wrong'> {
  readonly wrong: boolean;
  readonly described: string;
}

function Input(props: InputProps) {
  const { path, name, schema, required, wrong, described } = props;
  const form = formOf(name, schema);
  const common = { id: path, name: path, required, 'aria-describedby': described, 'aria-invalid': wrong };
  const usual = textOf(schema.default);
  if (form === 'boolean') return <Choice {...common} choices={['true', 'false']} usual={usual} />;
  if (form === 'choice') return <Choice {...common} choices={(schema.enum ?? []).map(String)} usual={usual} />;
  if (form === 'number') return <input {...common} {...boundsOf(schema)} type="number" defaultValue={usual} />;
  if (form === 'file' || form === 'files') return <Files {...common} multiple={form === 'files'} />;
  if (form === 'text') return <input {...common} defaultValue={usual} {...lengthOf(schema)} />;
  return (
    <textarea
      {...common}
      rows={form === 'json' ? 6 : 3}
      spellcheck={form === 'longText'}
      class={form === 'json' ? 'code' : ''}
      defaultValue={usual}
    />
  );
}

interface FilesProps {
  readonly id: string;
  readonly name: string;
  readonly required: boolean;
  readonly multiple: boolean;
}

/** A file is enough in most cases; how it is read, or one that the store has, is said as JSON. */
function Files({ required: _required, ...common }: FilesProps) {
  const { id } = common;
  return (
    <>
      <input type="file" {...common} />
      <details>
        <summary>As JSON</summary>
        <textarea name={`${id}.json`} rows={6} spellcheck={false} class="code" aria-label={`${id} as JSON`} />
      </details>
    </>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly name: string;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly usual: string;
}

function Choice({ choices, usual, ...common }: ChoiceProps) {
  return (
    <select {...common}>
      {!common.required && <option value="">as usual</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice} selected={choice === usual}>
          {choice}
        </option>
      ))}
    </select>
  );
}

/** What is bounded only by how a number is written is not bounded. */
const beyond = 1e15;

function boundsOf({ type, minimum = -beyond, maximum = beyond }: Schema) {
  return {
    step: type === 'integer' ? 1 : 'any',
    ...(minimum > -beyond ? { min: minimum } : {}),
    ...(maximum < beyond ? { max: maximum } : {}),
  };
}

function lengthOf({ maxLength }: Schema) {
  return maxLength === undefined ? {} : { maxLength };
}

/** A value of a schema as somebody would fill it in. */
function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function title(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function aboutOf(name: string, schema: Schema): string {
  const { description = '', examples } = schema;
  const form = formOf(name, schema);
  const how = form === 'lines' ? 'One a line' : form === 'json' ? 'As JSON' : form === 'files' ? 'One or more' : '';
  const example = examples?.[0] === undefined ? '' : `For example: ${textOf(examples[0])}`;
  return [description, how, example].filter(Boolean).join('. ');
}
