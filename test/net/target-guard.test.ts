import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTargetGuard, isLoopbackUrl } from '../../src/net/target-guard.ts';
import { bytesOf, INSIDE, NOTATIONS } from './address-notations.ts';
import { FORBIDDEN_HOSTS, PUBLIC_HOSTS } from './host-spellings.ts';

/** What the socket would be given: the URL parser has settled the spelling by then. */
function hostOf(spelling: string): string {
  return new URL(`http://${spelling}/`).hostname.replace(/^\[|\]$/g, '');
}

const guard = createTargetGuard();

test('the corpus has a hundred spellings', () => {
  expect(new Set(FORBIDDEN_HOSTS).size).toBeGreaterThanOrEqual(100);
});

test.each(FORBIDDEN_HOSTS)('refuses %s', (spelling) => {
  expect(guard.check(hostOf(spelling).replace(/\.$/, ''))?.code).toBe('target_refused');
});

describe('every address inside, in every notation', () => {
  const spellings = Object.keys(NOTATIONS).flatMap((name) =>
    INSIDE.map((address) => [address, name] as const),
  );

  test('makes more than five hundred spellings', () => {
    expect(spellings.length).toBeGreaterThan(500);
  });

  test.each(spellings)('refuses %s %s', (address, name) => {
    const spelling = NOTATIONS[name]?.(bytesOf(address)) ?? '';
    expect(guard.check(hostOf(spelling).replace(/\.$/, ''))?.code).toBe('target_refused');
  });

  test.each(Object.keys(NOTATIONS))('lets 8.8.8.8 through %s', (name) => {
    const spelling = NOTATIONS[name]?.(bytesOf('8.8.8.8')) ?? '';
    expect(guard.check(hostOf(spelling).replace(/\.$/, ''))).toBe(null);
  });
});

test.each(PUBLIC_HOSTS)('lets %s through', (spelling) => {
  expect(guard.check(hostOf(spelling))).toBe(null);
});

describe('names', () => {
  const lookUp = (addresses: readonly string[], options: object = { all: true }) => {
    const resolving = createTargetGuard((_host, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
    return new Promise((resolve) => {
      resolving.lookup('hooks.example', options, (error, address) =>
        resolve(error === null ? address : error.message),
      );
    });
  };
  const refusal = (address: string) =>
    `hooks.example is ${address}, which is not a public address; allow_private permits it`;

  test.each([
    [
      'a public name gives its addresses',
      ['8.8.8.8', '2606:4700::1111'],
      [
        { address: '8.8.8.8', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ],
    ],
    ['a private name is refused', ['10.0.0.1'], refusal('10.0.0.1')],
    ['one private address among public ones is refused', ['8.8.8.8', '10.0.0.1'], refusal('10.0.0.1')],
    ['a mapped one too', ['::ffff:10.0.0.1'], refusal('::ffff:10.0.0.1')],
    ['one with a zone too', ['fe80::1%eth0'], refusal('fe80::1%eth0')],
    ['a name without addresses is an error', [], 'hooks.example has no address'],
  ])('%s', async (_title, addresses, expected) => {
    expect(await lookUp(addresses)).toEqual(expected);
  });

  test('a socket that wants one address of one family gets it', async () => {
    expect(await lookUp(['8.8.8.8', '2606:4700::1111'], { family: 6 })).toBe('2606:4700::1111');
  });
});

test('no IPv4 address is refused or let through differently when it is mapped, NAT64 or 6to4', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      const isRefused = guard.check(address) !== null;
      for (const spelling of [`::ffff:${address}`, `::ffff:${hex}`, `64:ff9b::${hex}`, `2002:${hex}::1`]) {
        expect([spelling, guard.check(spelling) !== null]).toEqual([spelling, isRefused]);
      }
    }),
  );
});

test('where this machine is allowed, nothing else that is not public is', () => {
  const local = createTargetGuard(undefined, { mayBeLoopback: true });
  const allowed = [...FORBIDDEN_HOSTS, ...PUBLIC_HOSTS].filter((host) => local.check(hostOf(host)) === null);
  const isLocal = (host: string) => hostOf(host).startsWith('127.') || hostOf(host) === '::1';
  const expected = [...FORBIDDEN_HOSTS.filter(isLocal), ...PUBLIC_HOSTS];
  expect(new Set(allowed)).toEqual(new Set(expected));
});

test('every address of a private network is refused', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(octet, octet, octet, (b, c, d) => {
      for (const address of [
        `10.${b}.${c}.${d}`,
        `127.${b}.${c}.${d}`,
        `192.168.${c}.${d}`,
        `169.254.${c}.${d}`,
      ]) {
        expect(guard.check(address)).not.toBe(null);
      }
    }),
  );
});

test.each([
  ['http://127.0.0.1:8080/x', true],
  ['http://localhost/x', true],
  ['http://[::1]/x', true],
  ['http://127.0.0.1.example.com/x', false],
  ['http://localhost.example.com/x', false],
  ['http://10.0.0.1/x', false],
])('%s is loopback: %s', (url, expected) => {
  expect(isLoopbackUrl(new URL(url))).toBe(expected);
});
