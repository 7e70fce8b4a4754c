import type { AccountName, CreditId, IntentId } from '../domain/ids.ts';
import type { IncidentFact, Severity } from '../domain/incident.ts';
import { type Cents, formatCents } from '../domain/money.ts';
import { type EpochMs, formatDuration, formatInstant } from '../domain/time.ts';
import { fingerprint } from './fingerprint.ts';

/** Facts of type `purser.degraded`: purser holds back, or cannot see, or lost something. */

/** Charging of one account has stopped until a person looks. */
export function frozen(options: {
  account: AccountName;
  /** Why, as a sentence. */
  why: string;
  /** What to do, as a sentence. */
  mend: string;
  intentId: IntentId | null;
  amountCents: Cents | null;
}): IncidentFact {
  const { account, why, mend, intentId, amountCents } = options;
  return {
    ...degraded({ about: account, detail: 'frozen', severity: 'critical' }),
    account,
    intentId,
    amountCents,
    headline: `${account} is frozen: ${why}`,
    detail: `No charge is made until a person looks. ${mend}`,
  };
}

/** A notice: a card credit that no intent of ours explains. */
export function foreignCredit(options: {
  account: AccountName;
  amountCents: Cents;
  creditId: CreditId;
}): IncidentFact {
  const { account, amountCents, creditId } = options;
  return {
    ...degraded({ about: account, detail: `foreign_credit/${creditId}`, severity: 'warning' }),
    account,
    amountCents,
    headline: `${account}: a credit of ${formatCents(amountCents)} that purser did not make`,
    detail:
      `Ledger row ${creditId}. A person paid, the provider's own recharge is on, or a second purser is running. ` +
      'It counts against the caps. Expected? Set foreign_credits: allow.',
  };
}

/** A notice: the provider answered our first POST as a replay, so another purser sent the same key before us. */
export function foreignCharge(options: {
  account: AccountName;
  amountCents: Cents;
  intentId: IntentId;
}): IncidentFact {
  const { account, amountCents, intentId } = options;
  return {
    ...degraded({ about: account, detail: `foreign_charge/${intentId}`, severity: 'critical' }),
    account,
    intentId,
    amountCents,
    headline: `${account}: another purser makes the same charges`,
    detail:
      `The charge of ${formatCents(amountCents)} had been made already under the same key, so nothing was charged twice. ` +
      'A second purser runs on this account, or this one lost its journal. Stop the second one.',
  };
}

/** Read-only because the journal is empty: what was charged before is not known yet. */
export function quarantined(options: { until: EpochMs }): IncidentFact {
  return {
    ...degraded({ about: 'purser', detail: 'quarantined', severity: 'warning' }),
    headline: `purser only watches until ${formatInstant(options.until)}: its journal is empty`,
    detail: 'Nothing is charged meanwhile. If no journal was lost, `purser adopt` ends the wait.',
  };
}

/** The store was lost or replaced under a running installation. */
export function stateLost(options: { why: string; until: EpochMs }): IncidentFact {
  return {
    ...degraded({ about: 'purser', detail: 'state_lost', severity: 'critical' }),
    headline: 'purser lost its journal: charging has stopped',
    detail: `${options.why} Caps are rebuilt from the provider's ledgers; nothing is charged before ${formatInstant(options.until)}. Restore the store if you can.`,
  };
}

/** `skewMs` is provider minus local: positive where the local clock is slow. */
export function clockSkew(options: { skewMs: number }): IncidentFact {
  const { skewMs } = options;
  const direction = skewMs > 0 ? 'behind' : 'ahead of';
  return {
    ...degraded({ about: 'purser', detail: 'clock_skew', severity: 'critical' }),
    headline: `The clock is ${formatDuration(Math.abs(skewMs))} ${direction} the provider's: charging has stopped`,
    detail: 'Mend the time synchronisation of this machine; charging goes on by itself afterwards.',
  };
}

export function providerUnreachable(options: { since: EpochMs; reason: string }): IncidentFact {
  return {
    ...degraded({ about: 'provider', detail: 'unreachable', severity: 'critical' }),
    headline: `The provider has not answered since ${formatInstant(options.since)}`,
    detail: `Last reason: ${options.reason}. purser goes on trying; alerts of single accounts are held back meanwhile.`,
  };
}

/** The account's balance is old: its numbers, and any silence about it, mean nothing. */
export function balanceStale(options: {
  account: AccountName;
  since: EpochMs;
  reason: string;
}): IncidentFact {
  const { account, since, reason } = options;
  return {
    ...degraded({ about: account, detail: 'balance_stale', severity: 'warning' }),
    account,
    headline: `${account} has not been seen since ${formatInstant(since)}`,
    detail: `Last reason: ${reason}.`,
  };
}

/** The provider refuses the account's token or password. */
export function credentialsRefused(options: { account: AccountName; mend: string }): IncidentFact {
  const { account, mend } = options;
  return {
    ...degraded({ about: account, detail: 'credentials_refused', severity: 'critical' }),
    account,
    headline: `${account}: the provider refuses its credentials`,
    detail: `Nothing can be seen or charged. ${mend}`,
  };
}

