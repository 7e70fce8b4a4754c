import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** By e-mail and password, polled rarely: the provider's tokens live for 30 days. */
const BY_LOGIN = { isByLogin: true, poll: '6h' } as const;

async function aKeeper(opening: Opening = {}) {
  const client = await startClient();
  return { client, keeper: await AKeeper.open(client, { ...BY_LOGIN, ...opening }) };
}

async function authCalls(client: SandboxClient): Promise<readonly string[]> {
  const paths = (await requests(client)).map(({ path, status }) => `${path.split('/').at(-1)} ${status}`);
  return paths.filter((path) => path.startsWith('login') || path.startsWith('refresh'));
}

function vaultOf(keeper: AKeeper): readonly string[] {
  const folder = join(keeper.folder, 'purser.db.tokens');
  return readdirSync(folder).map((name) => join(folder, name));
}

const isSeen = (keeper: AKeeper) => keeper.context.view.accounts()[0]?.failure === null;

test('a token outlives the process: the next run logs in no more', async () => {
  const { client, keeper } = await aKeeper();
  await keeper.pass();
  keeper.close();
  const next = await AKeeper.open(client, { ...BY_LOGIN, folder: keeper.folder });
  await next.pass();
  expect(isSeen(next)).toBe(true);
  expect(await authCalls(client)).toEqual(['login 200']);
});

test('what is kept is for the owner alone, and is not in the database', async () => {
  const { keeper } = await aKeeper();
  await keeper.pass();
  const [file = ''] = vaultOf(keeper);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  const { token }: { token: string } = JSON.parse(readFileSync(file, 'utf8'));
  expect(token).toMatch(/^\d+\|sbx_/);
  for (const name of readdirSync(keeper.folder).filter(
    (one) => one.startsWith('purser.db') && !one.endsWith('tokens'),
  ))
    expect(readFileSync(join(keeper.folder, name)).includes(token)).toBe(false);
  expect(JSON.stringify(keeper.lines)).not.toContain(token);
});

test('a token is refreshed once, three days before its end, and the new one is written down', async () => {
  const { client, keeper } = await aKeeper();
  await keeper.pass();
  const [file = ''] = vaultOf(keeper);
  const before = readFileSync(file, 'utf8');
  await keeper.rest(26 * DAY_MS);
  expect(await authCalls(client)).toEqual(['login 200']);
  await keeper.rest(2 * DAY_MS);
  expect(await authCalls(client)).toEqual(['login 200', 'refresh 200']);
  expect(readFileSync(file, 'utf8')).not.toBe(before);
  expect(isSeen(keeper)).toBe(true);
  const text = await keeper.context.metrics.text();
  expect(text).toMatch(/^purser_token_expires_timestamp_seconds\{account="agent-0001"\} \d+/m);
});

const LOST: TransportReply = { kind: 'lost', reason: 'socket' };
type Cut = (send: () => Promise<TransportReply>) => Promise<TransportReply>;

/** The refresh goes wrong in one way, then the process is gone and another starts on the same folder. */
test.each<[string, Cut]>([
  ['before the refresh is sent', async () => ({ kind: 'not_sent', reason: 'aborted' })],
  ['while the answer is on its way', async (send) => { await send(); return LOST; }],
  ['after a refusal', async () => ({ kind: 'answered', status: 422, headers: {}, bodyText: '{}' })],
])('a crash in rotation %s ends in a working login', async (_where, cut) => {
  const client = await startClient();
  const transport = new WatchedWire((send, _ordinal, { url }) => (url.endsWith('/auth/refresh') ? cut(send) : send()));
  const keeper = await AKeeper.open(client, { ...BY_LOGIN, transport });
  await keeper.pass();
  client.clock.advance(27 * DAY_MS + HOUR_MS);
  await keeper.pass();
  keeper.close();
  const next = await AKeeper.open(client, { ...BY_LOGIN, folder: keeper.folder });
  await next.live(MINUTE_MS);
  expect(isSeen(next)).toBe(true);
  expect((await authCalls(client)).filter((call) => call.endsWith('200')).length).toBeLessThanOrEqual(3);
}); // biome-ignore format: a table

test('a token file that is torn, or of another e-mail, is nothing: a login makes another', async () => {
  for (const text of ['{"account":"agent-0001","tok', '{"email":"other@example.com","token":"t","expiresAt":null,"issuedAt":1}', '']) {
    const { client, keeper } = await aKeeper();
    await keeper.pass();
    keeper.close();
    writeFileSync(vaultOf(keeper)[0] ?? '', text);
    const next = await AKeeper.open(client, { ...BY_LOGIN, folder: keeper.folder });
    await next.pass();
    expect(isSeen(next)).toBe(true);
    expect(await authCalls(client)).toEqual(['login 200', 'login 200']);
  }
}); // biome-ignore format: a list of words

test('a token that is dead before its time is replaced by one login', async () => {
  const { client, keeper } = await aKeeper();
  await keeper.pass();
  await client.patch({ expire_token: true });
  await keeper.live(HOUR_MS);
  expect(isSeen(keeper)).toBe(true);
  expect(await authCalls(client)).toEqual(['login 200', 'login 200']);
});

test('a password that is wrong is told, and asked ever more rarely', async () => {
  const client = await startClient();
  const refuse: Cut = async () => ({ kind: 'answered', status: 401, headers: {}, bodyText: '{"message":"Unauthenticated."}' }); // biome-ignore format: one answer
  let logins = 0;
  const transport = new WatchedWire((send) => {
    logins += 1;
    return refuse(send);
  });
  const keeper = await AKeeper.open(client, { isByLogin: true, poll: '60s', transport });
  await keeper.rest(DAY_MS);
  expect(logins).toBeGreaterThan(5);
  expect(logins).toBeLessThan(35);
  expect(await keeper.told()).toContain(
    'firing purser.degraded: agent-0001: the provider refuses its credentials',
  );
});
