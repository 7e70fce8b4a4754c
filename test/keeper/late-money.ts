import type { TransportReply } from '../../src/modelslab/transport.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';

type Row = Readonly<Record<string, unknown>> & { readonly id: number };

/** Money that came, and its row, which the provider shows only a while later. Rows of the sandbox are numbered upwards. */
export class LateMoney {
  /** The newest row when it began to be hidden; `null` before. */
  row: number | null = null;
  readonly #client: SandboxClient;
  readonly #dollars: number;
  readonly #lateMs: number;
  #from = Number.POSITIVE_INFINITY;

  constructor(client: SandboxClient, late: { readonly dollars: number; readonly lateMs: number }) {
    this.#client = client;
    this.#dollars = late.dollars;
    this.#lateMs = late.lateMs;
  }

  /** From now on. */
  async begin(): Promise<void> {
    this.row = await newestRow(this.#client);
    this.#from = this.#client.clock.now();
  }

  get sinceMs(): number {
    return this.#client.clock.now() - this.#from;
  }

  /** An answer as it is while `isHidden` rows and the money are late; `edit` changes the rows in any case. */
  hide(
    reply: TransportReply,
    url: string,
    rows: { readonly isHidden: (row: Row) => boolean; readonly edit?: (row: Row) => object },
  ): TransportReply {
    if (reply.kind !== 'answered') return reply;
    const body = JSON.parse(reply.bodyText);
    const isLate = this.sinceMs >= 0 && this.sinceMs < this.#lateMs;
    const dollars = isLate ? this.#dollars : 0;
    if (url.includes('/wallet/balance')) body.data.balance -= dollars;
    else if (url.includes('/wallet/transactions')) {
      const { data } = body;
      const shown = data.items.filter((row: Row) => !isLate || !rows.isHidden(row));
      const items = rows.edit === undefined ? shown : shown.map(rows.edit);
      data.wallet.balance -= dollars;
      data.wallet.total_credited -= dollars;
      Object.assign(data, { items, count: items.length, total: items.length });
    } else return reply;
    return { ...reply, bodyText: JSON.stringify(body) };
  }
}

export async function newestRow(client: SandboxClient): Promise<number> {
  const { body } = await client.ask('/wallet/transactions?type=credit&limit=1');
  return Number(body.data.items[0]?.id);
}
