import { type AroundRead, WatchedWire } from './watched-wire.ts';

/** A list of subscriptions whose rows tell this id of their plan; with `undefined` they tell its name only. */
export function rowsWithPlanId(id: number | undefined): AroundRead {
  return async (send, { url }) => {
    const reply = await send();
    if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
    const put = (key: string, value: unknown) => (key === 'plan_id' ? id : value);
    return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
  };
}

export function wireWithPlanId(id: number | undefined): WatchedWire {
  return new WatchedWire((send) => send(), rowsWithPlanId(id));
}
