import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import { serveHttp, serveText } from './local-server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});
function opened<T extends { close(): Promise<void> }>(resource: T): T {
  open.push(resource);
  return resource;
}

function post(url: string, change: Partial<TransportRequest> = {}): TransportRequest {
  return {
    method: 'POST',
    url: `${url}/wallet/fund`,
    headers: { 'content-type': 'application/json' },
    body: '{"amount":50}',
    timeoutMs: 5_000,
    signal: undefined,
    ...change,
  };
}

test('gives status, lower-case headers and body of an answer, and sends the exact bytes', async () => {
  const seen: string[] = [];
  const server = opened(
    await serveHttp((request, response) => {
      request.setEncoding('utf8').on('data', (text) => seen.push(`${request.method} ${request.url} ${text}`));
      request.on('end', () => {
        response.writeHead(402, { 'X-RateLimit-Remaining': '3', 'Set-Cookie': ['a=1', 'b=2'] });
        response.end('{"é":1}');
      });
    }),
  );
  const reply = await opened(new UndiciTransport()).request(post(server.url));
  expect(seen).toEqual(['POST /wallet/fund {"amount":50}']);
  expect(reply).toMatchObject({
    kind: 'answered',
    status: 402,
    bodyText: '{"é":1}',
    headers: { 'x-ratelimit-remaining': '3', 'set-cookie': 'a=1, b=2' },
  });
});

test('waits for the final answer after early hints', async () => {
  const server = opened(
    await serveHttp((_request, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' }, () => response.writeHead(201).end('{}'));
    }),
  );
  const reply = await opened(new UndiciTransport()).request(post(server.url));
  expect(reply).toMatchObject({ kind: 'answered', status: 201, bodyText: '{}' });
});

test('does not follow a redirect', async () => {
  const urls: (string | undefined)[] = [];
  const server = opened(
    await serveHttp((request, response) => {
      urls.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    }),
  );
  const reply = await opened(new UndiciTransport()).request(post(server.url));
  expect(reply).toMatchObject({ kind: 'answered', status: 307 });
  expect(urls).toEqual(['/wallet/fund']);
});

