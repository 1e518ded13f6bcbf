#!/bin/sh
# What systemd does for one service: runs it in a session of its own, keeps its state, starts it again when it may.
# supervise.sh UNIT RESTART LOG KEEP COMMAND [ARGUMENT…]
#   RESTART  no | on-failure | always
#   LOG      the file that gets its output, or - for the output of who asks
#   KEEP     collect (forget the unit when it ends) | stay (a failed one is kept) | remain (active when it ended well)
#
# Like systemd, it kills what is left of the service when its main process ends. Not like systemd: no cgroups, no
# limits on how often a service is started, no dependencies, no timeouts.
unit=$1 restart=$2 log=$3 keep=$4
shift 4
folder=/run/hearth-units/$unit
mkdir -p "$folder"
rm -f "$folder/stop"

# state ACTIVE SUB RESULT STATUS PID: the properties that `systemctl show` prints.
state() {
  printf 'LoadState=loaded\nActiveState=%s\nSubState=%s\nResult=%s\nExecMainStatus=%s\nMainPID=%s\n' "$@" \
    >"$folder/state.new"
  mv "$folder/state.new" "$folder/state"
}

[ "$log" = - ] || exec >>"$log" 2>&1
while :; do
  setsid "$@" &
  main=$!
  state active running success 0 "$main"
  wait "$main"
  status=$?
  pkill -KILL -s "$main"
  result=exit-code
  [ "$status" -gt 128 ] && result=signal
  [ "$status" -eq 0 ] && result=success
  [ -e "$folder/stop" ] && break
  case $restart-$result in
  always-* | on-failure-exit-code | on-failure-signal) ;;
  *) break ;;
  esac
  state activating auto-restart "$result" "$status" 0
  sleep 2
  [ -e "$folder/stop" ] && break
done

if [ -e "$folder/stop" ]; then
  state inactive dead success 0 0
elif [ "$keep" = collect ]; then
  rm -rf "$folder"
elif [ "$result" != success ]; then
  state failed failed "$result" "$status" 0
elif [ "$keep" = remain ]; then
  state active exited success 0 0
else
  state inactive dead success 0 0
fi
exit "$status"
