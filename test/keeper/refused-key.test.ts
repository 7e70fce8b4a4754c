import { expect, test } from 'vitest';
import { bytesOf, moneyCall } from '../../src/charge/call.ts';
import type { Charge } from '../../src/domain/decision.ts';
import type { PaymentMethodId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import type { EpochMs } from '../../src/domain/time.ts';
import { keyedCall } from '../../src/keeper/refused-key.ts';
import { aHistory } from '../policy/a-case.ts';

const SINCE = 1_000 as EpochMs;

function top(amount: number, card = 'pm_a', reason: Charge['reason'] = 'below_minimum'): Charge {
  const action = { kind: 'fund', card: card as PaymentMethodId, coupon: null } as const;
  return { kind: 'charge', action, amountCents: cents(amount * 100), reason, sentence: 'x' };
}

/** What a refused charge left. */
function left(attempt: number, charge: Charge, revision: string | null = 'r1') {
  const bytes = bytesOf(moneyCall(charge.action, charge.amountCents));
  return { attempt, bytes, amountCents: charge.amountCents, revision, since: SINCE };
}

const OWN = { attempt: 0, since: SINCE };
const NEXT = { attempt: 2, since: null };

test.each([
  ['the same bytes, whatever the config', top(50), [left(0, top(50), 'r0')], { ...OWN, amountCents: 5_000 }],
  ['a lesser amount of the same config', top(60), [left(0, top(50))], { ...OWN, amountCents: 5_000 }],
  [
    'the same bytes before a lesser amount',
    top(60),
    [left(0, top(50)), left(1, top(60))],
    { attempt: 1, since: SINCE, amountCents: 6_000 },
  ],
  ['a lesser amount of another config', top(60), [left(0, top(50), 'r0')], { ...NEXT, amountCents: 6_000 }],
  [
    'a lesser amount that a person ordered',
    top(60),
    [left(0, top(50), null)],
    { ...NEXT, amountCents: 6_000 },
  ],
  [
    'a lesser amount than a person orders now',
    top(60, 'pm_a', 'by_hand'),
    [left(0, top(50))],
    { ...NEXT, amountCents: 6_000 },
  ],
  [
    'the very amount that a person orders',
    top(50, 'pm_a', 'by_hand'),
    [left(0, top(50), null)],
    { ...OWN, amountCents: 5_000 },
  ],
  ['a greater amount', top(40), [left(0, top(50))], { ...NEXT, amountCents: 4_000 }],
  ['a lesser amount on another card', top(60), [left(0, top(50, 'pm_b'))], { ...NEXT, amountCents: 6_000 }],
  ['nothing', top(50), [], { ...NEXT, amountCents: 5_000 }],
] as const)('what a refused charge left: %s', (_, charge, unusedKeys, expected) => {
  const keyed = keyedCall(charge, aHistory({ unusedKeys, nextAttempt: 2 }), 'r1');
  expect(keyed).toMatchObject(expected);
  expect(keyed.call).toEqual(moneyCall(charge.action, cents(expected.amountCents)));
});
