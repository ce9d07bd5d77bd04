#!/bin/sh
# debootstrap.sh DIR: a fresh Debian of this machine's release in DIR, from where this machine's apt gets its packages. Nothing of ours is in it, and
# little else: what every board has. One that is there is left as it is; one that was not finished is made anew.
set -eu
dir=$1
[ -e "$dir/.finished" ] && exit 0
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 # apt fills in what stands behind the dollars
mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | awk -v suite="$suite" '$1 == suite {print $2; exit}')
[ -n "$mirror" ] || { echo "debootstrap.sh: apt of this machine has no source of $suite; run apt-get update" >&2; exit 1; }
rm -rf "$dir" && mkdir -p "$dir"
debootstrap --variant=minbase --include=systemd-sysv,udev,dbus,sudo "$suite" "$dir" "$mirror" >"$dir.log" 2>&1 || { tail -n 20 "$dir.log" >&2; exit 1; }
rm -rf "$dir"/var/cache/apt/archives/*.deb "$dir"/var/lib/apt/lists/*
touch "$dir/.finished"
