import type { AccountName } from '../domain/ids.ts';
import { type Cents, dollarsText } from '../domain/money.ts';

export type Starter = {
  /** `null` for the built-in sandbox, else `modelslab` or the address of an Agents API. */
  readonly provider: string | null;
  /** Of the Stripe API that goes with such an address; `null` for the real one. */
  readonly stripeUrl: string | null;
  readonly account: AccountName;
  /** Beside the config; `null` where none is needed. */
  readonly tokenFile: string | null;
  readonly minBalanceCents: Cents;
  readonly topUpCents: Cents;
  readonly dayCapCents: Cents;
  readonly fixesPayments: boolean;
};

/** The text of a config to begin with: it only watches, and says in comments what to change when. */
export function starterConfig(starter: Starter): string {
  const { provider, stripeUrl, account, tokenFile, fixesPayments } = starter;
  const isSandbox = provider === null;
  const stripe = stripeUrl === null ? '' : `, stripe_url: ${stripeUrl}`;
  const address =
    provider === null
      ? 'sandbox'
      : provider === 'modelslab'
        ? provider
        : `{ base_url: ${provider}${stripe} }`;
  const token = tokenFile === null ? '' : `, token: { file: ./${tokenFile} }`;
  const pastDue = fixesPayments
    ? 'fix_payment # pays a renewal that failed'
    : 'alert # or fix_payment: pays a renewal that failed';
  return `# purser: written by \`purser init\`. Every key: docs/reference/config.md, or \`purser schema\`.
version: 1

# observe: look and tell, never charge. \`purser plan\` shows what it would do.
# enforce: act, within the caps below. Change it when the plan is what you want.
mode: observe

provider: ${address}${isSandbox ? ' # the built-in imitation: no real account, no real card' : ''}

defaults:
  poll: 60s # how often to look at an account
  policy: standard

policies:
  standard:
    wallet:
      min_balance: ${dollarsText(starter.minBalanceCents)} # top up when the balance falls below this
      top_up: { amount: ${dollarsText(starter.topUpCents)} } # or { to: 100 }, or { runway: 48h }
      pay_with: [default, others] # cards in order; add human for a payment link to a person
    caps: # in rolling windows, per account; what is in doubt counts as spent
      per_charge: ${dollarsText(fixesPayments ? starter.dayCapCents : starter.topUpCents)}
      day: ${dollarsText(starter.dayCapCents)}
      charges_per_day: 5
    subscription:
      when_past_due: ${pastDue}

accounts:
  - { name: ${account}${token} }

# Who is told: Slack, or a signed webhook (docs/recipes.md).
# alerts:
#   receivers:
#     team: { slack: { webhook_url: { file: ./slack.url } } }
`;
}
