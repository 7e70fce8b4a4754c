import type { IncomingMessage } from 'node:http';
import type { Random } from '../../domain/ports.ts';
import type { Secret } from '../../domain/secret.ts';
import { type EpochMs, HOUR_MS } from '../../domain/time.ts';
import { isSame } from '../bearer.ts';

const COOKIE = 'purser_session';
const LASTS_MS = 12 * HOUR_MS;
/** The oldest is signed out where more are signed in. */
const SESSIONS_MAX = 100;
const RANDOM_BYTES = 32;

/** Somebody who gave the token. */
export type Session = {
  readonly id: string;
  /** Every form carries it: another site cannot know it. */
  readonly formToken: string;
  readonly endsAt: EpochMs;
  /** The token that was given: another one in the config ends the session. */
  readonly token: Secret;
};

/** Who is signed in, in memory: a restart signs everybody out. */
export class Sessions {
  readonly #random: Random;
  readonly #now: () => EpochMs;
  readonly #open = new Map<string, Session>();

  constructor(random: Random, now: () => EpochMs) {
    this.#random = random;
    this.#now = now;
  }

  open(token: Secret): Session {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= SESSIONS_MAX && oldest !== undefined) this.#open.delete(oldest);
    const session = {
      id: this.#random.hex(RANDOM_BYTES),
      formToken: this.#random.hex(RANDOM_BYTES),
      endsAt: (this.#now() + LASTS_MS) as EpochMs, // a whole number of milliseconds later
      token,
    };
    this.#open.set(session.id, session);
    return session;
  }

  /** Of the cookie of a request; `null` where it names none that is open. */
  of(request: IncomingMessage, token: Secret | null): Session | null {
    const id = new RegExp(`(?:^|;\\s*)${COOKIE}=([0-9a-f]+)`).exec(request.headers.cookie ?? '')?.[1];
    const session = id === undefined ? undefined : this.#open.get(id);
    if (session === undefined) return null;
    const isValid =
      token !== null && this.#now() < session.endsAt && isSame(session.token.reveal(), token.reveal());
    if (!isValid) this.#open.delete(session.id);
    return isValid ? session : null;
  }

  close(session: Session): void {
    this.#open.delete(session.id);
  }
}

/** The header that gives the cookie to a browser, or takes it away. */
export function cookieHeader(session: Session | null, request: IncomingMessage): string {
  // Said by the proxy that ended TLS; whoever says it for no reason locks only the own browser out.
  const secure = request.headers['x-forwarded-proto'] === 'https' ? '; Secure' : '';
  const value = session === null ? '; Max-Age=0' : `${session.id}; Max-Age=${LASTS_MS / 1_000}`;
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}
