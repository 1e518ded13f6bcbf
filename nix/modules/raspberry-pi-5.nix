# A Raspberry Pi 5 that runs from the card that was written with the image: kexec does not work there, and U-Boot, which
# reads the boot entries, is on the card.
{
  lib,
  pkgs,
  ...
}:
{
  hearth.boot.loader = lib.mkDefault "extlinux";

  fileSystems."/" = {
    device = "/dev/disk/by-label/NIXOS_SD";
    fsType = "ext4";
    options = [ "noatime" ];
  };

  boot.kernelPackages = lib.mkDefault pkgs.linuxPackages_latest;
  hardware.enableRedistributableFirmware = lib.mkDefault true;
  # Its watchdog counts to 15 seconds.
  systemd.settings.Manager.RuntimeWatchdogSec = lib.mkOverride 900 "15s";
}
