import type { AccountName } from '../domain/ids.ts';
import type { Secret } from '../domain/secret.ts';
import type { Redactor } from './redactor.ts';

/** The newest works, and an older one may still stand in an answer that is on its way. */
const TOKENS_KEPT = 3;

/** Has the redactor mask the tokens that logins and refreshes gave: the last few of each account, or memory would never end. */
export class RecentTokens {
  readonly #redactor: Redactor;
  readonly #byAccount = new Map<AccountName, readonly Secret[]>();
  /** Accounts by token: two may share a login. */
  readonly #holders = new Map<string, number>();

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  seen(token: Secret, account: AccountName): void {
    const known = this.#byAccount.get(account) ?? [];
    const others = known.filter((one) => one.reveal() !== token.reveal());
    if (others.length === known.length) this.#take(token);
    const kept = [...others, token];
    for (const old of kept.splice(0, kept.length - TOKENS_KEPT)) this.#drop(old);
    this.#byAccount.set(account, kept);
  }

  #take(token: Secret): void {
    this.#redactor.add(token);
    this.#holders.set(token.reveal(), (this.#holders.get(token.reveal()) ?? 0) + 1);
  }

  #drop(token: Secret): void {
    const holders = (this.#holders.get(token.reveal()) ?? 0) - 1;
    if (holders > 0) this.#holders.set(token.reveal(), holders);
    else {
      this.#holders.delete(token.reveal());
      this.#redactor.remove(token);
    }
  }
}
