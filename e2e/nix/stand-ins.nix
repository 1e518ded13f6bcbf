# What NixOS would bring to Hearth's modules: the options that they set, with NixOS's own types as far as they are plain
# types of nixpkgs' lib. An option that is misspelt, or set to what it can't hold, fails here as it would there.
{
  lib,
  # Whether nixpkgs is 26.11 or newer.
  countsBoots,
}:
let
  inherit (lib) mkOption types;
  option = type: mkOption { inherit type; };
  defaulting = type: default: mkOption { inherit type default; };
  on = option types.bool;
  off = defaulting types.bool false;
  unset = type: defaulting (types.nullOr type) null;
  words = defaulting (types.listOf types.str) [ ];

  # An attribute of a unit's section: as nixos/lib/systemd-unit-options.nix has it.
  unitOption =
    with types;
    let
      atom = oneOf [
        bool
        int
        float
        str
        path
        package
      ];
    in
    either atom (listOf atom);
  section = defaulting (types.attrsOf unitOption) { };

  service = types.submodule {
    options = {
      enable = defaulting types.bool true;
      description = defaulting types.singleLineStr "";
      after = words;
      before = words;
      wantedBy = words;
      requiredBy = words;
      restartIfChanged = defaulting types.bool true;
      startLimitIntervalSec = defaulting (types.nullOr types.int) null;
      path = defaulting (types.listOf (types.either types.package types.str)) [ ];
      environment = defaulting (types.attrsOf types.str) { };
      unitConfig = section;
      serviceConfig = section;
    };
  };

  timer = types.submodule {
    options = {
      description = defaulting types.singleLineStr "";
      before = words;
      conflicts = words;
      wantedBy = words;
      unitConfig = section;
      timerConfig = section;
    };
  };

  mount = types.submodule {
    options = {
      description = defaulting types.singleLineStr "";
      what = option types.str;
      where = option types.str;
      type = defaulting types.str "";
      options = defaulting types.commas "";
      wantedBy = words;
      unitConfig = section;
    };
  };

  fileSystem = types.submodule {
    options = {
      device = unset types.nonEmptyStr;
      fsType = defaulting types.nonEmptyStr "auto";
      options = words;
    };
  };

  bootCounting = {
    enable = off;
    tries = defaulting types.ints.unsigned 2;
  };
in
{
  options = {
    assertions = defaulting (types.listOf types.unspecified) [ ];
    boot = {
      consoleLogLevel = defaulting types.int 4;
      initrd.compressor = defaulting types.str "gzip";
      kernelPackages = option types.raw;
      kernelParams = words;
      loader = {
        efi.canTouchEfiVariables = off;
        generic-extlinux-compatible = {
          enable = off;
          configurationLimit = defaulting types.int 20;
        };
        grub.enable = defaulting types.bool true;
        systemd-boot = {
          enable = off;
          configurationLimit = unset types.int;
          editor = defaulting types.bool true;
        }
        // lib.optionalAttrs countsBoots { inherit bootCounting; };
        timeout = defaulting (types.nullOr types.int) 5;
      };
    };
    documentation.enable = on;
    environment = {
      defaultPackages = option (types.listOf types.package);
      etc = defaulting (types.attrsOf (types.submodule { options.source = option types.path; })) { };
    };
    fileSystems = defaulting (types.attrsOf fileSystem) { };
    hardware = {
      enableAllHardware = off;
      enableRedistributableFirmware = off;
    };
    image.baseName = option types.str;
    networking = {
      firewall = {
        enable = defaulting types.bool true;
        allowedTCPPorts = defaulting (types.listOf types.port) [ ];
        allowedUDPPorts = defaulting (types.listOf types.port) [ ];
      };
      hostName = defaulting (types.strMatching "^$|^[[:alnum:]]([[:alnum:]_-]{0,61}[[:alnum:]])?$") "nixos";
      useDHCP = defaulting types.bool true;
      useNetworkd = off;
    };
    nix = {
      channel.enable = defaulting types.bool true;
      gc = {
        automatic = off;
        dates = defaulting types.singleLineStr "03:15";
        options = defaulting types.singleLineStr "";
        randomizedDelaySec = defaulting types.singleLineStr "0";
      };
      package = option types.package;
      settings = defaulting (types.attrsOf types.anything) { };
    };
    nixpkgs.hostPlatform = option types.str;
    services = {
      lvm.boot.thin.enable = off;
      openssh = {
        enable = off;
        settings = defaulting (types.attrsOf types.anything) { };
      };
      timesyncd.enable = off;
    };
    system = {
      boot.loader.kernelFile = option types.str;
      build = defaulting (types.attrsOf types.unspecified) { };
      nixos.release = defaulting types.str "26.11";
      stateVersion = option types.str;
    };
    systemd = {
      enableEmergencyMode = defaulting types.bool true;
      mounts = defaulting (types.listOf mount) [ ];
      package = option types.package;
      services = defaulting (types.attrsOf service) { };
      settings.Manager = section;
      timers = defaulting (types.attrsOf timer) { };
      tmpfiles.rules = words;
    };
    users = {
      allowNoPasswordLogin = off;
      mutableUsers = defaulting types.bool true;
      users.root.openssh.authorizedKeys.keys = words;
    };
  };
}
