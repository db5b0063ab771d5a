# shellcheck shell=bash disable=SC2154 # names from stage.sh
# The .deb, for the stages that examine it or run its programs. Sourced after stage.sh.

version=$(sed -n 's/^project(glusterconsul VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
packages=$build/packages
deb=$packages/glusterconsul_${version}_$(dpkg --print-architecture).deb

# The sources of the package: all but the tests, which a build with nocheck ignores.
checksum_of_sources() {
  project_files | grep -zv '^tests/' | sort -z | xargs -0 sha256sum | sha256sum
}

# build_deb COPY: from a clean copy of the project, whose parent directory gets the
# files, and without root. A distribution's build runs the unit tests; here they have
# run in earlier stages. Debug information goes into a separate package that is not
# needed here; it takes a quarter of the compiler's time and half a minute of dpkg's,
# and the code is the same without it.
build_deb() {
  rm -rf -- "$packages"/*.deb "$packages/sources" &&
    mkdir -p -- "$packages" &&
    (
      cd -- "$1"
      DEB_CXXFLAGS_APPEND=-g0 DEB_BUILD_PROFILES=nocheck \
        DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)" dpkg-buildpackage -us -uc
    ) &&
    cp -- "${1%/*}"/glusterconsul*_"$version"* "$packages/" &&
    checksum_of_sources >"$packages/sources"
}

# Ensures that $deb is the package of the current sources: keeps the existing one or builds one.
require_deb() {
  if [[ -f $deb && -r $packages/sources ]] &&
    [[ $(checksum_of_sources) == "$(cat -- "$packages/sources")" ]]; then
    return 0
  fi
  (
    work=$(mktemp -d /var/tmp/glusterconsul-package.XXXXXX) || exit
    trap 'rm -rf -- "$work"' EXIT # also if the stage is interrupted
    copy_project "$work/glusterconsul-$version" && build_deb "$work/glusterconsul-$version"
  )
}

# require_deb_of RELEASE: sets REPLY to the package of the present sources, built on this
# release of Debian: for this machine's own release the one of require_deb, for another
# the one that the stage fresh has kept, or a new one. Needs release.sh.
require_deb_of() {
  local release=$1 kept=$build/fresh/$1
  if [[ $release == "$(own_release)" ]]; then
    require_deb || return
    REPLY=$deb
    return
  fi
  REPLY=$kept/${deb##*/}
  if [[ -f $REPLY && -r $kept/sources ]] &&
    [[ $(checksum_of_sources) == "$(cat -- "$kept/sources")" ]]; then
    return 0
  fi
  build_deb_on "$release" "$kept"
}

# build_deb_on RELEASE DIRECTORY: in a minimal system of the release, which has the
# packages that every build can expect, and gets the build dependencies.
build_deb_on() (
  release=$1 kept=$2 archive=$build/fresh/$1-build.tar
  sources=$(checksum_of_sources)
  make_release "$release" "$archive" build-essential || exit
  mkdir -p -- "$kept"
  system=$(mktemp -d /var/tmp/glusterconsul-package.XXXXXX) || exit
  trap 'rm -rf --one-file-system -- "$system"' EXIT # also if the stage is interrupted
  copy=$system/build/glusterconsul-$version
  # shellcheck disable=SC2016 # expanded in the system
  unpack_release "$archive" "$system" && copy_project "$copy" &&
    tests/stages/lib/enter "$system" bash -c 'set -e
      cd -- "$0"
      export DEBIAN_FRONTEND=noninteractive
      apt-get -q -o Acquire::Retries=3 update
      apt-get -q -y --no-install-recommends -o Acquire::Retries=3 build-dep -P nocheck ./
      export DEB_BUILD_PROFILES=nocheck DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)"
      DEB_CXXFLAGS_APPEND=-g0 dpkg-buildpackage -us -uc -b' "${copy#"$system"}" &&
    rm -f -- "$kept"/{glusterconsul_*.deb,sources} &&
    cp -- "${copy%/*}/${deb##*/}" "$kept/" &&
    printf '%s\n' "$sources" >"$kept/sources"
)
