#!/bin/sh
# Lays a machine's own disk, boot partition and memory over this system, then becomes the command that follows.
# mounts.sh FOLDER COMMAND [ARGUMENT…], in a mount namespace of its own.
#
# Real: the store, /etc, /var and /boot are file systems that stay when the power is lost; /run is lost with it.
# Not real: programs outside of the store (/usr, /bin) are those of this system, and there is no block device:
# /dev holds nothing that could be wiped.
set -eu
folder=$1
shift

mount --bind "$folder/fake" /mnt
mount --bind "$folder/disk/nix" /nix
mount --bind "$folder/boot" /boot
mount -t overlay -o "lowerdir=/etc,upperdir=$folder/disk/etc,workdir=$folder/disk/etc-work" overlay /etc
mount -t overlay -o "lowerdir=/var,upperdir=$folder/disk/var,workdir=$folder/disk/var-work" overlay /var

mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/hearth-fake /run/hearth-units /run/nixos /run/tmp
mount --move /mnt /run/hearth-fake

mount -t sysfs sysfs /sys
mount -t tmpfs -o ro tmpfs /sys/block
mount -t tmpfs -o mode=755 devices /run/tmp
for device in null zero full random urandom tty; do
  touch "/run/tmp/$device"
  mount --bind "/dev/$device" "/run/tmp/$device"
done
mkdir /run/tmp/shm /run/tmp/pts
mount -t devpts -o newinstance,ptmxmode=666 devpts /run/tmp/pts
ln -s pts/ptmx /run/tmp/ptmx
mount --move /run/tmp /dev
ln -s /proc/self/fd /dev/fd

exec "$@"
