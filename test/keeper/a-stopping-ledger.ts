import { MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A ledger that shows nothing new, but the time, from the first charge on behind `isToStop`. */
export function stoppingLedger() {
  const ledger = {
    isToStop: false,
    /** It answers nothing at all. */
    isDown: false,
    hasStopped: false,
    shown: new Map<string, TransportReply>(),
    /** Of payments. */
    isStatusDown: false,
    /** So many answers about wallet and cards are dated ten minutes ahead. */
    wrongDates: 0,
    isUndated: false,
    onStatus: async (): Promise<void> => undefined,
    onFund: async (): Promise<void> => undefined,
  };
  const dated = (reply: TransportReply, aheadMs: number): TransportReply => {
    if (reply.kind !== 'answered') return reply;
    const { date, ...headers } = reply.headers;
    if (ledger.isUndated) return { ...reply, headers };
    const told = new Date(Date.parse(String(date)) + aheadMs).toUTCString();
    return { ...reply, headers: { ...headers, date: told } };
  };
  const transport = new WatchedWire(
    async (send, _ordinal, { url }) => {
      const isFund = url.includes('/fund');
      if (isFund) ledger.hasStopped = ledger.isToStop;
      const reply = dated(await send(), 0);
      if (isFund) await ledger.onFund();
      return reply;
    },
    async (send, { url }) => {
      if (/payments\/.*status/.test(url)) {
        await ledger.onStatus();
        if (ledger.isStatusDown) return answer(503, {});
      }
      if (ledger.isDown && url.includes('/wallet/transactions')) return answer(503, {});
      const isWrong = ledger.wrongDates > 0 && /wallet|payment-methods/.test(url);
      if (isWrong) ledger.wrongDates -= 1;
      const fresh = dated(await send(), isWrong ? 10 * MINUTE_MS : 0);
      if (!url.includes('/wallet/')) return fresh;
      const page = url.replace(/limit=\d+/, '');
      const known = ledger.hasStopped ? ledger.shown.get(page) : undefined;
      const isKnown = known?.kind === 'answered' && fresh.kind === 'answered';
      const reply = isKnown ? { ...known, headers: fresh.headers } : fresh;
      ledger.shown.set(page, reply);
      return reply;
    },
  );
  return { ledger, transport };
}
