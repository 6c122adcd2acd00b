/** A link within the page: followed here by a plain click, and elsewhere as any link. */
import type { ComponentChildren } from 'preact';
import { goTo } from '../routes.ts';

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  /** Whether it is where the reader is. */
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** A report is a file by itself: what it names is elsewhere. */
const isReport = document.querySelector('#run') !== null;

export function Link({ to, class: name, current = false, children }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  if (isReport) return <span>{children}</span>;
  return (
    <a href={to} class={name ?? ''} onClick={follow} {...(current ? { 'aria-current': 'page' as const } : {})}>
      {children}
    </a>
  );
}
