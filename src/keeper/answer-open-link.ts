import { linkEndsAt } from '../charge/intent.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Target } from './order-case.ts';
import type { PlacedOrder } from './order-desk.ts';
import { describeOpen } from './standing.ts';

/** Who asks for a link while one is open gets that one: a second would be paid twice. True where that answers it. */
export async function answerOpenLink(
  context: KeeperContext,
  account: AccountSpec,
  placed: PlacedOrder,
  { plan }: Target,
): Promise<boolean> {
  const { order } = placed;
  if (order.kind !== 'fund_link' && order.kind !== 'subscribe_link') return false;
  const [intent] = await context.journal.intents({
    account: account.name,
    kinds: [order.kind],
    states: ['link_open'],
    limit: 1,
  });
  if (intent?.state.kind !== 'link_open' || linkEndsAt(intent.state) <= moneyNow(context)) return false;
  const isTheSame =
    order.kind === 'fund_link' ? order.amountCents === intent.amountCents : plan?.id === intent.plan;
  placed.answer({
    outcome: isTheSame ? 'done' : 'refused',
    reason: isTheSame ? 'link_open' : 'intent_open',
    sentence: describeOpen(intent).sentence,
    intent: intent.id,
    requestId: null,
    until: null,
    link: { url: intent.state.url, expiresAt: linkEndsAt(intent.state) },
  });
  return true;
}
