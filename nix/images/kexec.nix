# For `kiko enroll USER@HOST`: a tarball that turns the Linux it is unpacked on into the installer, until the next
# reboot. It brings its own kexec, since rescue systems rarely have one.
{
  config,
  pkgs,
  ...
}:
let
  inherit (config.system) build;
  name = "hearth-kexec-${pkgs.stdenv.hostPlatform.system}";

  # Its arguments are words for the kernel's command line, such as hearth.nio=https://….
  run = pkgs.writeText "run" ''
    #!/bin/sh
    set -eu
    here=$(dirname "$(readlink -f "$0")")
    "$here/kexec" --load "$here/kernel" --kexec-syscall-auto --initrd="$here/initrd" \
      --command-line="$(cat "$here/cmdline") $*"
    echo "This system ends in three seconds; the installer starts in its place."
    nohup sh -c 'sleep 3; exec "$0" --exec' "$here/kexec" > /dev/null 2>&1 &
  '';
in
{
  imports = [ ./netboot.nix ];

  system.build.hearthKexec = pkgs.runCommand "${name}.tar.gz" { } ''
    mkdir hearth-installer
    cp ${build.hearthNetboot}/kernel ${build.hearthNetboot}/initrd ${build.hearthNetboot}/cmdline hearth-installer/
    cp ${pkgs.pkgsStatic.kexec-tools}/bin/kexec hearth-installer/kexec
    install -m 0755 ${run} hearth-installer/run
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1 --dereference -czf $out hearth-installer
  '';
}
