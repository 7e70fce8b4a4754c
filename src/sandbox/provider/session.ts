import { addMs, DAY_MS, type EpochMs } from '../../domain/time.ts';
import type { CheckoutSession } from './account.ts';
import type { Call } from './call.ts';
import { scaledMs } from './period.ts';
import { newId } from './random.ts';
import type { World } from './world.ts';

/** Stripe Checkout sessions live for 24 h; virtual time here. */
const SESSION_MS = DAY_MS;

export function openSession(
  call: Pick<Call, 'world' | 'account' | 'now'>,
  wanted: Pick<CheckoutSession, 'purpose' | 'amountCents' | 'planId'>,
): CheckoutSession {
  const { world, account, now } = call;
  const session: CheckoutSession = {
    id: newId(world, 'cs_test', 40),
    ...wanted,
    createdAt: now,
    expiresAt: addMs(now, scaledMs(world, SESSION_MS)),
    state: 'open',
    paymentIntent: null,
    subscriptionId: null,
  };
  account.sessions[session.id] = session;
  return session;
}

export function paymentUrl(world: World, session: CheckoutSession): string {
  return `${world.origin}/pay/${session.id}`;
}

export function isPayable(session: CheckoutSession, now: EpochMs): boolean {
  return session.state === 'open' && session.expiresAt > now;
}
