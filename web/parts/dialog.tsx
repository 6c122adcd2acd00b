/** A question before something is done: a form in a modal dialog, which keeps what was typed where it is refused. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import { asApiError } from '../hooks.ts';

interface DialogProps {
  readonly title: string;
  readonly action: string;
  readonly dangerous?: boolean;
  readonly close: () => void;
  /** @throws what is then shown */
  readonly act: (form: FormData) => Promise<void>;
  readonly children?: ComponentChildren;
}

export function Dialog({ title, action, dangerous = false, close, act, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await act(new FormData(event.currentTarget as HTMLFormElement));
      close();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="dialog-title">
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="dialog-title">{title}</h2>
        {children}
        {error && (
          <p class="bad" role="alert">
            {error.message}
          </p>
        )}
        <div class="actions">
          <button type="button" onClick={close}>
            Leave it
          </button>
          <button class={dangerous ? 'danger' : 'main'} disabled={busy}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
