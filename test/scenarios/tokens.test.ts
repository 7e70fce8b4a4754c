import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { Transport, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { faults, requests } from '../keeper/sandbox-record.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { mostWithin } from './card-attempts.ts';
import { type Death, DyingWire } from './dying-wire.ts';

const BY_LOGIN = { isByLogin: true, poll: '60s' } as const;
/** Tokens of the provider live for 30 days and are refreshed in their last three. */
const TO_REFRESH_MS = 27 * DAY_MS + HOUR_MS;
const REFUSED = 'firing purser.degraded: agent-0001: the provider refuses its credentials';

/** When the provider was asked so, in milliseconds. */
async function askedAt(client: SandboxClient, end: string): Promise<readonly number[]> {
  return (await requests(client)).filter(({ path }) => path.endsWith(end)).map(({ at }) => Date.parse(at));
}

const isSeen = (keeper: AKeeper) => keeper.context.view.accounts()[0]?.failure === null;

function vaultFile(keeper: AKeeper): string {
  const folder = join(keeper.folder, 'purser.db.tokens');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? 'none');
}

/** Neither a token nor the password stands anywhere but in the files that are for tokens. */
async function expectNoLeak(client: SandboxClient, ...keepers: readonly AKeeper[]): Promise<void> {
  const { password = 'none' } = client.sandbox.accounts[0] ?? {};
  const texts = keepers.map(({ lines }) => JSON.stringify(lines));
  for (const keeper of keepers) {
    const files = readdirSync(keeper.folder).map((name) => join(keeper.folder, name));
    for (const file of files.filter((one) => statSync(one).isFile()))
      texts.push(readFileSync(file, 'latin1'));
  }
  expect(texts.length).toBeGreaterThan(2);
  for (const secret of ['sbx_', password]) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
}

const onRefresh = (moment: Death['moment']): Death => ({
  moment,
  fits: ({ url }) => url.endsWith('/auth/refresh'),
});

/** How a rotation is cut short: at the wire, or by what the crash left of the file. */
const CUTS: readonly (readonly [
  where: string,
  death: Death | null,
  spoil: (file: string, old: string) => void,
])[] = [
  ['before the refresh is sent', onRefresh('before'), () => undefined],
  ['when the provider rotated and had not answered', onRefresh('after'), () => undefined],
  ['with the answer and before the file', null, (file, old) => writeFileSync(file, old)],
  ['in the middle of the file', null, (file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))],
  [
    'in the middle of the file beside it',
    null,
    (file, old) => {
      writeFileSync(`${file}.new`, readFileSync(file, 'utf8').slice(0, 40));
      writeFileSync(file, old);
    },
  ],
  [
    'and leaves a file that cannot be read',
    null,
    (file) => {
      rmSync(file);
      mkdirSync(file);
    },
  ],
];

/** Refreshes once, 27 days after the login, and is gone. */
async function aCutRotation([, death, spoil]: (typeof CUTS)[number]) {
  const client = await startClient();
  const wire = new DyingWire(death ?? onRefresh('before'));
  const dead = await AKeeper.open(client, { ...BY_LOGIN, transport: wire });
  await dead.pass();
  const file = vaultFile(dead);
  const old = readFileSync(file, 'utf8');
  client.clock.advance(TO_REFRESH_MS);
  if (death === null) await dead.pass();
  else {
    wire.arm();
    void dead.pass();
    await wire.died;
  }
  spoil(file, old);
  dead.close();
  return { client, dead };
}

test.each(CUTS)(
  'a rotation that is cut short %s ends in a working login, of which there is one at most',
  async (...cut) => {
    const { client, dead } = await aCutRotation(cut);
    const next = await AKeeper.open(client, { ...BY_LOGIN, folder: dead.folder });
    await next.live(HOUR_MS);
    expect(isSeen(next)).toBe(true);
    expect((await askedAt(client, '/auth/login')).length).toBeLessThanOrEqual(2);
    expect((await askedAt(client, '/auth/refresh')).length).toBeLessThanOrEqual(2);
    expect((await next.told()).filter((line) => line.includes('credentials'))).toEqual([]);
    await expectNoLeak(client, dead, next);
  },
);

