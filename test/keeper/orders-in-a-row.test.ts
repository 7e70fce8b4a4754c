import { expect, test } from 'vitest';
import { ensureOrder, type HandAnswer } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { Keeper } from '../../src/keeper/keeper.ts';
import type { Transport } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import type { AKeeper } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';

type Running = { readonly client: SandboxClient; readonly parts: AKeeper; readonly keeper: Keeper };

async function aRunningKeeper(opening: { poll?: string; transport?: Transport }): Promise<Running> {
  const client = await startClient({ accounts: calmAccounts(1) });
  const { parts, keeper } = await runOn(client, opening);
  const isSeen = async () => parts.context.view.accounts().length === 1;
  await stepUntil(client.clock, 500, 'it was seen', isSeen);
  return { client, parts, keeper };
}

type Asked = { answer: HandAnswer | null; tookMs: number };

/** Asks for a balance that is there. */
function ask({ client, parts, keeper }: Running): Asked {
  const { clock } = client;
  const askedAt = clock.now();
  const asked: Asked = { answer: null, tookMs: 0 };
  const options = { timeoutMs: MINUTE_MS, signal: parts.stop.signal };
  void keeper
    .order(parts.account('agent-0001').name, ensureOrder(cents(4_000)), options)
    .then((answer) => Object.assign(asked, { answer, tookMs: clock.now() - askedAt }));
  return asked;
}

test('agents that ask one after the other are all answered within seconds: the rate limit is not used up', async () => {
  const running = await aRunningKeeper({});
  const { clock } = running.client;
  const all: Asked[] = [];
  await stepUntil(clock, 50, 'all have asked', () => all.push(ask(running)) === 800);
  await stepUntil(clock, 200, 'all were answered', () => all.every(({ answer }) => answer !== null));
  expect(all.filter(({ answer }) => answer?.outcome !== 'done')).toEqual([]);
  expect(Math.max(...all.map(({ tookMs }) => tookMs))).toBeLessThan(4 * SECOND_MS);
});

test('who asks while the provider cannot be reached is told why, and it is not asked on and on', async () => {
  const wire = new UndiciTransport();
  let isDown = false;
  let refusals = 0;
  const transport: Transport = {
    request: async (request) => {
      if (!isDown) return await wire.request(request);
      refusals += 1;
      return { kind: 'not_sent', reason: 'ECONNREFUSED' };
    },
    close: () => wire.close(),
  };
  const running = await aRunningKeeper({ poll: '1s', transport });
  isDown = true;
  const asked = ask(running);
  await stepUntil(running.client.clock, 100, 'it was answered', () => asked.answer !== null);
  expect(asked.answer).toMatchObject({
    outcome: 'refused',
    reason: 'provider_unreachable',
    sentence: 'nothing was sent to the provider (ECONNREFUSED)',
  });
  expect(refusals).toBeLessThan(60);
});
