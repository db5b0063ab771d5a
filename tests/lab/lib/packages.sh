# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Debian packages for one host only: their files are unpacked into it, and the machine
# is not changed. For packages that would change the machine if they were installed on
# it, such as another resolver. Sourced by tests/lab/lab.

packages_directory=$repo/build/lab/packages

# add_packages HOST PACKAGE...
add_packages() {
  local host=$1 package directory
  shift
  for package in "$@"; do
    fetch_package "$package"
    directory=$(mktemp -d)
    dpkg-deb --extract "$REPLY" "$directory" || fail "cannot unpack $package"
    copy_into "$host" "$directory"
    rm -rf -- "$directory"
  done
}

version_of() {
  apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Version: //p'
}

# Sets REPLY to the package's file, which is downloaded once for each version.
fetch_package() {
  local package=$1 version work
  version=$(version_of "$package")
  if [[ -z $version ]]; then # for example on a machine on which apt was never used
    apt-get -q update >/dev/null 2>&1 || true
    version=$(version_of "$package")
  fi
  [[ $version ]] || fail "apt knows no package $package"
  REPLY=$packages_directory/${package}_${version//:/%3a}.deb
  [[ ! -e $REPLY ]] || return 0
  work=$(mktemp -d)
  if ! (cd -- "$work" && apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3 \
    download "$package=$version" >log 2>&1); then
    cat -- "$work/log" >&2
    rm -rf -- "$work"
    fail "cannot fetch $package"
  fi
  mkdir -p -- "$packages_directory"
  mv -- "$work"/*.deb "$REPLY"
  rm -rf -- "$work"
  chown -R --reference="$repo" -- "$packages_directory"
}
