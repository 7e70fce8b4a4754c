import type { EndpointName } from '../../contract/endpoints.ts';
import { ENDPOINTS } from '../../contract/endpoints.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { bare, fail, invalid, type Outcome } from './answer.ts';
import { textField } from './input.ts';
import { bound, lookup } from './lookup.ts';
import type { LimitWindow, World } from './world.ts';

/** Who asks, and whose limiter counts it; `windows` is `null` where nobody is known. */
export type Identity =
  | { readonly account: Account; readonly windows: Record<string, LimitWindow>; readonly limitName: string }
  | {
      readonly account: null;
      readonly refusal: Outcome;
      readonly windows: Record<string, LimitWindow> | null;
      readonly limitName: string;
    };

const AUTH_LIMITS_MAX = 50_000;

/** A login is known by e-mail and password, everything else by its bearer token (API sheet, "Tokens"). */
export function identify(
  world: World,
  now: EpochMs,
  request: {
    readonly route: EndpointName;
    readonly token: string | null;
    readonly body: Readonly<Record<string, unknown>>;
  },
): Identity {
  if (request.route === 'login') return identifyLogin(world, request.body);
  const token = request.token === null ? null : lookup(world.tokens, request.token);
  const isLive = token !== null && (token.expiresAt === null || token.expiresAt > now);
  const account = isLive ? lookup(world.accounts, token.account) : null;
  if (account === null) {
    return {
      account: null,
      refusal: bare({ message: 'Unauthenticated.' }, 401),
      windows: null,
      limitName: '',
    };
  }
  return { account, windows: account.limits, limitName: ENDPOINTS[request.route].rate };
}

/** What each wrong password answers is undocumented; Laravel's usual 401 in the vendor's envelope is assumed. */
function identifyLogin(world: World, body: Readonly<Record<string, unknown>>): Identity {
  const email = textField(body, 'email')?.toLowerCase() ?? null;
  const password = textField(body, 'password');
  if (email === null || email.length > 254) {
    const refusal = invalid('email', 'The email field is required.');
    return { account: null, refusal, windows: null, limitName: '' };
  }
  bound(world.authLimits, AUTH_LIMITS_MAX);
  const windows = world.authLimits;
  const name = lookup(world.emails, email);
  const account = name === null ? null : lookup(world.accounts, name);
  if (account === null || account.password !== password) {
    const refusal = fail(401, 'invalid_credentials', 'These credentials do not match our records.');
    return { account: null, refusal, windows, limitName: email };
  }
  return { account, windows, limitName: email };
}
