/**
 * Which addresses of the network a URL may lead to: those of the public internet, or whichever was configured.
 * The surprising rule: a name is resolved once, when a connection is made, and that very address is checked and used:
 * a name that is asked twice may answer differently.
 */
import { lookup as resolveName } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import ipaddr from 'ipaddr.js';
import type { Agent, Dispatcher } from 'undici';

/** Whether an IP address is one of the public internet: not private, loopback, link-local, shared, mapped or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(assigned));
}

/** All that is given to anybody of IPv6; below it `::7f00:1` is 127.0.0.1 where old tunnels are set up. */
const assigned = ipaddr.parseCIDR('2000::/3');

/** A URL's host as an IP address, where it is written as one. */
export function literalAddress({ hostname }: URL): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

/** What is thrown where a URL leads into the network that the worker stands in. */
export function addressRefused(host: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${host} is an address inside a private network, and only a configured URL may name one. ` +
      'Configure that address itself if it is meant',
    'AddressRefused',
  );
}

const publicOnly: LookupFunction = (hostname, options, found) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, []);
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (!first) return found(addressRefused(hostname), []);
    if (options.all) return found(null, allowed);
    return found(null, first.address, first.family);
  });
};

/** Loaded when it is first asked for, as a tenth of a worker's start would be spent on it. */
async function agents(): Promise<{ readonly anywhere: Agent; readonly onlyPublic: Agent }> {
  const undici = await import('undici');
  return { anywhere: new undici.Agent(), onlyPublic: new undici.Agent({ connect: { lookup: publicOnly } }) };
}

let made: ReturnType<typeof agents> | undefined;

/**
 * The connections for one request.
 * @param configured whether the operator named this very origin, and so may have it inside the network
 * @throws {ApplicationFailure} of type `AddressRefused` for the literal address of a private network
 */
export async function connectionsTo(url: URL, configured: boolean): Promise<Dispatcher> {
  const literal = literalAddress(url);
  if (!configured && literal !== undefined && !isPublicAddress(literal)) throw addressRefused(url.host);
  const { anywhere, onlyPublic } = await (made ??= agents());
  return configured ? anywhere : onlyPublic;
}
