import { type Intent, isPutOff, linkEndsAt } from '../charge/intent.ts';
import { type OpenWork, PUT_OFF, type Standing } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import { formatInstant } from '../domain/time.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/** Holds, watch and open work of an account, as the policies want them. */
export async function readStanding(
  context: KeeperContext,
  account: AccountName,
  open: readonly Intent[],
): Promise<Standing> {
  const holds = await context.journal.holds(account);
  return {
    account,
    pausedBecause: holds.find((hold) => hold.kind === 'pause')?.reason ?? null,
    frozenBecause: holds.find((hold) => hold.kind === 'freeze')?.reason ?? null,
    watch: await context.journal.watch(account, moneyNow(context)),
    open: open.map(describeOpen),
  };
}

/** What an open intent waits for, for people. */
export function describeOpen(intent: Intent): OpenWork {
  const state = isPutOff(intent) ? PUT_OFF : intent.state.kind;
  return { kind: intent.kind, state, sentence: sentenceOf(intent), plan: intent.plan };
}

function sentenceOf(intent: Intent): string {
  const { state } = intent;
  const what = intent.amountCents > 0 ? `${formatCents(intent.amountCents)} (${intent.id})` : intent.id;
  switch (state.kind) {
    case 'armed':
      return `${what} was sent at ${formatInstant(intent.lastSendAt)} and is not answered yet`;
    case 'in_doubt':
      return `whether ${what} was charged is not known since ${formatInstant(state.since)} (${state.why})`;
    case 'charged':
      return state.dueAt === undefined
        ? `${what} is charged; waiting for its proof`
        : `the change to a cheaper plan (${intent.id}) is accepted; it may show only at the end of the period, ${formatInstant(state.dueAt)}`;
    case 'action':
      return `${what} waits for a person to confirm it (3-D Secure)`;
    case 'link_open': {
      const until = formatInstant(linkEndsAt(state));
      return `a payment link for ${what} waits for a person until ${until}`;
    }
    case 'declined':
      return `${what} was declined (${state.code}); waiting for proof that it failed`;
    case 'settled':
    case 'released':
    case 'rejected':
      return `${what} is closed`;
  }
}
