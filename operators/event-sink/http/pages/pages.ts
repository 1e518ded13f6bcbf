import { events } from './events-page.ts';
import { gone } from './gone-page.ts';
import { home } from './home-page.ts';
import { list } from './list-page.ts';
import { refusal, signIn } from './refusal-page.ts';
import { resource } from './resource-page.ts';
import { sparql } from './sparql-page.ts';
import type { Pages } from './views.ts';
import { vocabulary } from './vocabulary-page.ts';

/** The pages: pure functions of what they show. */
export const pages: Pages = { home, list, resource, gone, events, sparql, vocabulary, signIn, refusal };
