/** A value as JSON, and texts that are to be copied. Only ever text: whatever a task returned does nothing here. */
import { useState } from 'preact/hooks';
import { count, pretty } from '../format.ts';

const shownCharacters = 20_000;

/** The beginning of a long text, and all of it where it is asked for. */
export function LongText({
  text,
  label,
  wrap = true,
}: {
  readonly text: string;
  readonly label: string;
  readonly wrap?: boolean;
}) {
  const [all, setAll] = useState(false);
  const isLong = text.length > shownCharacters;
  return (
    <div class="long">
      <div class="tools">
        <Copy text={text} />
      </div>
      <pre class={wrap ? 'wrap' : ''} tabIndex={0} role="group" aria-label={label}>
        {isLong && !all ? `${text.slice(0, shownCharacters)} …` : text}
      </pre>
      {isLong && !all ? (
        <button onClick={() => setAll(true)}>Show all {count(text.length)} characters</button>
      ) : undefined}
    </div>
  );
}

export function Json({ value, label }: { readonly value: unknown; readonly label: string }) {
  return <LongText text={pretty(value)} label={label} />;
}

function Copy({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  // There is none where the page is not of a secure origin.
  if (typeof navigator.clipboard?.writeText !== 'function') return <span />;
  const copy = (): void =>
    void navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('The browser does not let this page copy'),
    );
  return (
    <>
      <span role="status" class="quiet">
        {said}
      </span>
      <button class="small" onClick={copy}>
        Copy
      </button>
    </>
  );
}
