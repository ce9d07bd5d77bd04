//go:build e2e

package e2e

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
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
	"github.com/chromedp/chromedp"
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

// TestViewPictures holds that each view has its picture for docs/page.md; with -update it makes them, of a line on which things happened.
func TestViewPictures(t *testing.T) {
	if !*update {
		for _, view := range []string{"line", "instruments", "log", "plots", "runs", "metrics", "fleet", "line-dark", "phone"} {
			if _, err := os.Stat(filepath.Join("../docs", "page-"+view+".png")); err != nil {
				t.Errorf("its picture is not there: %v", err)
			}
		}
		return
	}
	s := newStageOf(t, func(t *testing.T, broker string) *bench { return startDrawnWith(t, broker, tripping) })
	now := time.Now()
	for i := range 6 {
		s.postRun(t, wholeRun(fmt.Sprintf("66572-0%d", i+1), now.Add(time.Duration(i-8)*10*time.Minute), 400+i, []string{"success", "failed"}[i/5])...)
	}
	s.postRun(t, lifecycle(now, "run_started", map[string]string{"run_id": "66573-01A", "queue": "FC-12", "run_type": "air"}), lifecycle(time.Now(), "extraction_started", map[string]string{"run_id": "66573-01A"}))
	s.move(t, "V1", "open", 1)
	s.move(t, "V5", "open", 1)   // trips, and alarms
	time.Sleep(45 * time.Second) // for curves
	agent, viewer := s.browse(t, s.agent.url+"/", 1440, 900), s.browse(t, s.viewer+"/", 1440, 900)
	for _, p := range []*page{agent, viewer} {
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "light"}}})
	}
	for _, v := range append(s.axeViews(), axeView{"fleet", "", `document.querySelector('#view-fleet [data-agent]')`}) {
		p, name := agent, v.view
		switch {
		case v.view == "fleet":
			p = viewer
		case v.params != "" && v.view != "plots":
			continue // a view once
		}
		p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#/%s?%s'`, v.view, v.params)))
		p.live().sees("the view "+name, v.shown)
		p.sees("the run", `/66573-01A/.test(document.querySelector('#run').textContent)`)
		viewPicture(t, p, name)
	}
	for _, other := range []struct {
		name, scheme  string
		width, height int
	}{{"line-dark", "dark", 1440, 900}, {"phone", "light", 390, 844}} {
		p := s.browse(t, s.agent.url+"/#/line", other.width, other.height)
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: other.scheme}}})
		p.live().sees("the line", `document.querySelector('#view-line svg.line-drawing [data-part=V1]')`)
		viewPicture(t, p, other.name)
	}
}

// viewPicture takes the picture of a view for docs/page.md.
func viewPicture(t *testing.T, p *page, name string) {
	t.Helper()
	time.Sleep(4 * time.Second) // for its history
	picture := small(t, p.picture())
	if len(picture) < 10_000 || len(picture) > maxPicture {
		t.Errorf("the picture of %s has %d bytes, want 10 kB to %d", name, len(picture), maxPicture)
	}
	save(t, filepath.Join("../docs", "page-"+name+".png"), picture)
}

// small is a picture with the 256 colours it has most of, alike ones taken as one: a page needs no more, and a repository keeps it for ever.
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
	more := func(a, b color.Color) int { return cmp.Compare(counts[b], counts[a]) }
	alike := map[[3]uint32]color.Color{} // without it a small sign would take the colour of another, for letters have hundreds of greys
	for _, c := range slices.SortedFunc(maps.Keys(counts), more) {
		r, g, b, _ := c.RGBA()
		if key := [3]uint32{r >> 11, g >> 11, b >> 11}; alike[key] == nil {
			alike[key] = c
		}
	}
	often := slices.SortedFunc(maps.Values(alike), more)
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
