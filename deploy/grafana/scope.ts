/** Only what belongs to the groups and accounts chosen at the top; every series of `expr` has the label `account`. */
export function ofChosen(expr: string): string {
  return `(${expr}) and on (job, instance, account) purser_account_info{group=~"$group", account=~"$account"}`;
}

/** Only the accounts chosen at the top, where the labels job and instance are gone. */
export const CHOSEN = 'account=~"$account"';

/** Limits of the accounts and groups chosen at the top, and of the fleet. */
export const CHOSEN_CAPS = [
  'purser_cap_limit_usd{scope="account", name=~"$account"}',
  'purser_cap_limit_usd{scope="group", name=~"$group"}',
  'purser_cap_limit_usd{scope="fleet"}',
].join(' or ');
