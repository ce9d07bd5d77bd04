package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxFile is the largest file, in bytes.
const maxFile = 1 << 20

// pipeTime is how long whoever writes to a pipe may take.
const pipeTime = 30 * time.Second

// Bytes are what is in a file. Its errors say what is wrong with the file, and what it must be.
func Bytes(path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("the name of the file is empty; must be the file with the configuration")
	}
	data, err := Limited(path)
	if err == nil {
		return data, nil
	}
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	must := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		must = "; must be the file with the configuration"
	case errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENXIO):
		must = "; must be a file"
	case errors.Is(err, os.ErrDeadlineExceeded):
		must = "; must be written within " + pipeTime.String()
	case errors.Is(err, fs.ErrPermission):
		must = "; must be a file that this user may read"
	}
	return nil, fmt.Errorf("%s: %w%s", path, err, must)
}

// Limited is what is in a file of at most 1 MiB. A longer one is an error of a [fs.PathError], and is not read to its end: a device or a pipe has none.
func Limited(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes to is empty, and not waited for
	if err != nil {
		return nil, err
	}
	defer f.Close()
	_ = f.SetReadDeadline(time.Now().Add(pipeTime)) // files have none
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("the file is longer than %d bytes; must be at most that", maxFile)}
	}
	return data, err
}

// Read fills what into points to from data, as strictly as a decoder does; path is only for the messages. what is what the file must hold
// where an empty one is a mistake, "" = it is none. It opens nothing. The problems are those of form; whoever knows the meaning adds to them.
func Read(path string, data []byte, into any, what string) *Problems {
	p := &Problems{File: path, Nodes: map[string]*yaml.Node{}}
	if len(data) > maxFile {
		p.At("", "the file is %d bytes long; must be at most %d", len(data), maxFile)
		return p
	}
	p.Lines = strings.Split(string(data), "\n")
	if why := noText(data); why != "" {
		p.Broken = true
		p.At("", "%s", why)
		return p
	}
	document := yaml.NewDecoder(bytes.NewReader(data))
	var root, second yaml.Node
	err := document.Decode(&root)
	if err != nil && !errors.Is(err, io.EOF) {
		p.syntax(data, err)
		return p
	}
	if len(root.Content) == 0 || Null(root.Content[0]) {
		if what != "" {
			p.Broken = true
			p.At("", "the file is empty; must be %s", what)
		}
		return p
	}
	switch err := document.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		p.syntax(data, err)
		return p
	default:
		p.Add(&second, false, "a second document begins here; must be one")
	}
	p.Broken = root.Content[0].Kind != yaml.MappingNode // of which nothing else can be said
	p.anchors(&root, map[string]bool{})
	(&Decoder{Problems: p}).Decode(root.Content[0], into, "")
	return p
}

// anchors notes those that are given twice: which of them an alias means would depend on where it stands.
func (p *Problems) anchors(n *yaml.Node, seen map[string]bool) {
	if n.Anchor != "" && seen[n.Anchor] {
		p.Add(n, false, "anchor %s is given twice; must be given once", Short(n.Anchor))
	}
	seen[n.Anchor] = true
	for _, inner := range n.Content {
		p.anchors(inner, seen)
	}
}