test.each(CUTS)(
  'a rotation that is cut short %s after the password was changed is told, and is no storm of logins',
  async (...cut) => {
    const { client, dead } = await aCutRotation(cut);
    await client.patch({ password: 'another-one-9' });
    const next = await AKeeper.open(client, { ...BY_LOGIN, poll: '4m', folder: dead.folder });
    await next.live(DAY_MS / 2);
    const logins = await askedAt(client, '/auth/login');
    if (isSeen(next)) expect(logins).toHaveLength(1);
    else {
      expect((await next.told()).filter((line) => line === REFUSED).length).toBeLessThanOrEqual(4);
      expect(await next.told()).toContain(REFUSED);
      expect(logins.length).toBeLessThanOrEqual(20);
      expect(mostWithin(MINUTE_MS, logins)).toBe(1);
    }
    await expectNoLeak(client, dead, next);
  },
);

test('a token that works is refreshed ahead of its end for a year, with one login', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { isByLogin: true, poll: '1d' });
  await keeper.live(365 * DAY_MS);
  expect(isSeen(keeper)).toBe(true);
  expect(await askedAt(client, '/auth/login')).toHaveLength(1);
  expect((await askedAt(client, '/auth/refresh')).length).toBeLessThanOrEqual(14);
  await expectNoLeak(client, keeper);
});

/** The real wire of a provider that takes the password and refuses its own tokens. */
class RefusingWire implements Transport {
  readonly #wire = new UndiciTransport();

  async request(request: TransportRequest): ReturnType<Transport['request']> {
    const reply = await this.#wire.request(request);
    if (request.url.includes('/auth/') || reply.kind !== 'answered') return reply;
    return { ...reply, status: 401, bodyText: '{"message":"Unauthenticated."}' };
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

test('logins that work and tokens that do not are told, and tried ever more rarely', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { ...BY_LOGIN, poll: '4m', transport: new RefusingWire() });
  await keeper.live(DAY_MS);
  const logins = await askedAt(client, '/auth/login');
  expect(logins.length).toBeLessThanOrEqual(35);
  expect(await keeper.told()).toContain(REFUSED);
});

test('a provider that is down answers an order with why, and is not asked for a login at every turn', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, BY_LOGIN);
  await faults(client, { error_before_effect: 1 });
  const [answer] = await keeper.ask([ensureOrder(cents(8_000))]);
  const logins = await askedAt(client, '/auth/login');
  expect(answer).toMatchObject({ outcome: 'refused', reason: 'provider_unreachable' });
  expect(answer?.sentence).toBe('Service Unavailable');
  expect(logins.length).toBeLessThanOrEqual(5);
});

test('a plain token that dies is told once, is not offered at every poll, and is offered again', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { poll: '60s' });
  await keeper.pass();
  const before = (await requests(client)).length;
  await client.patch({ expire_token: true });
  await keeper.live(DAY_MS / 2);
  const asked = (await requests(client)).length - before;
  expect(asked).toBeGreaterThan(100);
  expect(asked).toBeLessThanOrEqual(12 * 12 + 5);
  const told = (await keeper.messages()).filter(({ fact }) => fact.headline.includes('credentials'));
  expect(new Set(told.map(({ fact, startedAt }) => `${fact.fingerprint} ${startedAt}`)).size).toBe(1);
  expect(told.length).toBeLessThanOrEqual(4);
  expect(await askedAt(client, '/auth/login')).toEqual([]);
});

test('an account whose token was refused by mistake is looked after again within minutes', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { poll: '60s' });
  await faults(client, { unauthorized: 1 });
  await keeper.live(6 * HOUR_MS);
  await client.patch({ balance: 5 });
  await faults(client, { unauthorized: 0 });
  await keeper.live(6 * MINUTE_MS);
  expect(await client.balance()).toBe(55);
  expect(await keeper.told()).toContain('notice charge.succeeded: agent-0001 funded: $55.00');
});

test('the end of a login is on the metrics page, and of a plain token nothing is claimed', async () => {
  const client = await startClient();
  const opening: Opening = { accounts: { 'agent-0001': {} } };
  const series = /^purser_token_expires_timestamp_seconds\{account="agent-0001"\} (.*)$/m;
  const byLogin = await AKeeper.open(client, { ...opening, isByLogin: true });
  await byLogin.pass();
  const [, seconds = ''] = series.exec(await byLogin.context.metrics.text()) ?? [];
  expect(Number(seconds) * 1_000 - client.clock.now()).toBe(30 * DAY_MS);
  const plain = await AKeeper.open(client, opening);
  await plain.pass();
  expect(await plain.context.metrics.text()).not.toMatch(series);
});
