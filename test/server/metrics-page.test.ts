import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aServer, get } from './a-server.ts';

async function aScrape() {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    subscription: { when_past_due: 'fix_payment' },
    caps: { per_charge: 200, day: 300, month: 900, charges_per_day: 5 },
  });
  await client.patch({ burn: 30 });
  await client.patch({ subscription: { status: 'past_due', plan_id: 42, renews_in_s: -60 } }, 'agent-0002');
  await keeper.live(2 * HOUR_MS);
  await keeper.live(5 * MINUTE_MS, 'agent-0002');
  const server = await aServer(keeper);
  return { client, keeper, page: await get(server, '/metrics') };
}

function value(text: string, series: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}

test('/metrics is Prometheus text', async () => {
  const { page } = await aScrape();
  expect(page.status).toBe(200);
  expect(page.type).toMatch(/^text\/plain; version=0\.0\.4; ?charset=utf-8$/);
  expect(page.text.endsWith('\n')).toBe(true);
});

const promtool = spawnSync('promtool', ['--version']);
if (promtool.error === undefined) {
  test('promtool finds nothing to say about the metrics', async () => {
    const { page } = await aScrape();
    const check = spawnSync('promtool', ['check', 'metrics'], { input: page.text, encoding: 'utf8' });
    expect(check.stdout + check.stderr).toBe('');
    expect(check.status).toBe(0);
  });
}

test('the metrics say what the sandbox knows', async () => {
  const { client, page } = await aScrape();
  const { text } = page;
  const charged = (await client.charges()).filter(({ account }) => account === 'agent-0001').length;
  expect(charged).toBeGreaterThan(0);
  expect(value(text, 'purser_charges_total{account="agent-0001",kind="fund",outcome="settled"}')).toBe(
    charged,
  );
  expect(value(text, 'purser_charged_usd_total{account="agent-0001",kind="fund"}')).toBe(50 * charged);
  expect(value(text, 'purser_charged_usd_total{account="agent-0002",kind="fix_payment"}')).toBe(47);
  expect(value(text, 'purser_wallet_min_balance_usd{account="agent-0001"}')).toBe(20);
  expect(value(text, 'purser_wallet_balance_usd{account="agent-0002"}')).toBe(50);
  expect(value(text, 'purser_wallet_burn_usd_per_second{account="agent-0001"}') * 3_600).toBeCloseTo(30, 0);
  expect(value(text, 'purser_cap_limit_usd{scope="account",name="agent-0001",window="day"}')).toBe(300);
  expect(value(text, 'purser_cap_committed_usd{scope="account",name="agent-0001",window="day"}')).toBe(
    50 * charged,
  );
  expect(value(text, 'purser_mode{mode="enforce"}')).toBe(1);
});

test('counters of what has not happened yet are there, at zero', async () => {
  const { page } = await aScrape();
  const declined = 'purser_charges_total{account="agent-0001",kind="fund",outcome="declined"}';
  expect(value(page.text, declined)).toBe(0);
});

test('no token stands in the metrics', async () => {
  const { client, page } = await aScrape();
  for (const { token, password } of client.sandbox.accounts) {
    expect(page.text).not.toContain(token);
    expect(page.text).not.toContain(password);
  }
});
