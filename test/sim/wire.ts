import { epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { garble } from '../../src/sandbox/faults.ts';
import type { Answer } from '../../src/sandbox/provider/answer.ts';
import { admit, execute, release } from '../../src/sandbox/provider/apply.ts';
import { WEATHER, WEATHER_NAMES, type WeatherName } from './faults.ts';
import { HIDINGS, REFUSALS } from './front-door.ts';
import { drawn } from './keyed-random.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';
import type { Run } from './run.ts';
import { torn, withoutRow, withoutSubscription, withRowTwice } from './spoiled-ledger.ts';
import { type WireCall, wireCall } from './wire-call.ts';

const ANSWER_MS = { low: 20, high: 160 };

/** The wire between one machine and the provider: no sockets, all weathers. */
export class Wire implements Transport {
  readonly #run: Run;
  readonly #machine: Machine;
  readonly #life: Life;

  constructor(run: Run, machine: Machine, life: Life) {
    this.#run = run;
    this.#machine = machine;
    this.#life = life;
  }

  request(request: TransportRequest): Promise<TransportReply> {
    const run = this.#run;
    const machine = this.#machine;
    const life = this.#life;
    if (life.isDead) return never();
    const call = wireCall(run.world, request);
    const id = run.requestId(machine, call);
    if (call.movesMoney) {
      if (machine.takesCrash('before_send')) return never();
      run.oracle.posted(machine, call, id);
      machine.notePost();
    }
    run.trace[call.movesMoney ? 'tell' : 'add'](
      `${id} ${call.method} ${call.path} ${call.key ?? ''} ${call.bodyText}`,
    );
    return new Promise((resolve) => {
      new Exchange({ run, machine, life, call, id, request, resolve }).start();
      if (call.movesMoney) machine.takesCrash('after_send');
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A promise of its own for each: one for all would keep whoever ever waited for it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** One request on its way, and what becomes of it. */
class Exchange {
  readonly #run: Run;
  readonly #machine: Machine;
  readonly #life: Life;
  readonly #call: WireCall;
  readonly #id: string;
  readonly #resolve: (reply: TransportReply) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#reply({ kind: 'lost', reason: 'aborted' });
  readonly #weather: WeatherName | null;
  readonly #timeoutMs: number;
  #isOver = false;
  #callOffTimeout: () => void = () => undefined;

  constructor(options: {
    run: Run;
    machine: Machine;
    life: Life;
    call: WireCall;
    id: string;
    request: TransportRequest;
    resolve: (reply: TransportReply) => void;
  }) {
    this.#run = options.run;
    this.#machine = options.machine;
    this.#life = options.life;
    this.#call = options.call;
    this.#id = options.id;
    this.#resolve = options.resolve;
    this.#signal = options.request.signal;
    this.#timeoutMs = options.request.timeoutMs;
    this.#weather = this.#draw();
  }

  start(): void {
    if (this.#signal?.aborted === true) {
      this.#reply({ kind: 'not_sent', reason: 'aborted' });
      return;
    }
    this.#signal?.addEventListener('abort', this.#onAbort);
    const { timeline } = this.#run;
    const weather = this.#weather;
    const travelMs = this.#travelMs('travel');
    if (weather === 'not_sent') {
      timeline.after(travelMs, () => this.#reply({ kind: 'not_sent', reason: 'ECONNREFUSED' }));
      return;
    }
    this.#callOffTimeout = timeline.after(this.#timeoutMs, () => this.#lose('timeout'));
    if (weather === 'request_lost') {
      if (this.#chance('silent', 0, 1) < 0.5) timeline.after(travelMs, () => this.#lose('ECONNRESET'));
      return;
    }
    const lateMs = weather === 'request_late' ? this.#scaled('late', 5 * SECOND_MS, 10 * MINUTE_MS) : 0;
    timeline.after(travelMs + lateMs, () => this.#arrive('first'));
    if (weather === 'duplicated') {
      const againMs = this.#scaled('again', 100, 5 * MINUTE_MS);
      timeline.after(travelMs + againMs, () => this.#arrive('copy'));
    }
  }

  #arrive(copy: 'first' | 'copy'): void {
    const refusal = this.#weather === null ? undefined : REFUSALS[this.#weather];
    if (refusal !== undefined) {
      this.#answer(refusal, copy);
      return;
    }
    const { world, timeline, plan } = this.#run;
    const call = this.#call;
    const now = epochMs(timeline.nowMs);
    const account = world.accounts[call.account];
    const known = call.key === null ? undefined : account?.keys[call.key];
    if (known?.isOpen === true && !plan.provider.locksKeys && call.key !== null) {
      const isFault = this.#run.faults.strikes({
        id: 'no_key_lock',
        name: 'no_key_lock',
        atMs: now,
        about: this.#id,
      });
      if (isFault) delete account?.keys[call.key];
    }
    const admitted = admit(world, now, call);
    if (admitted.kind === 'answered') {
      this.#answer(admitted.answer, copy);
      return;
    }
    const work = (): void => {
      const at = epochMs(timeline.nowMs);
      world.faults.stale_balance = this.#weather === 'stale' ? 1 : 0;
      world.faults.delayed_ledger_rows = this.#weather?.startsWith('late_row') === true ? 1 : 0;
      world.faults.ledger_delay_ms = Math.round(this.#scaled('row', plan.rowsLateMinMs, 8 * HOUR_MS));
      const answer = this.#run.oracle.watching(
        { call, machine: this.#machine, id: this.#id, isCopy: copy === 'copy' },
        () => execute(world, at, admitted),
      );
      release(admitted);
      if (account !== undefined) this.#run.lists.note(account, at);
      if (call.movesMoney && answer.status === 200) this.#run.charged(call.account);
      this.#answer(answer, copy);
    };
    if (this.#weather === 'slow') timeline.after(this.#scaled('slow', SECOND_MS, 2 * MINUTE_MS), work);
    else work();
  }

  #answer(found: Answer, copy: 'first' | 'copy'): void {
    if (copy === 'copy') return; // nobody waits for it
    const weather = this.#weather;
    const { timeline } = this.#run;
    let answer = (weather === null ? undefined : HIDINGS[weather]) ?? found;
    const account = this.#run.world.accounts[this.#call.account];
    const chance = this.#chance('rows', 0, 1);
    if (account !== undefined && this.#call.endpoint.includes('Wallet')) {
      if (weather === 'torn' || weather === 'wallet_behind_rows' || weather === 'rows_behind_wallet')
        answer = { ...answer, ...torn(answer, account, weather) };
      if (weather === 'missing_row') answer = { ...answer, ...withoutRow(answer, chance) };
      if (weather === 'duplicate_row') answer = { ...answer, ...withRowTwice(answer, chance) };
    }
    const list =
      weather === 'list_behind' && account !== undefined
        ? this.#run.lists.behind(account, timeline.nowMs)
        : null;
    if (list !== null && answer.status < 300) answer = { ...answer, body: { ...answer.body, data: list } };
    if (weather === 'list_lacks' && answer.status < 300)
      answer = {
        ...answer,
        body: { ...answer.body, data: withoutSubscription(answer.body['data'], chance) },
      };
    let bodyText = JSON.stringify(answer.body);
    if (!this.#run.plan.provider.showsFaces) bodyText = bodyText.replaceAll(FACE, '');
    if (answer.status < 300 && weather === 'garbage') bodyText = garble(bodyText, chance * 0.59);
    if (answer.status < 300 && weather === 'wrong_types') bodyText = garble(bodyText, 0.6 + chance * 0.39);
    const travelMs = this.#travelMs('back');
    const isLost = weather === 'response_lost' || weather === 'late_row_unheard';
    if (isLost) return void timeline.after(travelMs, () => this.#lose('ECONNRESET'));
    if (weather === 'cut_mid_body') return void timeline.after(travelMs, () => this.#lose('aborted_body'));
    if (weather === 'huge_body') return void timeline.after(travelMs, () => this.#lose('too_large'));
    const lateMs = weather === 'response_late' ? this.#scaled('late', SECOND_MS, 10 * MINUTE_MS) : 0;
    const headers = headersOf(answer, timeline.nowMs);
    timeline.after(travelMs + lateMs, () =>
      this.#reply({ kind: 'answered', status: answer.status, headers, bodyText }),
    );
  }

  #lose(reason: string): void {
    this.#reply({ kind: 'lost', reason });
  }

  #reply(reply: TransportReply): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOffTimeout();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#machine.whenAwake(() => {
      const run = this.#run;
      const text =
        reply.kind === 'answered' ? `${reply.status} ${reply.bodyText}` : `${reply.kind} ${reply.reason}`;
      run.trace[this.#call.movesMoney ? 'tell' : 'add'](`${this.#id} answered ${text}`);
      const isRefusal =
        reply.kind === 'not_sent' ||
        (reply.kind === 'answered' && (reply.status === 429 || reply.status === 401));
      if (this.#call.movesMoney) run.oracle.returned(this.#machine, this.#call, { isRefusal });
      if (reply.kind === 'answered')
        run.oracle.answered(this.#machine, this.#call, {
          ...reply,
          isPlain: isPlain(this.#weather),
          isStale: this.#weather === 'stale',
        });
      this.#resolve(reply);
    }, this.#life);
  }

  #draw(): WeatherName | null {
    const run = this.#run;
    const call = this.#call;
    const outage = run.outage(call.movesMoney);
    if (outage !== null) return outage;
    const scripted = run.plan.script.get(this.#id);
    if (scripted !== undefined) return scripted;
    const isWallet = call.endpoint === 'getWalletBalance' || call.endpoint === 'listWalletTransactions';
    const isLedger = call.endpoint === 'listWalletTransactions';
    const scopes: Readonly<Record<string, boolean>> = {
      any: true,
      money: call.movesMoney,
      wallet: isWallet,
      ledger: isLedger,
      list: call.endpoint === 'listSubscriptions',
    };
    let chance = this.#chance('weather', 0, 1);
    for (const name of WEATHER_NAMES) {
      if (scopes[WEATHER[name]] !== true) continue;
      chance -= run.isCalm ? 0 : (run.plan.rates.get(name) ?? 0);
      if (chance >= 0) continue;
      const fault = {
        id: `${name}@${this.#id}`,
        name,
        atMs: run.timeline.nowMs,
        about: `${call.method} ${call.path} of ${call.account} by ${this.#machine.name}`,
      };
      return run.faults.strikes(fault) ? name : null;
    }
    return null;
  }

  #travelMs(way: string): number {
    return this.#run.plan.travelMs ?? this.#chance(way, ANSWER_MS.low, ANSWER_MS.high);
  }

  #chance(what: string, low: number, high: number): number {
    return low + (high - low) * drawn(this.#run.plan.chanceSeed, what, this.#id);
  }

  #scaled(what: string, low: number, high: number): number {
    return low * (high / low) ** drawn(this.#run.plan.chanceSeed, what, this.#id);
  }
}

/** Whether an answer says what is so: one that contradicts itself tells nobody anything. */
function isPlain(weather: WeatherName | null): boolean {
  return weather === null || !SPOILS.includes(weather);
}

/** As it stands in lists of cards, behind another field. */
const FACE = /,"fingerprint":"[^"]*"/g;

const SPOILS: readonly WeatherName[] = [
  'garbage',
  'wrong_types',
  'stale',
  'torn',
  'wallet_behind_rows',
  'rows_behind_wallet',
  'missing_row',
  'duplicate_row',
  'list_behind',
  'list_lacks',
];

function headersOf(answer: Answer, nowMs: number): Readonly<Record<string, string>> {
  const named = Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...Object.fromEntries(named), date: new Date(nowMs).toUTCString() };
}
