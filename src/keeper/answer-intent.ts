import { payoutOf } from '../charge/call.ts';
import { type Intent, isOpen, linkEndsAt } from '../charge/intent.ts';
import { type Cents, cents, formatCents } from '../domain/money.ts';
import type { Card } from '../domain/observation.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { PlacedOrder } from './order-desk.ts';
import { describeOpen } from './standing.ts';

/** Answers an order with the end of the intent that was armed for it, or says what it waits for. */
export function answerIntent(
  context: KeeperContext,
  placed: PlacedOrder,
  { intent, cards }: { readonly intent: Intent; readonly cards: readonly Card[] | null },
): void {
  const { state } = intent;
  const told = { intent: intent.id, requestId: intent.requestId, until: null, link: null };
  // Whether one that is over was paid is not known yet; its address helps nobody.
  if (state.kind === 'link_open' && linkEndsAt(state) > moneyNow(context)) {
    const link = { url: state.url, expiresAt: linkEndsAt(state) };
    placed.answer({
      outcome: 'done',
      reason: 'link_open',
      sentence: describeOpen(intent).sentence,
      ...told,
      link,
    });
  } else if (state.kind === 'settled') {
    placed.answer({
      outcome: 'done',
      reason: 'settled',
      sentence: doneSentence(context, intent, state.amountCents),
      ...told,
    });
  } else if (state.kind === 'released') {
    const code = state.code === null ? '' : ` (${state.code})`;
    const isDeclined = state.because === 'declined';
    const why = isDeclined ? `${cardOf(intent, cards)} was declined` : state.because;
    const reason = isDeclined ? 'declined' : (state.code ?? state.because);
    placed.answer({ outcome: 'refused', reason, sentence: `nothing was charged: ${why}${code}`, ...told });
  } else if (state.kind === 'rejected') {
    const sentence = `the provider refused it: ${state.code}`;
    placed.answer({ outcome: 'refused', reason: state.code, sentence, ...told });
  } else if (isOpen(intent)) {
    placed.waitingFor = {
      reason: state.kind,
      sentence: describeOpen(intent).sentence,
      requestId: intent.requestId,
    };
  }
}

/** Subscriptions are charged to the default card, and their intents name none. */
function cardOf({ card }: Intent, cards: readonly Card[] | null): string {
  const used = cards?.find(({ id, isDefault }) => (card === null ? isDefault : id === card));
  return used === undefined ? (card ?? 'the default card') : `${used.brand} …${used.last4}`;
}

/** What was done, in the words of whoever asked for it. */
function doneSentence(context: KeeperContext, intent: Intent, amountCents: Cents): string {
  const amount = formatCents(amountCents);
  const subscription = `subscription ${intent.subscription}`;
  const plan = `plan ${context.plans.nameOf(intent.plan)}`;
  const paid = amountCents > 0 ? `, at most ${amount} charged` : '';
  switch (intent.kind) {
    case 'fund':
      return `${amount} charged and in the wallet (${intent.id})`;
    case 'fund_link':
    case 'subscribe_link':
      return `${amount} paid by link (${intent.id})`;
    case 'charge_amount':
      return `${amount} charged (${intent.id})`;
    case 'withdraw':
      return `${formatCents(payoutOf(intent.body) ?? cents(0))} withdrawn (${intent.id})`;
    case 'subscribe':
      return `subscribed to ${plan}, ${amount} charged (${intent.id})`;
    case 'change_plan':
      return `${subscription} is on ${plan}${paid} (${intent.id})`;
    case 'fix_payment':
    case 'resume':
      return `${subscription} is active${paid} (${intent.id})`;
    case 'pause':
      return `${subscription} is paused (${intent.id})`;
    case 'reset_cycle':
      return `${subscription} has a new billing period${paid} (${intent.id})`;
  }
}
