# For `kiko enroll USER@HOST`: an archive with the installer that replaces the Linux which runs there, until the next
# reboot. It brings a kexec that needs nothing of that Linux, since rescue systems rarely have one.
{
  config,
  pkgs,
  ...
}:
let
  inherit (config.system) build;
in
{
  imports = [ ./netboot.nix ];

  system.build.hearthKexec = pkgs.runCommand "hearth-kexec-${pkgs.stdenv.hostPlatform.system}.tar.gz" { } ''
    mkdir files
    cp ${build.hearthNetboot}/kernel ${build.hearthNetboot}/initrd ${build.hearthNetboot}/cmdline files/
    cp ${pkgs.pkgsStatic.kexec-tools}/bin/kexec files/
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1 -czf $out -C files .
  '';
}
