import { assert } from '../../src/domain/assert.ts';
import type { Hold } from '../../src/domain/decision.ts';
import { microUsd } from '../../src/domain/money.ts';
import { epochMs } from '../../src/domain/time.ts';
import type { Seen } from '../../src/keeper/view.ts';
import { account, someFleet } from '../telemetry/some-fleet.ts';

export const SEEN_AT = epochMs(1_800_000_000_000);

export const ABOVE_MINIMUM: Hold = {
  kind: 'hold',
  reason: 'above_minimum',
  sentence: 'the balance is at or above the minimum $20.00',
  until: null,
  amountCents: null,
};

/** What a pass saw of a healthy wallet above $20, unless told otherwise. */
export function aSeen(name: string, over: Partial<Seen> & { readonly balanceUsd?: number } = {}): Seen {
  const { balanceUsd = 50, ...rest } = over;
  const spec = someFleet([name]).accounts.get(account(name));
  assert(spec !== undefined, 'the fleet has the account');
  return {
    account: spec,
    at: SEEN_AT,
    balanceMicroUsd: microUsd(balanceUsd * 1_000_000),
    burnPerSecond: 1_000,
    runwayMs: balanceUsd * 1_000_000,
    subscriptions: [],
    cards: [],
    wallet: ABOVE_MINIMUM,
    subscription: null,
    standing: {
      account: spec.name,
      pausedBecause: null,
      frozenBecause: null,
      watch: { kind: 'clear' },
      open: [],
    },
    open: [],
    asksToConfirm: false,
    failure: null,
    ...rest,
  };
}
