import { fingerprint } from '../alerts/fingerprint.ts';
import { isOpen } from '../charge/intent.ts';
import type { AccountHold } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import { acceptName, isNameAsked, OTHER_NAME } from '../keeper/new-name.ts';
import { keepLetGo } from '../keeper/newest-totals.ts';
import { cardsPaidWith } from '../keeper/watch-cards.ts';
import type { SeenHold } from '../server/hands.ts';
import type { Store } from '../store/store.ts';
import { EXIT, ExitWith } from './cli-io.ts';

export type Resumed = {
  readonly account: AccountName;
  readonly lifted: readonly string[];
  /** Why a person paused it, where it was frozen too: that pause stays until it is resumed once more. */
  readonly still_paused: string | null;
  readonly declines_forgiven: number;
};

const STATES = { pause: 'paused', freeze: 'frozen' } as const;

/**
 * Lifts the freeze of an account, or the pause of one that is not frozen, and forgives its cards: who looked into a
 * freeze may not know why somebody paused it. Where it is not `seen` that would be lifted nothing is done:
 * `hold_changed`. Throws `intent_open` where it is frozen over an open charge.
 */
export async function resumeAccount(
  store: Store,
  account: AccountName,
  now: EpochMs,
  seen: SeenHold | null = null,
): Promise<Resumed> {
  const { freeze, pause, held } = await heldBy(store.journal, account);
  const isOther =
    seen !== null &&
    (seen.kind !== (held?.kind ?? 'nothing') || (seen.since !== null && seen.since !== held?.since));
  if (isOther) throw holdChanged(account, held);
  const lifted = await lift(store, account, held, now);
  const forgiven = await store.journal.forgiveCards(account, cardsPaidWith(store.upkeep, account));
  const stillPaused = freeze === null || pause === null ? null : pause.reason;
  return { account, lifted, still_paused: stillPaused, declines_forgiven: forgiven };
}

export function resumedText({ account, lifted, still_paused, declines_forgiven }: Resumed): string {
  const cards =
    declines_forgiven === 0 ? '' : ' Its declined cards may be tried again, but those that are dead.';
  return `${account} ${heldText(lifted, still_paused)}.${cards}`;
}

function heldText(lifted: readonly string[], stillPaused: string | null): string {
  if (stillPaused !== null)
    return `is not frozen any more, but still paused (${stillPaused}): not charged until it is resumed once more`;
  return lifted.length === 0
    ? 'was neither paused nor frozen'
    : `is charged again (was ${lifted.join(' and ')})`;
}

/** A freeze comes before a pause. */
async function heldBy(journal: Store['journal'], account: AccountName) {
  const holds = await journal.holds(account);
  const freeze = holds.find(({ kind }) => kind === 'freeze') ?? null;
  const pause = holds.find(({ kind }) => kind === 'pause') ?? null;
  return { freeze, pause, held: freeze ?? pause };
}

function holdChanged(account: AccountName, held: AccountHold | null): ExitWith {
  const state = held === null ? 'neither paused nor frozen' : STATES[held.kind];
  const isPause = held?.kind === 'pause';
  return new ExitWith(EXIT.failure, {
    code: 'hold_changed',
    message: `${account} is ${state} now`,
    mend: isPause ? `\`purser resume ${account}\` ends the pause.` : 'Look at it again, then decide.',
  });
}

async function lift(
  { journal, upkeep }: Store,
  account: AccountName,
  held: AccountHold | null,
  now: EpochMs,
): Promise<readonly string[]> {
  const freeze = held?.kind === 'freeze' ? held : null;
  const blocking = freeze === null || freeze.intent === null ? null : await journal.intent(freeze.intent);
  if (freeze !== null && blocking !== null && isOpen(blocking)) {
    throw new ExitWith(EXIT.moneyNeedsAttention, {
      code: 'intent_open',
      message: `${account} is frozen over ${blocking.id}, which is still open: ${freeze.reason}`,
      mend: `Find out at the provider whether it was charged, then: purser resolve ${blocking.id} --charged (or --not-charged)`,
      requestId: blocking.requestId,
    });
  }
  if (freeze?.reason === OTHER_NAME) await acceptName(upkeep, account, now); // first, or a pass freezes it again
  const isNew = held === null && isNameAsked(upkeep, account); // who lifts a pause may not know of that
  if (isNew) await acceptName(upkeep, account, now);
  const over = fingerprint('purser.degraded', account, 'frozen');
  const told = [{ kind: 'resolve', fingerprint: over, headline: `${account}: resumed by hand` }] as const;
  // A person has looked: from here on the ledger is believed as it is, and what does not show is let go. Under a new
  // name it is the same ledger: nothing of it was in question.
  if (freeze !== null && freeze.reason !== OTHER_NAME) {
    await keepLetGo(upkeep, account, await journal.memory(account), now);
    if (!(await journal.letGo(freeze, told, now)))
      throw holdChanged(account, (await heldBy(journal, account)).held);
  } else if (held !== null) await journal.liftHold(account, held.kind, told, now);
  if (held !== null) return [STATES[held.kind]];
  return isNew ? ['not known for a new one'] : [];
}
