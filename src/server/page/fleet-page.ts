import type { EpochMs } from '../../domain/time.ts';
import { formatInstant } from '../../domain/time.ts';
import type { AccountView, Glance, GlanceQuery, GlanceRow, GlanceState } from '../../keeper/view.ts';
import { GLANCE_STATES } from '../../keeper/view.ts';
import { accountUrl } from './account-url.ts';
import { alertList } from './alerts-page.ts';
import { type Html, html } from './html.ts';
import type { Firing, FleetFacts, PayLinkShown } from './page-readings.ts';
import { payButton } from './pay-button.ts';
import { ago, burn, count, dollars, plural, runway, STATE_WORDS, stateMark } from './words.ts';

const PAGE_SIZE = 50;
const SEARCH_MAX = 100;

/** `?q=…&state=…&page=…` to what the list is asked for; what is none of ours is left out. */
export function fleetQuery(query: URLSearchParams): GlanceQuery {
  const page = Number(query.get('page') ?? 1);
  return {
    search: (query.get('q') ?? '').trim().slice(0, SEARCH_MAX),
    state: GLANCE_STATES.find((state) => state === query.get('state')) ?? null,
    page: Number.isSafeInteger(page) && page >= 1 ? page - 1 : 0,
    pageSize: PAGE_SIZE,
  };
}

/** The fleet at a glance: what fires, how many are how, and the accounts, those that need a person on top. */
export function fleetPage(options: {
  readonly facts: FleetFacts;
  readonly query: GlanceQuery;
  readonly glance: Glance;
  readonly firing: Firing;
  /** Where people pay, of the accounts that are shown; none for who may not. */
  readonly payLinks: readonly PayLinkShown[];
  readonly mayPay: boolean;
  readonly now: EpochMs;
}): Html {
  const { facts, query, glance, firing, payLinks, mayPay, now } = options;
  return html`<h1>Fleet</h1>
<p id="offline" class="notice" role="status"></p>
<div id="summary" data-live>${summary(facts, glance, firing.count)}</div>
<div id="firing" data-live>${
    firing.count === 0
      ? null
      : html`<section class="card" aria-labelledby="firing-title">
<h2 id="firing-title">Alerts</h2>
${alertList(firing.shown, { now, session: null, mayPay })}
${firing.count > firing.shown.length ? html`<p><a href="/alerts">All ${plural(firing.count, 'alert')}</a></p>` : null}
</section>`
  }</div>
<section aria-labelledby="accounts-title">
<h2 id="accounts-title">Accounts</h2>
<form class="search" method="get" action="/" role="search">
<label for="q">Name, group or policy</label>
<input id="q" name="q" type="search" value="${query.search}" maxlength="${SEARCH_MAX}" autocomplete="off" spellcheck="false">
${query.state === null ? null : html`<input type="hidden" name="state" value="${query.state}">`}
<button type="submit">Search</button>
</form>
<div id="accounts" data-live>${filters(query, glance)}${accountTable(glance.rows, payLinks, now)}${pager(query, glance)}</div>
</section>`;
}

function summary(facts: FleetFacts, { counts, belowMinimum }: Glance, alerts: number): Html {
  const seen = GLANCE_STATES.reduce((sum, state) => sum + counts[state], 0);
  const unseen = Math.max(0, facts.accounts - seen);
  const isCalm = counts.needs_person === 0 && counts.not_seen === 0 && belowMinimum === 0 && alerts === 0;
  return html`${facts.quarantineUntil === null ? null : html`<p class="notice">The journal is new: purser only watches until ${formatInstant(facts.quarantineUntil)}. <code>purser adopt</code> ends that.</p>`}
${facts.mode === 'observe' ? html`<p class="notice">Mode observe: purser looks and tells, and charges nothing.</p>` : null}
<ul class="tiles">
${tile(counts.needs_person, counts.needs_person === 1 ? 'needs a person' : 'need a person', counts.needs_person > 0 ? 'bad' : 'good')}
${tile(belowMinimum, 'below the minimum', belowMinimum > 0 ? 'warn' : 'good')}
${tile(counts.not_seen, 'not seen', counts.not_seen > 0 ? 'warn' : 'good')}
${tile(alerts, alerts === 1 ? 'alert fires' : 'alerts fire', alerts > 0 ? 'warn' : 'good')}
${tile(facts.accounts, facts.accounts === 1 ? 'account' : 'accounts', 'plain')}
</ul>
${unseen === 0 ? null : html`<p class="quiet">${plural(unseen, 'account')} not looked at since the start.</p>`}
${isCalm && seen > 0 ? html`<p class="calm">Every account that was seen is funded, and nothing needs a person.</p>` : null}`;
}

