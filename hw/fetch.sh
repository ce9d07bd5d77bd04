#!/bin/sh
# fetch.sh DIR: puts the distribution's arm64 kernel, its modules and a device tree of QEMU's "virt" board in DIR.
# Nothing is installed and the machine's own package lists stay as they are.
set -eu
dir=$1
mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/mod"
[ -e "$dir/done" ] && exit 0
apt() { command=$1; shift; "$command" -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::lists="$dir/lists" \
  -o Dir::Cache="$dir" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root "$@"; }
apt apt-get update -qq || apt apt-get update -qq # a mirror in the middle of a sync fails once
kernel=$(apt apt-cache depends linux-image-arm64 | sed -n 's/.*Depends: \(linux-image-[^: ]*\).*/\1/p' | head -n 1)
(cd "$dir" && apt apt-get download -qq "$kernel")
dpkg-deb -x "$dir"/linux-image-*.deb "$dir/kernel"
cp "$dir"/kernel/boot/vmlinuz-* "$dir/vmlinuz"
for m in usb-common usbcore xhci-hcd xhci-pci usbserial ftdi_sio; do
  f=$(find "$dir/kernel" -name "$m.ko*" | head -n 1)
  case $f in
    *.xz) xz -dc "$f" > "$dir/mod/$m.ko" ;;
    *.ko) cp "$f" "$dir/mod/$m.ko" ;;
    *) echo "the kernel $kernel has no module $m" >&2; exit 1 ;;
  esac
done
qemu-system-aarch64 -M "virt,dumpdtb=$dir/virt.dtb" -cpu cortex-a53 -smp 2 -m 512 -display none -nic none
fdtput -t s "$dir/virt.dtb" /gpio-keys status disabled # it would have line 3 for itself
fdtput -t s "$dir/virt.dtb" "$(fdtget -l "$dir/virt.dtb" / | sed -n 's/^pl061/\/pl061/p')" gpio-line-names "" GPIO1 "" GPIO3
touch "$dir/done"
