import type { RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { PdfDownloads, type PdfReply } from '../../src/modelslab/pdf-downloads.ts';
import { createTargetGuard } from '../../src/net/target-guard.ts';
import { type LocalServer, serveHttp, serveText } from './local-server.ts';

const token = new Secret('17|canary-token');
const PDF = Buffer.from('%PDF-1.4\nbytes \xff of it\n%%EOF\n', 'latin1');

/** A download server on loopback, and what it was asked. */
async function aHost(answer: RequestListener) {
  const asked: { path: string; authorization: string | null }[] = [];
  const server = await serveHttp((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization ?? null });
    answer(request, response);
  });
  onTestFinished(() => server.close());
  return { server, asked };
}

const givesPdf: RequestListener = (_request, response) => void response.end(PDF);

async function read(address: string, baseUrl: string, timeoutMs = 5_000): Promise<PdfReply> {
  return await new PdfDownloads({ baseUrl, timeoutMs }).read(address, { token });
}

const onLoopback = ({ url }: LocalServer) => `${url}/api/agents/v1`;

test('the token goes to the provider’s own origin, and to no other', async () => {
  const provider = await aHost(givesPdf);
  const elsewhere = await aHost(givesPdf);
  const base = onLoopback(provider.server);
  expect(await read(`${provider.server.url}/in_1.pdf?sig=1`, base)).toEqual({ kind: 'read', bytes: PDF });
  expect(await read(`${elsewhere.server.url}/in_1.pdf`, base)).toMatchObject({ kind: 'read' });
  const sameHost = provider.server.url.replace('127.0.0.1', 'localhost');
  await read(`${sameHost}/in_1.pdf`, base);
  expect(provider.asked).toEqual([
    { path: '/in_1.pdf?sig=1', authorization: 'Bearer 17|canary-token' },
    { path: '/in_1.pdf', authorization: null },
  ]);
  expect(elsewhere.asked).toEqual([{ path: '/in_1.pdf', authorization: null }]);
});

test('a redirect is followed to where it may go, and leaves the token behind', async () => {
  const elsewhere = await aHost(givesPdf);
  const provider = await aHost((_request, response) => {
    response.writeHead(302, { location: `${elsewhere.server.url}/signed.pdf` }).end('elsewhere');
  });
  const base = onLoopback(provider.server);
  expect(await read(`${provider.server.url}/in_1.pdf`, base)).toEqual({ kind: 'read', bytes: PDF });
  expect(elsewhere.asked).toEqual([{ path: '/signed.pdf', authorization: null }]);
});

test.each([
  ['in a circle', '/again', 'is behind more than 3 redirects'],
  ['to the cloud’s metadata', 'http://169.254.169.254/latest/meta-data/', 'is not at https'],
  ['to the cloud’s metadata by https', 'https://169.254.169.254/', 'is at an address that is not public'],
  ['into the private network', 'https://10.0.0.1/secret.pdf', 'is at an address that is not public'],
  ['to a file', 'file:///etc/passwd', 'is not at https'],
  ['nowhere', 'https://', 'has no address'],
])('a redirect %s ends', async (_where, location, reason) => {
  const { server, asked } = await aHost(
    (_request, response) => void response.writeHead(307, { location }).end(),
  );
  expect(await read(`${server.url}/in_1.pdf`, onLoopback(server))).toEqual({ kind: 'failed', reason });
  expect(asked.length).toBeLessThanOrEqual(4);
});

test.each([
  ['plain http', 'http://files.example/in_1.pdf', 'is not at https'],
  ['this machine by http', 'HOST/in_1.pdf', 'is not at https'],
  ['this machine by https', 'https://127.0.0.1:1/in_1.pdf', 'is at an address that is not public'],
  ['this machine by another spelling', 'https://0x7f.1:1/in_1.pdf', 'is at an address that is not public'],
  ['this machine by its name', 'https://localhost:1/in_1.pdf', 'is at an address that is not public'],
  ['this machine inside IPv6', 'https://[::ffff:127.0.0.1]:1/', 'is at an address that is not public'],
  ['the metadata of a cloud', 'https://169.254.169.254/latest', 'is at an address that is not public'],
  ['a private network', 'https://192.168.1.1/in_1.pdf', 'is at an address that is not public'],
  ['a user and a password', 'https://a:b@files.example/in_1.pdf', 'has an address with a user in it'],
  ['another protocol', 'ftp://files.example/in_1.pdf', 'is not at https'],
  ['no URL', 'in_1.pdf', 'has no address'],
])('with a provider elsewhere, %s is refused before a byte is sent', async (_what, address, reason) => {
  const { server, asked } = await aHost(givesPdf);
  const reply = await read(address.replace('HOST', server.url), 'https://modelslab.com/api/agents/v1');
  expect(reply).toEqual({ kind: 'failed', reason });
  expect(asked).toEqual([]);
});