function tile(value: number, label: string, tone: 'bad' | 'warn' | 'good' | 'plain'): Html {
  return html`<li class="tile tile-${tone}"><strong>${count(value)}</strong> <span>${label}</span></li>`;
}

function filters(query: GlanceQuery, { counts }: Glance): Html {
  const all = GLANCE_STATES.reduce((sum, state) => sum + counts[state], 0);
  const shown = GLANCE_STATES.filter((state) => counts[state] > 0 || state === query.state);
  return html`<nav class="filters" aria-label="Accounts by state"><ul>
${filter(query, null, 'all', all)}${shown.map((state) => filter(query, state, STATE_WORDS[state], counts[state]))}
</ul></nav>`;
}

function filter(query: GlanceQuery, state: GlanceState | null, label: string, value: number): Html {
  const current = state === query.state ? html` aria-current="true"` : null;
  return html`<li><a href="${fleetUrl({ ...query, state, page: 0 })}"${current}>${label} <span>${count(value)}</span></a></li>`;
}

/** Roles are spelled out because the narrow layout takes the table's own from it. */
function accountTable(rows: readonly GlanceRow[], payLinks: readonly PayLinkShown[], now: EpochMs): Html {
  if (rows.length === 0) return html`<p class="empty">No account is like that.</p>`;
  const heads = ['Account', 'State', 'Balance', 'Minimum', 'Burn', 'Runway', 'Why'];
  return html`<table class="fleet" role="table" aria-labelledby="accounts-title">
<thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => {
  const links = payLinks.filter(({ account }) => account === row.view.account);
  return accountRow(row, links, now);
})}
</tbody></table>`;
}

function accountRow({ state, view }: GlanceRow, links: readonly PayLinkShown[], now: EpochMs): Html {
  const isLow =
    view.balance_usd !== null && view.min_balance_usd !== null && view.balance_usd < view.min_balance_usd;
  return html`<tr role="row">
<th role="rowheader" scope="row"><a href="${accountUrl(view.account)}">${view.account}</a>${view.group === null ? null : html` <small>${view.group}</small>`}</th>
<td role="cell" class="state">${stateMark(state)}</td>
<td role="cell" class="number${isLow ? ' low' : ''}" data-name="balance">${dollars(view.balance_usd)}</td>
<td role="cell" class="number minimum" data-name="minimum">${dollars(view.min_balance_usd)}</td>
<td role="cell" class="number" data-name="burn">${burn(view.burn_usd_per_hour)}</td>
<td role="cell" class="number" data-name="runway">${runway(view.runway_seconds)}</td>
<td role="cell" class="why">${why(view)} <small>${ago(view.observed_at, now)}</small>${links.map(payButton)}</td>
</tr>
`;
}

/** What keeps it from being well goes before what is well. */
function why(view: AccountView): string {
  if (view.frozen !== null) return `frozen: ${view.frozen}`;
  if (view.failure !== null) return view.failure;
  const { wallet, subscription } = view;
  const isSubscription = subscription?.kind === 'needs_human' && wallet?.kind !== 'needs_human';
  return ((isSubscription ? subscription : wallet) ?? subscription)?.sentence ?? '';
}

function pager(query: GlanceQuery, { found, page }: Glance): Html | null {
  if (found <= query.pageSize) return null;
  const first = page * query.pageSize + 1;
  const last = Math.min(found, first + query.pageSize - 1);
  return html`<nav class="pager" aria-label="Pages of accounts">
${page === 0 ? html`<span></span>` : html`<a rel="prev" href="${fleetUrl({ ...query, page: page - 1 })}">Previous</a>`}
<span>${count(first)} to ${count(last)} of ${count(found)}</span>
${last === found ? html`<span></span>` : html`<a rel="next" href="${fleetUrl({ ...query, page: page + 1 })}">Next</a>`}
</nav>`;
}

function fleetUrl({ search, state, page }: GlanceQuery): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('q', search);
  if (state !== null) query.set('state', state);
  if (page > 0) query.set('page', String(page + 1));
  return query.size === 0 ? '/' : `/?${query}`;
}
