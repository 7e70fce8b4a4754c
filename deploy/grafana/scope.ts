/** Only what belongs to the groups and accounts chosen at the top; every series of `expr` has the label `account`. */
export function ofChosen(expr: string): string {
  return `(${expr}) and on (job, instance, account) purser_account_info{group=~"$group", account=~"$account"}`;
}

/** Only the accounts chosen at the top, where the labels job and instance are gone. */
export const CHOSEN = 'account=~"$account"';
