import { DAY_MS, type EpochMs, epochMs, HOUR_MS } from '../../domain/time.ts';
import type { AccountView, DecisionView } from '../../keeper/view.ts';
import { accountUrl } from './account-url.ts';
import { alertList } from './alerts-page.ts';
import { balanceChart } from './balance-chart.ts';
import { chargeList } from './charge-list.ts';
import { accountForms } from './hand-forms.ts';
import { type Html, html } from './html.ts';
import type { AccountStory, Firing } from './page-readings.ts';
import type { Session } from './sessions.ts';
import { ago, agoMs, burn, dollars, runway, spaced, stateMark } from './words.ts';

const RANGES = [
  { name: 'hour', text: 'hour', durationMs: HOUR_MS },
  { name: 'day', text: 'day', durationMs: DAY_MS },
  { name: 'week', text: '7 days', durationMs: 7 * DAY_MS },
  { name: 'all', text: 'all', durationMs: 400 * DAY_MS },
] as const;
export type Range = (typeof RANGES)[number];

/** `?range=…`; a day where none is asked for. */
export function chartRange(query: URLSearchParams): Range {
  return RANGES.find(({ name }) => name === query.get('range')) ?? RANGES[1];
}

export function rangeBegin(range: Range, now: EpochMs): EpochMs {
  return epochMs(Math.max(0, now - range.durationMs));
}

/** One account: what it is, why, what fires, its balance over time, caps, and every charge with its story. */
export function accountPage(options: {
  readonly story: AccountStory;
  readonly firing: Firing;
  readonly range: Range;
  readonly now: EpochMs;
  readonly session: Session | null;
  readonly mayPay: boolean;
}): Html {
  const { story, firing, range, now, session, mayPay } = options;
  const { view } = story;
  return html`<p class="up"><a href="/">Fleet</a></p>
<h1>${story.account}</h1>
<p id="offline" class="notice" role="status"></p>
<div id="now" data-live>${view === null ? html`<p class="notice">Not looked at since the start.</p>` : current(story, view, now)}${held(story, now)}</div>
<div id="firing" data-live>${
    firing.count === 0
      ? null
      : html`<section class="card" aria-labelledby="firing-title"><h2 id="firing-title">Alerts</h2>${alertList(firing.shown, { now, session, mayPay, page: story.account })}</section>`
  }</div>
<div id="hands" data-live>${session === null ? null : accountForms(story, session)}</div>
<section class="card" aria-labelledby="balance-title">
<h2 id="balance-title">Balance</h2>
<nav class="filters" aria-label="Time shown"><ul>${RANGES.map(
    (one) =>
      html`<li><a href="${accountUrl(story.account)}?range=${one.name}"${one === range ? html` aria-current="true"` : null}>${one.text}</a></li>`,
  )}</ul></nav>
<div id="chart" data-live>${balanceChart({
    samples: story.samples,
    topUps: story.topUps,
    balanceUsd: view?.balance_usd ?? null,
    minimumUsd: view?.min_balance_usd ?? null,
    everyMs: story.everyMs,
    since: rangeBegin(range, now),
    now,
  })}</div>
</section>
<div id="caps" data-live>${capBars(story)}</div>
<section class="card" aria-labelledby="charges-title">
<h2 id="charges-title">Charges</h2>
<div id="charges" data-live>${chargeList(story.charges, now, mayPay)}</div>
</section>
<div id="rest" data-live>${view === null ? null : holdings(view, story, now)}</div>`;
}

