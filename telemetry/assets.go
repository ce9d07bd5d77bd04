package telemetry

import (
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

//go:embed web/*.html web/*.svg web/css web/js web/uplot
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

// asset answers GET / and the files of the page. A browser keeps them and asks whether they are still the same.
func asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, h := page()[name], w.Header()
		h.Set("ETag", f.etag)
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", f.mime)
		if r.Header.Get("If-None-Match") == f.etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Length", f.size)
		_, _ = send(w, name) // who has gone needs no answer
	}
}
