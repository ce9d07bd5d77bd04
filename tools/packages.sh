#!/bin/sh
# packages.sh NAME...: installs the Debian packages that are missing, or says which and ends with 1. Where another program installs
# something just now it waits for that, five minutes at most.
set -u
missing=
for p in "$@"; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0

# locked PROGRAM ARGUMENT...: runs it, again and again while the lock it needs is another's. -o DPkg::Lock::Timeout is for one of the locks.
locked() {
  tries=60
  until said=$("$@" 2>&1); do
    tries=$((tries - 1))
    case $said in
      *"Could not get lock"* | *"Unable to lock"* | *"Unable to acquire"* | *"is locked"*) [ "$tries" -gt 0 ] && sleep 5 && continue ;;
    esac
    echo "$said" >&2
    return 1
  done
}

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # names are words
  { locked apt-get update -qq || locked apt-get update -qq; } && locked apt-get install -y -qq --no-install-recommends $missing && exit 0
fi
echo "missing packages:$missing (Debian names); install them and run this again" >&2
exit 1
