import type { Failure } from '../modelslab/failure.ts';
import { RATE_BUDGET_REASON } from '../modelslab/provider-client.ts';
import { EXIT, ExitWith } from './cli-io.ts';

/**
 * The end of a command by a failed call: what was tried, what the provider said, what to do next, and the request id.
 * After a write, an answer that did not come does not mean that nothing happened.
 */
export function providerFailure(what: string, failure: Failure, access: 'read' | 'write'): ExitWith {
  const { message, code, reason, requestId } = failure;
  const words = code === RATE_BUDGET_REASON ? '' : wordsOf(failure);
  return new ExitWith(EXIT.failure, {
    code: code ?? reason,
    message: `${what}: ${message.replace(/\.$/, '')}${words === '' ? '' : ` (${words})`}`,
    mend: nextStep(failure, access),
    requestId,
  });
}

/** Code, why a card was declined, and status: what a reader looks up, where it is not said already. */
function wordsOf({ code, status, details, message }: Failure): string {
  const decline = details['decline_code'];
  const isSaid = code !== null && message.includes(code);
  const words = [isSaid ? null : code, typeof decline === 'string' ? decline : null, status];
  return words.filter((word) => word !== null).join(', ');
}

function nextStep({ reason, code }: Failure, access: 'read' | 'write'): string {
  switch (reason) {
    case 'unauthorized':
      return 'Put a valid token where the config has it: `purser check --online` says for each account where that is.';
    case 'not_found':
      return 'List what there is, and take its id from there.';
    case 'rate_limited':
      return 'Try again in a minute.';
    case 'refused':
      return /declined/.test(code ?? '')
        ? 'Nothing was changed. Take another card, or ask its bank.'
        : "Nothing was changed. If what it says is no help, ask the provider's support.";
    case 'unreachable':
      return 'Nothing was sent. Is the network up, and provider.base_url right? Then try again.';
    case 'server_error':
    case 'lost':
    case 'malformed':
      return access === 'write'
        ? 'It may have happened all the same: look before you try again.'
        : "Try again; if it stays so, ask the provider's support.";
    case 'torn':
    case 'aborted':
      return 'Try again.';
  }
}
