import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { serveHttp, serveText } from '../modelslab/local-server.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { Answering, pdfAt } from './answering-wire.ts';
import { charges, faults, posts, requests } from './sandbox-record.ts';

const ARCHIVE = { invoices: { archive: './invoices' }, poll: '10m' } as const;

async function aKeeper(opening: Opening = {}, client?: SandboxClient) {
  const sandbox = client ?? (await startClient());
  const keeper = await AKeeper.open(sandbox, { ...ARCHIVE, ...opening });
  return { client: sandbox, keeper, mine: join(keeper.folder, 'invoices', 'agent-0001') };
}

/** A provider whose one invoice has its PDF at an address of ours. */
async function aHostile(answer: RequestListener) {
  const server = await serveHttp(answer);
  onTestFinished(() => server.close());
  return pdfAt(`${server.url}/x.pdf`);
}

test('every charge’s invoice is archived as it appears: the record and the real PDF, once', async () => {
  const { client, keeper, mine } = await aKeeper();
  await client.fund(30, 'by-hand-1');
  await keeper.pass();
  const [invoice] = (await client.ask('/billing/invoices')).body.data;
  const id = invoice?.id ?? '';
  expect(readdirSync(mine)).toEqual([`${id}.json`, `${id}.pdf`]);
  expect(JSON.parse(readFileSync(join(mine, `${id}.json`), 'utf8'))).toEqual(invoice);
  expect(readFileSync(join(mine, `${id}.pdf`), 'latin1')).toMatch(/^%PDF-1\.4.+Paid: \$30\.00.+%%EOF\n$/s);
  await client.fund(40, 'by-hand-2');
  await keeper.live(HOUR_MS);
  expect(readdirSync(mine)).toHaveLength(4);
  const asked = (await requests(client)).filter(({ path }) => path.includes('/billing/invoices/'));
  expect(asked).toHaveLength(4);
  expect((await keeper.told()).filter((line) => line.includes('invoices'))).toEqual([]);
});

test('it works in observe mode, while an account is paused, and for a policy that does nothing else', async () => {
  const { client, keeper, mine } = await aKeeper({ mode: 'observe', wallet: null });
  await client.fund(30, 'by-hand');
  await keeper.pass();
  expect(readdirSync(mine)).toHaveLength(2);
  keeper.close();
  const paused = await aKeeper({}, client);
  const { name: account } = paused.keeper.account('agent-0001');
  const hold = { account, kind: 'pause', reason: 'x', since: client.clock.now(), intent: null } as const;
  await paused.keeper.store.journal.setHold(hold, []);
  await paused.keeper.pass();
  expect(readdirSync(paused.mine)).toHaveLength(2);
  expect(await posts(client)).toHaveLength(1);
});

test('a file that is gone is fetched again, and one that is there is left alone', async () => {
  const { client, keeper, mine } = await aKeeper();
  await client.fund(30, 'by-hand');
  await keeper.pass();
  const [json = '', pdf = ''] = readdirSync(mine);
  writeFileSync(join(mine, json), 'corrected by hand');
  rmSync(join(mine, pdf));
  await keeper.live(HOUR_MS);
  expect(readdirSync(mine)).toEqual([json, pdf]);
  expect(readFileSync(join(mine, json), 'utf8')).toBe('corrected by hand');
});

test('an id of a hostile provider makes no file outside the account’s folder', async () => {
  const ids = ['../../x', '/etc/x', 'a/b', '..', ''];
  const transport = new Answering((path) => {
    if (path.endsWith('/billing/invoices')) return ids.map((id) => ({ id }));
    return path.includes('/billing/invoices/') && !path.endsWith('/pdf') ? { id: 'x' } : undefined;
  });
  const { keeper, mine } = await aKeeper({ transport });
  await keeper.live(HOUR_MS);
  expect(existsSync(join(keeper.folder, 'x.json'))).toBe(false);
  expect(readdirSync(join(keeper.folder, 'invoices'))).toEqual(['agent-0001']);
  expect(readdirSync(mine).length).toBeGreaterThan(0);
  for (const name of readdirSync(mine)) expect(name).toMatch(/^_[\w-]+\.json$/);
  const [message] = await keeper.messages();
  expect(message?.fact.headline).toBe('agent-0001: invoices could not be archived');
  expect(message?.fact.detail).toContain('2 of the list have no id that can be asked for');
});

