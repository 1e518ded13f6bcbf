# The disk of a PC, as Hearth's installer leaves it.
{
  config,
  lib,
  options,
  ...
}:
let
  cfg = config.hearth.storage;
  inherit (lib) mkOption types;

  layout = import ../lib/layout.nix {
    device = if cfg.device == null then "/dev/disk/by-partlabel" else cfg.device;
    inherit (cfg) bootBytes systemBytes;
  };

  mounted = lib.filter (partition: partition.content.type == "filesystem") (
    lib.attrValues layout.disk.hearth.content.partitions
  );
in
{
  options.hearth.storage = {
    enable = mkOption {
      type = types.bool;
      default = true;
      description = "Whether this machine's disk is laid out by Hearth.";
    };
    device = mkOption {
      type = types.nullOr (types.strMatching "/dev/disk/by-id/[A-Za-z0-9._:+-]+");
      default = null;
      example = "/dev/disk/by-id/nvme-eui.0025385b91b0f2a1";
      description = ''
        The disk, for whoever partitions it with disko (import disko's module then, too). Null: the machine's agent
        does it, on the disk that the Machine's `spec.disk.serial` names. Either way, a running system finds its
        partitions by their labels.
      '';
    };
    bootBytes = mkOption {
      type = types.ints.positive;
      default = 1024 * 1024 * 1024;
      description = "The boot partition: `status.layout.boot` of the Machine.";
    };
    systemBytes = mkOption {
      type = types.ints.positive;
      default = 19073 * 1024 * 1024;
      defaultText = lib.literalMD "20 GB in whole MiB";
      description = "The system's partition: `status.layout.system` of the Machine. The rest is for data.";
    };
  };

  config = lib.mkIf cfg.enable (
    {
      fileSystems = lib.listToAttrs (
        map (partition: {
          name = partition.content.mountpoint;
          value = {
            device = "/dev/disk/by-partlabel/${partition.label}";
            fsType = partition.content.format;
            options = partition.content.mountOptions;
          };
        }) mounted
      );
      # Brings up the pool for data, which is not needed to start.
      services.lvm.boot.thin.enable = true;
      # One configuration starts on whatever PC it is given.
      hardware.enableAllHardware = lib.mkDefault true;
    }
    // lib.optionalAttrs (options ? disko) {
      disko.enableConfig = false;
      disko.devices = lib.mkIf (cfg.device != null) layout;
    }
  );
}
