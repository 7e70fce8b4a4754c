import { z } from 'zod';
import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import { isLoopbackUrl } from '../net/target-guard.ts';
import { guardUnless, HttpSender } from './http-sender.ts';
import type { DeliveryFailure } from './receiver.ts';

/** What `chat.postMessage` and `chat.update` answer; both with 200, whatever became of it. */
const answerSchema = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});

export type SlackAnswer =
  | { readonly kind: 'ok'; readonly channel: string; readonly ts: string }
  /** The message that it was about is gone, or may not be edited any more. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed'; readonly failure: DeliveryFailure };

/** Slack's Web API, as far as telling people needs it. */
export class SlackApi {
  readonly #sender: HttpSender;
  readonly #token: Secret;

  /** A loopback address stands for a local imitation and is let through. */
  constructor(options: { apiUrl: string; token: Secret; timeoutMs: number }) {
    const url = new URL(options.apiUrl);
    this.#token = options.token;
    this.#sender = new HttpSender({
      url,
      guard: guardUnless(isLoopbackUrl(url)),
      timeoutMs: options.timeoutMs,
    });
  }

  async call(method: 'chat.postMessage' | 'chat.update', body: object, now: EpochMs): Promise<SlackAnswer> {
    const { outcome, text } = await this.#sender.exchange(
      {
        path: `/${method}`,
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${this.#token.reveal()}` },
      },
      now,
    );
    if (outcome.kind !== 'delivered') return { kind: 'failed', failure: outcome };
    const answer = readAnswer(text);
    if (answer === null) return failed('brief', 'server_error', 'no answer of Slack');
    const { ok, error = 'unknown', channel, ts } = answer;
    if (!ok) return refused(error);
    if (channel === undefined || ts === undefined)
      return failed('brief', 'server_error', 'no answer of Slack');
    return { kind: 'ok', channel, ts };
  }

  close(): Promise<void> {
    return this.#sender.close();
  }
}

function readAnswer(text: string): z.output<typeof answerSchema> | null {
  try {
    return answerSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // JSON.parse throws for nothing but text that is not JSON
  }
}

/** The words are those of Slack's reference; only a word that looks like one of them is shown. */
function refused(error: string): SlackAnswer {
  const detail = /^[a-z_]{1,40}$/.test(error) ? error : 'unknown';
  switch (detail) {
    case 'message_not_found':
    case 'thread_not_found':
    case 'cant_update_message':
    case 'edit_window_closed':
      return { kind: 'lost' };
    case 'ratelimited':
    case 'rate_limited':
    case 'message_limit_exceeded':
      return failed('busy', 'rate_limited', detail);
    case 'internal_error':
    case 'fatal_error':
    case 'service_unavailable':
    case 'request_timeout':
      return failed('brief', 'server_error', detail);
    case 'invalid_blocks':
    case 'invalid_blocks_format':
    case 'invalid_attachments':
    case 'too_many_attachments':
    case 'msg_blocks_too_long':
    case 'msg_too_long':
    case 'no_text':
      return failed('rejected', 'client_error', detail);
    default: // a token, a scope, a channel: a person has to mend it
      return failed('wrong', 'misconfigured', detail);
  }
}

function failed(
  kind: DeliveryFailure['kind'],
  reason: DeliveryFailure['reason'],
  detail: string,
): Extract<SlackAnswer, { kind: 'failed' }> {
  return { kind: 'failed', failure: { kind, reason, detail, retryAfterMs: null } };
}
