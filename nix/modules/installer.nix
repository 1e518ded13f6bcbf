# What the images for the network and for kexec have in common: a system in memory whose agent installs another, and
# whose screen shows the pairing code. Nobody can sign in.
{
  config,
  lib,
  modulesPath,
  pkgs,
  ...
}:
{
  # Not netboot-minimal.nix: that has an SSH server and users without a password.
  imports = [ "${modulesPath}/installer/netboot/netboot.nix" ];

  options.hearth.installer.system = lib.mkOption {
    type = lib.types.package;
    description = ''
      The system that is installed: a machine comes up with it from its disk for the first time, and goes back to it.
      It lies in the image, so nothing has to be built or fetched to install it.
    '';
  };

  config = {
    hearth.agent.install = true;
    hearth.boot.loader = "none";
    environment.etc."hearth/golden".source = config.hearth.installer.system;
    system.stateVersion = lib.mkDefault config.system.nixos.release;

    hardware.enableAllHardware = true;
    # The thin pool for data is made here.
    services.lvm.boot.thin.enable = true;

    # The name comes with the approval, and two machines that are being installed are not the same.
    networking.hostName = "";
    # The answers to the question where NIO is.
    networking.firewall.allowedUDPPorts = [ 5353 ];

    # The screen is for the pairing code.
    systemd.services."getty@tty1".enable = false;
    systemd.services."autovt@".enable = false;
    boot.consoleLogLevel = lib.mkDefault 3;
    # Of several, the last is the one that gets it: the screen.
    boot.kernelParams = lib.mkAfter [
      (if pkgs.stdenv.hostPlatform.isAarch64 then "console=ttyAMA0,115200" else "console=ttyS0,115200")
      "console=tty0"
    ];

    # It lives in memory: what is not in it does not take any.
    documentation.enable = false;
    environment.defaultPackages = [ ];
    nix.gc.automatic = false;
    boot.initrd.compressor = "zstd";
  };
}
