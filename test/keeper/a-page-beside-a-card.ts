import { expect } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';
import type { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { type AroundRead, answer } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';
export const PAYS_BY_CARD_OR_LINK = { pay_with: ['default', 'human'] };
export const LOST = { kind: 'lost', reason: 'ECONNRESET' } as const satisfies TransportReply;

/** The card of a low wallet was declined, so a page is out; in two minutes the card may be charged again, and can pay. */
export async function aPageIsOut(keeper: AKeeper): Promise<void> {
  const { client } = keeper;
  await keeper.pass();
  await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
  await lower(client);
  await keeper.live(5 * HOUR_MS + 58 * MINUTE_MS);
  await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
}

export function aLateLedger(client: SandboxClient, isLate: () => boolean): AroundRead {
  return aCache(client, '/wallet/', isLate);
}

/** So long behind a payment, wallet and ledger are from before it. */
export function aLedgerBehind(client: SandboxClient, paidAt: () => number, forMs: number): AroundRead {
  return aLateLedger(client, () => {
    const agoMs = client.clock.now() - paidAt();
    return agoMs >= 0 && agoMs < forMs;
  });
}

/** While `isLate`, what lies behind that path is answered from a cache of the provider's own. */
export function aCache(client: SandboxClient, path: string, isLate: () => boolean): AroundRead {
  const seen = new Map<string, TransportReply>();
  return async (send, { url }) => {
    const known = seen.get(url);
    const date = new Date(client.clock.now()).toUTCString();
    if (isLate() && url.includes(path) && known?.kind === 'answered')
      return { ...known, headers: { ...known.headers, date } };
    const reply = await send();
    seen.set(url, reply);
    return reply;
  };
}

/** What was paid by card, and on pages. */
export async function paidIn(client: SandboxClient): Promise<readonly string[]> {
  const made = [...(await charges(client)), ...(await charges(client, 'checkout'))];
  return made.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`);
}

/** The page was paid, and credited by the provider itself: the caps count it once, and nothing waits. */
export async function isPaidOnce(keeper: AKeeper): Promise<void> {
  const { client, context } = keeper;
  const scopes = capScopes(context.spec(), keeper.account('agent-0001'));
  const [found] = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(await charges(client)).toEqual([]);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(found?.usage.dayCents).toBe(5_000);
  expect(await statesOf(keeper)).toEqual(['fund released', 'fund_link settled', 'fund released']);
}

/** A page that was asked for by hand is out. */
export async function aPageByHand(keeper: AKeeper): Promise<void> {
  await keeper.live(5 * MINUTE_MS);
  const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
  await keeper.live(MINUTE_MS);
  page.withdraw();
}

/** confirm-checkout fulfils a session once, and answers who asks for it again with an error. */
export function fulfilsOnce(onPaid: () => void): AroundConfirm {
  const done = new Set<string>();
  return async (send, session) => {
    if (done.has(session)) return answer(400, GONE);
    const said = await send();
    if (said.kind !== 'answered' || said.status !== 200) return said;
    done.add(session);
    onPaid();
    return said;
  };
}

const GONE = { data: null, error: { code: 'session_not_found', message: 'No such checkout session.' } };
type AroundConfirm = (send: () => Promise<TransportReply>, session: string) => Promise<TransportReply>;
