# For a Raspberry Pi 5: a card with a whole node on it, which enrols itself. Nothing is installed and no disk is wiped,
# so it needs an approval and no consent; what is on the card is its golden state.
{
  config,
  lib,
  modulesPath,
  ...
}:
{
  imports = [
    # Has firmware, U-Boot and device trees for the Pi 5 from nixpkgs 26.11 on.
    "${modulesPath}/installer/sd-card/sd-image-aarch64.nix"
    ../modules/raspberry-pi-5.nix
  ];

  networking.hostName = lib.mkDefault "";
  # The answers to the question where NIO is: this machine has not met it yet.
  networking.firewall.allowedUDPPorts = [ 5353 ];
  system.stateVersion = lib.mkDefault config.system.nixos.release;
  image.baseName = lib.mkForce "hearth-raspberry-pi-5";
  # A screen, where there is one, shows the pairing code. Where there is none, a join token does: a file that whoever
  # writes the card puts into its first partition, which every computer can open.
  systemd.services.hearth-agent = {
    serviceConfig.StandardOutput = "journal+console";
    unitConfig.WantsMountsFor = [ "/boot/firmware" ];
  };
  hearth.agent.joinTokenFile = lib.mkDefault "/boot/firmware/hearth-join-token";
  documentation.enable = false;
}
