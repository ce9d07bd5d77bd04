#!/bin/sh
# packages.sh NAME...: installs the Debian packages that are missing, or says which and ends with 1.
set -u
missing=
for p in "$@"; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # names are words
  { apt-get -o DPkg::Lock::Timeout=300 update -qq || apt-get update -qq; } && apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "missing packages:$missing (Debian names); install them and run this again" >&2
exit 1
