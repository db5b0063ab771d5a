# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Under autofs: the real automount daemon with maps of ours.

maps=/etc/autofs.e2e

# automount_runs MASTER: the daemon has mounted its points for the master map, and
# takes down after a second or two what is not used. The maps lie in $maps.
automount_runs() {
  later on client rm -rf "$maps" /var/log/automount.log
  later stop_automount
  later on client pkill -CONT -x automount
  printf '%s\n' "$1" | on client tee "$maps/master"
  # In a group of its own that this host knows: see `exec` in the lab's manual.
  on client setsid -f automount --foreground --verbose --timeout 1 --pid-file /run/automount.pid \
    "$maps/master" </dev/null >/dev/null 2>/var/log/automount.log
  wait_for 10 on client grep -q -x -F "$(points_of "$1")" /dev/null || true
}
