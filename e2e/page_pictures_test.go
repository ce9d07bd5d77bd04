//go:build e2e

package e2e

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// update writes the pictures of the README anew: go test -tags e2e -run TestPictures ./e2e -update
var update = flag.Bool("update", false, "write the pictures in docs")

// maxPicture is how large a picture of the README may be, in bytes.
const maxPicture = 200_000

// TestPictures makes the pictures of the README: the bench while things happen, dark and light.
func TestPictures(t *testing.T) {
	agent := startAgent(t, "", "-script")
	c := startChromium(t)
	if *update {
		time.Sleep(65 * time.Second) // a minute of the script: a command, a failure and a recovery
	}
	for _, scheme := range []string{"dark", "light"} {
		p := c.browse(t, agent.url, 1400, 1120)
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		p.unlock()
		p.sees("curves", `document.querySelector('.channel canvas')`)
		time.Sleep(4 * time.Second) // the first curves, and the message in the corner goes
		picture := small(t, p.picture())
		if len(picture) < 20_000 || len(picture) > maxPicture {
			t.Errorf("the picture of the %s bench has %d bytes, want 20 kB to %d", scheme, len(picture), maxPicture)
		}
		name := "bench-" + scheme + ".png"
		save(t, filepath.Join("../bin/screenshots", name), picture)
		if *update {
			save(t, filepath.Join("../docs", name), picture)
		} else if _, err := os.Stat(filepath.Join("../docs", name)); err != nil {
			t.Errorf("the README's picture is not there: %v", err)
		}
	}
}

// small is a picture with the 256 colours it has most of: a page needs no more, and a repository keeps it for ever.
func small(t *testing.T, data []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[color.Color]int{}
	for y := range full.Bounds().Dy() {
		for x := range full.Bounds().Dx() {
			counts[full.At(x, y)]++
		}
	}
	often := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int { return cmp.Compare(counts[b], counts[a]) })
	palette := color.Palette(often[:min(256, len(often))])
	nearest := map[color.Color]uint8{}
	few := image.NewPaletted(full.Bounds(), palette)
	for y := range full.Bounds().Dy() {
		for x := range full.Bounds().Dx() {
			c := full.At(x, y)
			if _, ok := nearest[c]; !ok {
				nearest[c] = uint8(palette.Index(c))
			}
			few.SetColorIndex(x, y, nearest[c])
		}
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, few); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
