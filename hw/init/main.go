// Command init is the first and only program of the emulated board: it loads the modules of the USB adapter, runs the
// tests of drivers and agent that need a board, and switches it off.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// modules are loaded in this order.
var modules = []string{"usb-common", "usbcore", "xhci-hcd", "xhci-pci", "usbserial", "ftdi_sio"}

func main() {
	if err := errors.Join(mount(), load(), await("/dev/gpiochip0", "/sys/bus/usb/devices/usb1")); err != nil {
		fmt.Println("BOARD", err)
	}
	fmt.Println("BOARD READY")
	if err := errors.Join(run("/pin.test"), run("/line.test"), run("/board.test")); err != nil {
		fmt.Println("BOARD FAILED", err)
	} else {
		fmt.Println("BOARD PASSED")
	}
	syscall.Sync()
	fmt.Println(syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF))
}

// run runs the board tests of one package.
func run(name string) error {
	tests := exec.Command(name, "-test.v", "-test.run", "^TestBoard", "-test.timeout", "120s")
	tests.Env = []string{"PATH=/", "TMPDIR=/tmp", "HOME=/tmp"}
	tests.Stdout, tests.Stderr = os.Stdout, os.Stdout
	if err := tests.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func mount() error {
	var errs []error
	for _, m := range [][2]string{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/tmp"}, {"devpts", "/dev/pts"}} {
		errs = append(errs, os.MkdirAll(m[1], 0o755))
		if err := syscall.Mount(m[0], m[1], m[0], 0, ""); err != nil {
			errs = append(errs, fmt.Errorf("mounting %s: %w", m[1], err))
		}
	}
	return errors.Join(errs...)
}

func load() error {
	var errs []error
	for _, name := range modules {
		f, err := os.Open("/mod/" + name + ".ko")
		if err == nil {
			err = errors.Join(unix.FinitModule(int(f.Fd()), "", 0), f.Close())
		}
		if err != nil && !errors.Is(err, unix.EEXIST) {
			errs = append(errs, fmt.Errorf("module %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// await waits for files of the kernel, 10 s at most.
func await(paths ...string) error {
	for _, path := range paths {
		for n := 0; ; n++ {
			_, err := os.Stat(path)
			if err == nil {
				break
			}
			if !errors.Is(err, fs.ErrNotExist) || n == 100 {
				return err
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	return nil
}
