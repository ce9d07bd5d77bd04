package telemetry

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"sync"
)

//go:embed web
var pageFiles embed.FS

// file is one file of the page.
type file struct {
	data []byte
	mime string
	etag string
}

// page is the files of the page by path, read once.
var page = sync.OnceValues(func() (map[string]file, error) {
	files := map[string]file{}
	err := fs.WalkDir(pageFiles, "web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := pageFiles.ReadFile(name)
		sum := sha256.Sum256(data)
		files[name[len("web/"):]] = file{data, mimeOf(name), `"` + hex.EncodeToString(sum[:12]) + `"`}
		return err
	})
	return files, err
})

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
func (s *Server) asset(w http.ResponseWriter, r *http.Request, _ Principal) error {
	files, err := page()
	if err != nil {
		return err
	}
	name := r.PathValue("file")
	if name == "" {
		name = "index.html"
	}
	f, ok := files[name]
	if !ok {
		return failure(http.StatusNotFound, "nothing at %s; allowed are the calls of the documentation", cut(r.URL.Path))
	}
	h := w.Header()
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Type", f.mime)
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Length", strconv.Itoa(len(f.data)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.data) // who has gone needs no answer
	}
	return nil
}
