import type { Problems } from './config-problem.ts';
import { looksSecret } from './hide-secrets.ts';
import { keySpot, type Spot } from './spot.ts';
import { didYouMean } from './suggest.ts';

/** Keys that people will look for and that do nothing yet. A key that does nothing must not be accepted. */
const NOT_YET = new Set([
  'auto_recharge',
  'coupon',
  'invoice',
  'withdraw',
  'postgres',
  'email_alerts',
  'pagerduty',
]);

/** Where a key belongs that was found elsewhere: mostly a slip of the indentation. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  wallet: [
    'min_balance',
    'max_balance',
    'top_up',
    'cooldown',
    'pay_with',
    'foreign_credits',
    'auto_funding',
    'coupons',
  ],
  caps: ['per_charge', 'day', 'week', 'month', 'charges_per_day'],
  subscription: ['plan', 'when_past_due', 'when_paused', 'when_canceled', 'when_wrong_plan', 'enforce'],
  receivers: ['pay_links'],
  alerts: ['receivers', 'routes', 'repeat'],
  top_up: ['amount', 'to', 'runway', 'minimum'],
  server: ['listen', 'api_token'],
  defaults: ['poll', 'policy', 'timezone'],
  accounts: ['token', 'email', 'password', 'schedule', 'include'],
  'a policy': ['wallet', 'subscription', 'billing_info', 'invoices'],
};

/** Reports a key that the schema does not know, at the key. */
export function reportUnknownKey(
  parent: Spot,
  name: string,
  known: readonly string[],
  problems: Problems,
): void {
  if (problems.isFull) return;
  const spot = keySpot(parent, name);
  const shown = looksSecret(name) || name.length > 60 ? '' : ` "${name}"`;
  if (NOT_YET.has(name)) {
    problems.error(spot, `key${shown} is not supported by this version`, 'take it out');
    return;
  }
  const all =
    known.length > 0 ? `known here: ${known.join(', ')}` : '`purser schema` says what may stand here';
  const mend = didYouMean(name, known) ?? belongsElsewhere(name) ?? all;
  problems.error(spot, `unknown key${shown}`, mend);
}

function belongsElsewhere(name: string): string | null {
  for (const [home, keys] of Object.entries(HOMES)) {
    if (keys.includes(name)) return `it belongs under ${home}: check the indentation`;
  }
  return null;
}
