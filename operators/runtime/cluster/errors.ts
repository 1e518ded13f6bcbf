/** The body of an answer that refuses (`kind: Status` of the API). */
export interface StatusBody {
  readonly reason?: string;
  readonly message?: string;
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly kind?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
  };
}

/** The API server answered, and refused. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The API's word for it: NotFound, AlreadyExists, Conflict, Invalid, Expired, … */
  readonly reason: string;
  readonly body: StatusBody;
  /** Seconds after which the server asks to be tried again, if it says so. */
  readonly retryAfter: number | undefined;

  constructor(
    request: { readonly method: string; readonly path: string },
    status: number,
    body: StatusBody,
    retryAfter?: number,
  ) {
    super(`${request.method} ${request.path}: ${body.message ?? `the API server answered ${status}`}`);
    this.name = 'ApiError';
    this.status = status;
    this.reason = body.reason ?? '';
    this.body = body;
    this.retryAfter = retryAfter ?? body.details?.retryAfterSeconds;
  }
}

/** The API server did not answer, or not to the end. */
export class Unreachable extends Error {
  constructor(request: { readonly method: string; readonly path: string }, cause: unknown) {
    super(`${request.method} ${request.path}: ${describeCause(cause)}`, { cause });
    this.name = 'Unreachable';
  }
}

/** This process no longer leads; the request was not sent. Whoever leads now does the work. */
export class LeaseEnded extends Error {
  constructor() {
    super('the lease of this process has ended');
    this.name = 'LeaseEnded';
  }
}

/** What went wrong below HTTP, with the system's own code where there is one. */
function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause.message}`;
}

/** The API server can't be reached, or can't do its work for now: it says nothing about what was asked. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof Unreachable ||
    (error instanceof ApiError && (error.status >= 500 || error.status === 429))
  );
}

/** The object, or its whole kind, is not there. */
export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

/** The object was created by somebody else first. */
export function isAlreadyExists(error: unknown): error is ApiError {
  return error instanceof ApiError && error.reason === 'AlreadyExists';
}

/** The object is not the one, or not in the state, that the write was made for. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason !== 'AlreadyExists';
}

/**
 * A JSON Patch whose test failed: the object is not what the write was made for. The API server says no more than that
 * it is invalid; where a schema or an admission rule refuses, it names the object.
 */
export function isFailedTest(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 422 && error.body.details?.name === undefined;
}

/** The resource version lies before what the server remembers: list again. */
export function isExpired(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone')
  );
}
