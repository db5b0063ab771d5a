# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Copying an installed tree into the hosts; sourced by tests/lab/lab.

# What a host does not share with the machine (see inside.sh).
private_folders=(etc usr var opt bin sbin lib lib32 lib64 libx32 srv mnt run)

lab_install() {
  local folder=$1 entry host
  [[ -d $folder ]] || fail "no such folder: $folder"
  for entry in "$folder"/* "$folder"/.[!.]*; do
    [[ -e $entry || -L $entry ]] || continue
    is_one_of "${entry##*/}" "${private_folders[@]}" ||
      fail "${entry##*/} in $folder would land outside the lab (only: ${private_folders[*]})"
  done
  for host in "${lab_hosts[@]}"; do
    tar -C "$folder" -c . | in_host "$host" tar -C / -x --no-same-owner \
      --preserve-permissions --keep-directory-symlink --no-overwrite-dir ||
      fail "cannot copy $folder into $host"
  done
}
