# A machine that hangs, panics or does not get up starts again, and in the end on what worked.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  cfg = config.hearth.boot;
  inherit (lib) mkDefault mkOption types;
  # Whether new entries are on trial: of nixpkgs 26.11 and newer.
  countsBoots = options.boot.loader.systemd-boot ? bootCounting;
  # systemd-boot sets it while the entry that it started is on trial, and only then.
  onTrial = "/sys/firmware/efi/efivars/LoaderBootCountPath-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
in
{
  options.hearth.boot = {
    loader = mkOption {
      type = types.enum [
        "systemd-boot"
        "extlinux"
        "none"
      ];
      default = "systemd-boot";
      description = ''
        What starts the machine: systemd-boot on a PC with UEFI, extlinux (read by U-Boot) on a Raspberry Pi; none
        leaves `boot.loader` to you.
      '';
    };
    keep = mkOption {
      type = types.ints.between 2 100;
      default = 10;
      description = "How many generations can be started. The boot partition holds a kernel for each.";
    };
  };

  config = {
    # The machine's own watchdog, where it has one, fed by systemd: if that hangs, the machine starts again. What was
    # only tried out is not what it starts then: a system gets its boot entry once it is confirmed.
    systemd.settings.Manager = {
      RuntimeWatchdogSec = mkDefault "30s";
      RebootWatchdogSec = mkDefault "10min";
    };
    boot.kernelParams = [
      "panic=30"
      "boot.panic_on_fail"
    ];
    # Nobody sits at its keyboard: a disk that is missing must not keep the agent from starting.
    systemd.enableEmergencyMode = mkDefault false;

    boot.loader.timeout = mkDefault 3;
    boot.loader.efi.canTouchEfiVariables = mkDefault (cfg.loader == "systemd-boot");
    boot.loader.systemd-boot = lib.mkIf (cfg.loader == "systemd-boot") (
      {
        enable = true;
        configurationLimit = mkDefault cfg.keep;
        # Its editor starts a root shell for whoever has a keyboard.
        editor = mkDefault false;
      }
      // lib.optionalAttrs countsBoots {
        bootCounting = {
          enable = mkDefault true;
          tries = mkDefault 2;
        };
      }
    );
    boot.loader.grub.enable = lib.mkIf (cfg.loader != "none") (mkDefault false);
    boot.loader.generic-extlinux-compatible = lib.mkIf (cfg.loader == "extlinux") {
      enable = true;
      configurationLimit = mkDefault cfg.keep;
    };

    # An entry passes its trial when the agent has run for a minute; else the machine starts again, and when all tries
    # are used up, the entry before it. Without a trial it never restarts a machine: that could go on for ever.
    systemd.services.hearth-boot-check = lib.mkIf (config.hearth.agent.enable && countsBoots) {
      description = "Hearth: the agent runs, so this system may be started again";
      requiredBy = [ "boot-complete.target" ];
      before = [ "boot-complete.target" ];
      after = [ "hearth-agent.service" ];
      unitConfig = {
        ConditionPathExists = onTrial;
        FailureAction = "reboot";
      };
      # Of a boot, not of a switch.
      restartIfChanged = false;
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        TimeoutStartSec = "3min";
        ExecStartPre = "${lib.getExe' pkgs.coreutils "sleep"} 60";
        ExecStart = "${lib.getExe' config.systemd.package "systemctl"} is-active --quiet hearth-agent.service";
      };
    };
  };
}
