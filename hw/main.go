// Command hw runs the drivers' board tests, and those of the agent of the package, on an emulated arm64 board with a real kernel: a GPIO chip (PL061) whose line 3
// is pulsed, and a real ftdi_sio adapter (0403:6001, serial number GAUGE1) that is plugged, pulled out and plugged again.
//
// It needs qemu-system-aarch64, the package of arm64 in bin/deb, and the files of fetch.sh in the folder it is given. It prints what the board printed and
// ends with 1 unless every test passed.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: hw DIR")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "hw:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string) error {
	if err := image(ctx, dir); err != nil {
		return err
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, old := range []string{"ftdi.sock", "monitor.sock", "serial.log"} {
		if err := os.Remove(path(old)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	board := exec.CommandContext(ctx, "qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53", "-smp", "2", "-m", "512",
		"-accel", "tcg,thread=multi", "-kernel", path("vmlinuz"), "-initrd", path("initrd.gz"), "-dtb", path("virt.dtb"),
		"-append", "console=ttyAMA0 quiet panic=-1", "-display", "none", "-no-reboot", "-nic", "none", "-serial", "file:"+path("serial.log"),
		"-monitor", "unix:"+path("monitor.sock")+",server=on,wait=off", "-device", "qemu-xhci",
		"-chardev", "socket,id=ftdi,path="+path("ftdi.sock")+",server=on,wait=off", "-device", "usb-serial,chardev=ftdi,serial=GAUGE1")
	board.Stderr = os.Stderr
	if err := board.Start(); err != nil {
		return fmt.Errorf("qemu-system-aarch64 (Debian package qemu-system-arm): %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- board.Wait() }()
	playing, stop := context.WithCancel(ctx)
	defer stop()
	go pulse(playing, path("monitor.sock"))
	go gauge(playing, path("ftdi.sock"), func(mark string) bool { return strings.Contains(console(path("serial.log")), mark) })
	err := <-ended
	out := console(path("serial.log"))
	fmt.Print(out)
	switch {
	case strings.Contains(out, "BOARD PASSED"):
		return nil
	case err != nil:
		return fmt.Errorf("the board ended: %w", err)
	}
	return errors.New("the board's tests did not pass")
}

func console(path string) string {
	b, _ := os.ReadFile(path) // not there yet: nothing was said yet
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

// gauge plugs the adapter and answers on it; when the tests say so it pulls it out for 2 s.
func gauge(ctx context.Context, socket string, said func(mark string) bool) {
	for !said("BOARD READY") {
		if !pause(ctx) {
			return
		}
	}
	plugged, pull := context.WithCancel(ctx)
	go func() {
		for !said("PULL THE ADAPTER") && pause(ctx) {
		}
		pull()
	}()
	answer(plugged, socket)
	select {
	case <-ctx.Done():
	case <-time.After(2 * time.Second):
		answer(ctx, socket)
	}
}

// answer holds the adapter plugged and repeats each line in brackets.
func answer(ctx context.Context, socket string) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	defer conn.Close()
	var in []byte
	for buf := make([]byte, 256); ; {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		in = append(in, buf[:n]...)
		for {
			request, rest, ok := bytes.Cut(in, []byte("\r"))
			if !ok {
				break
			}
			fmt.Fprintf(conn, "<%s>\n", request) // a lost adapter shows at the next read
			in = append([]byte(nil), rest...)
		}
	}
}

// pulse presses the board's power key once a second, which is a pulse on line 3.
func pulse(ctx context.Context, socket string) {
	for pause(ctx) {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			continue
		}
		for ctx.Err() == nil {
			if _, err := fmt.Fprintln(conn, "system_powerdown"); err != nil {
				break
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
		conn.Close()
	}
}

func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(50 * time.Millisecond):
		return true
	}
}

// unpack puts the program of the newest package of arm64 where the package puts it.
func unpack(ctx context.Context, root string) error {
	packages, err := filepath.Glob("bin/deb/pychron-edge-agent_*_arm64.deb")
	if err != nil || len(packages) == 0 {
		return fmt.Errorf("no package of arm64 in bin/deb (%v); run make deb DEB_ARCH=arm64", err)
	}
	newest := slices.MaxFunc(packages, func(a, b string) int { return modified(a).Compare(modified(b)) })
	fmt.Println("HOST the agent is that of", newest)
	if out, err := exec.CommandContext(ctx, "dpkg-deb", "-x", newest, root).CombinedOutput(); err != nil {
		return fmt.Errorf("unpacking %s: %w\n%s", newest, err, out)
	}
	return nil
}

func modified(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// image builds the tests for the board and packs them with init and the modules.
func image(ctx context.Context, dir string) error {
	root := filepath.Join(dir, "root")
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	for _, d := range []string{"mod", "proc", "sys", "dev", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			return err
		}
	}
	if err := os.CopyFS(filepath.Join(root, "mod"), os.DirFS(filepath.Join(dir, "mod"))); err != nil {
		return err
	}
	if err := unpack(ctx, root); err != nil {
		return err
	}
	builds := [][]string{
		{"build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(root, "init"), "./hw/init"},
		{"test", "-c", "-tags", "board", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(root, "pin.test"), "./drivers/pin"},
		{"test", "-c", "-tags", "board", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(root, "line.test"), "./drivers/line"},
		{"test", "-c", "-tags", "board", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(root, "board.test"), "./hw/board"},
	}
	for _, args := range builds {
		build := exec.CommandContext(ctx, "go", args...)
		build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	pack := exec.CommandContext(ctx, "sh", "-c", "find . | cpio -o -H newc --quiet")
	pack.Dir = root
	var archive bytes.Buffer
	pack.Stdout = &archive
	if err := pack.Run(); err != nil {
		return fmt.Errorf("cpio (Debian package cpio): %w", err)
	}
	out, err := os.Create(filepath.Join(dir, "initrd.gz"))
	if err != nil {
		return err
	}
	defer out.Close()
	zip, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := zip.Write(archive.Bytes()); err != nil {
		return err
	}
	return errors.Join(zip.Close(), out.Sync())
}
