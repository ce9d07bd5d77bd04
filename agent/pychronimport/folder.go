package pychronimport

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Folder imports a folder of this computer: setupfiles, or one that holds it. pins is the file with the valves' pins, "" = none.
// No link is followed out of the folder that setupfiles lies in.
func Folder(dir, pins string, o Options) (*Result, error) {
	if pins != "" {
		data, err := readPins(pins)
		if err != nil {
			return nil, err
		}
		o.Pins = data
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	switch info, err := os.Stat(dir); {
	case err != nil:
		return nil, fmt.Errorf("%w; must be a folder with Pychron's setupfiles", err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file; must be a folder with Pychron's setupfiles", dir)
	}
	if info, err := os.Stat(filepath.Join(dir, "setupfiles")); err == nil && info.IsDir() {
		dir = filepath.Join(dir, "setupfiles")
	}
	root, err := os.OpenRoot(filepath.Dir(dir)) // .appdata lies beside it
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return Import(root.FS(), filepath.Base(dir), o)
}

// Write writes the configuration to a file, or to out where none is named.
func (r *Result) Write(file string, out io.Writer) error {
	if file == "" || file == "-" {
		_, err := io.WriteString(out, r.YAML)
		return err
	}
	return os.WriteFile(file, []byte(r.YAML), 0o640)
}

// readPins is what is in the file of pins.
func readPins(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return limited(f, file)
}
