import { Client } from 'undici';
import { onTestFinished } from 'vitest';
import { microUsd } from '../../src/domain/money.ts';
import { fleet } from '../../src/sandbox/population.ts';
import type { AccountSeed } from '../../src/sandbox/provider/open-world.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { ManualClock } from './manual-clock.ts';

/** What the tests look at in an answer; a field that is not there is `undefined`, and the test fails. */
export type Body = {
  readonly data: Body & readonly Body[];
  readonly error: Body;
  readonly details: Body;
  readonly payment: Body;
  readonly wallet: Body;
  readonly items: readonly Body[];
  readonly cards: readonly Body[];
  readonly subscriptions: readonly Body[];
  readonly subscription_plans: readonly Body[];
  readonly accounts: readonly Body[];
  readonly payment_intents: readonly Body[];
  readonly open_links: readonly Body[];
  readonly publishable_key: string;
  readonly access_token: string;
  readonly expires_at: string;
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly status: string;
  readonly key: string | null;
  readonly code: string;
  readonly param: string;
  readonly decline_code: string;
  readonly payment_intent_id: string;
  readonly setup_intent_id: string;
  readonly client_secret: string;
  readonly payment_method: string;
  readonly session_id: string;
  readonly payment_url: string;
  readonly control_url: string;
  readonly url: string;
  readonly fingerprint: string;
  readonly is_default: boolean;
  readonly idempotency_replay: boolean | undefined;
  readonly balance: number;
  readonly total_credited: number;
  readonly amount: number;
  readonly transaction_id: string;
  readonly tokens: number;
};

export type Reply = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Body & readonly Body[];
};

export type Asked = {
  readonly method?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly token?: string | null;
};

/** A sandbox with one client per face, over real HTTP, on a clock that stands still. Closed when the test ends. */
export class SandboxClient {
  readonly clock: ManualClock;
  readonly sandbox: Sandbox;

  constructor(sandbox: Sandbox, clock: ManualClock) {
    this.sandbox = sandbox;
    this.clock = clock;
  }

  /** To the provider, as the first account unless another token is given; a body makes it a POST. */
  async ask(path: string, asked: Asked = {}): Promise<Reply> {
    const { body, key } = asked;
    const token = asked.token === undefined ? this.sandbox.accounts[0]?.token : asked.token;
    return exchange(this.sandbox.baseUrl + path, {
      method: asked.method ?? (body === undefined ? 'GET' : 'POST'),
      text: body === undefined ? '' : JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token ?? ''}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    });
  }

  fund(amount: unknown, key: string, card = 'pm_agent_0001_visa'): Promise<Reply> {
    return this.ask('/wallet/fund', { body: { amount, payment_method_id: card }, key });
  }

  async balance(): Promise<number> {
    return (await this.ask('/wallet/balance')).body.data.balance;
  }

  async stripe(path: string, form: Record<string, string>, publishableKey?: string): Promise<Reply> {
    const user = publishableKey ?? (await this.ask('/billing/stripe-config')).body.publishable_key;
    return exchange(this.sandbox.stripeUrl + path, {
      method: 'POST',
      text: new URLSearchParams(form).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}`,
      },
    });
  }

  async tokenise(number: string, over: Record<string, string> = {}): Promise<Reply> {
    const card = { number, exp_month: '12', exp_year: '2030', cvc: '123', ...over };
    const fields = Object.entries(card).map(([name, value]) => [`card[${name}]`, value]);
    return this.stripe('/v1/payment_methods', { type: 'card', ...Object.fromEntries(fields) });
  }

  control(path: string, body?: unknown): Promise<Reply> {
    return exchange(this.sandbox.controlUrl + path, {
      method: body === undefined ? 'GET' : 'PATCH',
      text: body === undefined ? '' : JSON.stringify(body),
      headers: {},
    });
  }

  async patch(body: unknown, account = 'agent-0001'): Promise<Reply['body']> {
    const reply = await this.control(`/accounts/${account}`, body);
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    return reply.body;
  }

  async charges(): Promise<readonly Body[]> {
    return (await this.control('/charges')).body;
  }
}

export type Beginning = {
  readonly speed?: number;
  readonly statePath?: string;
  readonly accounts?: readonly AccountSeed[];
  readonly clock?: ManualClock;
};

/** `agent-0001` holds $50, burns nothing, and has a working Visa and Mastercard, unless told otherwise. */
export async function startClient(beginning: Beginning = {}): Promise<SandboxClient> {
  const clock = beginning.clock ?? new ManualClock();
  const sandbox = await startSandbox({
    seed: 'test',
    speed: beginning.speed ?? 1,
    accounts: beginning.accounts ?? calmAccounts(2),
    clock,
    ...(beginning.statePath === undefined ? {} : { statePath: beginning.statePath }),
  });
  onTestFinished(() => sandbox.close());
  return new SandboxClient(sandbox, clock);
}

/** The first row of an answer; a test that finds none fails here. */
export function first<Row>(rows: readonly Row[]): Row {
  const row = rows[0];
  if (row === undefined) throw new Error('there is no row');
  return row;
}

export function calmAccounts(count: number): readonly AccountSeed[] {
  return fleet({ count, seed: 'test' }).map((account) => ({
    ...account,
    balanceMicroUsd: microUsd(50_000_000),
    burnMicroUsdPerHour: microUsd(0),
  }));
}

async function exchange(
  url: string,
  request: { readonly method: string; readonly text: string; readonly headers: Record<string, string> },
): Promise<Reply> {
  const { origin, pathname, search } = new URL(url);
  const client = new Client(origin);
  try {
    const { statusCode, headers, body } = await client.request({
      path: pathname + search,
      method: request.method as 'GET', // undici's own list of verbs; the tests use PATCH, PUT and DELETE of it too.
      headers: request.headers,
      body: request.text === '' ? null : request.text,
    });
    const text = await body.text();
    const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    return { status: statusCode, headers: flat, body: parsed(text) };
  } finally {
    await client.close();
  }
}

function parsed(text: string): Reply['body'] {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse('null'); // Garbage, as the fault of that name sends it.
  }
}