test('with a provider on this machine, a private network is refused all the same', async () => {
  const base = 'http://127.0.0.1:1/api';
  expect(await read('https://10.0.0.1/x', base)).toMatchObject({
    reason: 'is at an address that is not public',
  });
  expect(await read('http://files.example/x', base)).toMatchObject({ reason: 'is not at https' });
});

test('a name that turns private when it is used is refused', async () => {
  const guard = createTargetGuard((_host, done) => done(null, [{ address: '127.0.0.1', family: 4 }]));
  const downloads = new PdfDownloads({ baseUrl: 'https://modelslab.com/api', guard });
  expect(await downloads.read('https://rebind.example/in_1.pdf', { token })).toEqual({
    kind: 'failed',
    reason: 'is at an address that is not public',
  });
});

test.each<[string, RequestListener, string]>([
  ['a page', (_request, response) => void response.end('<html>log in</html>'), 'does not begin with %PDF'],
  ['nothing', (_request, response) => void response.end(), 'does not begin with %PDF'],
  ['three bytes', (_request, response) => void response.end('%PD'), 'does not begin with %PDF'],
  ['404', (_request, response) => void response.writeHead(404).end(PDF), '127.0.0.1 answered 404'],
  ['a part', (_request, response) => void response.writeHead(206).end(PDF), '127.0.0.1 answered 206'],
  [
    'what says it is too large',
    (_request, response) => void response.writeHead(200, { 'content-length': '20000001' }).write(PDF),
    'is larger than 20 MB',
  ],
  [
    'less than it says',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(PDF, () => response.destroy());
    },
    'could not be read (UND_ERR_SOCKET)',
  ],
])('%s is no PDF', async (_what, answer, reason) => {
  const { server } = await aHost(answer);
  const reply = await read(`${server.url}/in_1.pdf`, onLoopback(server));
  expect(reply.kind === 'failed' ? reply.reason : 'read').toContain(reason);
});

/** A server that sends a chunk again and again, for ever. */
async function endless(first: string, chunk: string, pauseMs: number) {
  const cut = Promise.withResolvers<void>();
  const server = await serveText((socket) => {
    socket.on('close', () => cut.resolve());
    socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n`);
    const more = (text: string): void => {
      const piece = `${text.length.toString(16)}\r\n${text}\r\n`;
      if (socket.writable) socket.write(piece, () => setTimeout(() => more(chunk), pauseMs));
    };
    more(first);
  });
  onTestFinished(() => server.close());
  return { ...server, cut: cut.promise };
}

test.each([
  ['floods with a PDF', '%PDF-1.7', 'x'.repeat(65_536), 0, 60_000, 'is larger than 20 MB'],
  ['floods with a page', '<html>', 'x'.repeat(65_536), 0, 60_000, 'is none: it does not begin with %PDF'],
  ['drips a PDF', '%PDF-1.7', 'x', 5, 100, 'did not come in time'],
])('a host that %s without end is cut off', async (_how, first, chunk, pauseMs, timeoutMs, reason) => {
  const server = await endless(first, chunk, pauseMs);
  expect(await read(`${server.url}/x.pdf`, server.url, timeoutMs)).toEqual({ kind: 'failed', reason });
  await server.cut;
});

test('a host that never answers is given up; so is every download when purser stops', async () => {
  const server = await serveText(() => undefined);
  onTestFinished(() => server.close());
  expect(await read(`${server.url}/x.pdf`, server.url, 50)).toMatchObject({ reason: 'did not come in time' });
  const stop = new AbortController();
  const reading = new PdfDownloads({ baseUrl: server.url }).read(`${server.url}/x.pdf`, {
    token,
    signal: stop.signal,
  });
  stop.abort('SIGTERM');
  expect(await reading).toEqual({ kind: 'failed', reason: 'was not read: purser stops' });
});

test('nobody listening is told without the address', async () => {
  const { server } = await aHost(givesPdf);
  await server.close();
  expect(await read(`${server.url}/very-secret.pdf`, server.url)).toEqual({
    kind: 'failed',
    reason: 'could not be read (ECONNREFUSED)',
  });
});
