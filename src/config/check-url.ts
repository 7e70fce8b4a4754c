import { BlockList, isIP } from 'node:net';
import type { Problems } from './config-problem.ts';
import type { Spot } from './spot.ts';

type Leniency = {
  readonly mayHaveQuery?: boolean;
  /** Plain http to other machines too. */
  readonly mayBePlain?: boolean;
  /** What to do where it is plain and must not be. */
  readonly plainMend?: string;
};

/** An address that purser may speak to, without its trailing slash; `null` after reporting. Never shows the address. */
export function checkUrl(
  text: string,
  options: { spot: Spot } & Leniency,
  problems: Problems,
): string | null {
  const url = URL.parse(text);
  const fault = url === null ? NOT_A_URL : faultOf(url, options);
  if (url === null || fault !== null) {
    const { message, mend } = fault ?? NOT_A_URL;
    problems.error(options.spot, message, mend);
    return null;
  }
  return url.href.replace(/\/+$/, '');
}

/** True for addresses of this machine: 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === 'localhost' || isListed(loopback(), host);
}

/** True for literal addresses of this machine, of private networks and of the link; names are looked up later. */
export function isPrivate(hostname: string): boolean {
  const host = bareHost(hostname);
  return isLoopback(host) || isListed(privateNetworks(), host);
}

const NOT_A_URL = { message: 'this is not a URL', mend: 'write https://host/path' };

function faultOf(
  url: URL,
  { mayHaveQuery = false, mayBePlain = false, plainMend = 'write https://…' }: Leniency,
): { message: string; mend: string } | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { message: 'this is not a web address', mend: 'write https://…' };
  }
  if (url.protocol === 'http:' && !mayBePlain && !isLoopback(url.hostname)) {
    return { message: 'plain http is accepted to this machine only', mend: plainMend };
  }
  if (url.username !== '' || url.password !== '') {
    return { message: 'a URL must not hold a user or a password', mend: 'take them out' };
  }
  if (!mayHaveQuery && (url.search !== '' || url.href.endsWith('?'))) {
    return { message: 'this URL must not have a query ("?…")', mend: 'take it out' };
  }
  if (url.hash !== '' || url.href.endsWith('#')) {
    return { message: 'this URL must not have a fragment ("#…")', mend: 'take it out' };
  }
  return null;
}

function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function isListed(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function loopback(): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  list.addAddress('::1', 'ipv6');
  return list;
}

function privateNetworks(): BlockList {
  const list = new BlockList();
  for (const [net, bits] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
  ] as const) {
    list.addSubnet(net, bits, 'ipv4');
  }
  list.addAddress('::', 'ipv6');
  list.addSubnet('fc00::', 7, 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  return list;
}
