import type { SandboxClient } from '../sandbox/sandbox-client.ts';

/** One charge that the imitated card processor executed: the truth that purser's words are held against. */
export type ChargeRow = {
  readonly account: string;
  readonly amount_cents: number;
  readonly card: string;
  readonly kind: string;
  readonly key: string | null;
  readonly at: string;
};

export type RequestRow = {
  readonly account: string | null;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly status: number | null;
  readonly at: string;
};

export async function charges(client: SandboxClient, kind = 'fund'): Promise<readonly ChargeRow[]> {
  const rows: readonly unknown[] = (await client.control('/charges')).body;
  return (rows as readonly ChargeRow[]).filter((row) => row.kind === kind); // docs/sandbox.md, "Control"
}

export async function requests(client: SandboxClient): Promise<readonly RequestRow[]> {
  const rows: readonly unknown[] = (await client.control('/requests')).body;
  return rows as readonly RequestRow[]; // docs/sandbox.md, "Control"
}

/** Every request that could have changed something. */
export async function posts(client: SandboxClient): Promise<readonly RequestRow[]> {
  return (await requests(client)).filter(({ method }) => method !== 'GET');
}

export async function faults(client: SandboxClient, settings: Readonly<Record<string, unknown>>) {
  const reply = await client.control('/faults', settings);
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
}

/** Every fault rate back to nothing. */
export async function fairWeather(client: SandboxClient): Promise<void> {
  const rates = ['lost_request', 'lost_response', 'error_before_effect', 'error_after_effect', 'garbage'];
  const more = ['stale_balance', 'delayed_ledger_rows', 'rate_limited', 'unauthorized'];
  await faults(client, {
    ...Object.fromEntries([...rates, ...more].map((rate) => [rate, 0])),
    latency_ms: 0,
  });
}
