import { addMs, DAY_MS, type EpochMs, formatInstant } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { invalid, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { hasField, textField } from './input.ts';
import { lookup } from './lookup.ts';
import { scaledMs } from './period.ts';
import { word } from './random.ts';
import type { World } from './world.ts';

/** API sheet, "Tokens". Lifetimes are virtual time. */
const LIFETIMES_MS: Readonly<Record<string, number | null>> = {
  '1_week': 7 * DAY_MS,
  '1_month': 30 * DAY_MS,
  '3_months': 90 * DAY_MS,
  never: null,
};

/** A user who logs in without end keeps this many tokens; the oldest go. */
const TOKENS_MAX_PER_ACCOUNT = 50;

export function login(call: Call): Outcome {
  const minted = mint(call);
  if (minted.kind === 'refused') return minted.outcome;
  const { account } = call;
  return ok({
    ...minted.fields,
    user: {
      id: account.userId,
      name: account.name,
      email: account.email,
      username: account.name,
      verified: true,
    },
    api_key: null,
  });
}

/** A new token; the one that asked is dead at once. */
export function refreshToken(call: Call): Outcome {
  const minted = mint(call);
  if (minted.kind === 'refused') return minted.outcome;
  if (call.token !== null) revoke(call.world, call.account, call.token);
  return ok(minted.fields);
}

/** Writes down a token for an account: the seed's own, or a fresh one. */
export function issueToken(
  world: World,
  account: Account,
  token: { readonly text: string; readonly expiresAt: EpochMs | null },
): void {
  world.tokens[token.text] = { account: account.name, expiresAt: token.expiresAt };
  account.tokens.push(token.text);
  world.revision += 1;
}

function revoke(world: World, account: Account, text: string): void {
  delete world.tokens[text];
  account.tokens = account.tokens.filter((one) => one !== text);
}

type Minted =
  | { readonly kind: 'minted'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

function mint(call: Call): Minted {
  const { world, account, now, body } = call;
  const expiry = hasField(body, 'token_expiry') ? textField(body, 'token_expiry') : '1_month';
  const lifetimeMs =
    expiry === null ? undefined : Object.hasOwn(LIFETIMES_MS, expiry) ? LIFETIMES_MS[expiry] : undefined;
  if (expiry === null || lifetimeMs === undefined) {
    const known = Object.keys(LIFETIMES_MS).join(', ');
    return {
      kind: 'refused',
      outcome: invalid('token_expiry', `The token_expiry must be one of: ${known}.`),
    };
  }
  const expiresAt = lifetimeMs === null ? null : addMs(now, scaledMs(world, lifetimeMs));
  const ids = { state: world.random.ids };
  const text = `${account.userId}|sbx_${word(ids, 40)}`;
  world.random.ids = ids.state;
  forgetOldTokens(world, account, now);
  issueToken(world, account, { text, expiresAt });
  return {
    kind: 'minted',
    fields: {
      access_token: text,
      token_type: 'Bearer',
      token_expiry: expiry,
      expires_at: expiresAt === null ? null : formatInstant(expiresAt),
    },
  };
}

function forgetOldTokens(world: World, account: Account, now: EpochMs): void {
  const spare = account.tokens.length - TOKENS_MAX_PER_ACCOUNT;
  for (const [index, text] of account.tokens.entries()) {
    const expiresAt = lookup(world.tokens, text)?.expiresAt ?? null;
    if (index < spare || (expiresAt !== null && expiresAt <= now)) revoke(world, account, text);
  }
}
