# The guard of a start that tries a system. The agent leaves a mark on the disk before it restarts the machine into a
# system of which nobody knows yet whether it can be reached: the boot loader starts that once, and at the next start
# what is known to work. This sees to it that there is a next start where the system on trial has no agent that comes
# up. The agent refuses a configuration without these units; operators/agent/system/real/guard.ts tells the whole.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  mark = "/var/lib/hearth/trial";
in
{
  config = lib.mkIf config.hearth.agent.enable {
    systemd.timers.hearth-start-guard = {
      description = "Hearth: restarts a machine on trial whose agent does not come up";
      # Early, and after nothing but the disk that the mark is on: what comes later may hang.
      wantedBy = [ "sysinit.target" ];
      before = [ "shutdown.target" ];
      conflicts = [ "shutdown.target" ];
      unitConfig = {
        DefaultDependencies = false;
        ConditionPathExists = mark;
        WantsMountsFor = [ "/var/lib/hearth" ];
        X-StopOnRemoval = false;
      };
      # The agent needs seconds, and no network, to set a guard of its own and stop this one.
      timerConfig = {
        OnActiveSec = "10min";
        AccuracySec = "1s";
      };
    };

    systemd.services.hearth-start-guard = {
      description = "Hearth: restarts the machine into what is known to work";
      unitConfig.DefaultDependencies = false;
      restartIfChanged = false;
      serviceConfig = {
        Type = "oneshot";
        # It restarts the machine once. A disk that can't be written to does not keep it from that.
        ExecStartPre = "-${lib.getExe' pkgs.coreutils "rm"} -f ${mark}";
        ExecStart = "${lib.getExe' config.systemd.package "systemctl"} --no-block reboot";
      };
    };
  };
}
