const MASK = '[secret]';

/** A value that must never be seen: every way of printing it gives "[secret]". Only `reveal` hands it out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The bare value, for the one line that puts it on the wire. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  get [Symbol.toStringTag](): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}

/** Whether a token can stand in an HTTP header: one word of at most 4096 characters. */
export function fitsHeader(token: Secret): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(token.reveal());
}
