/**
 * What each page shows. The pages are pure: a view in, HTML out. They hold no script and no style of their own (the
 * policy forbids both): `/assets/…` has them. Forms post to paths of this host; a `token` is not needed, the server
 * checks where a request comes from.
 */

/** A page's frame. */
export interface Frame {
  /** Who is signed in; nobody on the pages before that. */
  readonly person?: { readonly name: string; readonly displayName: string };
  /** Which entry of the navigation is open. */
  readonly here?: 'apps' | 'devices' | 'sessions' | 'app-passwords' | 'activity';
  /** What the last action came to, said once above the page. */
  readonly notice?: string;
}

/**
 * `GET /sign-in`. The script asks `POST /sign-in/options` (no body) for WebAuthn request options in JSON, once for
 * the autofill of the browser and once for the button, and sends what the authenticator answers to
 * `POST /sign-in/verify` as `{ response, to }`; it answers `{ location }`, or 4xx with `{ message }`.
 */
export interface SignInView {
  /** Where to go on, a path of this host; goes back with the answer. */
  readonly to: string;
  /** The app that sent the person here, if one did. */
  readonly app?: { readonly title: string; readonly icon?: string };
  /** They were signed in, but longer ago than the app wants. */
  readonly again: boolean;
}

/**
 * `GET /enrol`. The script asks `POST /enrol/options` for creation options and sends the answer to
 * `POST /enrol/verify` as `{ response, name? }`; it answers `{ location }`.
 */
export interface EnrolView {
  readonly displayName: string;
  readonly name: string;
  /** They have a passkey already: this is a further device, or a recovery. */
  readonly further: boolean;
  /** What the device will be called, unless they say otherwise. */
  readonly device: string;
}

/**
 * `GET /enrol/safety`: a second way in, before anything else. The script adds a second passkey by
 * `POST /devices/options` and `POST /devices/verify` (as above); the form `POST /recovery-codes` makes codes.
 */
interface SafetyView {
  readonly displayName: string;
  readonly device: string;
  /** Where to go on when it is done. */
  readonly to: string;
}

/** `POST /recovery-codes`: the codes, shown once; the form `POST /recovery-codes/confirm` (field `code`) ends it. */
export interface RecoveryCodesView {
  readonly codes: readonly string[];
  /** The code typed was none of them. Then `codes` is empty: they are shown only once. */
  readonly wrong: boolean;
  readonly to: string;
}

/** `GET /recover`: the form `POST /recover` (fields `name`, `code`) goes on to enrol a new device. */
interface RecoverView {
  /** What was wrong, in words that do not tell which of the two it was. */
  readonly problem?: string;
  readonly name: string;
}

/** `GET /`: what the person can open. */
export interface LauncherView {
  readonly apps: readonly {
    readonly id: string;
    readonly title: string;
    /** A data URI, or nothing. */
    readonly icon?: string;
    readonly url: string;
  }[];
}

/**
 * `GET /devices`. Forms: `POST /devices/ID/rename` (field `name`), `POST /devices/ID/remove`; the script adds one by
 * `POST /devices/options` and `POST /devices/verify`. `POST /devices/link` makes a link for another device.
 */
export interface DevicesView {
  readonly devices: readonly {
    readonly id: string;
    readonly name: string;
    readonly added: Date;
    readonly lastUsed?: Date;
    /** The session in which the page is looked at was opened with it. */
    readonly current: boolean;
    /** It is the last way in: it can't be removed. */
    readonly last: boolean;
  }[];
  /** What a new device will be called, unless they say otherwise. */
  readonly device: string;
  /** Recovery codes left; 0 where none were confirmed. Making new ones: form `POST /recovery-codes`. */
  readonly codesLeft: number;
  /** A link for another device, just made. */
  readonly link?: { readonly url: string; readonly expires: Date };
}

/** `GET /sessions`. Forms: `POST /sessions/ID/end`, `POST /sign-out` (here), `POST /sign-out/everywhere`. */
export interface SessionsView {
  readonly sessions: readonly {
    readonly id: string;
    readonly browser: string;
    readonly address: string;
    readonly device: string;
    readonly since: Date;
    readonly seen: Date;
    readonly current: boolean;
    /** Titles of the apps that were opened in it. */
    readonly apps: readonly string[];
  }[];
  /** How far signing out reaches. */
  readonly apps: readonly AppSignOut[];
}

/** How far signing out reaches into one app. */
export interface AppSignOut {
  readonly title: string;
  /**
   * `gateway`: nothing reaches the app without identity; out at once. `told`: identity tells the app, which ends its
   * own session. `itself`: the app can't be told; its own session lasts until it ends by itself or is signed out there.
   */
  readonly way: 'gateway' | 'told' | 'itself';
}

/** `GET /app-passwords`. Forms: `POST /app-passwords` (field `name`), `POST /app-passwords/ID/remove`. */
export interface AppPasswordsView {
  readonly passwords: readonly { readonly id: string; readonly name: string; readonly created: Date }[];
  /** The name with which the person signs in to such apps. */
  readonly userName: string;
  /** One just made, shown once. */
  readonly made?: { readonly name: string; readonly password: string };
}

/** `GET /activity`: what happened in the person's name, newest first. */
export interface ActivityView {
  readonly entries: readonly {
    readonly at: Date;
    /** In words: `Signed in`. */
    readonly what: string;
    readonly address?: string;
    readonly device?: string;
    readonly app?: string;
  }[];
}

/** `GET /oidc/session/end`: an app asks to sign out. */
interface EndSessionView {
  readonly app?: string;
  /** Posts to the provider: goes into the page as it is. Its submit button is `<button form="op.logoutForm" name="logout" value="yes">`. */
  readonly form: string;
  readonly apps: readonly AppSignOut[];
}

/** Signed out: what it reached. Where the frame says that somebody is signed in, they still are: an app was left. */
export interface SignedOutView {
  /** The app that was left, where it is known. */
  readonly app?: { readonly title: string; readonly url: string };
  readonly apps: readonly AppSignOut[];
}

/** Something that is not to be: wrong group, disabled, a link that is no more, a page that isn't there. */
export interface RefusalView {
  readonly status: 400 | 403 | 404 | 405 | 410 | 429 | 500 | 503;
  readonly title: string;
  /** What it is, and what the person can do. */
  readonly text: string;
  /** Where to go instead. */
  readonly onward?: { readonly url: string; readonly label: string };
  /** What signing out is called here, where that may be what helps; shown to who is signed in. */
  readonly signOut?: string;
}

/** The pages: `pages.ts` has them. Each answers with a whole document. */
export interface Pages {
  signIn(frame: Frame, view: SignInView): string;
  enrol(frame: Frame, view: EnrolView): string;
  safety(frame: Frame, view: SafetyView): string;
  recoveryCodes(frame: Frame, view: RecoveryCodesView): string;
  recover(frame: Frame, view: RecoverView): string;
  launcher(frame: Frame, view: LauncherView): string;
  devices(frame: Frame, view: DevicesView): string;
  sessions(frame: Frame, view: SessionsView): string;
  appPasswords(frame: Frame, view: AppPasswordsView): string;
  activity(frame: Frame, view: ActivityView): string;
  endSession(frame: Frame, view: EndSessionView): string;
  signedOut(frame: Frame, view: SignedOutView): string;
  refusal(frame: Frame, view: RefusalView): string;
}
