import { expect, test } from 'vitest';
import type { Charge, Decision } from '../../src/domain/decision.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { unlessRefusedBefore } from '../../src/keeper/refused-before.ts';
import { hold } from '../../src/policy/shared-checks.ts';
import { aHistory, cardId } from '../policy/a-case.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';

const CHARGE: Charge = {
  kind: 'charge',
  reason: 'below_minimum',
  sentence: 'x',
  amountCents: cents(5_000),
  action: { kind: 'fund', card: cardId('pm_1'), coupon: null },
};

/** A charge behind a refused one is wanted for 45 minutes; at every tenth pass it is held back by `held`. */
async function wantedFor45Minutes(held: (now: EpochMs) => Decision) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { beside: 'beside' });
  const runtime = keeper.runtimeOf(keeper.account('agent-0001').name);
  const history = aHistory({ refusedAt: client.clock.now(), unusedKeys: [] });
  const need = { identity: 'ops@example.com', anchor: '100', history };
  let last: Decision = CHARGE;
  for (let pass = 0; pass < 45; pass += 1) {
    client.clock.advance(MINUTE_MS);
    const isHeld = pass % 10 === 9;
    const decision = isHeld ? held(client.clock.now()) : CHARGE;
    last = unlessRefusedBefore(keeper.context, runtime, 'wallet', { decision, need });
  }
  return last.reason;
}

test.each<[string, (now: EpochMs) => Decision]>([
  ['a card that is busy', (now) => hold('cards_waiting', 'x', addMs(now, 10 * SECOND_MS))],
  ['a page that does not say whether it was paid', () => hold('page_unclear', 'x')],
])('%s for a moment, again and again, puts nothing off', async (_what, held) => {
  expect(await wantedFor45Minutes(held)).toBe('below_minimum');
});

test('a card that has rested for hours begins the wait anew', async () => {
  const resting = (now: EpochMs) => hold('cards_waiting', 'x', addMs(now, 6 * HOUR_MS));
  expect(await wantedFor45Minutes(resting)).toBe('pacing');
});

test('nor is a card that is busy for most of an hour, on end, free for one of two pursers alone', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { beside: 'beside' });
  const runtime = keeper.runtimeOf(keeper.account('agent-0001').name);
  const history = aHistory({ refusedAt: client.clock.now(), unusedKeys: [] });
  const need = { identity: 'ops@example.com', anchor: '100', history };
  const decided = (decision: Decision) =>
    unlessRefusedBefore(keeper.context, runtime, 'wallet', { decision, need });
  decided(CHARGE);
  for (let pass = 0; pass < 45; pass += 1) {
    client.clock.advance(MINUTE_MS);
    decided(hold('cards_waiting', 'x', addMs(client.clock.now(), 10 * SECOND_MS)));
  }
  client.clock.advance(MINUTE_MS);
  expect(decided(CHARGE).reason).toBe('pacing');
});
