import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { configText } from '../keeper/fleet-config.ts';
import { serveHttp } from '../modelslab/local-server.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** A fleet whose first account was topped up by purser, once. */
async function aToppedUpFleet() {
  const fleet = await AFleet.open();
  await fleet.patch({ balance: 5 });
  await purser(['once'], fleet.surroundings);
  const run = (...args: readonly string[]) => purser(args, fleet.surroundings);
  const rows = async (...args: readonly string[]): Promise<readonly Row[]> => {
    const { stdout } = await run(...args, '--json');
    return JSON.parse(stdout);
  };
  return { fleet, run, rows };
}

async function anyPayment(rows: (...args: readonly string[]) => Promise<readonly Row[]>): Promise<string> {
  const [row] = await rows('wallet', 'transactions', 'agent-0001', '--source', 'stripe', '--since', '1h');
  return String(row?.['transaction_id']);
}

test('audit agrees where the books do: 0, in words, as CSV and as JSON', async () => {
  const { run, rows } = await aToppedUpFleet();
  expect(await run('audit')).toEqual({
    code: 0,
    stdout:
      'agent-0001: 1 charge, $50.00, in both books: they agree\nagent-0002: 0 charges, $0.00, in both books: they agree\n',
    stderr: '',
  });
  const { stdout } = await run('audit', 'agent-0001', '--csv');
  expect(stdout).toMatch(
    /^account,at,finding,intent,credit,booked_usd,ledger_usd\r\nagent-0001,[\dT:.-]+Z,match,int_\w+,\w+,50,50\r\n$/,
  );
  expect(await rows('audit', 'agent-0001')).toMatchObject([{ is_read: true, matched: 1, matched_usd: 50 }]);
});

test('audit finds a charge that is not ours and a refund: 4; outside their period there is nothing to find', async () => {
  const { fleet, run, rows } = await aToppedUpFleet();
  const refund = await anyPayment(rows);
  await fleet.ask('/wallet/fund', { amount: 33, payment_method_id: 'pm_agent_0001_visa' });
  await fleet.patch({ refund });
  const found = await run('audit', 'agent-0001');
  expect(found.code).toBe(4);
  expect(found.stdout).toMatch(/^! \S+ {2}foreign {2}ledger \$33\.00 {2}/m);
  expect(found.stdout).toMatch(/^! \S+ {2}refunded {2}booked \$50\.00, ledger \$50\.00 {2}int_/m);
  const { stdout } = await run('audit', '--csv');
  expect(stdout.split('\r\n').map((line) => line.split(',')[2])).toEqual([
    'finding',
    'match',
    'foreign',
    'refunded',
    undefined,
  ]);
  expect(await run('audit', '--since', '9d', '--until', '8d')).toMatchObject({ code: 0 });
  expect(await run('audit', '--since', '8d', '--until', '9d')).toMatchObject({ code: 64, stdout: '' });
});

/** The sandbox, behind something that changes what its ledger says. */
async function behind(fleet: AFleet, change: (text: string) => string): Promise<void> {
  const { origin, pathname } = new URL(fleet.sandbox.baseUrl);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = { authorization: request.headers.authorization ?? '' };
    const said = await fetch(`${origin}${request.url}`, { headers });
    response.writeHead(said.status, { 'content-type': 'application/json' });
    response.end(change(await said.text()));
  };
  const proxy = await serveHttp((request, response) => void answer(request, response));
  onTestFinished(() => proxy.close());
  const provider = { base_url: `${proxy.url}${pathname}`, stripe_url: fleet.sandbox.stripeUrl };
  fleet.writeText(JSON.stringify({ ...JSON.parse(configText(fleet.sandbox)), provider }));
}

test('audit finds an amount that differs, and a credit that is missing: 4', async () => {
  const { fleet, run, rows } = await aToppedUpFleet();
  const payment = await anyPayment(rows);
  await behind(fleet, (text) => text.replaceAll('"amount":50,', '"amount":49,'));
  const differs = await run('audit', 'agent-0001');
  expect(differs).toMatchObject({ code: 4, stderr: '' });
  expect(differs.stdout).toMatch(/^! \S+ {2}differs {2}booked \$50\.00, ledger \$49\.00 {2}int_/m);
  await behind(fleet, (text) => {
    const answer: { data?: { items?: readonly Row[] } } = JSON.parse(text);
    const items = answer.data?.items?.map((row) =>
      row['transaction_id'] === payment ? { ...row, status: 'failed' } : row,
    );
    return JSON.stringify(items === undefined ? answer : { ...answer, data: { ...answer.data, items } });
  });
  const missing = await run('audit', 'agent-0001', '--csv');
  expect(missing.code).toBe(4);
  expect(missing.stdout).toMatch(/\r\nagent-0001,[^,]+,missing,int_\w+,,50,\r\n$/);
});

