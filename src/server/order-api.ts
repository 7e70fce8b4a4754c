import type { IncomingMessage } from 'node:http';
import { ensureOrder, type HandOrder } from '../domain/hand-order.ts';
import { type Cents, parseCents } from '../domain/money.ts';
import type { Secret } from '../domain/secret.ts';
import { MINUTE_MS, parseDurationMs, SECOND_MS } from '../domain/time.ts';
import { type Reply, refuseBearer } from './bearer.ts';
import { readJson } from './read-body.ts';

/** What may be asked for over HTTP, by whoever has the token. */
export type Orders = {
  /** Asked at each request: a reload may change it. `null` refuses everything. */
  readonly apiToken: () => Secret | null;
  /** `null` where there is no such account. */
  readonly place: (
    account: string,
    order: HandOrder,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<OrderView | null>;
};

/** The answer to an order as JSON; `outcome` decides the HTTP status. */
export type OrderView = { readonly outcome: 'done' | 'refused' | 'open' };

const BODY_BYTES_MAX = 4_096;
const WAIT_DEFAULT_MS = MINUTE_MS;
const WAIT_MAX_MS = 10 * MINUTE_MS;
const STATUS = { done: 200, refused: 409, open: 202 } as const;

/**
 * `POST /api/v1/accounts/NAME/ensure` with `{"amount": 40, "wait": "60s"}`: the same as `purser ensure NAME 40`.
 * 200 the money is there, 409 not done and why, 202 under way, 400 what is wrong with the request, 401 without the token.
 */
export async function answerOrder(
  orders: Orders,
  request: IncomingMessage,
  name: string,
  gone: AbortSignal,
): Promise<Reply> {
  const refusal = refuseBearer(orders.apiToken(), request) ?? refuseType(request);
  if (refusal !== null) return refusal;
  const body = await readJson(request, BODY_BYTES_MAX);
  if (body === null) return bad('the body is JSON such as {"amount": 40}, 4 KiB at most');
  const needed = readAmount(body['amount']);
  if (needed === null) return bad('amount: wanted dollars with at most two decimals, such as 40 or "12.50"');
  const timeoutMs = readWait(body['wait']);
  if (timeoutMs === null) return bad('wait: wanted a duration from 1s to 10m, such as "90s"');
  const answer = await orders.place(name, ensureOrder(needed), { timeoutMs, signal: gone });
  if (answer === null) return { status: 404, body: { error: `there is no account ${JSON.stringify(name)}` } };
  return { status: STATUS[answer.outcome], body: answer };
}

/** A browser cannot send this type to another origin without asking first. */
function refuseType(request: IncomingMessage): Reply | null {
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
  return isJson ? null : { status: 415, body: { error: 'send content-type: application/json' } };
}

function readAmount(value: unknown): Cents | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const text = String(value);
  const amountCents = /^\d{1,7}(\.\d{1,2})?$/.test(text) ? parseCents(text) : null;
  return amountCents !== null && amountCents > 0 ? amountCents : null;
}

function readWait(value: unknown): number | null {
  if (value === undefined) return WAIT_DEFAULT_MS;
  const waitMs = typeof value === 'string' ? parseDurationMs(value) : null;
  return waitMs !== null && waitMs >= SECOND_MS && waitMs <= WAIT_MAX_MS ? waitMs : null;
}

function bad(error: string): Reply {
  return { status: 400, body: { error } };
}
