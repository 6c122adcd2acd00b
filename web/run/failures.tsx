/** What failed, by cause: choosing one lists its tasks alone. */
import { count, many } from '../format.ts';
import type { Cause } from './causes.ts';

interface FailuresProps {
  readonly causes: readonly Cause[];
  readonly chosen: string | undefined;
  readonly choose: (key: string | undefined) => void;
  readonly noun: string;
}

const maxShown = 8;

export function Failures({ causes, chosen, choose, noun }: FailuresProps) {
  if (causes.length === 0) return undefined;
  const total = causes.reduce((sum, { ids }) => sum + ids.length, 0);
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">
        {many(total, noun)} without a result, {many(causes.length, 'cause')}
      </h2>
      <ul class="causes panel">
        {causes.slice(0, maxShown).map(({ key, kind, name, message, ids }) => (
          <li key={key}>
            <button aria-pressed={chosen === key} onClick={() => choose(chosen === key ? undefined : key)}>
              <span class="times">{count(ids.length)} ×</span>
              <span class="what">
                <strong>
                  {kind}
                  {name === '' || name === 'Error' ? '' : `: ${name}`}
                </strong>{' '}
                {message}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {causes.length > maxShown && <p class="quiet">and {many(causes.length - maxShown, 'more cause')}</p>}
    </section>
  );
}
