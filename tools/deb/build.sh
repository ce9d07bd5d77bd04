#!/bin/sh
# build.sh ARCH...: the Debian packages of agent and viewer into bin/deb (ARCH: armhf, arm64, amd64). The same tree gives the same bytes in
# any folder, from a clone or a tarball: times are the commit's, paths are trimmed, and the version comes from tools/version.sh.
set -eu
cd "$(dirname "$0")/../.."
umask 022
export LC_ALL=C TZ=UTC GOFLAGS="-buildvcs=false -tags=nopgxregisterdefaulttypes" CGO_ENABLED=0
VERSION=$(tools/version.sh deb) NAME=$(tools/version.sh name) COMMIT=$(tools/version.sh commit) DATE=$(tools/version.sh date)
SOURCE_DATE_EPOCH=$(tools/version.sh epoch)
export VERSION SOURCE_DATE_EPOCH
flags="-s -w -X main.version=$NAME -X main.commit=$COMMIT -X main.date=$DATE"
work=$PWD/.tmp/deb
rm -rf "$work" && mkdir -p "$work/here" bin/deb
go build -o "$work/here/" ./agent ./uplink/viewer                             # print what every architecture's package shares
(cd tools && go build -o "$work/here/nfpm" github.com/goreleaser/nfpm/v2/cmd/nfpm && go build -o "$work/here/licences" ./licences)

put() { install -D -m "$1" "$2" "$stage/$3"; }                                # put MODE FILE PLACE
shells() { # shells PROGRAM NAME: what shells need to complete its command line
  mkdir -p "$stage/usr/share/bash-completion/completions" "$stage/usr/share/zsh/vendor-completions"
  "$work/here/$1" completion bash >"$stage/usr/share/bash-completion/completions/$2"
  "$work/here/$1" completion zsh >"$stage/usr/share/zsh/vendor-completions/_$2"
}
page() { mkdir -p "$stage/usr/share/man/man$1" && gzip -9nc >"$stage/usr/share/man/man$1/$2.$1.gz"; }

pages() { # what somebody at a bench without this repository reads, and nothing for who changes the program
  for f in docs/*.md; do
    case $f in
      docs/adding-an-instrument.md|docs/architecture.md|docs/page.md|docs/pains.md|docs/performance.md|docs/vectors-left-out.md) ;;
      *) put 644 "$f" "$doc/$(basename "$f")" ;;
    esac
  done
}

agent_files() {
  put 644 systemd/pychron-edge-agent.service usr/lib/systemd/system/pychron-edge-agent.service
  put 644 systemd/sysusers.conf usr/lib/sysusers.d/pychron-edge.conf
  put 644 systemd/tmpfiles.conf usr/lib/tmpfiles.d/pychron-edge.conf
  put 644 systemd/modules-load.conf usr/lib/modules-load.d/pychron-edge.conf
  put 644 firmware-cfg/udev/90-pychron-edge.rules usr/lib/udev/rules.d/90-pychron-edge.rules
  put 640 firmware-cfg/package/agent.yaml etc/pychron-edge/agent.yaml
  "$work/here/agent" man 8 | page 8 pychron-edge-agent
  "$work/here/agent" man 5 | page 5 pychron-edge-agent.yaml
  shells agent pychron-edge-agent
  "$work/here/agent" schema >"$stage/$doc/agent.schema.json"
  pages
  put 644 uplink/pychron/edge_events.py "$doc/examples/edge_events.py"
  put 644 systemd/watchdog.conf "$doc/examples/watchdog.conf"
  put 644 firmware-cfg/boot/config.txt "$doc/examples/config.txt"
  for f in firmware-cfg/*.yaml; do [ "$f" = firmware-cfg/viewer.yaml ] || put 644 "$f" "$doc/examples/$(basename "$f")"; done
}

viewer_files() {
  put 644 systemd/pychron-edge-viewer.service usr/lib/systemd/system/pychron-edge-viewer.service
  put 644 systemd/sysusers-viewer.conf usr/lib/sysusers.d/pychron-edge-viewer.conf
  put 644 systemd/tmpfiles.conf usr/lib/tmpfiles.d/pychron-edge-viewer.conf
  put 640 firmware-cfg/viewer.yaml etc/pychron-edge/viewer.yaml
  "$work/here/viewer" man 8 | page 8 pychron-edge-viewer
  "$work/here/viewer" man 5 | page 5 pychron-edge-viewer.yaml
  shells viewer pychron-edge-viewer
  "$work/here/viewer" schema >"$stage/$doc/viewer.schema.json"
  pages
  for f in mosquitto.conf mosquitto.acl; do put 644 "firmware-cfg/$f" "$doc/examples/$f"; done
  for f in firmware-cfg/institute/*.yaml; do put 644 "$f" "$doc/examples/institute/$(basename "$f")"; done
  for f in prometheus.yml alerts.yml; do put 644 "telemetry/ops/$f" "$doc/examples/$f"; done
  for f in telemetry/ops/grafana/*.json; do put 644 "$f" "$doc/examples/grafana/$(basename "$f")"; done
}

changelog() {
  printf '%s (%s) stable; urgency=medium\n\n  * Built from commit %s.\n\n -- pychron-edge <pychron-edge@localhost>  %s\n' \
    "$1" "$VERSION" "$COMMIT" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9nc >"$stage/$doc/changelog.gz"
}

one() { # one PART PACKAGE-DIRECTORY-OF-GO: stages and packs for $arch
  part=$1 pkg=pychron-edge-$1 doc=usr/share/doc/pychron-edge-$1 stage=$work/$arch-$1
  mkdir -p "$stage/usr/bin" "$stage/$doc"
  go build -trimpath -ldflags "$flags" -o "$stage/usr/bin/$pkg" "$2"
  "${part}_files"
  put 644 README.md "$doc/README.md"
  changelog "$pkg"
  (cd tools && "$work/here/licences" -program "$stage/usr/bin/$pkg" -name "$pkg" -version "$VERSION" -epoch "$SOURCE_DATE_EPOCH" \
    -copyright "$stage/$doc/copyright" -sbom "$stage/$doc/sbom.spdx.json" -embedded "uPlot=1.6.32=../telemetry/web/uplot/LICENSE")
  find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  sed -e "s#@ARCH@#$arch#; s#@STAGE@#$stage#; s#@VERSION@#$VERSION#" "tools/deb/$part.yaml" >"$work/$arch-$part.yaml"
  (cd tools/deb && "$work/here/nfpm" package -f "$work/$arch-$part.yaml" -p deb -t "$OLDPWD/bin/deb/${pkg}_${VERSION}_$arch.deb" >/dev/null)
  sha256sum "bin/deb/${pkg}_${VERSION}_$arch.deb"
}

for arch in "$@"; do
  unset GOARM
  export GOOS=linux
  case $arch in
    armhf) export GOARCH=arm GOARM=6 ;;
    arm64|amd64) export GOARCH="$arch" ;;
    *) echo "build.sh: architecture $arch; must be armhf, arm64 or amd64" >&2; exit 2 ;;
  esac
  one agent ./agent
  one viewer ./uplink/viewer
done
