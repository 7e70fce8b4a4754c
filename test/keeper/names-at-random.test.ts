import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { acceptName, OTHER_NAME } from '../../src/keeper/new-name.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** The sandbox accounts, by the number of their token. */
const ACCOUNTS = [1, 2, 3, 4] as const;
type Account = (typeof ACCOUNTS)[number];
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const FIRST_CONFIG = new Map<Account, string>([
  [1, 'a'],
  [2, 'b'],
  [3, 'c'],
]);

/** How the provider answers who an account is. */
type Mode = 'named' | 'nameless' | 'failing' | 'down';
type Step = { readonly passes: number; readonly gapMs: number } & (
  | { readonly kind: 'config'; readonly how: 'restart' | 'reload'; readonly config: Map<Account, string> }
  | { readonly kind: 'mode'; readonly account: Account; readonly mode: Mode }
  | { readonly kind: 'lower'; readonly account: Account }
  | { readonly kind: 'posts'; readonly posts: 'fine' | 'lost' | 'unsent' }
);

const account = fc.constantFrom(...ACCOUNTS);
/** Everybody is in it from then on: whose account left the config, nobody can say. */
const config = fc
  .shuffledSubarray([...NAMES], { minLength: ACCOUNTS.length, maxLength: ACCOUNTS.length })
  .map((names) => new Map(ACCOUNTS.map((one) => [one, names[one - 1] ?? ''] as const)));
const timing = {
  passes: fc.integer({ min: 1, max: 5 }),
  gapMs: fc.constantFrom(2 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('config'), how: fc.constantFrom('restart', 'reload'), config, ...timing }),
  fc.record({
    kind: fc.constant('mode'),
    account,
    mode: fc.constantFrom('named', 'nameless', 'failing', 'down'),
    ...timing,
  }),
  fc.record({ kind: fc.constant('lower'), account, ...timing }),
  fc.record({ kind: fc.constant('posts'), posts: fc.constantFrom('fine', 'lost', 'unsent'), ...timing }),
);

/** A fleet whose names in the config change at random, and what each account may have been charged by then. */
class Fleet {
  readonly #client: SandboxClient;
  readonly #modes = new Map<Account, Mode>();
  readonly #needs = new Map<Account, number>();
  readonly #paused: ReadonlySet<Account>;
  #posts: 'fine' | 'lost' | 'unsent' = 'fine';
  #wasNameless = false;
  #config: ReadonlyMap<Account, string> = FIRST_CONFIG;
  #keeper: AKeeper | null = null;

  private constructor(client: SandboxClient, paused: readonly Account[]) {
    this.#client = client;
    this.#paused = new Set(paused);
  }

  static async open(paused: readonly Account[]): Promise<Fleet> {
    const fleet = new Fleet(await startClient({ accounts: calmAccounts(ACCOUNTS.length) }), paused);
    await fleet.#restart();
    await fleet.passes(3, MINUTE_MS);
    for (const one of paused) await fleet.#pause(one);
    await fleet.passes(2, MINUTE_MS);
    return fleet;
  }

