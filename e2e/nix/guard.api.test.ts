import { beforeAll, expect, test } from 'vitest';
import { ensureNix, resultOf } from './nix.ts';

beforeAll(ensureNix);

interface Unit {
  readonly wantedBy?: readonly string[];
  readonly unitConfig: Readonly<Record<string, unknown>>;
}

/** The module's units. It takes so little of nixpkgs’ lib that it is evaluated without. */
const units = () =>
  resultOf<{
    readonly timer: Unit & { readonly timerConfig: Readonly<Record<string, string>> };
    readonly service: Unit & { readonly serviceConfig: Readonly<Record<string, string>> };
  }>(`
    let
      module = import ./modules/guard.nix {
        config = { hearth.agent.enable = true; systemd.package = "/systemd"; };
        lib = { mkIf = _: value: value; getExe' = package: name: package + "/bin/" + name; };
        pkgs.coreutils = "/coreutils";
      };
      inherit (module.config.systemd) timers services;
    in { timer = timers.hearth-start-guard; service = services.hearth-start-guard; }`);

test('a start that tries a system is guarded from early on, and no other start is', async () => {
  const { timer, service } = await units();
  expect(timer).toMatchObject({
    wantedBy: ['sysinit.target'],
    unitConfig: {
      DefaultDependencies: false,
      ConditionPathExists: '/var/lib/hearth/trial',
      WantsMountsFor: ['/var/lib/hearth'],
    },
    timerConfig: { OnActiveSec: '10min' },
  });
  // The timer alone starts it.
  expect(service.wantedBy).toBeUndefined();
});

test('its guard takes the mark away, whether it can or not, and restarts the machine', async () => {
  const { service } = await units();
  expect(service.serviceConfig).toEqual({
    Type: 'oneshot',
    ExecStartPre: '-/coreutils/bin/rm -f /var/lib/hearth/trial',
    ExecStart: '/systemd/bin/systemctl --no-block reboot',
  });
});
