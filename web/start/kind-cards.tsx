/** What there is to start: each kind of run with what it does, and in short where one is chosen. */
import type { KindFacts } from '../kinds.ts';
import { Link } from '../parts/link.tsx';

interface KindCardsProps {
  readonly kinds: readonly KindFacts[];
  readonly chosen?: string;
}

export function KindCards({ kinds, chosen = '' }: KindCardsProps) {
  const about = kinds.find(({ name }) => name === chosen)?.about;
  return (
    <>
      <nav class={chosen === '' ? 'choose' : 'tools wrap'} aria-label="Kinds of run">
        {kinds.map((kind) => (
          <Link
            key={kind.name}
            to={`/start/${kind.name}`}
            class={chosen === '' ? 'card' : 'button'}
            current={kind.name === chosen}
          >
            <strong>{kind.name}</strong>
            {chosen === '' && <span class="quiet">{kind.about ?? 'A kind of your own'}</span>}
          </Link>
        ))}
      </nav>
      {about !== undefined && <p class="quiet">{about}.</p>}
    </>
  );
}
