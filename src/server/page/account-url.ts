export function accountUrl(account: string): string {
  return `/accounts/${encodeURIComponent(account)}`;
}
