package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

type verdict string

const (
	noticed  verdict = "noticed "
	survived verdict = "SURVIVED"
	unbuilt  verdict = "unbuilt "
)

type tally map[verdict]int

func (t tally) String() string {
	return fmt.Sprintf("%d noticed, %d survived, %d do not build", t[noticed], t[survived], t[unbuilt])
}

// try runs the tests over a mutant; the tree itself is not touched.
func try(o options, m mutant) (verdict, error) {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	changed, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	original, err := filepath.Abs(filepath.Join(o.dir, m.file))
	if err != nil {
		return "", err
	}
	table, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(changed, m.code, 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, table, 0o600); err != nil {
		return "", err
	}
	for _, args := range o.tests {
		switch out, ok := goTest(o, overlay, args); {
		case ok:
		case strings.Contains(out, "[build failed]"):
			return unbuilt, nil
		default:
			return noticed, nil
		}
	}
	return survived, nil
}

// goTest runs go test with an overlay, and ends it and its children when its time is over.
func goTest(o options, overlay, args string) (string, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), o.timeout)
	defer cancel()
	all := append([]string{"test", "-vet=off", "-failfast", "-count=1", "-overlay", overlay}, strings.Fields(args)...)
	c := exec.CommandContext(ctx, "go", all...)
	var out bytes.Buffer
	c.Dir, c.Stdout, c.Stderr = o.dir, &out, &out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 5 * time.Second
	err := c.Run()
	return out.String(), err == nil
}
