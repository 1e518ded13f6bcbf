import type { Controller } from '@hearth/runtime';

/** What NIO has to be told. */
export interface NioOptions {
  /** The namespace of the suite, where NIO keeps its own key. */
  readonly namespace: string;
}

/** The controllers of NIO. */
export const nioControllers = (_options: NioOptions): readonly Controller[] => [];
