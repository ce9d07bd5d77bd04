#!/bin/sh
# version.sh FIELD: what this tree is, from git, else from what `git archive` wrote into .gitversion.
#   name   as git describes it: v1.2.0, v1.2.0-3-g1a2b3c4, or the commit where there is no tag; -dirty with changes that are not committed
#   deb    the same as a Debian version     commit  its hash     date  of the commit, RFC 3339     epoch  the same in seconds
set -eu
cd "$(dirname "$0")/.."
if [ -e .git ]; then
  commit=$(git rev-parse HEAD)
  name=$(git describe --tags --match 'v[0-9]*' 2>/dev/null || echo "$commit" | cut -c1-7)
  [ -z "$(git status --porcelain --untracked-files=no)" ] || name=$name-dirty
  date=$(git log -1 --format=%cI) epoch=$(git log -1 --format=%ct)
else
  read -r commit date epoch name <.gitversion
  [ -n "$name" ] || name=$(echo "$commit" | cut -c1-7)
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
