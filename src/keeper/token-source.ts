import type { AccountName } from '../domain/ids.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';
import type { AccountSpec, CredentialsSpec } from '../domain/spec.ts';
import { addMs, DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { StoredToken, TokenVault } from '../domain/token-vault.ts';
import { type Login, login, refreshToken } from '../modelslab/auth.ts';
import type { ProviderClient } from '../modelslab/provider-client.ts';

/** After a refusal no login is repeated before this has passed; twice as long after each further one. */
const LOGIN_PAUSE_MS = 5 * MINUTE_MS;
const LOGIN_PAUSE_MAX_MS = HOUR_MS;
/** After a login that got no answer: whoever waits for an order makes a pass every other second. */
const LOGIN_RETRY_MS = 15 * SECOND_MS;
/** A plain token that was refused twice is offered again this often: the provider may have been mistaken. */
const OFFER_AGAIN_MS = 5 * MINUTE_MS;
/** A token that ends within this is not relied on: a login replaces it. */
const RENEW_AHEAD_MS = HOUR_MS;
/** A refresh is due in the last fifth of a token's life, and not before its last three days. */
const REFRESH_SHARE = 0.8;
const REFRESH_DAYS_MS = 3 * DAY_MS;
/** After a refresh that came to nothing; the token that there is still works, or a 401 says that it does not. */
const REFRESH_PAUSE_MS = 10 * MINUTE_MS;

export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'refused'; readonly mend: string; readonly requestId: string | null }
  | { readonly kind: 'unreachable'; readonly reason: string; readonly requestId: string | null };

export type TokenSourceOptions = {
  readonly account: AccountName;
  readonly client: ProviderClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly vault: TokenVault;
  /** False where this process only looks: it neither refreshes, which kills the old token, nor writes. */
  readonly mayRotate: () => boolean;
  /** Told of every token before it is used, so that no output can show it. */
  readonly onToken: (token: Secret, account: AccountName) => void;
};

type Password = Extract<CredentialsSpec, { kind: 'password' }>;

