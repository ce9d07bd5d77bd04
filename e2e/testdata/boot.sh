#!/bin/sh
# Boots a real systemd on a throw-away copy of a root, in namespaces of its own: what it writes goes to a tmpfs and ends with it.
# Arguments: an empty directory, a directory of files laid over the root, and the root: / or a fresh one. Run by systemd_test.go.
set -e
work=$1 over=$2 base=$3
if [ -z "$INNER" ]; then # a cgroup of its own, which becomes the root of its cgroup namespace
	mount --make-rprivate /
	mkdir -p "$work/cgroup" "$work/layer" "$work/root"
	mount -t cgroup2 cgroup2 "$work/cgroup"
	mkdir -p "$work/cgroup/pychron-edge-e2e-$$"
	echo $$ >"$work/cgroup/pychron-edge-e2e-$$/cgroup.procs"
	INNER=yes exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup sh "$0" "$work" "$over" "$base"
fi
root=$work/root
mount -t tmpfs tmpfs "$work/layer"
mkdir "$work/layer/upper" "$work/layer/work"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/layer/upper,workdir=$work/layer/work" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
while read -r name major minor; do mknod -m 666 "$root/dev/$name" c "$major" "$minor"; done <<-DEVICES
	null 1 3
	zero 1 5
	full 1 7
	random 1 8
	urandom 1 9
	tty 5 0
DEVICES
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx" # a unit with PrivateDevices gets 226/NAMESPACE without it
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
rm -rf "$root/etc/systemd/system" "$root/etc/fstab"
rm -rf "$root"/var/lib/pychron-edge* "$root"/var/lib/private/pychron-edge* # what agents of this machine keep, such as a halt's latch
mkdir -p "$root/etc/systemd/system"
for unit in systemd-udevd systemd-udev-trigger systemd-hwdb-update systemd-journal-catalog-update systemd-update-done ldconfig; do
	ln -s /dev/null "$root/etc/systemd/system/$unit.service"
done
cp -r "$over/." "$root/"
cd "$root"
mkdir -p mnt
pivot_root . mnt
umount -l /mnt
systemd-sysusers
exec env -i container=e2e PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=basic.target --log-target=console --log-level=notice
