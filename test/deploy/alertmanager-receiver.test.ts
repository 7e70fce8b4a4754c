import { expect, onTestFinished, test } from 'vitest';
import { startAlertmanager } from '../../deploy/checks/alertmanager.ts';
import { Hook } from '../../deploy/checks/hook.ts';
import { freePort } from '../../deploy/checks/server-process.ts';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import { MemoryThreads } from '../../src/alerts/threads.ts';
import { realClock } from '../../src/cli/real-clock.ts';
import { addMs, SECOND_MS } from '../../src/domain/time.ts';
import { someMessage } from '../alerts/some-message.ts';
import { TempHome } from '../chaos/temp-home.ts';
import { waitUntil } from '../chaos/wait-until.ts';

test('a real Alertmanager with the shipped config passes an incident on, and its end', async () => {
  using home = new TempHome('alertmanager-receiver', () => false);
  const port = await freePort();
  await using hook = await Hook.open(port);
  await using alertmanager = await startAlertmanager(home, { port, token: 'test' });
  const receiver = openReceiver(
    { kind: 'alertmanager', url: alertmanager.url, token: null, allowPrivate: true, payLinks: false },
    { name: 'am', threads: new MemoryThreads(), revision: () => null, runbooks: () => 'docs/runbooks' },
  );
  onTestFinished(() => receiver.close());
  const startedAt = addMs(realClock.now(), -SECOND_MS);
  const tell = async (status: 'firing' | 'resolved') => {
    const now = realClock.now();
    const message = someMessage(status, { status, at: now, startedAt, fact: { severity: 'critical' } });
    expect(await receiver.deliver(message, now)).toEqual({ kind: 'delivered' });
  };
  const isTold = (status: 'firing' | 'resolved') => async () =>
    hook.count('wallet.low', 'render-eu', status) > 0;
  await tell('firing');
  expect(await waitUntil(isTold('firing'), { timeoutMs: 15_000 })).toBe(true);
  await tell('resolved');
  expect(await waitUntil(isTold('resolved'), { timeoutMs: 15_000 })).toBe(true);
  expect(hook.told[0]).toMatchObject({
    path: '/alerts/pager',
    labels: { alertname: 'wallet.low', severity: 'critical', source: 'purser', account: 'render-eu' },
    annotations: { summary: expect.stringContaining('render-eu'), runbook_url: expect.any(String) },
  });
}, 60_000);
