/** Where a browser is sent, and the `Set-Cookie` headers that go with it. */
export interface Onward {
  readonly location: string;
  readonly cookies: readonly string[];
}

/** Who is signed in: a User of the home. What groups they are in is not kept, but asked each time: the Groups say it. */
export interface Person {
  readonly name: string;
}

/** Signs browsers in at the home's identity provider (OpenID Connect, code with PKCE). Nothing is stored here. */
export interface SignIn {
  /** Where people sign in: `https://identity.hearth.home.arpa`. */
  readonly provider: string;
  /**
   * `GET /-/sign-in?to=PATH`: to the provider, with the request's `Cookie` header. What is not a path of this host is not
   * gone to afterwards.
   * @throws SignInFailed
   */
  begin(to: string | undefined, cookie: string | undefined): Promise<Onward>;
  /**
   * `GET /-/sign-in/callback`: back from the provider, with the request's query and its `Cookie` header.
   * @throws SignInFailed
   */
  finish(query: URLSearchParams, cookie: string | undefined): Promise<Onward>;
  /** Who is signed in by this `Cookie` header. */
  who(cookie: string | undefined): Person | undefined;
  /** `POST /-/sign-out`: the session's cookie goes. */
  leave(): Onward;
}

/** Nobody was signed in. What its message says can be shown to the person. */
export class SignInFailed extends Error {
  override name = 'SignInFailed';
  /** 400: begin again. 403: they may not. 503: the provider can't be reached. */
  readonly status: 400 | 403 | 503;

  constructor(status: 400 | 403 | 503, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
