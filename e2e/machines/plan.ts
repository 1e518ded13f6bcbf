/** Where the machine's fakes read what is to go wrong. */
export const PLAN = '/run/hearth-fake/plan.json';

/** The places in the fake commands at which something can be planned. */
export type FakeStep =
  /** nix, before it fetches a flake. */
  | 'nix:fetch'
  /** nix, before it evaluates and builds. */
  | 'nix:build'
  /** nixos-rebuild, before it evaluates and builds. */
  | 'rebuild:build'
  /** nixos-rebuild, before it sets the system profile. */
  | 'rebuild:profile'
  /** nixos-rebuild, before it asks for the transient unit that activates. */
  | 'rebuild:activate'
  /** switch-to-configuration with the lock held, nothing done yet. */
  | 'switch:begin'
  /** Before the boot partition is written. */
  | 'switch:bootloader'
  /** Kernel and initial RAM disk are on the boot partition, the entry is still the old one. */
  | 'switch:entry'
  /** The boot partition is as it is to be. */
  | 'switch:booted'
  /** Before units that changed are stopped. */
  | 'switch:stop-units'
  /** Before /run/current-system is another. */
  | 'switch:activate'
  /** /run/current-system is another, its units are not started yet. */
  | 'switch:start-units'
  /** All is done but to say so. */
  | 'switch:end'
  /** A machine starts its system. */
  | 'boot:start';

/** What can be done at a step; a pause is in seconds. */
export type Fault =
  | 'hang'
  | 'cut-link'
  | 'lose-power'
  | 'kill-agent'
  | 'remove-agent'
  | { readonly pause: number }
  | { readonly exit: number }
  | { readonly 'fail-unit': string };

/** Something that goes wrong when a fake command comes to a step. */
export interface PlannedFault {
  readonly at: FakeStep;
  readonly do: Fault;
  /** Only the first time. */
  readonly once?: boolean;
}

/** A call of a fake command, as it was made. */
export interface Call {
  readonly time: string;
  readonly command: string;
  readonly args: readonly string[];
}
