# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Where the lab's consul comes from; sourced by tests/lab/lab.
#
# In this order: consul in PATH; what an earlier run has unpacked below
# build/lab/consul; the machine's own packages; the packages of the last
# release of the same distribution that had consul, from the same mirror.
# Nothing is installed: the package is unpacked into the build folder.

consul_home=$repo/build/lab/consul

# Sets REPLY to the absolute path of a consul that runs.
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
  # In one step, as another lab may be doing the same.
  mkdir -p -- "${consul_home%/*}"
  mv -T -- "$work/unpacked" "$consul_home" 2>/dev/null || true
  # Whoever owns the working copy is to be able to remove it.
  chown --reference="$repo" -- "$repo/build" "$repo/build/lab"
  chown -R --reference="$repo" -- "$consul_home"
  rm -rf -- "$work"
  REPLY=$consul_home/usr/bin/consul
}

fetch_consul_in() {
  local -a apt=(apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3)
  local candidate
  cd -- "$1" || return
  candidate=$(apt-cache policy consul | sed -n 's/^  Candidate: //p')
  if [[ -z $candidate || $candidate == '(none)' ]]; then
    write_earlier_release sources.list
    mkdir -p lists/partial cache/archives/partial
    apt+=(-o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null
      -o "Dir::State::lists=$PWD/lists" -o "Dir::Cache=$PWD/cache" -o Acquire::Languages=none)
    # apt checks the release file's signature with the distribution's own keys.
    "${apt[@]}" update
  fi
  "${apt[@]}" download consul
  dpkg-deb --extract consul_*.deb unpacked
}

# The release that still had consul, on the mirror that this machine uses.
write_earlier_release() {
  local mirror distribution codename suite component keys key
  # shellcheck source=/dev/null
  distribution=$(. /etc/os-release && printf '%s' "$ID")
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  case $distribution in
    debian) suite=bullseye component=main keys='debian-archive-keyring' ;;
    ubuntu) suite=jammy component=universe keys='ubuntu-archive-keyring' ;;
    *) printf 'no consul is known for %s\n' "$distribution" && return 1 ;;
  esac
  # shellcheck disable=SC2016 # apt's own format
  mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' "Codename: $codename" "Component: $component" | sort -u | sed q)
  [[ -n $mirror ]] || { printf 'apt has no mirror of %s\n' "$codename" && return 1; }
  for key in /usr/share/keyrings/$keys.{gpg,pgp}; do
    [[ -e $key ]] && break
  done
  printf 'deb [signed-by=%s] %s %s %s\n' "$key" "$mirror" "$suite" "$component" >"$1"
}
