import type { AccountName } from '../../src/domain/ids.ts';
import type { Log, LogFields, Random } from '../../src/domain/ports.ts';
import { Secret } from '../../src/domain/secret.ts';
import { ProviderClient, type ProviderClientOptions } from '../../src/modelslab/provider-client.ts';
import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { ManualClock } from './manual-clock.ts';

export const BASE_URL = 'https://provider.test/api/agents/v1';
export const TOKEN = 'tok_very-secret-token';
export const caller = { account: 'render-eu' as AccountName, token: new Secret(TOKEN) };

/** A wire that answers by a script: the last answer is repeated. */
export class ScriptedTransport implements Transport {
  readonly requests: TransportRequest[] = [];
  readonly #script: (request: TransportRequest, index: number) => TransportReply;

  constructor(
    script: readonly TransportReply[] | ((request: TransportRequest, index: number) => TransportReply),
  ) {
    this.#script =
      typeof script === 'function'
        ? script
        : (_request, index) =>
            script[Math.min(index, script.length - 1)] ?? { kind: 'lost', reason: 'script' };
  }

  async request(request: TransportRequest): Promise<TransportReply> {
    this.requests.push(request);
    return this.#script(request, this.requests.length - 1);
  }

  async close(): Promise<void> {
    return undefined;
  }
}

/** An answer with a JSON body, in the envelope unless it is given whole. */
export function answered(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): TransportReply {
  return {
    kind: 'answered',
    status,
    headers,
    bodyText: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export function enveloped(data: unknown, headers: Record<string, string> = {}): TransportReply {
  return answered(200, { data, error: null, meta: { request_id: 'req_1' } }, headers);
}

export const midway: Random = { uniform: () => 0.5, hex: (count) => '0'.repeat(count * 2) };

/** Keeps every line, so that a test can look for what must not be in one. */
export class KeptLog implements Log {
  readonly lines: string[] = [];
  readonly #keep = (event: string, fields?: LogFields) => {
    this.lines.push(`${event} ${JSON.stringify(fields ?? {})}`);
  };
  readonly debug = this.#keep;
  readonly info = this.#keep;
  readonly warn = this.#keep;
  readonly error = this.#keep;
}

export function scripted(
  script: ConstructorParameters<typeof ScriptedTransport>[0],
  options: Partial<ProviderClientOptions> = {},
) {
  const clock = new ManualClock();
  const transport = new ScriptedTransport(script);
  const log = new KeptLog();
  const client = new ProviderClient({
    baseUrl: BASE_URL,
    transport,
    clock,
    random: midway,
    log,
    guard: 'read_write',
    ...options,
  });
  return { client, clock, transport, log };
}
