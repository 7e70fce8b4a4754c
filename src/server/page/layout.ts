import type { Assets } from './assets.ts';
import { buttonForm } from './hand-forms.ts';
import { type Html, html } from './html.ts';
import type { FleetFacts } from './page-readings.ts';
import type { Session } from './sessions.ts';

/** A whole document. What is inside an element with `data-live` is replaced by `live.js` as it changes. */
export function documentOf(options: {
  readonly title: string;
  readonly facts: FleetFacts;
  readonly assets: Assets;
  readonly main: Html;
  readonly canSignIn: boolean;
  readonly session: Session | null;
}): Html {
  const { title, facts, assets, main } = options;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${assets.urls['favicon.svg']}" type="image/svg+xml">
${assets.style}
<script src="${assets.urls['live.js']}" defer></script>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header class="top">
<a class="brand" href="/">purser</a>
<nav aria-label="Pages"><a href="/">Fleet</a> <a href="/alerts">Alerts</a></nav>
<div class="kind">${facts.isSandbox ? html`<span class="tag">sandbox: no real money</span>` : null}<span class="tag">mode ${facts.mode}</span>${visitor(options)}</div>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer>
<p>purser ${facts.version}, config <code>${facts.revision}</code>. Times are UTC.</p>
<p>For machines: <a href="/metrics">/metrics</a> <a href="/healthz">/healthz</a> <a href="/readyz">/readyz</a>
<a href="/api/v1/accounts">/api/v1/accounts</a> <a href="/api/v1/intents">/api/v1/intents</a>
<a href="/api/v1/plan">/api/v1/plan</a> <a href="/api/v1/alerts">/api/v1/alerts</a></p>
</footer>
</body>
</html>
`;
}

function visitor({
  canSignIn,
  session,
}: {
  readonly canSignIn: boolean;
  readonly session: Session | null;
}): Html {
  if (session !== null)
    return html`${buttonForm('/reload', 'Reload config', session)}${buttonForm('/sign-out', 'Sign out', session)}`;
  return canSignIn
    ? html`<a href="/sign-in">Sign in</a>`
    : html`<span class="tag" title="server.api_token in the config lets people sign in">read only</span>`;
}
