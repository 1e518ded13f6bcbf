#!/bin/sh
# Plugs a machine into the switch of its site and turns it on.
# power-on.sh SITE_PID PORT MAC ADDRESS LINK FOLDER, in the site's mount namespace and in a network namespace of its own.
#
# It is process 1 of the machine's own process namespace that goes on: when that ends, all of the machine ends.
set -eu
site=$1 port=$2 mac=$3 address=$4 link=$5 folder=$6
here=$(dirname "$0")

ip link add eth0 address "$mac" type veth peer name "$port" netns "$site"
nsenter --target "$site" --net ip link set "$port" master switch "$link"
ip link set lo up
ip address add "$address" dev eth0
ip link set eth0 up
# What is for several goes there too, as with a router's default route.
ip route add 224.0.0.0/4 dev eth0

exec unshare --mount --uts --pid --fork --kill-child --mount-proc -- \
  sh "$here/mounts.sh" "$folder" sh "$here/init.sh"
