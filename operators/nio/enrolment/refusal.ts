/** Why a machine is turned away: an HTTP status, and a sentence for whoever looks at its screen. */
export class Refusal extends Error {
  readonly status: number;
  /** Seconds after which it may ask again. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