  async take(one: Step): Promise<void> {
    // One that never said who it is: whose doubt is open under its name nobody can say when that is given to another.
    if (one.kind === 'mode' && this.#config.has(one.account)) this.#modes.set(one.account, one.mode);
    if (one.kind === 'mode' && one.mode === 'nameless') this.#wasNameless = true;
    if (one.kind === 'posts') this.#posts = one.posts;
    if (one.kind === 'lower') await this.#lower(one.account);
    if (one.kind === 'config') {
      this.#config = one.config;
      if (one.how === 'restart') await this.#restart();
      else this.#now().respec(this.#wish());
    }
    await this.passes(one.passes, one.gapMs);
    await this.check();
  }

  /** All is well again, a person lifts what is frozen over a name or its memory, and everybody needs money once more. */
  async end(): Promise<void> {
    this.#modes.clear();
    this.#posts = 'fine';
    await this.passes(40, MINUTE_MS);
    for (let round = 0; round < ACCOUNTS.length; round += 1) {
      for (const name of this.#config.values()) await this.#unfreeze(name);
      await this.passes(5, MINUTE_MS);
    }
    for (const one of this.#config.keys()) await this.#lower(one);
    await this.passes(60, HOUR_MS); // what is in doubt comes to its end
    for (const name of this.#config.values()) await this.#resumeOtherLedger(name);
    await this.passes(40, MINUTE_MS);
    await this.check();
    for (const [one, name] of this.#config) {
      const { journal } = this.#now().store;
      const holds = await journal.holds(this.#now().account(name).name);
      expect(holds.map(({ kind }) => kind)).toEqual(this.#paused.has(one) ? ['pause'] : []);
      if (!this.#paused.has(one)) expect(await this.#made(one)).toBe(this.#needs.get(one));
    }
  }

  /** Nobody was charged past a pause, or twice for a need. */
  async check(): Promise<void> {
    for (const one of ACCOUNTS)
      expect(await this.#made(one)).toBeLessThanOrEqual(
        this.#paused.has(one) ? 0 : (this.#needs.get(one) ?? 0),
      );
  }

  async passes(count: number, gapMs: number): Promise<void> {
    for (let made = 0; made < count; made += 1) {
      for (const name of this.#config.values()) await this.#now().pass(name);
      this.#client.clock.advance(gapMs);
    }
  }

  #now(): AKeeper {
    if (this.#keeper === null) throw new Error('it was not opened');
    return this.#keeper;
  }

  async #restart(): Promise<void> {
    const folder = this.#keeper?.folder;
    this.#keeper?.close();
    this.#keeper = await AKeeper.open(this.#client, {
      ...this.#wish(),
      ...(folder === undefined ? {} : { folder }),
    });
  }

  #wish() {
    const entries = [...this.#config].map(([one, name]) => [
      name,
      { token: { env: `TOKEN_AGENT_000${one}` } },
    ]);
    return { transport: this.#wire, accounts: Object.fromEntries(entries) };
  }

  readonly #wire = new WatchedWire(
    async (send) => {
      const reply = this.#posts === 'unsent' ? null : await send();
      return this.#posts === 'fine' && reply !== null ? reply : { kind: 'lost', reason: 'socket' };
    },
    async (send, { url, headers }) => {
      const token = headers['authorization']?.replace('Bearer ', '');
      const index = this.#client.sandbox.accounts.findIndex((one) => one.token === token);
      const mode = this.#modes.get((index + 1) as Account) ?? 'named'; // a number that is none finds nothing
      if (mode === 'down') return answer(503, {});
      if (mode === 'named' || !url.endsWith('/me')) return await send();
      return mode === 'failing' ? answer(500, {}) : answer(200, { data: {} });
    },
  );

  async #pause(one: Account): Promise<void> {
    const { name } = this.#now().account(this.#config.get(one) ?? '');
    const since = this.#client.clock.now();
    await this.#now().store.journal.setHold(
      { account: name, kind: 'pause', reason: 'by hand', since, intent: null },
      [],
    );
  }

  async #unfreeze(name: string): Promise<void> {
    const { store } = this.#now();
    const { name: of } = this.#now().account(name);
    const freeze = (await store.journal.holds(of)).find(({ kind }) => kind === 'freeze');
    if (freeze?.reason !== OTHER_NAME) return;
    await acceptName(store.upkeep, of, this.#client.clock.now());
    await store.journal.liftHold(of, 'freeze', [], this.#client.clock.now());
  }

  /** Where an account never said who it was, its newest credit is remembered by its name, also for whoever has that now. */
  async #resumeOtherLedger(name: string): Promise<void> {
    const { store } = this.#now();
    const { name: of } = this.#now().account(name);
    const freeze = (await store.journal.holds(of)).find(({ kind }) => kind === 'freeze');
    if (!this.#wasNameless || freeze?.reason.startsWith('the ledger page is older than credit') !== true)
      return;
    await resumeAccount(store, of, this.#client.clock.now());
  }

  /** A need at a time, so that each is charged for once. */
  async #lower(one: Account): Promise<void> {
    const needs = this.#needs.get(one) ?? 0;
    if ((await this.#made(one)) < needs) return;
    this.#needs.set(one, needs + 1);
    await this.#client.patch({ balance: 12 }, `agent-000${one}`);
  }

  async #made(one: Account): Promise<number> {
    return (await charges(this.#client)).filter((charge) => charge.account === `agent-000${one}`).length;
  }
}

test('names that change at random, and answers that name nobody, lose no pause and charge nobody twice', async () => {
  const paused = fc.subarray([...FIRST_CONFIG.keys()]);
  const property = fc.asyncProperty(
    paused,
    fc.array(step, { minLength: 6, maxLength: 14 }),
    async (held, steps) => {
      const fleet = await Fleet.open(held);
      for (const one of steps) await fleet.take(one);
      await fleet.end();
    },
  );
  await fc.assert(property, { numRuns: 5, endOnFailure: true });
}, 120_000);
