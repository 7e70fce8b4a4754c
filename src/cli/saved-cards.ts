import type { Card } from '../domain/observation.ts';
import { listPaymentMethods } from '../modelslab/billing.ts';
import { mustHave } from './direct-command.ts';
import { usage } from './hand-command.ts';
import type { OpenAccount } from './open-account.ts';

/** The cards that the provider has for an account. */
export async function savedCards({ client, caller }: OpenAccount): Promise<readonly Card[]> {
  return mustHave('list the cards', await listPaymentMethods(client, caller));
}

/** The one of that id, or the end of the command with those that there are. */
export function findCard(cards: readonly Card[], id: string): Card {
  const known = cards.map((card) => `${card.id} (${card.brand} …${card.last4})`).join(', ');
  return (
    cards.find((card) => card.id === id) ??
    usage(`there is no saved card ${JSON.stringify(id)}; there are ${known || 'none'}`)
  );
}

export function nameOfCard({ brand, last4, id }: Card): string {
  return `${brand} …${last4} (${id})`;
}
