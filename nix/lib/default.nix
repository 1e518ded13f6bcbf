# What a flake of one's own machines takes from Hearth.
{ lib, nixosModules }:
let
  hardwares = {
    pc = {
      system = "x86_64-linux";
      module = nixosModules.storage;
    };
    raspberry-pi-5 = {
      system = "aarch64-linux";
      module = nixosModules.raspberryPi5;
    };
  };

  known =
    hostName: hardware:
    hardwares.${hardware}
      or (throw "${hostName}: hardware must be one of ${toString (lib.attrNames hardwares)}, not ${hardware}");

  mkNode =
    {
      hostName,
      # The NixOS release with which the machine was installed; it stays when NixOS is upgraded.
      stateVersion,
      # pc or raspberry-pi-5
      hardware ? "pc",
      # Such as aarch64-linux for a PC with an ARM processor.
      system ? (known hostName hardware).system,
      # What this machine has beyond that: NixOS modules.
      modules ? [ ],
    }:
    lib.nixosSystem {
      modules = [
        nixosModules.node
        (known hostName hardware).module
        {
          networking = { inherit hostName; };
          nixpkgs.hostPlatform = system;
          system = { inherit stateVersion; };
        }
      ]
      ++ modules;
    };
in
{
  # One machine, as a nixosConfiguration.
  inherit mkNode;

  # The nixosConfigurations of a flake: each machine is called what its attribute is called.
  mkNodes = lib.mapAttrs (hostName: node: mkNode ({ inherit hostName; } // node));

  # The layout of a disk, for disko: { device, bootBytes, systemBytes }.
  layout = import ./layout.nix;
}
