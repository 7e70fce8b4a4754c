import type { AccountName } from '../../src/domain/ids.ts';
import type { StoredToken, TokenVault } from '../../src/domain/token-vault.ts';

/** Tokens on a machine's disk. */
export class MemoryVault implements TokenVault {
  readonly #tokens = new Map<AccountName, StoredToken>();

  read(account: AccountName): StoredToken | null {
    return this.#tokens.get(account) ?? null;
  }

  write(account: AccountName, stored: StoredToken): void {
    this.#tokens.set(account, stored);
  }

  forget(account: AccountName): void {
    this.#tokens.delete(account);
  }
}
