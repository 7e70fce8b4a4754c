import type { HandAnswer } from '../domain/hand-order.ts';
import type { Mode } from './running-mode.ts';

/** What to do about an order that was refused, where its own sentence does not say it. `mode` is that of the config. */
export function refusalMend(
  { account, mode }: { readonly account: string; readonly mode: Mode },
  { reason, intent, until, link }: HandAnswer,
): string | null {
  switch (reason) {
    case 'cap_per_charge':
      return 'ask for less, or raise the cap in the config';
    case 'cap_charges_per_day':
      return 'raise the cap in the config, or wait: a charge leaves the window 24 h after it was made';
    case 'cap_day':
      return windowMend('24 h');
    case 'cap_week':
      return windowMend('7 days');
    case 'cap_month':
      return windowMend('30 days');
    case 'forbidden':
      return 'the provider does not allow it to this account; its support knows why';
    case 'frozen':
      return `\`purser explain ${account}\` shows why, \`purser resume ${account} --freeze\` ends it`;
    case 'paused_by_operator':
      return `\`purser explain ${account}\` shows why, \`purser resume ${account}\` ends it`;
    case 'observing':
      return mode === 'enforce'
        ? 'the config says enforce: start the purser that runs again, for no reload takes it out of mode observe'
        : 'set `mode: enforce` in the config, and start purser again';
    case 'declined':
      return `\`purser billing cards list ${account}\` shows the cards, \`purser billing cards default ${account} ID\` charges another one next time`;
    case 'cards_waiting':
    case 'no_card_left':
    case 'needs_human':
      return `\`purser billing cards list ${account}\` shows the cards, \`purser billing cards default ${account} ID\` charges another one a minute later; \`purser pay-link ${account}\` asks a person`;
    case 'provider_unreachable':
    case 'not_armed':
    case 'timeout':
      return 'nothing was sent for it; try again in a minute';
    case 'plan_unknown':
    case 'price_unknown':
      return `\`purser subscriptions plans ${account}\` lists the plans`;
    case 'invalid_subscription_state':
      return `\`purser subscriptions list ${account}\` shows its state; what is paused is changed after \`purser subscriptions resume ${account}\``;
    case 'no_subscription':
      return `\`purser subscriptions list ${account}\` lists them`;
    default:
      if (link !== null)
        return 'no link can be withdrawn, for the provider has no call for it: unpaid, it ends by itself, and its amount leaves the caps';
      return intent === null && until === null ? null : `\`purser explain ${account}\` shows the whole story`;
  }
}

/** How much was asked for against how much there is stands in the sentence before. */
function windowMend(window: string): string {
  return `ask for less, or raise the cap in the config; where less is asked than the cap itself, waiting helps: a charge leaves the window ${window} after it was made`;
}
