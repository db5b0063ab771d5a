# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Installing programs on the hosts, from a package or from an installed tree;
# sourced by tests/lab/lab.

# What a host does not share with the machine (see inside.sh).
private_folders=(etc usr var opt bin sbin lib lib32 lib64 libx32 srv mnt run)

lab_install() {
  if [[ $1 == *.deb ]]; then
    install_package "$1"
  else
    install_tree "$1"
  fi
}

# By dpkg itself, with all that it checks; in the host alone, since its record
# of packages is a private one like all of /var.
install_package() {
  local package=$1 host
  [[ -f $package ]] || fail "no such package: $package"
  for host in "${lab_hosts[@]}"; do
    in_host "$host" sh -c 'set -e
      cat >/run/package.deb
      export DEBIAN_FRONTEND=noninteractive
      dpkg --install --no-triggers --force-confold /run/package.deb </dev/null >/run/dpkg.log 2>&1 ||
        { cat /run/dpkg.log >&2; exit 1; }
      rm /run/package.deb /run/dpkg.log' <"$package" ||
      fail "cannot install $package on $host"
  done
}

install_tree() {
  local folder=$1 entry host names=()
  [[ -d $folder ]] || fail "no such folder: $folder"
  for entry in "$folder"/* "$folder"/.[!.]*; do
    [[ -e $entry || -L $entry ]] || continue
    is_one_of "${entry##*/}" "${private_folders[@]}" ||
      fail "${entry##*/} in $folder would land outside the lab (only: ${private_folders[*]})"
    names+=("${entry##*/}")
  done
  ((${#names[@]})) || fail "$folder is empty"
  # Not the folder itself: while tar unpacks into a folder that it is told of, only
  # root may enter that, and here it would be the root folder of the machine.
  for host in "${lab_hosts[@]}"; do
    tar -C "$folder" -c -- "${names[@]}" | in_host "$host" tar -C / -x --no-same-owner \
      --preserve-permissions --keep-directory-symlink --no-overwrite-dir ||
      fail "cannot copy $folder into $host"
  done
}
