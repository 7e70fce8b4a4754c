import { type Html, html } from './html.ts';

export type Content = { readonly title: string; readonly main: Html };

/** Where the token is given that allows more than looking. */
export function signInPage(problem: string | null): Content {
  return {
    title: 'purser: sign in',
    main: html`<h1>Sign in</h1>
${problem === null ? null : html`<p class="notice" role="alert">${problem}</p>`}
<p>With the token of <code>server.api_token</code> you can pause and resume accounts, open payment pages and reload the config.</p>
<form class="search" method="post" action="/sign-in">
<input name="username" value="purser" autocomplete="username" hidden>
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>`,
  };
}

/** What became of a form. */
export function messagePage(title: string, text: string): Content {
  return {
    title: `purser: ${title.toLowerCase()}`,
    main: html`<h1>${title}</h1><p class="notice" role="alert">${text}</p><p><a href="/">Fleet</a></p>`,
  };
}
