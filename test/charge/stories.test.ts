import { expect, test } from 'vitest';
import { onAnswer } from '../../src/charge/answer-step.ts';
import type { Intent } from '../../src/charge/intent.ts';
import { CHARGE_LIMITS } from '../../src/charge/next-move.ts';
import type { Outcome } from '../../src/charge/outcome.ts';
import { onLook, onOperator, onPaymentStatus, onSubscription } from '../../src/charge/step.ts';
import type { Step } from '../../src/charge/transitions.ts';
import type { LedgerCredit } from '../../src/domain/observation.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aCredit, aLook, NOW } from '../domain/a-ledger.ts';
import { action, anIntent, aRepair, charged, declined, KEY_CONFLICT, nothingDone, posted, REJECTED, standing, UNAVAILABLE, UNCLEAR } from './an-intent.ts'; // biome-ignore format: a list of words

type News = (intent: Intent, at: EpochMs) => Step;
/** Hours after the arming, what happens, and where the intent stands then; a freeze is marked with "!". */
type Chapter = readonly [hours: number, news: News, state: string];

const first =
  (outcome: Outcome): News =>
  (intent, at) =>
    onAnswer(intent, outcome, at);
const replay =
  (outcome: Outcome): News =>
  (intent, at) =>
    onAnswer(posted(intent, at), outcome, at);
const payment =
  (status: 'succeeded' | 'pending' | 'failed'): News =>
  (intent, at) =>
    onPaymentStatus(intent, { status, now: at, limits: CHARGE_LIMITS });
const operator =
  (verdict: 'charged' | 'not_charged'): News =>
  (intent, at) =>
    onOperator(intent, verdict, at);
const subscription =
  (isReached: boolean): News =>
  (intent, at) =>
    onSubscription(intent, {
      isReached,
      isNeeded: !isReached,
      maySend: !isReached,
      hasPeriodMoved: isReached,
      now: at,
      limits: CHARGE_LIMITS,
    });
const ledger = (credits: readonly LedgerCredit[] = [], isNeeded = true): News => (intent, at) =>
  onLook(intent, { look: aLook(credits, { at }), claimed: new Set(), hasRival: false, isNeeded, isOfThisRun: false, now: at, limits: CHARGE_LIMITS }); // biome-ignore format: one piece of news each

const SOON = addMs(NOW, 3_000);
const OURS = aCredit('101', { createdAt: SOON, paymentIntentId: 'pi_1' });
const EQUAL = aCredit('101', { createdAt: SOON });
const OTHER = aCredit('101', { createdAt: SOON, amountCents: 9_000 });
const MINUTE = MINUTE_MS / HOUR_MS;
const NOT_NEEDED = false;