function current({ state }: AccountStory, view: AccountView, now: EpochMs): Html {
  const isLow =
    view.balance_usd !== null && view.min_balance_usd !== null && view.balance_usd < view.min_balance_usd;
  return html`<p class="under">${state === null ? null : stateMark(state)} <span class="quiet">policy ${view.policy}${view.group === null ? null : html`, group ${view.group}`}, seen ${ago(view.observed_at, now)}</span></p>
${view.failure === null ? null : html`<p class="notice">Not seen since: ${view.failure}. What stands here is old.</p>`}
<dl class="tiles">
<div class="tile${isLow ? ' tile-bad' : ''}"><dt>balance</dt><dd>${dollars(view.balance_usd)}</dd></div>
<div class="tile"><dt>minimum</dt><dd>${dollars(view.min_balance_usd)}</dd></div>
<div class="tile"><dt>burn</dt><dd>${burn(view.burn_usd_per_hour)}</dd></div>
<div class="tile"><dt>runway</dt><dd>${runway(view.runway_seconds)}</dd></div>
</dl>
<section class="card" aria-labelledby="why-title"><h2 id="why-title">Why</h2>
<dl class="facts">
${decision('wallet', view.wallet)}${decision('subscription', view.subscription)}
</dl></section>`;
}

function decision(subject: string, made: DecisionView | null): Html | null {
  if (made === null) return null;
  const until = made.until === null ? null : html` until <time>${made.until}</time>`;
  return html`<div><dt>${subject}</dt><dd>${made.sentence} <small>${spaced(made.kind)}: ${spaced(made.reason)}${until}</small></dd></div>
`;
}

function held({ holds, unheld }: AccountStory, now: EpochMs): Html | null {
  if (holds.length === 0) return null;
  return html`${holds.map(
    ({ kind, because, since }) =>
      html`<p class="notice"><strong>${kind === 'pause' ? 'Paused' : 'Frozen'}</strong> ${agoMs(since, now)}: ${because}</p>`,
  )}${unheld === null ? null : html`<p class="notice">${unheld}</p>`}`;
}

function capBars({ caps }: AccountStory): Html | null {
  if (caps.length === 0) return null;
  return html`<section class="card" aria-labelledby="caps-title"><h2 id="caps-title">Caps</h2>
<ul class="caps">
${caps.map((cap) => {
  const share = cap.limit_usd <= 0 ? 100 : Math.min(100, Math.max(0, (100 * cap.used_usd) / cap.limit_usd));
  const tone = share >= 90 ? 'full' : share >= 70 ? 'high' : 'low';
  const name =
    cap.scope === 'account' ? '' : cap.scope === 'fleet' ? 'fleet, ' : `${cap.scope} ${cap.name}, `;
  return html`<li><span>${name}${cap.window}</span><span class="number">${dollars(cap.used_usd)} of ${dollars(cap.limit_usd)}</span>
<svg class="bar bar-${tone}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="back" width="100" height="4"/><rect class="fill" width="${Math.round(share * 10) / 10}" height="4"/></svg></li>
`;
})}</ul>
<p class="quiet">Charged or reserved in the last 24 hours, 7 and 30 days; what is in doubt counts.</p>
</section>`;
}

function holdings({ subscriptions, cards }: AccountView, { credits }: AccountStory, now: EpochMs): Html {
  return html`<section class="card" aria-labelledby="has-title"><h2 id="has-title">At the provider</h2>
<dl class="facts">
<div><dt>subscriptions</dt><dd>${
    subscriptions.length === 0
      ? 'none seen'
      : html`<ul>${subscriptions.map(
          (one) =>
            html`<li>${one.plan ?? 'unnamed plan'}: ${spaced(one.status)}${one.renews_at === null ? null : html`, renews <time>${one.renews_at}</time>`}</li>`,
        )}</ul>`
  }</dd></div>
<div><dt>cards</dt><dd>${
    cards.length === 0
      ? 'none read yet'
      : html`<ul>${cards.map((card) => html`<li>${card.brand} …${card.last4}${card.default ? ', default' : ''}</li>`)}</ul>`
  }</dd></div>
<div><dt>money from cards</dt><dd>${
    credits.length === 0
      ? 'none seen'
      : html`<ul>${credits.map((credit) => html`<li>${dollars(credit.amount_usd)} ${MAKERS[credit.made_by]} <small>${ago(credit.at, now)}</small></li>`)}</ul>`
  }</dd></div>
</dl></section>`;
}

const MAKERS = {
  purser: 'by purser',
  others: 'not by purser',
  not_known_yet: 'by purser or not: its charge is open',
} as const;
