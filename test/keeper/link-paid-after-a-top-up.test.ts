import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';

const ENSURE: HandOrder = { kind: 'ensure', neededCents: cents(6_000), targetCents: cents(6_000) };
const LINK: HandOrder = { kind: 'fund_link', amountCents: cents(5_000) };

/** Fair weather all along. A link is out, the card has paid once since, and then a person pays on the page. */
async function linkPaidUnderAnOlderAnchor(cooldown: string) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { cooldown } });
  await keeper.pass();
  const [answer] = await keeper.ask([LINK]);
  expect(answer).toMatchObject({ outcome: 'done' });
  await lower(client);
  await keeper.live(30 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  await client.patch({ balance: 45 });
  await keeper.live(30 * MINUTE_MS);
  return { client, keeper };
}

test('an ensure is not charged for where a person has just paid a link that covers it', async () => {
  const { client, keeper } = await linkPaidUnderAnOlderAnchor('10m');
  await client.patch({ pay_link: true }); // 45 + 50 cover it
  const { answered, withdraw } = keeper.place(ENSURE);
  await keeper.live(10 * MINUTE_MS);
  withdraw();
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await charges(client)).toHaveLength(1);
});

test('nor is a low wallet whose policy has no cooldown', async () => {
  const { client, keeper } = await linkPaidUnderAnOlderAnchor('0s');
  await client.patch({ pay_link: true });
  await client.patch({ balance: 15 });
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});
