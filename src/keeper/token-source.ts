import type { Clock } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { login } from '../modelslab/auth.ts';
import type { ProviderClient } from '../modelslab/provider-client.ts';

/** A token that the provider refused is not tried again, and no login repeated, before this has passed. */
const LOGIN_PAUSE_MS = 5 * MINUTE_MS;
/** A login token is replaced so long before its end. */
const RENEW_AHEAD_MS = 60 * MINUTE_MS;

export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'refused'; readonly mend: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Where an account's bearer token comes from: the config, or a login whose token lives in memory only. */
export class TokenSource {
  readonly #client: ProviderClient;
  readonly #clock: Clock;
  readonly #onToken: (token: Secret) => void;
  #loggedIn: { readonly token: Secret; readonly expiresAt: EpochMs | null } | null = null;
  /** When a login was refused, or a token fresh from one. */
  #refusedAtMs: number | null = null;
  /** When a token was last answered with 401. */
  #deniedAtMs: number | null = null;

  constructor(options: { client: ProviderClient; clock: Clock; onToken: (token: Secret) => void }) {
    this.#client = options.client;
    this.#clock = options.clock;
    this.#onToken = options.onToken;
  }

  get expiresAt(): EpochMs | null {
    return this.#loggedIn?.expiresAt ?? null;
  }

  async get(account: AccountSpec, signal: AbortSignal): Promise<TokenAnswer> {
    const { credentials } = account;
    if (credentials.kind === 'token') return { kind: 'token', token: credentials.token };
    if (credentials.kind === 'sandbox')
      return { kind: 'refused', mend: 'Give the account a token, or an email and a password.' };
    const current = this.#loggedIn;
    const isFresh =
      current !== null &&
      (current.expiresAt === null || current.expiresAt - this.#clock.now() > RENEW_AHEAD_MS);
    if (isFresh) return { kind: 'token', token: current.token };
    if (this.#refusedAtMs !== null && this.#clock.monotonicMs() - this.#refusedAtMs < LOGIN_PAUSE_MS) {
      return { kind: 'refused', mend: 'Check email and password.' };
    }
    const { email, password } = credentials;
    const reply = await login(this.#client, { account: account.name, signal }, { email, password });
    if (reply.kind === 'ok') {
      this.#loggedIn = reply.value;
      this.#refusedAtMs = null;
      this.#onToken(reply.value.token);
      return { kind: 'token', token: reply.value.token };
    }
    const { reason, message } = reply.failure;
    if (reason !== 'unauthorized' && reason !== 'refused') return { kind: 'unreachable', reason: message };
    this.#refusedAtMs = this.#clock.monotonicMs();
    return { kind: 'refused', mend: 'Check email and password.' };
  }

  /** The provider answered 401: the next `get` logs in again, at once the first time and then with a pause. */
  refused(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#deniedAtMs !== null && nowMs - this.#deniedAtMs < LOGIN_PAUSE_MS) this.#refusedAtMs = nowMs;
    this.#deniedAtMs = nowMs;
    this.#loggedIn = null;
  }

  /** The config may have other credentials now. */
  forget(): void {
    this.#loggedIn = null;
    this.#refusedAtMs = null;
  }
}
