import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { answer, WatchedWire } from './watched-wire.ts';

export const PAYMENT = 'pi_waits000000001';
export type Row = { id: number; plan_id: number; plan_name: string; status: string };
export const row = (id: number, plan_id: number, plan_name: string, status: string): Row => ({
  id,
  plan_id,
  plan_name,
  status,
});
export const basic = (id: number, status: string): Row => row(id, 41, 'Basic', status);

export function aWorld(isPath: (url: string) => boolean) {
  const world = {
    payment: 'requires_action',
    rows: null as readonly Row[] | null,
    isListDown: false,
    isPostDown: false,
    arePlansDown: false,
    statusOf: null as ((id: string) => ReturnType<typeof answer> | null) | null,
  };
  const details = { decline_code: 'authentication_required', payment_intent_id: PAYMENT };
  const error = { code: 'payment_declined', message: 'The card needs its holder.', details };
  let isAsked = false;
  const transport = new WatchedWire(
    (send, _ordinal, { url }) => {
      if (world.isPostDown) return Promise.resolve(answer(500, {}));
      if (isAsked || !isPath(url)) return send();
      isAsked = true;
      return Promise.resolve(answer(402, { data: null, error }));
    },
    async (send, { url }) => {
      if (url.includes(PAYMENT))
        return answer(200, { data: { status: world.payment, payment_intent_id: PAYMENT } });
      const status = /subscriptions\/(\d+)\/status/.exec(url);
      if (status !== null && world.statusOf !== null) {
        const own = world.statusOf(String(status[1]));
        if (own !== null) return own;
      }
      if (url.endsWith('/subscriptions')) {
        if (world.isListDown) return answer(500, {});
        if (world.rows !== null) return answer(200, { data: world.rows });
      }
      if (url.includes('/plans') && world.arePlansDown) return answer(500, {});
      return await send();
    },
  );
  return { world, transport };
}

/** What a person is asked to confirm, and what is told of it: the first POST of such a path is declined for want of its holder. */
export async function scene(isPath: (url: string) => boolean, rows: readonly Row[] | null, more: Opening) {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld(isPath);
  world.rows = rows;
  const opening: Opening = { poll: '10m', wallet: null, transport, ...more };
  const keeper = await AKeeper.open(client, opening);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  const listen = async () => {
    const before = (await keeper.told()).length;
    return async () => (await keeper.told()).slice(before);
  };
  const states = async () => (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);
  const metrics = async () => {
    const text = await keeper.context.metrics.text();
    const found = text.matchAll(/^purser_needs_human\{account="agent-0001",reason="(\w+)"\} 1$/gm);
    return Array.from(found, ([, reason]) => String(reason));
  };
  return { client, keeper, world, opening, firing, listen, states, metrics };
}
