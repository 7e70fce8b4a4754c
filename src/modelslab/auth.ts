import { z } from 'zod';
import type { AccountName } from '../domain/ids.ts';
import { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import type { ProviderClient } from './provider-client.ts';
import type { Caller } from './reading.ts';
import type { Reply } from './reply.ts';
import { maybeInstant } from './wire.ts';
import { write } from './writing.ts';

/** How long a token lives (API sheet 1, "Tokens"); the provider's default is a month. */
export type TokenExpiry = '1_week' | '1_month' | '3_months' | 'never';

export type Login = {
  readonly token: Secret;
  /** `null` where it never ends or the provider does not say. */
  readonly expiresAt: EpochMs | null;
};

const DEVICE = 'purser';

/** Everything else of the answer (user, API key) is left where it is. */
const login_ = z
  .object({
    access_token: z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'not a token'),
    expires_at: maybeInstant,
  })
  .transform(
    (found): Login => ({
      token: new Secret(found.access_token),
      expiresAt: found.expires_at,
    }),
  );

/** E-mail and password to a token. Earlier tokens stay valid. */
export function login(
  client: ProviderClient,
  caller: { readonly account: AccountName; readonly signal?: AbortSignal | undefined },
  args: { readonly email: string; readonly password: Secret; readonly tokenExpiry?: TokenExpiry | undefined },
): Promise<Reply<Login>> {
  const body = {
    email: args.email,
    password: args.password.reveal(),
    device_name: DEVICE,
    token_expiry: args.tokenExpiry,
  };
  return write(client, { ...caller, token: null }, { endpoint: 'login', body }, login_, [args.password]);
}

/**
 * A new token for the old, which is revoked at once: a crash before the new one is written down locks a token-only
 * account out (API sheet 1, "Tokens"). Where e-mail and password are known, `login` is the safer way.
 */
export function refreshToken(
  client: ProviderClient,
  caller: Caller,
  args: { readonly tokenExpiry?: TokenExpiry | undefined } = {},
): Promise<Reply<Login>> {
  const body = { device_name: DEVICE, token_expiry: args.tokenExpiry };
  return write(client, caller, { endpoint: 'refreshToken', body }, login_);
}
