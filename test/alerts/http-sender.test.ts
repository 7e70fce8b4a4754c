import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { HttpSender } from '../../src/alerts/http-sender.ts';
import { createTargetGuard, type TargetGuard } from '../../src/net/target-guard.ts';
import { LocalReceiver } from './local-receiver.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 15);
const open = (url: string, timeoutMs = 5_000) =>
  new HttpSender({ url: new URL(url), guard: null, timeoutMs });

test.each([
  [200, { kind: 'delivered' }],
  [204, { kind: 'delivered' }],
  [301, { kind: 'wrong', reason: 'redirect' }],
  [400, { kind: 'rejected', reason: 'client_error' }],
  [401, { kind: 'wrong', reason: 'client_error' }],
  [404, { kind: 'wrong', reason: 'client_error' }],
  [408, { kind: 'brief', reason: 'client_error' }],
  [409, { kind: 'brief', reason: 'client_error' }],
  [410, { kind: 'gone', reason: 'gone' }],
  [422, { kind: 'rejected', reason: 'client_error' }],
  [425, { kind: 'brief', reason: 'client_error' }],
  [429, { kind: 'busy', reason: 'rate_limited' }],
  [500, { kind: 'brief', reason: 'server_error' }],
  [503, { kind: 'brief', reason: 'server_error' }],
])('an answer %i is %o', async (status, expected) => {
  await using server = await LocalReceiver.open();
  server.answer = () => ({ status });
  const post = open(server.url());
  expect(await post.send('{}', {}, NOW_MS)).toMatchObject(expected);
  await post.close();
});

test('a redirect is not followed, wherever it leads', async () => {
  await using server = await LocalReceiver.open();
  await using elsewhere = await LocalReceiver.open();
  for (const status of [301, 302, 303, 307, 308]) {
    server.answer = () => ({ status, headers: { location: elsewhere.url('/stolen') } });
    const post = open(server.url());
    expect(await post.send('{}', {}, NOW_MS)).toMatchObject({ kind: 'wrong', reason: 'redirect' });
    await post.close();
  }
  expect(elsewhere.received).toEqual([]);
});

test.each([
  ['120', 120_000],
  ['Mon, 23 Nov 2026 15:02:00 GMT', 120_000],
  ['Mon, 23 Nov 2026 14:00:00 GMT', 0],
  ['soon', null],
])('reads Retry-After "%s"', async (header, expected) => {
  await using server = await LocalReceiver.open();
  server.answer = () => ({ status: 429, headers: { 'retry-after': header } });
  const post = open(server.url());
  expect(await post.send('{}', {}, NOW_MS)).toMatchObject({ retryAfterMs: expected });
  await post.close();
});

test('an answer that never comes is a timeout', async () => {
  await using server = await LocalReceiver.open();
  const hang = Promise.withResolvers<{ status: number }>();
  server.answer = () => hang.promise;
  const post = open(server.url(), 50);
  expect(await post.send('{}', {}, NOW_MS)).toMatchObject({ kind: 'brief', reason: 'timeout' });
  hang.resolve({ status: 200 });
  await post.close();
});

/** A server that answers 200 and then sends the chunk again and again, for ever. */
async function openEndless(chunk: string, pauseMs: number) {
  const cut = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('close', () => cut.resolve());
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const piece = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
      const more = () => socket.writable && socket.write(piece, () => setTimeout(more, pauseMs));
      more();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return { url: `http://127.0.0.1:${port}/`, cut: cut.promise, close: () => server.close() };
}

test.each([
  ['floods', 'x'.repeat(65_536), 0, 600_000],
  ['drips', 'x', 5, 60],
])(
  'an answer that %s for ever counts by its status, and is cut off',
  async (_how, chunk, pauseMs, timeoutMs) => {
    const server = await openEndless(chunk, pauseMs);
    const post = open(server.url, timeoutMs);
    expect(await post.send('{}', {}, NOW_MS)).toEqual({ kind: 'delivered' });
    await server.cut;
    await post.close();
    server.close();
  },
);

test('nobody listening is a failed connection, told without the address', async () => {
  const server = await LocalReceiver.open();
  const url = server.url('/services/very-secret');
  await server[Symbol.asyncDispose]();
  const post = open(url);
  const outcome = await post.send('{}', {}, NOW_MS);
  expect(outcome).toEqual({ kind: 'brief', reason: 'connect', detail: 'ECONNREFUSED', retryAfterMs: null });
  await post.close();
});

test.each(['http://127.0.0.1', 'http://[::1]', 'http://2130706433', 'http://0x7f.1', 'http://localhost'])(
  'a guarded post to %s does not connect',
  async (origin) => {
    await using server = await LocalReceiver.open();
    const url = new URL(`${origin}:${server.port}/hook`);
    const post = new HttpSender({ url, guard: createTargetGuard(), timeoutMs: 5_000 });
    expect(await post.send('{}', {}, NOW_MS)).toMatchObject({ kind: 'wrong', reason: 'target_refused' });
    expect(server.received).toEqual([]);
    await post.close();
  },
);

test('a name that is public when asked first and private when asked again reaches nobody', async () => {
  await using server = await LocalReceiver.open();
  const answers = ['93.184.216.34', '127.0.0.1', '127.0.0.1'];
  let asked = 0;
  const guard = createTargetGuard((_host, done) => {
    const address = answers[asked] ?? '127.0.0.1';
    asked += 1;
    done(null, [{ address, family: 4 }]);
  });
  // The first answer is spent as a check beforehand would spend it; the connection asks again.
  guard.lookup('rebind.example', { all: true }, () => undefined);
  const url = new URL(`http://rebind.example:${server.port}/hook`);
  const post = new HttpSender({ url, guard, timeoutMs: 5_000 });
  expect(await post.send('{}', {}, NOW_MS)).toMatchObject({ kind: 'wrong', reason: 'target_refused' });
  expect(asked).toBe(2);
  expect(server.received).toEqual([]);
  await post.close();
});

test('connects to exactly the address that was checked', async () => {
  await using server = await LocalReceiver.open();
  const seen: string[] = [];
  const guard: TargetGuard = {
    check: () => null,
    lookup: (host, _options, done) => {
      seen.push(host);
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  };
  const post = new HttpSender({
    url: new URL(`http://hooks.example:${server.port}/hook`),
    guard,
    timeoutMs: 5_000,
  });
  expect(await post.send('{}', {}, NOW_MS)).toEqual({ kind: 'delivered' });
  expect(seen).toEqual(['hooks.example']);
  expect(server.received[0]?.headers.host).toBe(`hooks.example:${server.port}`);
  await post.close();
});
