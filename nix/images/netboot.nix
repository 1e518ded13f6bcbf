# For `kiko netboot`: a folder with the kernel, its initial RAM disk with the whole installer in it, the kernel's
# command line, and an iPXE script for whoever serves it by other means.
{
  config,
  pkgs,
  ...
}:
let
  inherit (config.system) build;
  commandLine = "init=${build.toplevel}/init ${toString config.boot.kernelParams}";
in
{
  imports = [ ../modules/installer.nix ];

  system.build.hearthNetboot = pkgs.linkFarm "hearth-netboot" {
    kernel = "${build.kernel}/${config.system.boot.loader.kernelFile}";
    initrd = "${build.netbootRamdisk}/initrd";
    cmdline = pkgs.writeText "cmdline" "${commandLine}\n";
    # The caller may set `cmdline`, with hearth.nio= and hearth.nio-key=.
    "boot.ipxe" = pkgs.writeText "boot.ipxe" ''
      #!ipxe
      kernel kernel initrd=initrd ${commandLine} ''${cmdline}
      initrd initrd
      boot
    '';
  };
}
