# Hearth's modules, evaluated with nixpkgs' own lib and stand-ins for NixOS and its packages.
{
  # nixpkgs' lib: that folder, or a checkout that has it.
  nixpkgs,
  countsBoots ? true,
}:
let
  lib = import (if builtins.pathExists (nixpkgs + "/lib/default.nix") then nixpkgs + "/lib" else nixpkgs);
  hearth = ../../nix;

  # A package that is never built: where it would be, and nothing in it.
  named = name: {
    type = "derivation";
    inherit name;
    outPath = "/nix/store/00000000000000000000000000000000-${name}";
    outputs = [ "out" ];
    outputName = "out";
    meta.mainProgram = name;
  };

  packages = lib.genAttrs [
    "coreutils"
    "dosfstools"
    "e2fsprogs"
    "gitMinimal"
    "gptfdisk"
    "ipxe"
    "kexec-tools"
    "lvm2"
    "nixos-install-tools"
    "openssh"
    "util-linux"
  ] named;

  pkgsOf =
    system:
    packages
    // {
      linuxPackages_latest = named "linux-latest";
      pkgsStatic.kexec-tools = named "kexec-tools-static";
      stdenv.hostPlatform = {
        inherit system;
        isAarch64 = system == "aarch64-linux";
      };
      linkFarm = name: entries: named name // { inherit entries; };
      runCommand = name: attributes: script: named name // attributes // { inherit script; };
      writeText = name: text: named name // { inherit text; };
    };

  nixosSystem =
    { modules }:
    lib.evalModules {
      specialArgs.modulesPath = toString ./nixos;
      modules = [
        (import ./stand-ins.nix { inherit lib countsBoots; })
        (
          { config, ... }:
          {
            _module.args.pkgs = pkgsOf config.nixpkgs.hostPlatform;
            nix.package = named "nix";
            systemd.package = named "systemd";
            system.boot.loader.kernelFile = "bzImage";
            system.build = {
              kernel = named "linux";
              netbootRamdisk = named "initrd";
              nixos-rebuild = named "nixos-rebuild";
              sdImage = named "sd-image";
              toplevel = named "nixos-system";
            };
          }
        )
      ]
      ++ modules;
    };

  outputs = (import (hearth + "/flake.nix")).outputs {
    self = outputs // {
      packages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (_: {
        agent = named "hearth-agent";
      });
    };
    nixpkgs = {
      lib = lib // {
        inherit nixosSystem;
      };
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (
        system: pkgsOf system // { callPackage = lib.callPackageWith (pkgsOf system); }
      );
    };
  };
in
{
  inherit lib outputs nixosSystem;
}
