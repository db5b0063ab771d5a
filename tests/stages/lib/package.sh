# shellcheck shell=bash disable=SC2154 # names from stage.sh
# The .deb, for the stages that look at it or run what is in it. Sourced after
# stage.sh.

version=$(sed -n 's/^project(glusterconsul VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
packages=$build/packages
deb=$packages/glusterconsul_${version}_$(dpkg --print-architecture).deb

# What is packed: all but the tests, which a build with nocheck does not look at.
checksum_of_sources() {
  project_files | grep -zv '^tests/' | sort -z | xargs -0 sha256sum | sha256sum
}

# build_deb COPY: from a clean copy of the project, whose parent folder gets the
# files, and without root. A distribution's build runs the unit tests; here they
# have run in the stages before. The package of debug information takes half a
# minute of processor time, and nobody looks at it.
build_deb() {
  rm -rf -- "$packages"/*.deb "$packages/sources" &&
    mkdir -p -- "$packages" &&
    (
      cd -- "$1"
      DEB_BUILD_PROFILES=nocheck DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)" \
        dpkg-buildpackage -us -uc
    ) &&
    cp -- "${1%/*}"/glusterconsul*_"$version"* "$packages/" &&
    checksum_of_sources >"$packages/sources"
}

# The package as the sources are now: the one that is there, or a new one.
require_deb() {
  local work status=0
  if [[ -f $deb && -r $packages/sources ]] &&
    [[ $(checksum_of_sources) == "$(cat -- "$packages/sources")" ]]; then
    return 0
  fi
  work=$(mktemp -d /var/tmp/glusterconsul-package.XXXXXX)
  { copy_project "$work/glusterconsul-$version" && build_deb "$work/glusterconsul-$version"; } || status=$?
  rm -rf -- "$work"
  return "$status"
}
