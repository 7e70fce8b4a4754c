/** Why an account is frozen whose charge the provider undid (charging.md, fence 5). */
export function tookBack(rowId: string): string {
  return `the provider took back a charge of purser's (ledger row ${rowId})`;
}
