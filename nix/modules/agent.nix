# The machine's agent as a service.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.hearth;
  inherit (lib) mkOption types;

  # These become words of ExecStart; their types let nothing through that systemd would read as more than a word.
  arguments =
    [ "--state /var/lib/hearth/agent" ]
    ++ lib.optional cfg.agent.install "--install"
    ++ lib.optional (cfg.nio.url != null) "--nio ${cfg.nio.url}"
    ++ lib.optional (cfg.nio.key != null) "--nio-key ${cfg.nio.key}"
    ++ lib.optional (cfg.agent.joinTokenFile != null) "--join-token-file ${cfg.agent.joinTokenFile}";
in
{
  options.hearth = {
    agent = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = ''
          Whether the home's NIO keeps this machine on its configuration. The agent refuses a configuration that
          switches it off: nobody could reach the machine any more.
        '';
      };
      package = mkOption {
        type = types.package;
        description = "The agent. The flake sets its own.";
      };
      install = mkOption {
        type = types.bool;
        default = false;
        internal = true;
        description = "Whether this system installs others: that of the images for the network and for kexec.";
      };
      joinTokenFile = mkOption {
        type = types.nullOr (
          types.addCheck (types.strMatching "/[A-Za-z0-9._/-]+") (path: !lib.hasPrefix builtins.storeDir path)
        );
        default = null;
        example = "/run/keys/join-token";
        description = ''
          A file with a join token, which does once instead of a person who compares pairing codes. It need not be
          there. Never one in the Nix store: everybody on the machine reads that.
        '';
      };
    };
    nio = {
      url = mkOption {
        type = types.nullOr (types.strMatching "https://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(:[0-9]{1,5})?/?");
        default = null;
        example = "https://192.168.1.10:8443";
        description = ''
          Where the home's NIO takes machines in. Null: what the agent was enrolled with, else `hearth.nio=` of the
          kernel's command line, else what announces itself on the local network (`_hearth._tcp`).
        '';
      };
      key = mkOption {
        type = types.nullOr (types.strMatching "[A-Za-z0-9+/]{43}=");
        default = null;
        description = ''
          The SHA-256 of NIO's public key in base64, as `curl --pinnedpubkey` has it. Null: the key that the agent
          meets first, for which the pairing code then vouches.
        '';
      };
    };
  };

  config = lib.mkIf cfg.agent.enable {
    systemd.services.hearth-agent = {
      description = "Hearth: keeps this machine on its configuration";
      wantedBy = [ "multi-user.target" ];
      # Not after network-online.target: to bring a network back may be what it is needed for.
      after = [ "network.target" ];
      # Wants, not Requires: a configuration that drops one of these mounts would stop the agent with it.
      unitConfig.WantsMountsFor = [
        "/var/lib/hearth"
        "/run/hearth"
      ];

      # It is the agent that switches, so a switch must not end it: neither because its unit changed (it ends by itself
      # once the new system runs, for its successor to show that the machine can be reached with it), nor because the
      # configuration on trial has no agent at all (then it is the only one who can go back).
      restartIfChanged = false;
      unitConfig.X-StopOnRemoval = false;

      # Nobody else starts it again, so it never gives up.
      startLimitIntervalSec = 0;

      path = [
        config.nix.package
        config.system.build.nixos-rebuild
        pkgs.dosfstools
        pkgs.e2fsprogs
        pkgs.gitMinimal
        pkgs.gptfdisk
        pkgs.kexec-tools
        pkgs.lvm2
        pkgs.nixos-install-tools
        pkgs.openssh
        pkgs.util-linux
      ];
      environment = {
        HOME = "/var/lib/hearth/agent";
        XDG_CACHE_HOME = "/var/cache/hearth/agent";
        NODE_COMPILE_CACHE = "/var/cache/hearth/agent/node";
        NODE_ENV = "production";
      };

      serviceConfig = {
        Type = "exec";
        ExecStart = "${lib.getExe cfg.agent.package} ${lib.concatStringsSep " " arguments}";
        Restart = "always";
        RestartSec = 2;
        # When an evaluation takes too much memory, it is the evaluation that goes.
        OOMPolicy = "continue";
        StateDirectory = "hearth/agent";
        StateDirectoryMode = "0700";
        CacheDirectory = "hearth/agent";
        CacheDirectoryMode = "0700";

        # Whoever may activate a system may do anything: its units, its users and its kernel are what that system says.
        # So there is no sandbox here that would hold. ProtectSystem and ReadOnlyPaths: it writes to the store, the
        # profiles and the boot partition. PrivateDevices: it partitions disks. PrivateMounts and all that need a mount
        # namespace: what it mounts must be seen by the system that it installs and by those who read their files in
        # /run/hearth. RestrictAddressFamilies, SystemCallFilter and the like: Nix, run by root, opens its store and
        # builds by itself, which is why it can go back even when a configuration broke Nix's daemon; a filter would
        # reach into every build. What keeps it harmless is elsewhere: it listens on no port, its token lets it read
        # its own Machine and nothing else, and what it runs is never put together by a shell.
        NoNewPrivileges = true;
        KeyringMode = "private";
        RestrictRealtime = true;
        # Its memory holds the machine's key.
        LimitCORE = 0;
      }
      // lib.optionalAttrs cfg.agent.install { StandardOutput = "journal+console"; };
    };

    # The files of a configuration, which may be secrets: in memory, and not on a swap disk either. What is noted of
    # this start of the machine is here, too, so a configuration on trial that has no such mount does not take it away.
    systemd.mounts = [
      {
        description = "Hearth: files in memory";
        what = "tmpfs";
        where = "/run/hearth";
        type = "tmpfs";
        options = "mode=0711,size=64m,noswap,nosuid,nodev,noexec";
        wantedBy = [ "local-fs.target" ];
        unitConfig.X-StopOnRemoval = false;
      }
    ];

    # What the agent pins here (golden and known good) no garbage collection takes.
    systemd.tmpfiles.rules = [ "d /nix/var/nix/gcroots/hearth 0755 root root -" ];
  };
}