/**
 * Where an account's bearer token comes from: the config, or a login whose token is kept in the vault and refreshed
 * ahead of its end. The provider kills the old token when it hands out the new one (API sheet 1, "Tokens"), so the new
 * one is written down before it is used; whatever is lost on the way, e-mail and password log in again. A token alone
 * is never refreshed: after a crash in between nothing would be left to log in with.
 */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  #current: StoredToken | null = null;
  #hasReadVault = false;
  /** No login before. */
  #pausedUntilMs = 0;
  #refusals = 0;
  /** A token was answered with 401, and none has worked since. */
  #isDenied = false;
  /** Why the last login got no answer, and until when none is tried again. */
  #unanswered: { readonly untilMs: number; readonly answer: TokenAnswer } | null = null;
  /** The last refusal of a login: what is answered while none is tried. */
  #refusal: TokenAnswer | null = null;
  #refreshAfterMs = 0;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  get expiresAt(): EpochMs | null {
    return this.#current?.expiresAt ?? null;
  }

  async get({ credentials }: AccountSpec, signal: AbortSignal): Promise<TokenAnswer> {
    if (credentials.kind === 'token')
      return this.#isPaused()
        ? refused(credentialsMend(credentials))
        : { kind: 'token', token: credentials.token };
    if (credentials.kind === 'sandbox') return refused(credentialsMend(credentials));
    this.#readVault(credentials);
    const now = this.#options.clock.now();
    const current = this.#current?.email === credentials.email ? this.#current : null;
    if (current !== null && isLasting(current, now)) {
      if (this.#isRefreshDue(current, now)) await this.#refresh(credentials, current, signal);
      return { kind: 'token', token: (this.#current ?? current).token };
    }
    return await this.#logIn(credentials, signal);
  }

  /**
   * The provider answered 401. The next `get` logs in again, or offers the plain token again: at once the first time,
   * for that may be a hiccup, and then with a pause until a token works.
   */
  refused({ credentials }: AccountSpec): void {
    if (this.#isDenied && credentials.kind === 'password') this.#pause();
    else if (this.#isDenied) this.#pausedUntilMs = this.#options.clock.monotonicMs() + OFFER_AGAIN_MS;
    this.#isDenied = true;
    this.#current = null;
  }

  /** The provider took the token. A login alone does not say so: its token may be refused all the same. */
  accepted(): void {
    this.#isDenied = false;
    this.#refusals = 0;
  }

  /** The config may have other credentials now. */
  forget(): void {
    this.#current = null;
    this.#hasReadVault = false;
    this.#pausedUntilMs = 0;
    this.#refusals = 0;
    this.#isDenied = false;
    this.#unanswered = null;
  }

  /** The token of an earlier run, where it belongs to the same e-mail. */
  #readVault({ email }: Password): void {
    if (this.#hasReadVault || this.#current !== null) return;
    this.#hasReadVault = true;
    const { vault, account, onToken } = this.#options;
    const stored = vault.read(account);
    if (stored === null || stored.email !== email) return;
    onToken(stored.token, account);
    this.#current = stored;
  }

  /** When the token ends, where it should have been renewed an hour ago and was not; `null` where all is well. */
  overdue(now: EpochMs): EpochMs | null {
    const due = this.#current === null ? null : refreshDueAt(this.#current);
    const isLate = due !== null && this.#options.mayRotate() && now - due >= HOUR_MS;
    return isLate ? this.expiresAt : null;
  }

  #isRefreshDue(current: StoredToken, now: EpochMs): boolean {
    const due = refreshDueAt(current);
    if (due === null || now < due || !this.#options.mayRotate()) return false;
    return this.#options.clock.monotonicMs() >= this.#refreshAfterMs;
  }

  async #refresh(credentials: Password, old: StoredToken, signal: AbortSignal): Promise<void> {
    const { client, account, clock, log } = this.#options;
    this.#refreshAfterMs = clock.monotonicMs() + REFRESH_PAUSE_MS;
    const reply = await refreshToken(client, { account, token: old.token, signal });
    if (reply.kind === 'ok') {
      this.#take(credentials, reply.value);
      log.info('token.refreshed', { account, expires_at: reply.value.expiresAt ?? undefined });
      return;
    }
    log.warn('token.refresh_failed', { account, reason: reply.failure.reason });
    if (reply.failure.reason === 'unauthorized') this.#current = null;
    if (this.#current === null) await this.#logIn(credentials, signal);
  }

  async #logIn(credentials: Password, signal: AbortSignal): Promise<TokenAnswer> {
    const { client, account, clock } = this.#options;
    if (this.#isPaused()) return this.#refusal ?? refused(credentialsMend(credentials));
    const unanswered = this.#unanswered;
    if (unanswered !== null && clock.monotonicMs() < unanswered.untilMs) return unanswered.answer;
    const { email, password } = credentials;
    const reply = await login(client, { account, signal }, { email, password });
    if (reply.kind === 'ok') {
      this.#unanswered = null;
      this.#take(credentials, reply.value);
      return { kind: 'token', token: reply.value.token };
    }
    const { reason, message, requestId } = reply.failure;
    if (reason !== 'unauthorized' && reason !== 'refused') {
      const answer = { kind: 'unreachable', reason: message, requestId } as const;
      this.#unanswered = { untilMs: clock.monotonicMs() + LOGIN_RETRY_MS, answer };
      return answer;
    }
    this.#pause();
    this.#refusal = refused(credentialsMend(credentials), requestId);
    return this.#refusal;
  }

  /** Written down before it is used. Where that fails it is used all the same: the old one is dead already. */
  #take({ email }: Password, { token, expiresAt }: Login): void {
    const { vault, account, clock, log, onToken, mayRotate } = this.#options;
    onToken(token, account);
    this.#current = { email, token, expiresAt, issuedAt: clock.now() };
    if (!mayRotate()) return;
    try {
      vault.write(account, this.#current);
    } catch (error) {
      log.error('token.not_kept', { account, error });
    }
  }

  #isPaused(): boolean {
    return this.#options.clock.monotonicMs() < this.#pausedUntilMs;
  }

  #pause(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#pausedUntilMs = nowMs + Math.min(LOGIN_PAUSE_MAX_MS, LOGIN_PAUSE_MS * 2 ** this.#refusals);
    this.#refusals += 1;
  }
}

/** What mends credentials that were refused, and where they stand. */
export function credentialsMend(credentials: CredentialsSpec): string {
  switch (credentials.kind) {
    case 'token':
      return `Give the account a valid token: it is read from ${credentials.place}.`;
    case 'password':
      return `Check email and password: the password is read from ${credentials.place}.`;
    case 'sandbox':
      return 'Give the account a token, or an email and a password.';
  }
}

function refused(mend: string, requestId: string | null = null): TokenAnswer {
  return { kind: 'refused', mend, requestId };
}

/** `null` for a token without an end. */
function refreshDueAt({ issuedAt, expiresAt }: StoredToken): EpochMs | null {
  if (expiresAt === null) return null;
  const share = issuedAt + (expiresAt - issuedAt) * REFRESH_SHARE;
  return epochMs(Math.round(Math.max(share, expiresAt - REFRESH_DAYS_MS)));
}

function isLasting({ expiresAt, issuedAt }: StoredToken, now: EpochMs): boolean {
  if (expiresAt === null) return true;
  // A life shorter than the margin would mean a login for every call.
  const margin = Math.min(RENEW_AHEAD_MS, (expiresAt - issuedAt) / 10);
  return addMs(now, margin) < expiresAt;
}
