import type { EndpointName } from '../../src/contract/endpoints.ts';
import { type AccountName, parseName } from '../../src/domain/ids.ts';
import type { Card, Subscription } from '../../src/domain/observation.ts';
import { Secret } from '../../src/domain/secret.ts';
import { getStripeConfig, listPaymentMethods } from '../../src/modelslab/billing.ts';
import type { FailureReason } from '../../src/modelslab/failure.ts';
import { ProviderClient, type RequestSample } from '../../src/modelslab/provider-client.ts';
import type { Caller } from '../../src/modelslab/reading.ts';
import type { Reply } from '../../src/modelslab/reply.ts';
import { type CardDetails, createPaymentMethod, type StripeAccess } from '../../src/modelslab/stripe.ts';
import { listSubscriptions } from '../../src/modelslab/subscriptions.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import { fleet } from '../../src/sandbox/population.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { ManualClock } from './manual-clock.ts';
import { KeptLog, midway } from './scripted-transport.ts';

/** One way through an endpoint: on an account of its own, what is done and what comes back. */
export type Path<Expected> = {
  /** For docs/endpoints.md. */
  readonly shows: string;
  readonly run: (stage: Stage) => Promise<Reply<unknown>>;
  readonly expect: Expected;
};

export type Walk = {
  /** Has to match the value. */
  readonly works: Path<unknown>;
  readonly fails: Path<{ readonly reason: FailureReason; readonly status: number; readonly code?: string }>;
};

/** An account of the sandbox and everything that a path may use on it. */
export type Stage = {
  readonly client: ProviderClient;
  readonly caller: Caller;
  readonly email: string;
  readonly password: Secret;
  /** Changes the account by the sandbox's side door. */
  readonly patch: (change: object) => Promise<void>;
  readonly card: () => Promise<Card>;
  readonly subscription: () => Promise<Subscription>;
  readonly stripe: () => Promise<StripeAccess>;
  readonly samples: RequestSample[];
  readonly log: KeptLog;
};

export const CARD: CardDetails = {
  number: new Secret('4242424242424242'),
  expMonth: 12,
  expYear: 2030,
  cvc: new Secret('123'),
};

/** A sandbox with `count` idle accounts, each with a wallet, two cards and an active subscription. */
export async function openStages(count: number) {
  const clock = new ManualClock();
  const transport = new UndiciTransport();
  const accounts = fleet({ count, seed: 'the endpoint walk' });
  const sandbox = await startSandbox({ seed: 'the endpoint walk', accounts, speed: 1, clock, port: 0 });
  let used = 0;

  function stage(): Stage {
    const seed = sandbox.accounts[used];
    used += 1;
    if (seed === undefined) throw new Error('the walk needs more accounts');
    const samples: RequestSample[] = [];
    const log = new KeptLog();
    const client = new ProviderClient({
      baseUrl: sandbox.baseUrl,
      transport,
      clock,
      random: midway,
      log,
      guard: 'read_write',
      onRequest: (sample) => samples.push(sample),
    });
    const caller = { account: accountName(seed.name), token: new Secret(seed.token) };
    return {
      client,
      caller,
      email: seed.email,
      password: new Secret(seed.password),
      patch: (change) => patch(`${sandbox.controlUrl}/accounts/${seed.name}`, change),
      card: async () => one(okValue(await listPaymentMethods(client, caller))),
      subscription: async () => one(okValue(await listSubscriptions(client, caller))),
      stripe: async () => {
        const { publishableKey } = okValue(await getStripeConfig(client, caller));
        return { stripeUrl: sandbox.stripeUrl, publishableKey, transport, clock };
      },
      samples,
      log,
    };
  }

  return {
    stage,
    close: async () => {
      await transport.close();
      await sandbox.close();
    },
  };
}

/** The names of the requests that a stage has made, in order. */
export function operations(stage: Stage): readonly EndpointName[] {
  return stage.samples.map((sample) => sample.operation);
}

export function okValue<T>(reply: Reply<T>): T {
  if (reply.kind === 'ok') return reply.value;
  throw new Error(`the stage could not be set: ${reply.failure.reason} ${reply.failure.message}`);
}

/** A card that was just tokenised and belongs to no account yet. */
export async function freshCard(stage: Stage) {
  return okValue(await createPaymentMethod(await stage.stripe(), CARD)).paymentMethodId;
}

function one<T>(values: readonly T[]): T {
  const [first] = values;
  if (first === undefined) throw new Error('the account has none');
  return first;
}

function accountName(text: string): AccountName {
  const name = parseName<AccountName>(text);
  if (name === null) throw new Error(`not a name: ${text}`);
  return name;
}

async function patch(url: string, change: object): Promise<void> {
  const response = await fetch(url, { method: 'PATCH', body: JSON.stringify(change) });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
}
