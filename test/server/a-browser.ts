import type { HttpServer } from '../../src/server/http-server.ts';

export const API_TOKEN = 'api-token-of-a-status-page';

export type Answer = {
  readonly status: number;
  readonly location: string | null;
  readonly cookie: string | null;
  readonly openerPolicy: string | null;
  readonly text: string;
};

/** Sends forms as a browser does that shows a page of the server. */
export class ABrowser {
  readonly #server: HttpServer;
  #cookie = '';

  constructor(server: HttpServer) {
    this.#server = server;
  }

  async page(path: string): Promise<Answer> {
    return this.#ask(path, { headers: { cookie: this.#cookie } });
  }

  /** `headers` says what another page, or an older browser, sends instead. */
  async post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = { origin: this.#server.url },
  ): Promise<Answer> {
    const answer = await this.#ask(path, {
      method: 'POST',
      headers: { cookie: this.#cookie, ...headers },
      body: new URLSearchParams(fields),
    });
    if (answer.cookie !== null) this.#cookie = answer.cookie.split(';')[0] ?? '';
    return answer;
  }

  async signIn(): Promise<void> {
    await this.post('/sign-in', { token: API_TOKEN });
  }

  /** What the forms of a page carry. */
  async formToken(path = '/accounts/agent-0001'): Promise<string> {
    return /name="form" value="([0-9a-f]+)"/.exec((await this.page(path)).text)?.[1] ?? '';
  }

  async #ask(path: string, request: RequestInit): Promise<Answer> {
    const response = await fetch(this.#server.url + path, { ...request, redirect: 'manual' });
    return {
      status: response.status,
      location: response.headers.get('location'),
      cookie: response.headers.get('set-cookie'),
      openerPolicy: response.headers.get('cross-origin-opener-policy'),
      text: await response.text(),
    };
  }
}
