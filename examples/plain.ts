/** The same verbs in a plain process, without Temporal: tasks receive a signal and nothing is durable. */
import { gather } from 'fanfold';

export async function sizes(addresses: string[]) {
  const pages = await gather(
    addresses,
    async (address, { signal }) => (await fetch(address, { signal })).arrayBuffer(),
    { id: (address) => address, concurrency: 4, deadline: '5s' },
  );
  return pages.mergedResults.map(({ byteLength }) => byteLength);
}
