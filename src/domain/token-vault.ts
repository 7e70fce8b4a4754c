import type { AccountName } from './ids.ts';
import type { Secret } from './secret.ts';
import type { EpochMs } from './time.ts';

/** A token that came from a login or a refresh, and whose it is. */
export type StoredToken = {
  readonly email: string;
  readonly token: Secret;
  /** `null` where it never ends or the provider does not say. */
  readonly expiresAt: EpochMs | null;
  readonly issuedAt: EpochMs;
};

/** Where tokens outlive the process. Never the journal: what stands there may be read by many. */
export interface TokenVault {
  /** `null` where there is none that can be read. */
  read(account: AccountName): StoredToken | null;
  /** Durable when it returns. Throws where it cannot be written. */
  write(account: AccountName, stored: StoredToken): void;
  forget(account: AccountName): void;
}