const STORIES: Readonly<Record<string, readonly Chapter[]>> = {
  'charges once when the answer is lost and the ledger shows the credit': [
    [0, first(UNCLEAR), 'in_doubt'], [MINUTE, ledger([EQUAL]), 'settled by ledger']],
  'charges once when the answer is lost and the replay brings it': [
    [0, first(UNCLEAR), 'in_doubt'], [MINUTE, replay(charged({ isReplay: true })), 'charged'],
    [2 * MINUTE, ledger([OURS]), 'settled by ledger']],
  'gives up a charge that never was, after the key is useless and two looks show nothing': [
    [0, first(UNCLEAR), 'in_doubt'], [12, replay(UNCLEAR), 'in_doubt'], [22, ledger(), 'in_doubt'],
    [23, ledger(), 'in_doubt'], [23.1, ledger(), 'in_doubt'], [23.2, ledger(), 'released absent']],
  'finds a late credit even after the first look that showed nothing': [
    [0, first(UNCLEAR), 'in_doubt'], [23, ledger(), 'in_doubt'], [24, ledger([EQUAL]), 'settled by ledger']],
  'asks a person where a credit of another amount appeared': [
    [0, first(UNCLEAR), 'in_doubt'], [23, ledger([OTHER]), 'in_doubt!'], [30, operator('charged'), 'settled by operator']],
  'releases a decline when its payment is seen failed': [
    [0, first(declined({ payment: 'pi_1' })), 'declined'], [MINUTE, payment('pending'), 'declined'],
    [2 * MINUTE, payment('failed'), 'released declined']],
  'keeps a decline that was charged after all': [
    [0, first(declined({ payment: 'pi_1' })), 'declined'], [MINUTE, payment('succeeded'), 'charged'],
    [2 * MINUTE, ledger([OURS]), 'settled by ledger']],
  'does not believe a failed payment about the POST that was lost before it': [
    [0, first(UNCLEAR), 'in_doubt'], [MINUTE, replay(declined({ payment: 'pi_2' })), 'declined'],
    [1, payment('failed'), 'declined'], [1.9, payment('failed'), 'declined']],
  'releases a lost POST whose replay brings the decline': [
    [0, first(UNCLEAR), 'in_doubt'], [MINUTE, replay(declined({ isReplay: true })), 'released declined']],
  'waits for a person to confirm, then settles': [
    [0, first(action()), 'action'], [1, payment('pending'), 'action'], [2, payment('succeeded'), 'charged'],
    [2, payment('succeeded'), 'settled by payment_status']],
  'tells an abandoned confirmation from a payment': [
    [0, first(action()), 'action'], [20, payment('failed'), 'released declined']],
  'goes on after a rate limit as if nothing had happened': [
    [0, first(nothingDone()), 'armed'], [MINUTE, replay(nothingDone()), 'armed'], [2 * MINUTE, replay(charged()), 'charged']],
  'lets go of a charge that was never heard once nobody needs it': [
    [0, first(nothingDone()), 'armed'], [MINUTE, ledger(), 'armed'], [2 * MINUTE, ledger([], NOT_NEEDED), 'released refused']],
  'does not let go of one that a 503 may have hidden': [
    [0, first(UNAVAILABLE), 'armed'], [MINUTE, ledger([], NOT_NEEDED), 'armed'], [3, ledger([], NOT_NEEDED), 'armed'],
    [4, ledger([], NOT_NEEDED), 'released absent']],
  'freezes on a refused request and closes what was certainly not charged': [
    [0, first(REJECTED), 'rejected!']],
  'freezes on a refused replay and keeps the doubt about the POST before it': [
    [0, first(UNCLEAR), 'in_doubt'], [MINUTE, replay(REJECTED), 'in_doubt!'], [1, ledger(), 'in_doubt'],
    [2, ledger([EQUAL]), 'settled by ledger']],
  'ends that doubt by absence where nothing comes': [
    [0, first(UNCLEAR), 'in_doubt'], [MINUTE, replay(REJECTED), 'in_doubt!'], [2.1, ledger(), 'in_doubt'],
    [2.3, ledger(), 'released absent']],
  "takes the other purser's credit for its own where that one used its key": [
    [0, first(KEY_CONFLICT), 'in_doubt'], [MINUTE, ledger([OTHER]), 'settled by ledger']],
  'freezes where a charge never shows, and books it when a person says so': [
    [0, first(charged()), 'charged'], [1, ledger(), 'charged'], [2, ledger(), 'charged!'], [9, operator('charged'), 'settled by operator']],
  'trusts a person who says that nothing was charged': [
    [0, first(UNCLEAR), 'in_doubt'], [9, operator('not_charged'), 'released operator']],
}; // biome-ignore format: a table

const REPAIRS: typeof STORIES = {
  'settles a repair when the subscription is active twice': [
    [0, first(charged()), 'charged'], [MINUTE, subscription(false), 'charged'], [2 * MINUTE, subscription(true), 'charged'],
    [3 * MINUTE, subscription(true), 'settled by subscription_status']],
  'settles a repair whose answer was lost': [
    [0, first(UNCLEAR), 'in_doubt'], [MINUTE, subscription(true), 'in_doubt'], [2 * MINUTE, subscription(true), 'settled by subscription_status']],
  'never calls a repair absent: it freezes': [
    [0, first(UNCLEAR), 'in_doubt'], [12, subscription(false), 'in_doubt'], [23, subscription(false), 'in_doubt'],
    [24, subscription(false), 'in_doubt!'], [48, subscription(false), 'in_doubt!'], [49, operator('not_charged'), 'released operator']],
  'is not fooled by a payment: the subscription has to be active': [
    [0, first(action()), 'action'], [1, payment('succeeded'), 'charged'], [1, payment('succeeded'), 'charged'],
    [2, subscription(false), 'charged'], [3, subscription(false), 'charged!']],
}; // biome-ignore format: a table

test.each(Object.entries(STORIES))('%s', (_title, chapters) => tell(anIntent(), chapters));
test.each(Object.entries(REPAIRS))('%s', (_title, chapters) => tell(aRepair(), chapters));

function tell(start: Intent, chapters: readonly Chapter[]): void {
  let intent = start;
  const told = chapters.map(([hours, news]) => {
    const step = news(intent, addMs(NOW, hours * HOUR_MS));
    intent = step.intent;
    return `${hours}: ${standing(intent)}${step.freeze === null ? '' : '!'}`;
  });
  expect(told).toEqual(chapters.map(([hours, , state]) => `${hours}: ${state}`));
  const { id, key, body, amountCents, anchor, attempt, armedAt } = start;
  expect(intent).toMatchObject({ id, key, body, amountCents, anchor, attempt, armedAt });
}
