import type { AccountName } from '../domain/ids.ts';
import type { Card, LedgerLook, Subscription } from '../domain/observation.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Burn } from '../policy/burn.ts';
import type { TokenSource } from './token-source.ts';

/** What is kept of an account in memory between passes; all of it can be lost without harm. */
export type AccountRuntime = {
  readonly name: AccountName;
  readonly tokens: TokenSource;
  burn: Burn | null;
  /** The last look that could not be called consistent by itself. */
  unconfirmedLook: LedgerLook | null;
  cards: readonly Card[] | null;
  cardsReadAtMs: number | null;
  subscriptions: readonly Subscription[] | null;
  lookedAtMs: number | null;
  failingSince: EpochMs | null;
  /** The last decision on each subject, so that the log says a thing once. */
  readonly decided: { wallet: string; subscription: string };
};

export function newRuntime(name: AccountName, tokens: TokenSource): AccountRuntime {
  return {
    name,
    tokens,
    burn: null,
    unconfirmedLook: null,
    cards: null,
    cardsReadAtMs: null,
    subscriptions: null,
    lookedAtMs: null,
    failingSince: null,
    decided: { wallet: '', subscription: '' },
  };
}
