# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Installing programs on the hosts, from a package or from an installed tree;
# sourced by tests/lab/lab.

# Directories that a host does not share with the machine (see inside.sh).
private_directories=(etc usr var opt bin sbin lib lib32 lib64 libx32 srv mnt run)

lab_install() {
  if [[ $1 == *.deb ]]; then
    install_package "$1"
  else
    install_tree "$1"
  fi
}

# install_into HOST PACKAGE.deb|DIRECTORY
install_into() {
  if [[ $2 == *.deb ]]; then package_into "$@"; else copy_into "$@"; fi
}

# Installs the same on a host that is added later, in the same order: the last one takes precedence.
remember_installed() {
  local path
  path=$(realpath -- "$1")
  {
    grep -sxFv -- "$path" "$state/installed" || true
    printf '%s\n' "$path"
  } >"$state/installed.new"
  mv -- "$state/installed.new" "$state/installed"
}

install_package() {
  local host
  [[ -f $1 ]] || fail "no such package: $1"
  for host in "${lab_hosts[@]}"; do
    package_into "$host" "$1"
  done
  remember_installed "$1"
}

# Installs with dpkg itself, with all its checks. This affects the host only, since its package
# database is private like all of /var.
package_into() {
  in_host "$1" sh -c 'set -e
    cat >/run/package.deb
    export DEBIAN_FRONTEND=noninteractive
    dpkg --install --no-triggers /run/package.deb </dev/null >/run/dpkg.log 2>&1 ||
      { cat /run/dpkg.log >&2; exit 1; }
    rm /run/package.deb /run/dpkg.log' <"$2" ||
    fail "cannot install $2 on $1"
}

install_tree() {
  local host
  require_private_entries "$1"
  for host in "${lab_hosts[@]}"; do
    copy_into "$host" "$1"
  done
  remember_installed "$1"
}

require_private_entries() {
  local directory=$1 entry
  [[ -d $directory ]] || fail "no such directory: $directory"
  [[ -n $(ls -A -- "$directory") ]] || fail "$directory is empty"
  for entry in "$directory"/* "$directory"/.[!.]*; do
    [[ -e $entry || -L $entry ]] || continue
    is_one_of "${entry##*/}" "${private_directories[@]}" ||
      fail "${entry##*/} in $directory would land outside the lab (only: ${private_directories[*]})"
  done
}

# Unpacks entry by entry, not the directory itself: while tar unpacks a directory, only root
# can enter it, and here it would be the root directory of the machine.
copy_into() {
  find "$2" -mindepth 1 -maxdepth 1 -printf '%f\0' |
    tar -C "$2" --null --files-from=- -c | in_host "$1" tar -C / -x --no-same-owner \
    --preserve-permissions --keep-directory-symlink --no-overwrite-dir ||
    fail "cannot copy $2 into $1"
}
