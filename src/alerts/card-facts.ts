import type { AccountName } from '../domain/ids.ts';
import type { IncidentFact } from '../domain/incident.ts';
import { DAY_MS, type EpochMs, formatDuration, formatInstant } from '../domain/time.ts';
import { degraded } from './degraded-facts.ts';

/** Notices about saved cards: nothing is wrong yet. */

/** A notice, critical in the last day. */
export function cardExpiring(options: {
  account: AccountName;
  cardLast4: string;
  /** The first instant at which it is no good any more. */
  expiresAt: EpochMs;
  now: EpochMs;
}): IncidentFact {
  const { account, cardLast4, expiresAt, now } = options;
  const leftMs = expiresAt - now;
  const when = leftMs <= 0 ? 'has expired' : `expires in ${formatDuration(leftMs)}`;
  return {
    ...degraded({
      about: account,
      detail: `card_expiring/${cardLast4}`,
      severity: leftMs <= DAY_MS ? 'critical' : 'warning',
    }),
    account,
    headline: `${account}: the card ending ${cardLast4} ${when}`,
    detail: `It is good until ${formatInstant(expiresAt)}. Save another one: purser billing cards add ${account} --default.`,
  };
}

/** A notice: somebody chose another default card, or removed it. */
export function defaultCardChanged(options: { account: AccountName; was: string; is: string }): IncidentFact {
  const { account, was, is } = options;
  return {
    ...degraded({ about: account, detail: 'default_card', severity: 'warning' }),
    account,
    headline: `${account}: the default card was ${was} and is ${is}`,
    detail: 'Renewals and repairs are charged to it, and so are top-ups where pay_with says default.',
  };
}
