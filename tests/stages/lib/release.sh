# shellcheck shell=bash disable=SC2154 # names from stage.sh
# Minimal systems of Debian releases, from the mirror that this machine's apt uses.
# Sourced after stage.sh.

# The code name of this machine's own release; on unstable that of the next release.
own_release() {
  # shellcheck source=/dev/null
  (. /etc/os-release && printf '%s' "${VERSION_CODENAME-}")
}

# Prints "URI main" for the archive and "URI security" for its security updates, if apt
# has them. Unstable has the code name of the next release in os-release, but sid in apt.
own_archives() {
  local codename
  codename=$(own_release)
  # shellcheck disable=SC2016 # apt's own format
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' |
    sort -u | awk -v own="$codename" '
      $2 == own || $2 == "sid" { print $1, "main" }
      $2 == own "-security" { print $1, "security" }'
}

# The sources of a release, as lines for sources.list. Fails if apt has no Debian mirror.
sources_of_release() {
  local release=$1 uri kind key
  for key in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
    [[ ! -e $key ]] || break
  done
  own_archives | {
    local found=
    while read -r uri kind; do
      case $kind-$release in
        main-sid)
          printf 'deb [signed-by=%s] %s sid main\n' "$key" "$uri"
          found=yes
          ;;
        main-*)
          printf 'deb [signed-by=%s] %s %s main\n' \
            "$key" "$uri" "$release" "$key" "$uri" "$release-updates"
          found=yes
          ;;
        security-sid) ;;
        security-*) printf 'deb [signed-by=%s] %s %s-security main\n' "$key" "$uri" "$release" ;;
      esac
    done
    [[ $found ]]
  }
}

# Prints a text that changes when the release changes: the date of its index, or its point release.
version_of_release() {
  local release=$1 uri work
  uri=$(own_archives | awk '$2 == "main" { print $1; exit }')
  work=$(mktemp -d)
  /usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=3 \
    download-file "${uri%/}/dists/$release/InRelease" "$work/InRelease" >/dev/null || {
    rm -rf -- "$work"
    return 1
  }
  sed -n '/^\(Version\|Codename\|Date\): /p' "$work/InRelease"
  rm -rf -- "$work"
}

# make_release RELEASE FILE [PACKAGE...]: a minimal system with these packages, as a tar
# archive. An existing one is kept until its release or the list changes.
make_release() {
  local release=$1 file=$2 version options=() packages
  shift 2
  packages=$(IFS=, && printf '%s' "$*")
  version=$(version_of_release "$release" && printf 'Packages: %s\n' "$packages")
  if [[ -f $file && $version == "$(cat -- "$file.version" 2>/dev/null)" ]]; then
    return 0
  fi
  # The index of unstable may have passed its own expiry date.
  [[ $release != sid ]] || options=(--aptopt='Acquire::Check-Valid-Until "false"')
  mkdir -p -- "${file%/*}"
  sources_of_release "$release" |
    mmdebstrap --variant=minbase --skip=check/empty --quiet "${options[@]}" \
      --include="$packages" "$release" "$file.new.tar" -
  mv -- "$file.new.tar" "$file"
  printf '%s\n' "$version" >"$file.version"
}

# unpack_release FILE DIRECTORY: replaces the contents of the directory by the system.
unpack_release() {
  mkdir -p -- "$2"
  find "$2" -xdev -mindepth 1 -delete
  tar -C "$2" --numeric-owner --xattrs -xf "$1"
  printf 'Made by tests/stages of glusterconsul.\n' >"$2/$fresh_mark"
  printf 'fresh\n' >"$2/etc/hostname"
# The system is used for one run, so nothing in it has to survive a crash of this machine.
  printf 'force-unsafe-io\n' >"$2/etc/dpkg/dpkg.cfg.d/unsafe-io"
# The same contents as the Debian installer writes.
  cat >"$2/etc/hosts" <<'END'
127.0.0.1       localhost
127.0.1.1       fresh

# The following lines are desirable for IPv6 capable hosts
::1     localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
END
}
