import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { lower } from '../keeper/a-low-wallet.ts';
import { charges } from '../keeper/sandbox-record.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { cardAttempts, hoursAfterFirst } from './card-attempts.ts';

/** When the card is tried again in 10 days, in hours after the first try, by class (charging.md, "Declines"). */
const RETRY_LATER = [0, 6, 30, 102];
const RETRY_TWICE = [0, 6];
const ONCE = [0];

const TABLE: readonly (readonly [code: string, hours: readonly number[]])[] = [
  ...[
    'insufficient_funds',
    'try_again_later',
    'processing_error',
    'reenter_transaction',
    'issuer_not_available',
    'card_velocity_exceeded',
  ].map((code) => [code, RETRY_LATER] as const),
  ...['generic_decline', 'do_not_honor'].map((code) => [code, RETRY_TWICE] as const),
  ...[
    'expired_card',
    'incorrect_cvc',
    'incorrect_number',
    'incorrect_zip',
    'invalid_cvc',
    'invalid_account',
    'authentication_required',
    'call_issuer',
    'card_not_supported',
    'transaction_not_allowed',
    'restricted_card',
    'a_code_of_next_year',
  ].map((code) => [code, ONCE] as const),
  ...[
    'lost_card',
    'stolen_card',
    'pickup_card',
    'fraudulent',
    'merchant_blacklist',
    'do_not_try_again',
    'stop_payment_order',
    'testmode_decline',
    'revocation_of_authorization',
    'revocation_of_all_authorizations',
  ].map((code) => [code, ONCE] as const),
];

test.each(TABLE)(
  'a card that answers %s is tried at these hours of 10 days and never charged: %j',
  async (code, hours) => {
    const client = await startClient();
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, poll: '12h' });
    await keeper.pass();
    await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: code }] });
    await lower(client);
    await keeper.live(10 * DAY_MS);
    expect(hoursAfterFirst(await cardAttempts(client))).toEqual(hours);
    expect(await charges(client)).toEqual([]);
    const told = await keeper.messages();
    const declines = told.filter(
      ({ fact, status }) => fact.type === 'charge.declined' && status === 'firing',
    );
    expect(new Set(declines.map(({ fact }) => fact.fingerprint)).size).toBe(1);
  },
);
