/** The kinds of run that the service knows, and what the reader's token allows. */
import { useAsked, type Asked } from './hooks.ts';

export interface KindWord {
  readonly name: string;
  readonly summary: string;
  readonly person?: string;
  /** Of a form, the sight that is its answer before a run is over. */
  readonly sight?: string;
  /** Fields of its body that say what was seen, and where each is in the first sight. */
  readonly seen?: Readonly<Record<string, string>>;
  /** Fields of its body with the hashes of files, and where the first sight lists those. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface KindFacts {
  readonly name: string;
  readonly noun: string;
  readonly about?: string;
  readonly words: readonly KindWord[];
  readonly sights: readonly KindWord[];
  /** As what else an answer is written. */
  readonly forms: readonly KindWord[];
  readonly approvals: boolean;
}

export interface Caller {
  readonly subject?: string;
  readonly roles: readonly string[];
  readonly tenant?: string;
}

export function useKinds(): Asked<{ readonly kinds: readonly KindFacts[] }> {
  return useAsked('/kinds');
}

/** All that there is until it is known, since the service has the last word. */
export function useCaller(): Caller {
  const { value } = useAsked<Caller>('/caller');
  return value ?? { roles: ['read', 'start', 'control', 'approve'] };
}
