import { ENDPOINTS } from '../../contract/endpoints.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Account, KeyEntry } from './account.ts';
import { advanceAccount } from './advance.ts';
import { type Answer, bare, bodyOf, fail, type Outcome } from './answer.ts';
import type { Call, ProviderRequest } from './call.ts';
import { HANDLERS } from './handlers.ts';
import { closeKey, keepAnswer, openKey } from './idempotency.ts';
import { identify } from './identify.ts';
import { type Allowance, countRequest, fullAllowance, limitHeaders, retryAfterSeconds } from './limiter.ts';
import { lookup } from './lookup.ts';
import { fingerprintOf, newId } from './random.ts';
import { findRoute, type Route } from './route.ts';
import type { World } from './world.ts';

/** A request that may have its effect: who asks, for what, under which key, and what the limiter said. */
export type Admission = {
  readonly kind: 'admitted';
  readonly route: Route;
  readonly account: Account;
  readonly request: ProviderRequest;
  readonly body: Readonly<Record<string, unknown>>;
  readonly keyEntry: KeyEntry | null;
  readonly allowance: Allowance;
};

export type Admitted =
  | Admission
  | { readonly kind: 'answered'; readonly answer: Answer; readonly account: string | null };

/** The whole provider: one request, at one instant, to its answer. The world is changed in place. */
export function apply(world: World, now: EpochMs, request: ProviderRequest): Answer {
  const admitted = admit(world, now, request);
  if (admitted.kind === 'answered') return admitted.answer;
  const answer = execute(world, now, admitted);
  release(admitted);
  return answer;
}

/**
 * The way in: route, token, limiter, Idempotency-Key. The HTTP face calls the three steps one by one, so that a slow
 * request holds its key while it is slow; whoever gets an admission must `release` it, executed or not.
 */
export function admit(world: World, now: EpochMs, request: ProviderRequest): Admitted {
  const route = findRoute(request.method, request.path);
  if (route === null)
    return answered(world, bare({ message: 'Not found' }, 404), fullAllowance('general', now), null);
  const endpoint = ENDPOINTS[route.name];
  const body = request.bodyText === '' ? {} : request.body;
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  // An object of JSON.parse has string keys and unknown values: that is all the type says.
  const fields = isObject ? (body as Readonly<Record<string, unknown>>) : {};

  const identity = identify(world, now, { route: route.name, token: request.token, body: fields });
  const slot = { name: identity.limitName, rate: endpoint.rate };
  const allowance =
    identity.windows === null ? fullAllowance(endpoint.rate, now) : countRequest(identity.windows, slot, now);
  const name = identity.account?.name ?? null;
  if (!allowance.isAllowed) return tooMany(allowance, now, name);
  if (identity.account === null) return answered(world, identity.refusal, allowance, name);
  if (!isObject) {
    return answered(world, fail(400, 'invalid_request', 'The body is not a JSON object.'), allowance, name);
  }

  const account = identity.account;
  advanceAccount(world, account, now);
  const admission = { kind: 'admitted', route, account, request, body: fields, allowance } as const;
  if (request.key === null || endpoint.method === 'GET' || endpoint.rate === 'auth') {
    return { ...admission, keyEntry: null };
  }
  const fingerprint = fingerprintOf(`${request.method} ${request.path}\n${request.bodyText}`);
  const verdict = openKey(world, account, { key: request.key, fingerprint, now });
  switch (verdict.kind) {
    case 'fresh':
      return { ...admission, keyEntry: lookup(account.keys, request.key) };
    case 'refused':
      return answered(world, verdict.outcome, allowance, name);
    case 'replay': {
      const { status, body: cached } = verdict.answer;
      const answer = {
        status,
        headers: limitHeaders(allowance),
        body: { ...cached, idempotency_replay: true },
      };
      return { kind: 'answered', answer, account: name };
    }
  }
}

/** The effect, and the answer to it. */
export function execute(world: World, now: EpochMs, admission: Admission): Answer {
  const { route, account, request, body, keyEntry, allowance } = admission;
  advanceAccount(world, account, now);
  const call: Call = {
    world,
    account,
    now,
    token: request.token,
    key: request.key,
    id: route.id,
    query: request.query,
    body,
  };
  const outcome = HANDLERS[route.name](call);
  const answer = { status: outcome.status, body: bodyOf(outcome, newId(world, 'req', 16)) };
  if (keyEntry !== null) keepAnswer(world, keyEntry, answer);
  if (request.method !== 'GET' && outcome.status < 300) world.revision += 1;
  return { ...answer, headers: limitHeaders(allowance) };
}

/** The way out: frees the key. */
export function release(admission: Admission): void {
  if (admission.keyEntry !== null && admission.request.key !== null)
    closeKey(admission.account, admission.request.key);
}

function answered(world: World, outcome: Outcome, allowance: Allowance, account: string | null): Admitted {
  const body = bodyOf(outcome, newId(world, 'req', 16));
  return {
    kind: 'answered',
    answer: { status: outcome.status, headers: limitHeaders(allowance), body },
    account,
  };
}

function tooMany(allowance: Allowance, now: EpochMs, account: string | null): Admitted {
  const headers = {
    ...limitHeaders(allowance),
    'Retry-After': String(retryAfterSeconds(allowance.resetAt, now)),
  };
  return {
    kind: 'answered',
    answer: { status: 429, headers, body: { message: 'Too many requests' } },
    account,
  };
}
