package telemetry

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The page's scripts and styles are in web/js and web/css. A browser gets them put together, in the files of web/built.
//
//go:generate go run -C ../tools ./bundle -dir ..
//go:embed web/*.svg web/built web/uplot/uPlot.iife.min.js web/uplot/LICENSE
var pageFiles embed.FS

// home is the page itself, which is served at / with its styles in it.
const home = "built/index.html"

// file is what is known of one file of the page. Its bytes stay in the program's image, which costs no memory; compressed they are kept
// from the first time that they are asked for, 160 kB for all.
type file struct {
	mime, etag, size string
	packed           func() []byte
}

// pageNames are the paths of the page's files. Its tests are not among them.
func pageNames() []string {
	var names []string
	_ = fs.WalkDir(pageFiles, "web", func(name string, d fs.DirEntry, err error) error { // it cannot fail: it is memory
		name = strings.TrimPrefix(name, "web/")
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	return names
}

// page is the files by path, looked at when the first is asked for.
var page = sync.OnceValue(func() map[string]file {
	files := map[string]file{}
	for _, name := range pageNames() {
		sum := sha256.New()
		size, _ := send(sum, name) // it cannot fail, as above
		files[name] = file{mimeOf(name), `"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`, strconv.FormatInt(size, 10), sync.OnceValue(func() []byte { return pack(name) })}
	}
	return files
})

// send copies a file of the page.
func send(w io.Writer, name string) (int64, error) {
	f, err := pageFiles.Open("web/" + name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(w, f)
}

// mimeOf does not ask the machine's own tables, which differ.
func mimeOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case "":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// asset answers GET / and the files of the page. A browser keeps them and asks whether they are still the same. Who takes gzip gets less
// than half the bytes, which were compressed once: doing it anew took longer than all else of a page's start.
func asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, h := page()[name], w.Header()
		packed := takesGzip(r.Header.Get("Accept-Encoding"))
		etag := f.etag
		if packed {
			etag = strings.TrimSuffix(etag, `"`) + `-gzip"` // other bytes, so another tag
		}
		h.Set("ETag", etag)
		h.Set("Vary", "Accept-Encoding")
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", f.mime)
		switch {
		case unchanged(r.Header.Get("If-None-Match"), etag):
			w.WriteHeader(http.StatusNotModified)
		case packed:
			data := f.packed()
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(data)))
			_, _ = w.Write(data) // who has gone needs no answer
		default:
			h.Set("Content-Length", f.size)
			_, _ = send(w, name) // who has gone needs no answer
		}
	}
}

// unchanged reports whether a client has a file already: it names the tags of all versions that it has, which a proxy on the way may have made weak.
func unchanged(has, etag string) bool {
	for one := range strings.SplitSeq(has, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == etag {
			return true
		}
	}
	return false
}

// takesGzip reports whether a client named gzip among what it takes, and did not refuse it with a weight of zero.
func takesGzip(accepted string) bool {
	for part := range strings.SplitSeq(accepted, ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";q=")
		if strings.EqualFold(coding, "gzip") {
			return strings.Trim(weight, "0.") != "" || weight == ""
		}
	}
	return false
}

// pack compresses a file of the page.
func pack(name string) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = send(z, name) // it cannot fail: it is memory to memory
	_ = z.Close()
	return slices.Clip(out.Bytes())
}

// inline gives the texts that the page has in itself, between the tags of one kind: its own and nobody else's, which its policy names.
func inline(tag string) []string {
	data, _ := pageFiles.ReadFile("web/" + home) // it cannot fail, as above
	var texts []string
	for _, part := range strings.Split(string(data), "<"+tag+">")[1:] {
		text, _, _ := strings.Cut(part, "</"+tag+">")
		texts = append(texts, text)
	}
	return texts
}