export function tokenExpiring(options: { account: AccountName; expiresAt: EpochMs }): IncidentFact {
  const { account, expiresAt } = options;
  return {
    ...degraded({ about: account, detail: 'token_expiring', severity: 'warning' }),
    account,
    headline: `${account}: its token ends at ${formatInstant(expiresAt)} and could not be renewed`,
    detail:
      'purser goes on trying, and logs in again when it ends. Check that e-mail and password still work.',
  };
}

/** Something that is declared beside balance and subscription, and is not so. `why` is a sentence without its dot. */
export function upkeepFailed(options: { account: AccountName; task: string; why: string }): IncidentFact {
  const { account, task, why } = options;
  return {
    ...degraded({ about: account, detail: `upkeep/${task}`, severity: 'warning' }),
    account,
    headline:
      task === 'invoices'
        ? `${account}: invoices could not be archived`
        : `${account}: ${task.replace('_', '-')} is not as declared`,
    detail:
      task === 'invoices'
        ? `${why}. purser tries again.`
        : `${why}. purser tries again, but for what was refused: take that out of the config.`,
  };
}

/** A person changed what rules keep; it stays so until they want something else. */
export function subscriptionByHand(options: {
  account: AccountName;
  /** "subscription 503 was changed by hand from Basic to Pro; purser leaves it" */
  what: string;
  wanted: string;
}): IncidentFact {
  const { account, what, wanted } = options;
  return {
    ...degraded({ about: account, detail: 'subscription_by_hand', severity: 'warning' }),
    account,
    headline: `${account}: ${what}`,
    detail: `Wanted now: ${wanted}. It stays until something else is wanted; enforce: true would change it back.`,
  };
}

/** `message` is the first line of the config error. */
export function configReloadFailed(options: { message: string; revision: string }): IncidentFact {
  const { message, revision } = options;
  return {
    ...degraded({ about: 'purser', detail: 'config_reload_failed', severity: 'warning' }),
    headline: 'The new config is not valid: purser keeps the last good one',
    detail: `${message} Running with revision ${revision}.`,
  };
}

/** Parts of a good config that a running purser cannot take over: "mode enforce", "server". */
export function configNeedsRestart({ parts }: { parts: readonly string[] }): IncidentFact {
  return {
    ...degraded({ about: 'purser', detail: 'config_needs_restart', severity: 'warning' }),
    headline: `purser has to be restarted for the new config: ${parts.join(', ')}`,
    detail: 'The rest of it is taken over. Until then these stay as they were.',
  };
}

/** The store cannot be written: nothing can be armed. */
export function storeFailing(options: { reason: string; mend: string }): IncidentFact {
  return {
    ...degraded({ about: 'purser', detail: 'store_failing', severity: 'critical' }),
    headline: 'purser cannot write its journal: charging has stopped',
    detail: `${options.reason} ${options.mend}`,
  };
}

/** A charge that is neither doubtful nor done: it waits, longer than it should. */
export function chargeStuck(options: {
  account: AccountName;
  amountCents: Cents;
  intentId: IntentId;
  /** What it waits for, as a sentence without its full stop. */
  sentence: string;
}): IncidentFact {
  const { account, amountCents, intentId, sentence } = options;
  return {
    ...degraded({ about: account, detail: `charge_stuck/${intentId}`, severity: 'critical' }),
    account,
    intentId,
    amountCents,
    headline: `${account}: a charge of ${formatCents(amountCents)} does not come to its end`,
    detail: `${sentence}. Nothing else is charged for it meanwhile.`,
  };
}

/** A notice: a page for people has ended, and the provider says nothing but errors of it. */
export function linkUnclear(options: {
  account: AccountName;
  amountCents: Cents;
  intentId: IntentId;
}): IncidentFact {
  const { account, amountCents, intentId } = options;
  return {
    ...degraded({ about: account, detail: `link_unclear/${intentId}`, severity: 'warning' }),
    account,
    intentId,
    amountCents,
    headline: `${account}: whether a payment link that has ended was paid is not known`,
    detail:
      'The provider answers the question with errors. purser asks for three days more; meanwhile cards may pay.',
  };
}

/** A charge that is open belongs to an account that the config does not name any more. */
export function orphanIntent(options: { account: AccountName; intentId: IntentId }): IncidentFact {
  const { account, intentId } = options;
  return {
    ...degraded({ about: account, detail: `orphan/${intentId}`, severity: 'critical' }),
    account,
    intentId,
    headline: `${account} left the config while its charge ${intentId} is open`,
    detail: `Put the account back until it is settled, or run \`purser resolve ${intentId}\`.`,
  };
}

export function degraded(options: { about: string; detail: string; severity: Severity }) {
  return {
    type: 'purser.degraded',
    severity: options.severity,
    fingerprint: fingerprint('purser.degraded', options.about, options.detail),
    account: null,
    intentId: null,
    amountCents: null,
    requestId: null,
  } as const;
}
