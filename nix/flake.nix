{
  description = "Hearth: NixOS machines that their home keeps as their configuration says";

  # Boot entries on trial (systemd-boot's boot counting) and images for a Raspberry Pi 5 came with nixpkgs 26.11.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      # The agent of this flake, for the machine that a configuration is for.
      withAgent =
        { pkgs, ... }:
        {
          hearth.agent.package = lib.mkDefault self.packages.${pkgs.stdenv.hostPlatform.system}.agent;
        };

      # What an image comes to, by the name of what its module builds.
      image =
        system: product: module:
        (lib.nixosSystem {
          modules = [
            self.nixosModules.node
            module
            { nixpkgs.hostPlatform = system; }
          ];
        }).config.system.build.${product};

      installer = system: product: module: image system product {
        imports = [ module ];
        hearth.installer.system =
          (self.lib.mkNode {
            hostName = "";
            stateVersion = lib.trivial.release;
            inherit system;
          }).config.system.build.toplevel;
      };

      packagesOf =
        system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
          netboot = installer system "hearthNetboot" ./images/netboot.nix;
        in
        {
          inherit netboot;
          agent = pkgs.callPackage ./package/agent.nix { };
          # The folder that `kiko netboot` serves.
          netboot-images = pkgs.callPackage ./images/netboot-images.nix { inherit netboot; };
          # The archive that `kiko enroll` takes.
          kexec-image = installer system "hearthKexec" ./images/kexec.nix;
        }
        // lib.optionalAttrs (system == "aarch64-linux") {
          sdImage = image system "sdImage" ./images/sd.nix;
        };
    in
    {
      nixosModules = {
        node = {
          imports = [
            ./modules/node.nix
            withAgent
          ];
        };
        storage = ./modules/storage.nix;
        raspberryPi5 = ./modules/raspberry-pi-5.nix;
        default = self.nixosModules.node;
      };

      lib = import ./lib {
        inherit lib;
        inherit (self) nixosModules;
      };

      packages = lib.genAttrs systems packagesOf;

      templates.default = {
        path = ./template;
        description = "The machines of a home: one flake, a few lines for each";
      };
    };
}
