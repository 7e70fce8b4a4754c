import type { Intent } from '../charge/intent.ts';
import type { AccountSpec, PaymentStep } from '../domain/spec.ts';
import { formatInstant } from '../domain/time.ts';
import { cardIdentity, climbLadder } from '../policy/ladder.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Sight } from './observe.ts';

const DEFAULT_ONLY: readonly PaymentStep[] = [{ kind: 'default' }];

/** What the payment ladder does after this decline, in words, for the message that goes with it. */
export async function nextStep(
  context: KeeperContext,
  intent: Intent,
  scene: { readonly account: AccountSpec | null; readonly sight: Sight; readonly code: string },
): Promise<string | null> {
  const { cards } = scene.sight;
  const steps = intent.kind === 'fund' ? scene.account?.policy.wallet?.payWith : DEFAULT_ONLY;
  if (steps === undefined || cards === null) return null;
  const now = moneyNow(context);
  const history = await context.journal.history({
    account: intent.account,
    identity: intent.identity,
    kind: intent.kind,
    anchor: intent.anchor,
    cardIdentities: cards.map(cardIdentity),
    scopes: [],
    listed: [],
    now,
  });
  const records = new Map(history.cards);
  const own = intent.cardIdentity === null ? undefined : records.get(intent.cardIdentity);
  if (intent.cardIdentity !== null && own !== undefined) {
    // This decline is not in the journal yet: it is written together with the message.
    const declines = [...own.declines, { at: now, code: scene.code, isForgiven: false }];
    records.set(intent.cardIdentity, { ...own, declines, undecided: 0, challenged: 0 });
  }
  const rung = climbLadder(steps, cards, records, now);
  switch (rung.kind) {
    case 'card':
      return `Next: ${rung.card.brand} …${rung.card.last4} at once.`;
    case 'wait':
      return `Next try at ${formatInstant(rung.until)}: ${rung.sentence}.`;
    case 'human':
      return `A person is needed: ${rung.sentence}.`;
  }
}
