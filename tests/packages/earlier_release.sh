# shellcheck shell=bash
# Packages of an earlier release of this machine's distribution (Debian 11, or Ubuntu
# 22.04) from the mirror that its apt uses. Nothing is installed, and the machine's apt
# configuration is not changed. Sourced by tests/lab/lab and tests/stages/oldest.

# download_from_earlier_release PACKAGE...: downloads their .deb files into the working
# directory, which also gets apt's own files.
download_from_earlier_release() {
  local -a apt=(apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3
    -o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::status=$PWD/nothing-installed" -o "Dir::State::lists=$PWD/lists"
    -o "Dir::Cache=$PWD/cache" -o Acquire::Languages=none)
  write_earlier_release >sources.list || return
  : >nothing-installed
  mkdir -p lists/partial cache/archives/partial || return
  # apt verifies the signature of the release file with the distribution's own keys.
  "${apt[@]}" update && "${apt[@]}" download "$@"
}

# The entry for sources.list.
write_earlier_release() {
  local origin mirror suite components key
  # shellcheck source=/dev/null
  origin=$(. /etc/os-release && printf '%s' "${ID^}")
  case $origin in
    Debian) suite=bullseye components=main ;;
    Ubuntu) suite=jammy components='main universe' ;;
    *) printf 'no earlier release of %s is known\n' "$origin" >&2 && return 1 ;;
  esac
  # The label distinguishes the mirror of the release from that of its security updates.
  # shellcheck disable=SC2016 # apt's own format
  mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' "Origin: $origin" "Label: $origin" 'Component: main' | sort -u | sed q)
  [[ -n $mirror ]] || { printf 'apt has no mirror of %s\n' "$origin" >&2 && return 1; }
  for key in "/usr/share/keyrings/${origin,}-archive-keyring".{gpg,pgp}; do
    [[ ! -e $key ]] || break
  done
  printf 'deb [signed-by=%s] %s %s %s\n' "$key" "$mirror" "$suite" "$components"
}
