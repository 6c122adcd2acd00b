/** How many of the pages behind hits one run may read, whichever of its searches meets them first. */
import { isWebAddress } from '../../../core/text/index.ts';

export const mostPagesOfRun = 150;
/** A search asks for as many at most; what it does not read it gives back. */
const mostOfSearch = 5;

/** What a page that was read, or could not be, is known by among passages. */
interface Found {
  readonly title: string;
  readonly retrieved?: string;
  readonly unread?: string;
}

export class PagesOfRun {
  #left = mostPagesOfRun;

  /** A search, and how many pages it may read. */
  during<P extends Found>(search: (pages: number) => Promise<P[]>): Promise<P[]> {
    const share = Math.min(mostOfSearch, this.#left);
    this.#left -= share;
    const found = search(share);
    // Beside its caller, so that nothing of a workflow comes later for it.
    found.then(
      (passages) => void (this.#left += Math.max(0, share - passages.filter(isPage).length)),
      () => undefined,
    );
    return found;
  }
}

function isPage({ retrieved, unread, title }: Found): boolean {
  return retrieved !== undefined || (unread !== undefined && isWebAddress(title));
}
