import type { SandboxClient } from '../sandbox/sandbox-client.ts';
import type { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const PAYMENT = 'pi_waits000000001';
export const CHANGE = { plan: 43, when_canceled: 'subscribe', when_wrong_plan: 'change' };

type Row = { id: number; plan_id: number; status: string };

/** Lists that lack what a test says; the first purchase may ask for its holder. */
export function aWorld({ asks }: { readonly asks: boolean }) {
  const world = {
    payment: 'requires_action',
    /** Plans that lists are late with. */
    lacks: [] as readonly number[],
    isListDown: false,
    /** What is over is on no list. */
    lacksOver: false,
  };
  const details = { decline_code: 'authentication_required', payment_intent_id: PAYMENT };
  const error = { code: 'payment_declined', message: 'The card needs its holder.', details };
  let isAsked = !asks;
  const transport = new WatchedWire(
    (send, _ordinal, { url }) => {
      if (isAsked || !url.endsWith('/subscriptions')) return send();
      isAsked = true;
      return Promise.resolve(answer(402, { data: null, error }));
    },
    async (send, { url }) => {
      if (url.includes(PAYMENT))
        return answer(200, { data: { status: world.payment, payment_intent_id: PAYMENT } });
      if (!url.endsWith('/subscriptions')) return await send();
      if (world.isListDown) return answer(500, {});
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText) as { data: readonly Row[] }; // the sandbox's own list
      const data = body.data
        .filter(({ plan_id }) => !world.lacks.includes(plan_id))
        .filter(({ status }) => !world.lacksOver || status !== 'canceled');
      return { ...reply, bodyText: JSON.stringify({ ...body, data }) };
    },
  );
  return { world, transport };
}

export const states = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);

/** What the imitated processor took for a change of plan. */
export const changes = async (client: SandboxClient) => await charges(client, 'plan_change');
