import { LocalReceiver } from './local-receiver.ts';

export type SlackMessage = {
  readonly channel: string;
  readonly ts: string;
  text: string;
  readonly threadTs: string | null;
  readonly isBroadcast: boolean;
  edits: number;
};

export const BOT_TOKEN = 'xoxb-0123456789-canary';

/** As much of Slack's Web API as purser uses: a channel of messages, threads, edits, and its errors with 200. */
export class SlackImitation implements AsyncDisposable {
  readonly messages: SlackMessage[] = [];
  /** What it answers instead, by method. */
  refusal: { readonly error: string } | null = null;
  status = 200;
  readonly #receiver: LocalReceiver;

  private constructor(receiver: LocalReceiver) {
    this.#receiver = receiver;
    receiver.answer = ({ headers, body, path }) => {
      if (this.status !== 200) return { status: this.status };
      const answer =
        headers.authorization === `Bearer ${BOT_TOKEN}`
          ? (this.refusal ?? this.#answer(path, JSON.parse(body)))
          : { error: 'invalid_auth' };
      return { status: 200, body: JSON.stringify({ ok: !('error' in answer), ...answer }) };
    };
  }

  static async open(): Promise<SlackImitation> {
    return new SlackImitation(await LocalReceiver.open());
  }

  get apiUrl(): string {
    return this.#receiver.url('/api');
  }

  get bodies(): readonly string[] {
    return this.#receiver.received.map(({ body }) => body);
  }

  get parents(): readonly SlackMessage[] {
    return this.messages.filter(({ threadTs }) => threadTs === null);
  }

  repliesTo(ts: string | undefined): readonly SlackMessage[] {
    return this.messages.filter(({ threadTs }) => threadTs === ts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver[Symbol.asyncDispose]();
  }

  #answer(path: string, body: Readonly<Record<string, unknown>>): object {
    const text = String(body['text']);
    if (path === '/api/chat.update') {
      const message = this.messages.find(({ ts }) => ts === body['ts']);
      if (message === undefined || body['channel'] !== message.channel) return { error: 'message_not_found' };
      message.text = text;
      message.edits += 1;
      return { channel: message.channel, ts: message.ts };
    }
    if (path !== '/api/chat.postMessage') return { error: 'unknown_method' };
    const threadTs = typeof body['thread_ts'] === 'string' ? body['thread_ts'] : null;
    if (threadTs !== null && !this.messages.some(({ ts }) => ts === threadTs))
      return { error: 'thread_not_found' };
    // A channel may be given by name and is answered by id, which alone `chat.update` takes.
    const channel = String(body['channel']).replace('#ops', 'C01');
    const ts = `1700000000.${String(this.messages.length).padStart(6, '0')}`;
    const isBroadcast = body['reply_broadcast'] === true;
    this.messages.push({ channel, ts, text, threadTs, isBroadcast, edits: 0 });
    return { channel, ts };
  }
}
