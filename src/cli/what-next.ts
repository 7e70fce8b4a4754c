import type { Act, HoldReason } from '../domain/decision.ts';
import type { DecisionView } from '../keeper/view.ts';
import type { Mode } from './running-mode.ts';

type Words = (account: string) => string;

const BY_ITSELF: Words = () => 'purser goes on by itself';
const ADOPT: Words = () => '`purser adopt` ends it, where no journal was lost';
const ROOM: Words = () =>
  'purser charges when the window has room again; a higher cap in the config lets it charge at once';
const PLANS: Words = (account) =>
  `\`purser subscriptions plans ${account}\` lists the plans; name one of them in the config`;
const SUBSCRIPTION: Words = (account) =>
  `\`purser subscriptions list ${account}\` shows it; mend it by \`purser subscriptions …\`, or let the policy do it (subscription.when_…)`;

/** What purser waits for, or what a person can do, by the reason of a decision; what is well needs neither. */
const NEXT: Readonly<Partial<Record<HoldReason | Act['reason'], Words>>> = {
  no_card_left: (account) =>
    `\`purser billing cards add ${account} --default\` saves another card, \`purser pay-link ${account} --amount DOLLARS\` lets a person pay, \`purser resume ${account}\` lets a mended card be tried again`,
  link_open: () => 'a person pays on the page below; purser sees it by itself',
  links_used_up: (account) =>
    `\`purser pay-link ${account} --amount DOLLARS\` makes one more; wallet.links_per_day allows more`,
  cards_waiting: (account) =>
    `purser tries again by itself; \`purser billing cards add ${account} --default\` saves another card, \`purser pay-link ${account} --amount DOLLARS\` lets a person pay`,
  paused_by_operator: (account) => `\`purser resume ${account}\` ends it`,
  frozen: (account) =>
    `look at the charges below and at the provider; \`purser resolve INTENT\` closes one that is open, \`purser resume ${account} --freeze\` ends the freeze`,
  quarantined: ADOPT,
  probation: ADOPT,
  clock_skew: () => "set this machine's clock",
  cap_per_charge: () => 'raise caps.per_charge in the config, or charge less at a time',
  cap_day: ROOM,
  cap_week: ROOM,
  cap_month: ROOM,
  cap_charges_per_day: ROOM,
  plan_unknown: PLANS,
  price_unknown: PLANS,
  subscription_canceled: SUBSCRIPTION,
  wrong_plan: SUBSCRIPTION,
  past_due: SUBSCRIPTION,
  paused: SUBSCRIPTION,
  status_unknown: SUBSCRIPTION,
  changed_by_hand: (account) =>
    `\`purser subscriptions list ${account}\` shows it; change it back, or subscription.enforce lets purser do it`,
  provider_unreachable: (account) =>
    `purser looks again at every poll; \`purser check --online\` says whether it is the network, the address or the token of ${account}`,
  intent_open: BY_ITSELF,
  page_unclear: BY_ITSELF,
  look_torn: BY_ITSELF,
  anchor_stale: BY_ITSELF,
  anchor_not_moved: BY_ITSELF,
  cooling_down: BY_ITSELF,
  burn_unknown: BY_ITSELF,
  pacing: BY_ITSELF,
  trouble_unconfirmed: BY_ITSELF,
  plan_kept: BY_ITSELF,
  usage_unknown: BY_ITSELF,
};

/** `null` where there is nothing to do or to wait for. */
export function whatNext(account: string, { kind, reason }: DecisionView, mode: Mode | null): string | null {
  if (kind === 'charge') return mode === 'observe' ? null : 'the next pass does it';
  return new Map<string, Words>(Object.entries(NEXT)).get(reason)?.(account) ?? null;
}
