import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import type { Transport } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const ACME = {
  name: 'Acme Corp',
  tax_id: 'DE 123 456 789',
  tax_id_type: 'eu_vat',
  address_line1: '1 Main Street',
  address_country: 'DE',
};
const VALUES = ['Acme', '123 456', '123456', 'Main Street'];

async function aKeeper(opening: Opening = {}) {
  const client = await startClient();
  return { client, keeper: await AKeeper.open(client, { poll: '10m', billingInfo: ACME, ...opening }) };
}

async function infoOf(client: SandboxClient): Promise<Readonly<Record<string, unknown>>> {
  const shown: unknown = (await client.ask('/billing/info')).body.data;
  return shown as Readonly<Record<string, unknown>>; // an object of ten fields (API sheet #9)
}

async function puts(client: SandboxClient): Promise<number> {
  return (await requests(client)).filter(({ method }) => method === 'PUT').length;
}

/** Log lines about it, and nothing personal in any line or message. */
async function said(keeper: AKeeper) {
  const all = JSON.stringify([keeper.lines, await keeper.messages()]);
  for (const value of VALUES) expect(all).not.toContain(value);
  const lines = keeper.lines.filter(({ fields }) => fields['task'] === 'billing_info');
  return lines.map(({ level, event, fields }) => `${level} ${event}: ${String(fields['fields'])}`);
}

const ALL = 'name, tax_id, tax_id_type, address_line1, address_country';

test('what is declared is set once, what is not is left alone, and a restart sets nothing again', async () => {
  const { client, keeper } = await aKeeper();
  const { email } = await infoOf(client);
  await client.ask('/billing/info', { method: 'PUT', body: { address_city: 'Berlin' } });
  await keeper.live(2 * HOUR_MS);
  expect(await infoOf(client)).toMatchObject({ ...ACME, address_city: 'Berlin', email });
  expect(await said(keeper)).toEqual([`info upkeep.done: ${ALL}`]);
  keeper.close();
  const next = await AKeeper.open(client, { poll: '10m', billingInfo: ACME, folder: keeper.folder });
  await next.live(HOUR_MS);
  expect(await puts(client)).toBe(2);
  expect(await said(next)).toEqual([]);
});

test('what a person changes is put back, and said once by the names of the fields', async () => {
  const { client, keeper } = await aKeeper();
  await keeper.live(HOUR_MS);
  const body = { name: 'Other Corp', tax_id: 'DE999999999', tax_id_type: 'eu_vat', email: 'a@b.example' };
  await client.ask('/billing/info', { method: 'PUT', body });
  await keeper.live(2 * HOUR_MS);
  expect(await infoOf(client)).toMatchObject({ ...ACME, email: 'a@b.example' });
  expect(await said(keeper)).toEqual([
    `info upkeep.done: ${ALL}`,
    'warn billing_info.put_back: name, tax_id',
  ]);
  expect(await keeper.told()).toEqual([]);
});

test('another spelling of the same is not changed', async () => {
  const { client, keeper } = await aKeeper();
  const body = { ...ACME, tax_id: 'de123456789', address_country: 'de' };
  await client.ask('/billing/info', { method: 'PUT', body });
  await keeper.live(HOUR_MS);
  expect(await puts(client)).toBe(1);
});

test('an account’s own fields go over those of its policy; another declaration is kept at the next pass', async () => {
  const accounts = {
    'agent-0001': { billing_info: { name: 'Render', address_city: 'Kiel' } },
    'agent-0002': {},
  };
  const { client, keeper } = await aKeeper({ accounts });
  await keeper.live(HOUR_MS);
  expect(await infoOf(client)).toMatchObject({ ...ACME, name: 'Render', address_city: 'Kiel' });
  keeper.respec({ poll: '10m', billingInfo: { name: 'New Corp' } });
  await keeper.live(HOUR_MS);
  expect(await infoOf(client)).toMatchObject({ ...ACME, name: 'New Corp', address_city: 'Kiel' });
  expect((await said(keeper)).at(-1)).toBe('info upkeep.done: name');
});

test('a kind of tax id that a policy declares is not set on an account without a tax id', async () => {
  const { client, keeper } = await aKeeper({ billingInfo: { name: 'A', tax_id_type: 'eu_vat' } });
  await keeper.live(HOUR_MS);
  expect(await infoOf(client)).toMatchObject({ name: 'A', tax_id: null, tax_id_type: null });
});

test('in observe mode, and while an account is paused, nothing is set', async () => {
  const { client, keeper } = await aKeeper({ mode: 'observe' });
  await keeper.live(HOUR_MS);
  const paused = await AKeeper.open(client, { poll: '10m', billingInfo: ACME });
  const { name: account } = paused.account('agent-0001');
  const hold = { account, kind: 'pause', reason: 'x', since: client.clock.now(), intent: null } as const;
  await paused.store.journal.setHold(hold, []);
  await paused.live(HOUR_MS);
  expect(await puts(client)).toBe(0);
});

/** A provider that answers every change with this, and the real one for everything else. */
function answering(status: number, message: string): Transport {
  const error = { code: 'validation_error', message };
  const bodyText = JSON.stringify(status === 200 ? { data: {} } : { error });
  return new WatchedWire(async () => ({ kind: 'answered', status, headers: {}, bodyText }));
}

test('what the provider refuses is told by the names of fields, offered again a day later, and over when it is there', async () => {
  const transport = answering(422, 'The tax id DE 123 456 789 is not valid.');
  const { client, keeper } = await aKeeper({ transport });
  await keeper.rest(DAY_MS + HOUR_MS);
  const refused = `warn upkeep.failed: ${ALL}`;
  expect(await said(keeper)).toEqual([refused, refused]);
  keeper.respec({ poll: '10m', billingInfo: { ...ACME, tax_id: 'DE 123 456 780' } });
  await keeper.live(HOUR_MS);
  expect(await said(keeper)).toEqual([refused, refused, refused]);
  keeper.respec({ poll: '10m', billingInfo: ACME });
  const [message] = await keeper.messages();
  expect(message?.fact.headline).toBe('agent-0001: billing-info is not as declared');
  expect(message?.fact.detail).toContain(`does not take ${ALL}: The tax id [declared] is not valid.`);
  await client.ask('/billing/info', { method: 'PUT', body: ACME });
  await keeper.live(HOUR_MS);
  const headline = 'purser.degraded: agent-0001: billing-info is not as declared';
  expect([...new Set(await keeper.told())]).toEqual([`firing ${headline}`, `resolved ${headline}`]);
});

test('a change that is taken and not shown is told, and not made again at every pass', async () => {
  const { keeper } = await aKeeper({ transport: answering(200, '') });
  await keeper.live(HOUR_MS);
  expect(await said(keeper)).toEqual([`warn upkeep.failed: ${ALL}`]);
  const [message] = await keeper.messages();
  expect(message?.fact.detail).toContain(`the provider took the change and shows another ${ALL}.`);
});

test('an outage is told and tried again at the next turn', async () => {
  let isDown = true;
  const transport = new WatchedWire(async (send) =>
    isDown ? { kind: 'answered', status: 500, headers: {}, bodyText: '{}' } : await send(),
  );
  const { client, keeper } = await aKeeper({ transport });
  await keeper.live(HOUR_MS);
  isDown = false;
  await keeper.live(HOUR_MS);
  expect(await infoOf(client)).toMatchObject(ACME);
  expect((await keeper.told()).map((line) => line.split(' ')[0])).toEqual(['firing', 'resolved']);
});
