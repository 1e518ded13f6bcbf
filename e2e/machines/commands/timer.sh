#!/bin/sh
# A timer of systemd: waits, ends what the service conflicts with, then has the service started.
# timer.sh SECONDS UNITS COMMAND [ARGUMENT…], UNITS being the names of units with blanks between them.
seconds=$1 conflicts=$2
shift 2
sleep "$seconds" || exit
# shellcheck disable=SC2086 # one word for each unit
[ -z "$conflicts" ] || systemctl stop $conflicts
exec "$@"
