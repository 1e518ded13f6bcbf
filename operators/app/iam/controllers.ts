import type { Controller } from '@hearth/runtime';
import { type Adapters, adapters as allAdapters } from '../sso/providers.ts';
import { createGroupController } from './group-controller.ts';
import { createHerald } from './herald.ts';
import { createUserController } from './user-controller.ts';

/** The controllers of people and groups, who share what providers were told; tests pass adapters of their own. */
export function iamControllers(adapters: Adapters = allAdapters): readonly Controller[] {
  const herald = createHerald(adapters);
  return [createUserController(herald), createGroupController(herald)] as unknown as readonly Controller[];
}
