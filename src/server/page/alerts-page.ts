import type { IncidentState } from '../../domain/incident.ts';
import { usdFromCents } from '../../domain/money.ts';
import type { EpochMs } from '../../domain/time.ts';
import { accountUrl } from './account-url.ts';
import { acknowledgeForm } from './hand-forms.ts';
import { type Html, html } from './html.ts';
import type { Firing } from './page-readings.ts';
import { payButton } from './pay-button.ts';
import type { Session } from './sessions.ts';
import { agoMs, plural } from './words.ts';

/** When, and by whom it is seen. */
type Seen = {
  readonly now: EpochMs;
  readonly session: Session | null;
  /** Whether they are shown where a person pays. */
  readonly mayPay: boolean;
  /** The account whose page it stands on: no link leads there. */
  readonly page?: string;
};

/** Everything that fires, as far as somebody would read. */
export function alertsPage({ count, shown }: Firing, seen: Seen): Html {
  return html`<h1>Alerts</h1>
<p id="offline" class="notice" role="status"></p>
<div id="firing" data-live>
${count === 0 ? html`<p class="calm">Nothing fires.</p>` : alertList(shown, seen)}
${count > shown.length ? html`<p class="quiet">The worst ${shown.length} of ${plural(count, 'alert')}; <a href="/api/v1/alerts">/api/v1/alerts</a> has all.</p>` : null}
</div>`;
}

export function alertList(alerts: readonly IncidentState[], seen: Seen): Html {
  return html`<ul class="alerts">
${alerts.map((alert) => alertItem(alert, seen))}
</ul>`;
}

function alertItem(alert: IncidentState, { now, session, mayPay, page }: Seen): Html {
  const { fact, startedAt, status, acknowledgement } = alert;
  const { account, severity, headline, detail, pay, amountCents } = fact;
  const isNew = status === 'firing' && session !== null;
  const note =
    acknowledgement === null
      ? ''
      : `, acknowledged${acknowledgement.note === null ? '' : `: ${acknowledgement.note}`}`;
  return html`<li class="alert alert-${severity}"><span class="severity">${severity}</span>
<div><strong>${account === null || account === page ? headline : html`<a href="${accountUrl(account)}">${headline}</a>`}</strong>
<p>${detail}</p><small>began ${agoMs(startedAt, now)}${note}</small>
${mayPay && pay !== undefined && amountCents !== null ? payButton({ url: pay.url, usd: usdFromCents(amountCents) }) : null}${isNew ? acknowledgeForm(alert.fingerprint, session) : null}</div></li>
`;
}
