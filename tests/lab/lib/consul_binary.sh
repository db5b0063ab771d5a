# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Finds or downloads the lab's consul; sourced by tests/lab/lab.
#
# The sources, in this order: consul in PATH; a copy that an earlier run unpacked below
# build/lab/consul; the packages of this machine's release; the packages of the last
# release of the same distribution that had consul, from the same mirror. Nothing is
# installed: the package is unpacked into the build directory.

# shellcheck source-path=SCRIPTDIR source=../../packages/earlier_release.sh
source "$repo/tests/packages/earlier_release.sh"

consul_home=$repo/build/lab/consul

# Sets REPLY to the absolute path of a working consul.
find_consul() {
  REPLY=$(PATH=$PATH:$lab_path type -P consul) && consul_runs "$REPLY" && return 0
  REPLY=$consul_home/usr/bin/consul
  consul_runs "$REPLY" && return 0
  fetch_consul
  consul_runs "$REPLY" || fail "the consul that was fetched does not run: $REPLY"
}

consul_runs() {
  [[ -x $1 && $("$1" version 2>/dev/null) == Consul* ]]
}

fetch_consul() {
  local work
  say "fetching consul into ${consul_home#"$repo"/}"
  work=$(mktemp -d)
  (fetch_consul_in "$work" >"$work/log" 2>&1) || {
    cat -- "$work/log" >&2
    rm -rf -- "$work"
    fail 'no consul: put one in PATH, or see the messages above'
  }
  # Atomically, because another lab may be doing the same.
  mkdir -p -- "${consul_home%/*}"
  mv -T -- "$work/unpacked" "$consul_home" 2>/dev/null || true
  # The owner of the working copy must be able to remove it.
  chown --reference="$repo" -- "$repo/build" "$repo/build/lab"
  chown -R --reference="$repo" -- "$consul_home"
  rm -rf -- "$work"
  REPLY=$consul_home/usr/bin/consul
}

fetch_consul_in() {
  local candidate
  cd -- "$1" || return
  candidate=$(apt-cache policy consul | sed -n 's/^  Candidate: //p')
  if [[ -z $candidate || $candidate == '(none)' ]]; then
    download_from_earlier_release consul || return
  else
    apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3 download consul || return
  fi
  dpkg-deb --extract consul_*.deb unpacked
}
