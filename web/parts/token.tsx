/** Asks once for the token of the service, and keeps it for this tab. */
import { useState } from 'preact/hooks';
import { hasToken, keepToken, read } from '../api.ts';
import { asApiError } from '../hooks.ts';

export function TokenForm({ done }: { readonly done: () => void }) {
  const [wrong, setWrong] = useState(hasToken() ? 'The service does not know the token that this tab had.' : '');
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const token = form.get('token');
    setBusy(true);
    keepToken(typeof token === 'string' ? token.trim() : '');
    try {
      await read('/caller');
      done();
    } catch (error) {
      const { status, message } = asApiError(error);
      keepToken('');
      setWrong(status === 401 ? 'The service does not know this token.' : message);
      setBusy(false);
    }
  };
  return (
    <form class="state token" onSubmit={(event) => void submit(event)}>
      <h1>This service asks for a token</h1>
      <p class="quiet">
        It is the one in <code>FANFOLD_TOKEN</code>, or one of the file in <code>FANFOLD_TOKENS</code>. It is kept for
        this tab only.
      </p>
      <label>
        Token
        <input
          name="token"
          type="password"
          required
          minLength={16}
          autocomplete="off"
          spellcheck={false}
          aria-describedby="token-wrong"
          aria-invalid={wrong !== ''}
        />
      </label>
      <p id="token-wrong" class="bad" role="alert">
        {wrong}
      </p>
      <button class="main" disabled={busy}>
        Go on
      </button>
    </form>
  );
}
