package telemetry

import (
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// The page's scripts and styles are in web/js and web/css. A browser gets them put together, in three files of web/built.
//
//go:generate go run -C ../tools ./bundle -dir ..
//go:embed web/*.html web/*.svg web/built web/uplot/uPlot.iife.min.js web/uplot/LICENSE
var pageFiles embed.FS

// file is what is known of one file of the page. Its bytes stay in the program's image, which costs no memory.
type file struct {
	mime, etag, size string
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
		files[name] = file{mimeOf(name), `"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`, strconv.FormatInt(size, 10)}
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
// than half the bytes; they are compressed anew for each, which costs no memory, and a browser asks for them once a version.
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
		case r.Header.Get("If-None-Match") == etag:
			w.WriteHeader(http.StatusNotModified)
		case packed:
			h.Set("Content-Encoding", "gzip")
			pack(w, name)
		default:
			h.Set("Content-Length", f.size)
			_, _ = send(w, name) // who has gone needs no answer
		}
	}
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

// packers are kept from one file to the next, as each has most of a MiB.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// pack sends a file compressed.
func pack(w io.Writer, name string) {
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(w)
	if _, err := send(z, name); err == nil { // who has gone needs no end
		_ = z.Close()
	}
}
