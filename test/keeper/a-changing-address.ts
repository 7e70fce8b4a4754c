import { stoppingLedger } from './a-stopping-ledger.ts';
import { WatchedWire } from './watched-wire.ts';

const ADDRESS = /agent-000\d@sandbox\.purser\.test/g;

/** The provider calls accounts by `mails` in place of their addresses; the ledger of the account with `token` can be stopped. */
export function changingAddresses(token: string) {
  const { ledger, transport: inner } = stoppingLedger();
  const mails: Record<string, string> = {};
  const transport = new WatchedWire(
    (_send, _n, request) => inner.request(request),
    async (send, request) => {
      const isStopping = JSON.stringify(request.headers).includes(token);
      const reply = await (isStopping ? inner.request(request) : send());
      if (!request.url.endsWith('/me') || reply.kind !== 'answered') return reply;
      return { ...reply, bodyText: reply.bodyText.replace(ADDRESS, (one) => mails[one] ?? one) };
    },
  );
  return { ledger, mails, transport };
}
