/** An error that a person will read: a stable code, what happened, and what to do about it. */
export class PurserError extends Error {
  override readonly name = 'PurserError';
  readonly code: string;
  /** What to do next, as a sentence. */
  readonly mend: string;

  constructor(options: { code: string; message: string; mend: string; cause?: unknown }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.mend = options.mend;
  }
}
