# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Debian packages that only one host is to have: their files are unpacked into
# it, and nothing of the machine's changes. For what cannot be installed beside
# what the machine runs on, such as another resolver. Sourced by tests/lab/lab.

packages_folder=$repo/build/lab/packages

# add_packages HOST PACKAGE...
add_packages() {
  local host=$1 package file
  shift
  for package in "$@"; do
    fetch_package "$package"
    file=$REPLY
    dpkg-deb --fsys-tarfile "$file" | in_host "$host" tar -C / -x --no-same-owner \
      --preserve-permissions --keep-directory-symlink --no-overwrite-dir ||
      fail "cannot unpack $package into $host"
  done
}

# Sets REPLY to the package's file, which is fetched once for this version.
fetch_package() {
  local package=$1 version work
  version=$(apt-cache show --no-all-versions "$package" 2>/dev/null | sed -n 's/^Version: //p')
  [[ $version ]] || fail "apt knows no package $package (apt-get update?)"
  REPLY=$packages_folder/${package}_${version//:/%3a}.deb
  [[ ! -e $REPLY ]] || return 0
  work=$(mktemp -d)
  if ! (cd -- "$work" && apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3 \
    download "$package=$version" >log 2>&1); then
    cat -- "$work/log" >&2
    rm -rf -- "$work"
    fail "cannot fetch $package"
  fi
  mkdir -p -- "$packages_folder"
  mv -- "$work"/*.deb "$REPLY"
  rm -rf -- "$work"
  chown -R --reference="$repo" -- "$packages_folder"
}