test('audit compares withdrawals too, also one that went back to the card, and finds what is not ours and what is missing: 4', async () => {
  const { fleet, run, rows } = await aToppedUpFleet();
  const payment = await anyPayment(rows);
  await fleet.patch({ reseller: true });
  await run('wallet', 'withdraw', 'agent-0001', '5', '--yes');
  const both = 'agent-0001: 1 charge, $50.00, and 1 withdrawal, $5.00, in both books: they agree\n';
  expect(await run('audit', 'agent-0001')).toEqual({ code: 0, stdout: both, stderr: '' });
  const { stdout } = await run('audit', 'agent-0001', '--csv');
  expect(stdout).toMatch(/\r\nagent-0001,[^,]+,payout_match,int_\w+,\w+,5,5\r\n$/);
  expect(await rows('audit', 'agent-0001')).toMatchObject([{ payouts: 1, paid_out_usd: 5, elsewhere: 0 }]);
  await behind(fleet, (text) => text.replaceAll(/"po_\w+"/g, JSON.stringify(payment)));
  expect(await run('audit', 'agent-0001')).toEqual({ code: 0, stdout: both, stderr: '' });
  await fleet.ask('/wallet/withdraw', { amount: 7 });
  await behind(fleet, (text) => text.replaceAll('"amount":5,', '"amount":4,'));
  const found = await run('audit', 'agent-0001');
  expect(found.code).toBe(4);
  expect(found.stdout).toMatch(
    /^! \S+ {2}payout_missing {2}booked \$5\.00 {2}int_\w+ {2}withdrawn by purser/m,
  );
  expect(found.stdout).toMatch(/^! \S+ {2}payout_foreign {2}ledger \$4\.00 {2}/m);
  expect(found.stdout).toMatch(/^! \S+ {2}payout_foreign {2}ledger \$7\.00 {2}/m);
});

test('audit says which ledger it could not read: 1', async () => {
  const { fleet, run } = await aToppedUpFleet();
  await fleet.patch({ expire_token: true }, 'agent-0002');
  const { code, stdout, stderr } = await run('audit');
  expect(code).toBe(1);
  expect(stdout).toContain('agent-0001: 1 charge, $50.00, in both books: they agree');
  expect(stdout).toContain('agent-0002: the ledger could not be read');
  expect(stderr).toContain('agent-0002');
});

test('the ledger is listed through all its pages, filtered, as a table, CSV and JSON', async () => {
  const { fleet, run, rows } = await aToppedUpFleet();
  for (let turn = 0; turn < 105; turn += 1) {
    await fleet.patch({ balance: 60 });
    await fleet.patch({ balance: 70 });
  }
  const list = ['wallet', 'transactions', 'agent-0001'] as const;
  const all = await rows(...list, '--limit', '9999');
  expect(all.length).toBeGreaterThan(200);
  expect(new Set(all.map(({ type, id }) => `${type} ${id}`)).size).toBe(all.length);
  const times = all.map((row) => String(row['created_at']));
  expect(times).toEqual(times.toSorted().reverse());
  expect(await rows(...list)).toHaveLength(50);
  const paid = await rows(...list, '--type', 'credit', '--usecase', 'wallet_funding', '--since', '1h');
  expect(paid).toMatchObject([{ type: 'credit', amount_usd: 50, source: 'stripe', status: 'success' }]);
  const { stdout } = await run(...list, '--type', 'debit', '--limit', '3', '--csv');
  expect(stdout.split('\r\n')[0]).toBe('id,created_at,type,amount_usd,status,source,usecase,transaction_id');
  expect(stdout.trim().split('\r\n')).toHaveLength(4);
  expect((await run(...list, '--until', '2020-01-01')).stdout).toBe('no such row\n');
  for (const [flag, value] of [
    ['--type', 'both'],
    ['--since', 'yesterday'],
    ['--limit', '0'],
  ] as const)
    expect(await run(...list, flag, value)).toMatchObject({ code: 64, stdout: '' });
});

test('invoices are listed with their numbers, shown, and their PDF is found', async () => {
  const { run, rows } = await aToppedUpFleet();
  const [invoice] = await rows('billing', 'invoices', 'list', 'agent-0001');
  expect(invoice).toMatchObject({ number: expect.stringMatching(/^SBX-\d+$/), amount: 50 });
  const id = String(invoice?.['id']);
  expect((await run('billing', 'invoices', 'list', 'agent-0001')).stdout).toContain(`${id}  SBX-`);
  expect((await run('billing', 'invoices', 'show', 'agent-0001', id)).stdout).toContain(
    `id: ${id}\nnumber: SBX-`,
  );
  const { stdout: url } = await run('billing', 'invoices', 'pdf', 'agent-0001', id);
  expect(await (await fetch(url.trim())).text()).toMatch(/^%PDF-/);
  const unknown = await run('billing', 'invoices', 'show', 'agent-0001', 'in_nope');
  expect(unknown).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('Invoice not found'),
  });
  expect(await run('billing', 'invoices', 'pdf', 'agent-0001', '../x')).toMatchObject({ code: 64 });
});

test('billing information is changed field by field and shown', async () => {
  const { run } = await aToppedUpFleet();
  const set = ['billing', 'info', 'set', 'agent-0001'] as const;
  expect(await run(...set, '--tax-id', '12345678000195', '--tax-id-type', 'br_cnpj')).toMatchObject({
    code: 0,
    stdout: 'agent-0001: changed tax_id, tax_id_type\n',
  });
  await run(...set, '--address-city', 'Berlin');
  const { stdout } = await run('billing', 'info', 'show', 'agent-0001', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ tax_id: '12345678000195', address_city: 'Berlin' });
});

test('once archives invoices before it ends', async () => {
  const { fleet, run } = await aToppedUpFleet();
  fleet.write({ invoices: { archive: './invoices' } });
  await fleet.faults({ latency_ms: 150 });
  await run('once');
  const mine = join(fleet.folder, 'invoices', 'agent-0001');
  const [json = '', pdf = ''] = readdirSync(mine);
  expect(JSON.parse(readFileSync(join(mine, json), 'utf8'))).toMatchObject({ amount: 50 });
  expect(readFileSync(join(mine, pdf), 'latin1')).toMatch(/^%PDF-/);
});
