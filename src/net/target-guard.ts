import { lookup as resolveName } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/**
 * Keeps what others name (webhooks, the addresses of invoices) away from the inside of a network (SSRF). What is
 * checked is the address a socket connects to, at the moment it connects: a name that is public when checked and
 * private when used (rebinding) gets nowhere.
 * Ranges: IANA's special-purpose registries for IPv4 and IPv6.
 */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Within 2000::/3, the only part of IPv6 that is public at all. */
const SPECIAL_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
];

export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
  readonly code = 'target_refused';

  constructor(host: string, address: string) {
    super(`${host} is ${address}, which is not a public address; allow_private permits it`);
  }
}

export type TargetGuard = {
  /** For a host that is written as an address, which no socket looks up. */
  readonly check: (host: string) => TargetRefused | null;
  /** For `net.connect`: resolves a name and hands on only addresses that passed. */
  readonly lookup: LookupFunction;
};

/** `resolve` is the system's resolver in production. `mayBeLoopback` lets through this machine, and nothing else. */
export function createTargetGuard(
  resolve: typeof resolveAll = resolveAll,
  { mayBeLoopback = false }: { readonly mayBeLoopback?: boolean } = {},
): TargetGuard {
  const special = specialAddresses();
  const isFine = (address: string): boolean =>
    isPublic(address, special) || (mayBeLoopback && isLoopback(address));
  const check = (host: string, address = host): TargetRefused | null =>
    isFine(address) ? null : new TargetRefused(host, address);
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const refused = addresses
        .map(({ address }) => check(host, address))
        .find((refusal) => refusal !== null);
      // One private address among public ones is not a name to pick from but a name to distrust.
      if (refused !== undefined) return callback(refused, '', 0);
      const wanted = addresses.filter(
        ({ family }) => !isFamily(options.family) || family === Number(options.family),
      );
      const first = wanted[0];
      if (first === undefined) return callback(new Error(`${host} has no address`), '', 0);
      return options.all === true ? callback(null, wanted) : callback(null, first.address, first.family);
    });
  };
  return { check: (host) => (isIP(host) === 0 ? null : check(host)), lookup };
}

/** True for a URL whose host can only be this machine: the one place where plain http is fine. */
export function isLoopbackUrl(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || isLoopback(host);
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

type Resolved = { readonly address: string; readonly family: number };

function resolveAll(host: string, done: (error: Error | null, addresses: Resolved[]) => void): void {
  resolveName(host, { all: true, order: 'verbatim' }, (error, addresses) => done(error, addresses ?? []));
}

function isFamily(family: unknown): boolean {
  return family === 4 || family === 6;
}

function specialAddresses(): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of SPECIAL_IPV4) list.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of SPECIAL_IPV6) list.addSubnet(net, prefix, 'ipv6');
  return list;
}

function isPublic(address: string, special: BlockList): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  const groups = groupsOf(address);
  if (groups === null) return false;
  const embedded = embeddedIPv4(groups);
  if (embedded !== null) return !special.check(embedded, 'ipv4');
  const [first = 0] = groups;
  return first >= 0x2000 && first <= 0x3fff && !special.check(address, 'ipv6');
}

/** The IPv4 address inside a mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96) or 6to4 (2002::/16) one. */
function embeddedIPv4(groups: readonly number[]): string | null {
  const head = groups.slice(0, 6).join(',');
  const isTail = head === '0,0,0,0,0,65535' || head === '100,65435,0,0,0,0';
  if (!isTail && groups[0] !== 0x2002) return null;
  const [high = 0, low = 0] = isTail ? groups.slice(6) : groups.slice(1);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of an IPv6 address, by way of the URL parser's one spelling; `null` for anything else. */
function groupsOf(address: string): readonly number[] | null {
  const url = URL.parse(`http://[${address}]/`); // refuses zones ("fe80::1%eth0")
  if (url === null) return null;
  const [left = '', right = ''] = url.hostname.slice(1, -1).split('::');
  const numbers = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const before = numbers(left);
  const after = numbers(right);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
