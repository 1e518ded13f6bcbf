import type { Controller } from '@hearth/runtime';
import type { AppOptions } from './app/carry-out.ts';
import { appController } from './app/controller.ts';
import { connectionController } from './connection/controller.ts';
import { databaseController } from './database/controller.ts';
import { definitionController } from './definition/controller.ts';
import { homeController } from './home/controller.ts';
import { iamControllers } from './iam/controllers.ts';
import { planController } from './plan/controller.ts';
import { routeController } from './route/controller.ts';
import { ssoClientController } from './sso/controller.ts';

export type { AppOptions } from './app/carry-out.ts';

/** The controllers of the App slice. */
export const appControllers = (options: AppOptions): readonly Controller[] =>
  [
    homeController,
    definitionController,
    planController,
    databaseController,
    connectionController,
    routeController,
    ssoClientController,
    ...iamControllers(),
    appController(options),
  ] as Controller[];
