import { WatchedWire } from './watched-wire.ts';

/** As at Stripe: the period begins at the renewal, paid or not. */
export function withPeriodEnd(endsAtMs: () => number): WatchedWire {
  return new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const put = (key: string, value: unknown) =>
        key.includes('period_end') ? new Date(endsAtMs()).toISOString() : value;
      return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
    },
  );
}