test('a record keeps its number, and nothing that looks like a secret', async () => {
  const facts = {
    id: '1234567890123456789',
    number: 'ACME-0007',
    note: 'pi_1_secret_2',
    client_secret: 'x',
  };
  const transport = new Answering((path) => {
    if (path.endsWith('/billing/invoices')) return [facts];
    return path.endsWith(`/billing/invoices/${facts.id}`) ? facts : undefined;
  });
  const { keeper, mine } = await aKeeper({ transport });
  await keeper.pass();
  const text = readFileSync(join(mine, `${facts.id}.json`), 'utf8');
  expect(JSON.parse(text)).toEqual({ ...facts, note: '[secret]', client_secret: '[secret]' });
});

test('a PDF that is none is told once, holds no charge up, and is told over when it comes', async () => {
  let isPdf = false;
  const transport = await aHostile((_request, response) => void response.end(isPdf ? '%PDF-1.7' : '<html>'));
  const { client, keeper, mine } = await aKeeper({ transport });
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  const headline = 'purser.degraded: agent-0001: invoices could not be archived';
  const told = async () => (await keeper.told()).filter((line) => line.includes('invoices'));
  expect(await told()).toEqual([`firing ${headline}`]);
  const detail = (await keeper.messages()).find(({ fact }) => fact.headline.includes('invoices'))?.fact
    .detail;
  expect(detail).toBe('invoice in_1: its PDF is none: it does not begin with %PDF. purser tries again.');
  expect(readdirSync(mine)).toEqual(['in_1.json']);
  isPdf = true;
  await keeper.live(HOUR_MS);
  expect(await told()).toEqual([`firing ${headline}`, `resolved ${headline}`]);
  expect(readdirSync(mine)).toEqual(['in_1.json', 'in_1.pdf']);
});

test('a host that never answers keeps no pass waiting, and a stop does not wait for it', async () => {
  const asked = Promise.withResolvers<void>();
  const server = await serveText(() => asked.resolve());
  onTestFinished(() => server.close());
  const { client, keeper } = await aKeeper({ transport: pdfAt(`${server.url}/x.pdf`), beside: 'beside' });
  await keeper.pass();
  await asked.promise;
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(server.connections()).toBe(1);
  keeper.stop.abort('SIGTERM');
  await keeper.context.beside.idle();
});

test('a folder that cannot be written is told with place and mend, and charges go on', async () => {
  const { client, keeper } = await aKeeper();
  writeFileSync(join(keeper.folder, 'invoices'), 'a file');
  await client.fund(30, 'by-hand');
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
  const { detail } =
    (await keeper.messages()).find(({ fact }) => fact.headline.includes('invoices'))?.fact ?? {};
  const mine = join(keeper.folder, 'invoices', 'agent-0001');
  expect(detail).toBe(
    `${mine} cannot be read: a file stands where a folder should (ENOTDIR); name another folder, or take it away. purser tries again.`,
  );
});

test('a restart tells nothing twice of what still cannot be archived', async () => {
  const transport = await aHostile((_request, response) => void response.end('<html>'));
  const { client, keeper } = await aKeeper({ transport });
  await keeper.live(HOUR_MS);
  keeper.close();
  const next = await aKeeper({ transport, folder: keeper.folder, beside: 'beside' }, client);
  await next.keeper.live(HOUR_MS);
  await next.keeper.context.beside.idle();
  await next.keeper.live(HOUR_MS);
  expect(await next.keeper.told()).toEqual([
    'firing purser.degraded: agent-0001: invoices could not be archived',
  ]);
});

test('many invoices are taken in over some time, within the provider’s limits', async () => {
  const { client, keeper, mine } = await aKeeper({ wallet: null });
  for (let count = 0; count < 50; count += 1) {
    await client.fund(30, `by-hand-${count}`);
    client.clock.advance(60_000);
  }
  await keeper.pass();
  expect(readdirSync(mine)).toHaveLength(40);
  await keeper.live(HOUR_MS);
  expect(readdirSync(mine)).toHaveLength(100);
  expect((await requests(client)).filter(({ status }) => status === 429)).toEqual([]);
});

test('a provider that fails is told, and the folder of an account that has no invoice is not made', async () => {
  const { client, keeper, mine } = await aKeeper();
  await keeper.live(HOUR_MS);
  expect(existsSync(mine)).toBe(false);
  await client.fund(30, 'by-hand');
  await faults(client, { error_before_effect: 1 });
  await keeper.live(HOUR_MS);
  await faults(client, { error_before_effect: 0 });
  await keeper.rest(DAY_MS);
  expect(readdirSync(mine)).toHaveLength(2);
});
