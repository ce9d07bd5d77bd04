#!/bin/sh
# version.sh FIELD: what this tree is, from git, else from what `git archive` wrote into .gitversion.
#   name   as git describes it: v1.2.0, v1.2.0-3-g1a2b3c4, or the commit where there is no tag; -dirty with changes that are not committed
#   deb    the same as a Debian version     commit  its hash     date  of the commit, RFC 3339     epoch  the same in seconds
set -eu
cd "$(dirname "$0")/.."
if [ -e .git ]; then
  name=$(git describe --tags --match 'v[0-9]*' --always --dirty)
  commit=$(git rev-parse HEAD) date=$(git log -1 --format=%cI) epoch=$(git log -1 --format=%ct)
else
  read -r name commit date epoch <.gitversion
  case $name in ''|%*) name=$(echo "$commit" | cut -c1-7) ;; esac
fi
case $1 in
  name) echo "$name" ;;
  commit) echo "$commit" ;;
  date) echo "$date" ;;
  epoch) echo "$epoch" ;;
  deb)
    case $name in
      v[0-9]*) echo "$name" | sed 's/^v//; s/-/+/; s/-/./g' ;;
      *) echo "0~$(date -u -d "@$epoch" +%Y%m%d%H%M%S).$name" | sed 's/-/+/g' ;;
    esac ;;
  *) echo "version.sh: field $1; must be name, deb, commit, date or epoch" >&2; exit 2 ;;
esac
