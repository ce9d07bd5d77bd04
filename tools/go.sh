#!/bin/sh
# go.sh VERSION: prints the folder of a go command that builds this tree, for the PATH. It is the machine's own, where that is Go 1.21 or newer, for
# such a one fetches the Go of go.mod by itself. An older one, as the distribution has it, fetches that Go here: it comes as a module, which the checksum database vouches for.
set -eu
want=$1
fail() { echo "go.sh: $1; install Go $want from https://go.dev/dl/" >&2; exit 1; }

command -v go >/dev/null || sh "$(dirname "$0")/packages.sh" golang-go >&2 || fail "there is no go, and its package could not be installed"
has=$(go env GOVERSION | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
if [ "${has:-0}" -ge 21 ]; then
  dirname "$(command -v go)"
  exit 0
fi
cd / # outside of the module, whose go.mod an older go cannot read
arch=$(go env GOARCH)
[ "$arch" != arm ] || arch=armv6l
module=golang.org/toolchain@v0.0.1-go$want.linux-$arch
go mod download "$module" >&2 || fail "go1.$has cannot fetch $module"
at=$(go env GOMODCACHE)/$module
chmod +x "$at"/bin/* # what comes as a module has no program
find "$at/pkg/tool" -type f -exec chmod +x {} +
echo "$at/bin"