test.each([
  ['with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":'],
  ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"data":\r\n'],
  ['in the headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ['before the first byte', ''],
])('calls an answer that is cut %s lost', async (_where, text) => {
  const server = opened(await serveText((socket) => socket.end(text)));
  const reply = await opened(new UndiciTransport()).request(post(server.url));
  expect(reply).toMatchObject({ kind: 'lost' });
});

test('calls a reset connection lost', async () => {
  const server = opened(await serveText((socket) => socket.resetAndDestroy()));
  const reply = await opened(new UndiciTransport()).request(post(server.url));
  expect(reply).toEqual({ kind: 'lost', reason: 'ECONNRESET' });
});

test('stops reading a body that is too large and calls it lost', async () => {
  let isCut: () => void = () => undefined;
  const cut = new Promise<void>((resolve) => {
    isCut = resolve;
  });
  const server = opened(
    await serveHttp((_request, response) => {
      response.on('close', () => isCut());
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    }),
  );
  const reply = await opened(new UndiciTransport({ bodyBytesMax: 100_000 })).request(post(server.url));
  expect(reply).toEqual({ kind: 'lost', reason: 'too_large' });
  await cut;
});

test.each([
  ['nothing is answered', ''],
  ['the headers come and the body does not', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'],
])('gives up at the deadline where %s', async (_what, text) => {
  const server = opened(await serveText((socket) => socket.write(text)));
  const reply = await opened(new UndiciTransport()).request(post(server.url, { timeoutMs: 40 }));
  expect(reply).toEqual({ kind: 'lost', reason: 'timeout' });
});

test('a body that drips cannot stretch the deadline', async () => {
  const timers: NodeJS.Timeout[] = [];
  const server = opened(
    await serveText((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n');
      timers.push(setInterval(() => socket.writable && socket.write('x'), 5));
    }),
  );
  const reply = await opened(new UndiciTransport()).request(post(server.url, { timeoutMs: 60 }));
  for (const timer of timers) clearInterval(timer);
  expect(reply).toEqual({ kind: 'lost', reason: 'timeout' });
});

test('a refused connection is not sent', async () => {
  const server = await serveHttp((_request, response) => response.end());
  await server.close();
  const reply = await opened(new UndiciTransport()).request(post(server.url));
  expect(reply).toEqual({ kind: 'not_sent', reason: 'ECONNREFUSED' });
});

test('a name that does not resolve is not sent', async () => {
  const reply = await opened(new UndiciTransport()).request(post('http://purser.invalid'));
  expect(reply.kind).toBe('not_sent');
  expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(reply.kind === 'not_sent' && reply.reason);
});

test('a failed TLS handshake is not sent', async () => {
  const server = opened(await serveText((socket) => socket.end('this is not TLS')));
  const transport = opened(new UndiciTransport());
  const reply = await transport.request(post(server.url.replace('http:', 'https:')));
  expect(reply.kind).toBe('not_sent');
});

test('a connection that does not come about before the deadline is not sent', async () => {
  // A listener with a full backlog answers no SYN; where the kernel still does, the TLS handshake never ends.
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const transport = new UndiciTransport();
  const reply = await transport.request(post(`https://127.0.0.1:${port}`, { timeoutMs: 40 }));
  expect(reply).toEqual({ kind: 'not_sent', reason: 'timeout' });
  silent.close();
});

test('a request that waited in the queue past its deadline is never written', async () => {
  const bodies: string[] = [];
  const server = opened(
    await serveHttp((request) => {
      request.setEncoding('utf8').on('data', (text) => bodies.push(text));
    }),
  );
  const transport = opened(new UndiciTransport({ connectionsMax: 1 }));
  const [first, second] = await Promise.all([
    transport.request(post(server.url, { body: 'first', timeoutMs: 80 })),
    transport.request(post(server.url, { body: 'second', timeoutMs: 20 })),
  ]);
  expect([first, second]).toEqual([
    { kind: 'lost', reason: 'timeout' },
    { kind: 'not_sent', reason: 'timeout' },
  ]);
  const third = await transport.request(post(server.url, { body: 'third', timeoutMs: 200 }));
  expect(third).toEqual({ kind: 'lost', reason: 'timeout' });
  expect(bodies).toEqual(['first', 'third']);
});

test('an aborted signal gives up: before sending nothing is sent, afterwards it is lost', async () => {
  const stop = new AbortController();
  const server = opened(await serveText(() => stop.abort()));
  const transport = opened(new UndiciTransport());
  expect(await transport.request(post(server.url, { signal: stop.signal }))).toEqual({
    kind: 'lost',
    reason: 'aborted',
  });
  expect(await transport.request(post(server.url, { signal: stop.signal }))).toEqual({
    kind: 'not_sent',
    reason: 'aborted',
  });
  expect(server.connections()).toBe(1);
});

test('one signal gives up all that is under way with it, and nothing else', async () => {
  const stop = new AbortController();
  const sockets: Socket[] = [];
  const server = opened(
    await serveText((socket) => {
      if (sockets.push(socket) === 3) stop.abort();
    }),
  );
  const transport = opened(new UndiciTransport());
  const other = transport.request(post(server.url));
  const replies = [1, 2].map(() => transport.request(post(server.url, { signal: stop.signal })));
  expect(await Promise.all(replies)).toEqual([
    { kind: 'lost', reason: 'aborted' },
    { kind: 'lost', reason: 'aborted' },
  ]);
  for (const socket of sockets) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
  expect(await other).toMatchObject({ kind: 'answered', bodyText: '{}' });
});

test('writes each POST once when the server closes its keep-alive sockets', async () => {
  // The server answers the first request of a socket and kills the socket when a second one comes in: the worst
  // moment, as the request is on the wire and no answer will come.
  const received = new Map<string, number>();
  const onSocket = new Map<number, number>();
  const server = opened(
    await serveText((socket, text, connection) => {
      const id = /"id":(\d+)/.exec(text)?.[1] ?? 'none';
      received.set(id, (received.get(id) ?? 0) + 1);
      const nth = (onSocket.get(connection) ?? 0) + 1;
      onSocket.set(connection, nth);
      if (nth > 1) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\n{}');
    }),
  );
  const transport = opened(new UndiciTransport({ connectionsMax: 4 }));
  const kinds: string[] = [];
  for (let round = 0; round < 50; round += 1) {
    const ids = Array.from({ length: 4 }, (_, index) => round * 4 + index);
    const replies = await Promise.all(
      ids.map((id) => transport.request(post(server.url, { body: JSON.stringify({ id }) }))),
    );
    kinds.push(...replies.map((reply) => reply.kind));
  }
  expect([...received.values()].every((times) => times === 1)).toBe(true);
  // Each socket answers one and loses one.
  expect(kinds.filter((kind) => kind === 'answered').length).toBeGreaterThan(50);
  expect(kinds.filter((kind) => kind === 'lost').length).toBeGreaterThan(50);
  expect(received.size).toBe(kinds.filter((kind) => kind !== 'not_sent').length);
});

test('opens no more connections than it may', async () => {
  const server = opened(
    await serveText((socket) => {
      setImmediate(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
    }),
  );
  const transport = opened(new UndiciTransport({ connectionsMax: 3 }));
  const replies = await Promise.all(
    Array.from({ length: 30 }, () => transport.request(post(server.url, { method: 'GET', body: undefined }))),
  );
  expect(replies.every((reply) => reply.kind === 'answered')).toBe(true);
  expect(server.connections()).toBeLessThanOrEqual(3);
});

test('a header that cannot be sent is not sent, and its value is not told', async () => {
  const transport = opened(new UndiciTransport());
  const reply = await transport.request(
    post('http://127.0.0.1:9', { headers: { authorization: 'Bearer a\nb' } }),
  );
  expect(reply).toEqual({ kind: 'not_sent', reason: 'UND_ERR_INVALID_ARG' });
});

test('after closing nothing is sent', async () => {
  const transport = new UndiciTransport();
  await transport.close();
  expect(await transport.request(post('http://127.0.0.1:9'))).toMatchObject({ kind: 'not_sent' });
});
