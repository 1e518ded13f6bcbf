#!/bin/sh
# Process 1 of a machine: the boot loader's choice, stage 2, and what stays of systemd.
#
# It boots the closure that the boot partition names, as a boot loader does; activates it; and ends with the machine:
# TERM asks for a reboot (42), USR1 is the loss of power (43); 44 says that there was nothing that could be booted.
# Units are looked after by one supervise.sh each.
trap 'exit 42' TERM
trap 'exit 43' USR1
set -a
. /run/hearth-fake/environment
set +a

hostname "$(cat /etc/hostname)"
system=$(cat /boot/loader/entry)
# A system that is to be started once; the loader has forgotten it before it starts it.
if [ -e /boot/loader/oneshot ]; then
  system=$(cat /boot/loader/oneshot)
  rm /boot/loader/oneshot
fi
if [ ! -x "$system/bin/switch-to-configuration" ]; then
  echo "no bootable system: $system" >&2
  exit 44
fi
ln -s "$system" /run/booted-system
"$system/bin/switch-to-configuration" start &
wait $!
echo up >/run/hearth-fake/state

while :; do
  sleep infinity &
  wait
done
