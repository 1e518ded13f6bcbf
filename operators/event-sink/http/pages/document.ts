import { banner, documentOf, type Html, html, navigation, signOut } from '@hearth/pages';
import { assets } from './assets.ts';
import { icons } from './icons.ts';
import type { Frame } from './views.ts';

/** What is particular to one page. */
export interface Content {
  /** Names it in the browser’s tab. */
  readonly title: string;
  /** `narrow`: one thing to read. `wide`: something to look through. */
  readonly width: 'narrow' | 'wide';
  readonly body: Html;
}

const ENTRIES = [
  { id: 'home', path: '/', label: 'Home', icon: icons.home },
  { id: 'events', path: '/-/events', label: 'Events', icon: icons.events },
  { id: 'sparql', path: '/-/sparql', label: 'Questions', icon: icons.graph },
  { id: 'vocabulary', path: '/-/vocabulary', label: 'Terms', icon: icons.vocabulary },
] as const;

/** A whole document. */
export function document(frame: Frame, { title, width, body }: Content): string {
  // Whoever has not come in yet is not led anywhere else.
  const isLed = width === 'wide' || frame.person !== undefined;
  return documentOf({
    title,
    width,
    assets,
    banner: banner({
      leadsHome: true,
      navigation: isLed ? navigation(ENTRIES, frame.here) : undefined,
      account: account(frame),
    }),
    main: body,
  });
}

/** Who is signed in, and the way out; or the way in, where there is one. */
function account({ person, signIn }: Frame): Html | undefined {
  if (person !== undefined) return signOut('/-/sign-out', person.name);
  return signIn === undefined
    ? undefined
    : html`<p class="person"><a class="button quiet" href="${signInPath(signIn)}">Sign in</a></p>`;
}

/** Where a person signs in who then goes on to `to`. */
export const signInPath = (to: string): string => `/-/sign-in?to=${encodeURIComponent(to)}`;
