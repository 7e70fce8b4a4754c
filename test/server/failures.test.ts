import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { AKeeper } from '../keeper/a-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aServer, get } from './a-server.ts';

async function aKeeper(): Promise<AKeeper> {
  const keeper = await AKeeper.open(await startClient());
  await keeper.pass();
  return keeper;
}

test('an answer that fails says no more than that, and the log is told why', async () => {
  const failures: unknown[] = [];
  const failure = new Error('database disk image is malformed');
  const server = await aServer(await aKeeper(), {
    clean: () => {
      throw failure;
    },
    failed: (error) => failures.push(error),
  });
  const { status, text } = await get(server, '/api/v1/accounts');
  expect({ status, text }).toEqual({ status: 500, text: '{"error":"internal error; the log has it"}\n' });
  expect(failures).toEqual([failure]);
});

test.each(['//', 'http://[::', '//[', '/\\'])(
  'what is no address is the fault of who asks: %s',
  async (path) => {
    const failures: unknown[] = [];
    const server = await aServer(await aKeeper(), { failed: (error) => failures.push(error) });
    const asked = request(server.url, { path });
    asked.end();
    const [{ statusCode }] = await once(asked, 'response');
    expect([400, 404]).toContain(statusCode);
    expect(failures).toEqual([]);
  },
);

test('a caller that goes away in the middle of its request is no failure', async () => {
  const failures: unknown[] = [];
  const server = await aServer(await aKeeper(), { failed: (error) => failures.push(error) });
  const { hostname, port } = new URL(server.url);
  for (const path of ['/sign-in', '/pause', '/acknowledge']) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.end(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\ntok`);
    socket.resume();
    await once(socket, 'close');
  }
  expect(failures).toEqual([]);
});
