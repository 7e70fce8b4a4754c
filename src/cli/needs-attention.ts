import type { AccountView, IntentView } from '../keeper/view.ts';

const WAITING: Readonly<Record<string, string>> = {
  in_doubt: 'may have been charged; nobody knows yet',
  action: 'waits for its charge to be confirmed',
  link_open: 'waits for a person to pay by link',
};

/** Why an account ends `once` and `status` with 4, to be said behind its name; `null` where it does not. */
export function needsAttention(
  { frozen, wallet, subscription }: Pick<AccountView, 'frozen' | 'wallet' | 'subscription'>,
  open: readonly IntentView[],
): string | null {
  if (frozen !== null) return `is frozen: ${frozen}`;
  const asking = [wallet, subscription].find((decision) => decision?.kind === 'needs_human');
  if (asking != null) return `needs a person: ${asking.sentence}`;
  const waiting = open.find((one) => WAITING[one.state] !== undefined && !isLinkByHand(one));
  if (waiting === undefined) return null;
  return `${WAITING[waiting.state]} ($${waiting.amount_usd.toFixed(2)}, ${waiting.id})`;
}

/** Who made it knows of it, and nothing waits for it. */
function isLinkByHand({ state, origin }: IntentView): boolean {
  return state === 'link_open' && origin === 'hand';
}
