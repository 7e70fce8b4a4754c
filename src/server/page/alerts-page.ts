import type { IncidentState } from '../../domain/incident.ts';
import type { EpochMs } from '../../domain/time.ts';
import { accountUrl } from './account-url.ts';
import { type Html, html } from './html.ts';
import type { Firing } from './page-readings.ts';
import { agoMs, plural } from './words.ts';

/** Everything that fires, as far as somebody would read. */
export function alertsPage({ count, shown }: Firing, now: EpochMs): Html {
  return html`<h1>Alerts</h1>
<p id="offline" class="notice" role="status"></p>
<div id="firing" data-live>
${count === 0 ? html`<p class="calm">Nothing fires.</p>` : alertList(shown, now)}
${count > shown.length ? html`<p class="quiet">The worst ${shown.length} of ${plural(count, 'alert')}; <a href="/api/v1/alerts">/api/v1/alerts</a> has all.</p>` : null}
</div>`;
}

/** `page` is the account whose page it stands on: no link leads there. */
export function alertList(alerts: readonly IncidentState[], now: EpochMs, page: string | null = null): Html {
  return html`<ul class="alerts">
${alerts.map((alert) => alertItem(alert, now, page))}
</ul>`;
}

function alertItem({ fact, startedAt }: IncidentState, now: EpochMs, page: string | null): Html {
  const { account, severity, headline, detail } = fact;
  return html`<li class="alert alert-${severity}"><span class="severity">${severity}</span>
<div><strong>${account === null || account === page ? headline : html`<a href="${accountUrl(account)}">${headline}</a>`}</strong>
<p>${detail}</p><small>since ${agoMs(startedAt, now)}</small></div></li>
`;
}
