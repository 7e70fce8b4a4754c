import { fingerprint } from '../alerts/fingerprint.ts';
import { isOpen } from '../charge/intent.ts';
import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import { acceptName, isNameAsked, OTHER_NAME } from '../keeper/new-name.ts';
import { cardsPaidWith } from '../keeper/watch-cards.ts';
import type { Store } from '../store/store.ts';
import { EXIT, ExitWith } from './cli-io.ts';

export type Resumed = {
  readonly account: AccountName;
  readonly lifted: readonly string[];
  readonly declines_forgiven: number;
};

/** Lifts the holds of an account and forgives its cards. Throws `intent_open` where it is frozen over an open charge. */
export async function resumeAccount(store: Store, account: AccountName, now: EpochMs): Promise<Resumed> {
  const lifted = await lift(store, account, now);
  const forgiven = await store.journal.forgiveCards(account, cardsPaidWith(store.upkeep, account));
  return { account, lifted, declines_forgiven: forgiven };
}

export function resumedText(result: Resumed): string {
  const { account, lifted } = result;
  const held =
    lifted.length === 0 ? 'was neither paused nor frozen' : `is charged again (was ${lifted.join(' and ')})`;
  const cards =
    result.declines_forgiven === 0 ? '' : ' Its declined cards may be tried again, but those that are dead.';
  return `${account} ${held}.${cards}`;
}

async function lift(store: Store, account: AccountName, now: EpochMs): Promise<readonly string[]> {
  const { journal } = store;
  const holds = await journal.holds(account);
  const freeze = holds.find((hold) => hold.kind === 'freeze');
  const blocking =
    freeze?.intent === null || freeze === undefined ? null : await journal.intent(freeze.intent);
  if (blocking !== null && isOpen(blocking)) {
    throw new ExitWith(EXIT.moneyNeedsAttention, {
      code: 'intent_open',
      message: `${account} is frozen over ${blocking.id}, which is still open: ${freeze?.reason}`,
      mend: `Find out at the provider whether it was charged, then: purser resolve ${blocking.id} --charged (or --not-charged)`,
      requestId: blocking.requestId,
    });
  }
  if (freeze?.reason === OTHER_NAME) await acceptName(store.upkeep, account, now); // first, or a pass freezes it again
  const isNew = holds.length === 0 && isNameAsked(store.upkeep, account); // who lifts a pause may not know of that
  if (isNew) await acceptName(store.upkeep, account, now);
  for (const { kind } of holds) {
    const over = fingerprint('purser.degraded', account, 'frozen');
    await journal.liftHold(
      account,
      kind,
      [{ kind: 'resolve', fingerprint: over, headline: `${account}: resumed by hand` }],
      now,
    );
  }
  // A person has looked: from here on the ledger is believed as it is, and what does not show is let go. Under a new
  // name it is the same ledger: nothing of it was in question.
  if (freeze !== undefined && freeze.reason !== OTHER_NAME) {
    const unknown = { highestAnchor: null, creditedMicroUsd: null, usedMicroUsd: null };
    await journal.remember(account, { ...unknown, hasEquationHeld: false, letGoAt: now });
  }
  const lifted = holds.map(({ kind }) => (kind === 'pause' ? 'paused' : 'frozen'));
  return isNew ? [...lifted, 'not known for a new one'] : lifted;
}
