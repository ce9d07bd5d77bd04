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
	"strings"
	"sync"
)

//go:embed web/*.html web/*.svg web/css web/js web/uplot
var pageFiles embed.FS

// file is one file of the page.
type file struct {
	data []byte
	mime string
	etag string
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

// page is the files by path, read when the first is asked for.
var page = sync.OnceValue(func() map[string]file {
	files := map[string]file{}
	for _, name := range pageNames() {
		data, _ := pageFiles.ReadFile("web/" + name) // as above
		sum := sha256.Sum256(data)
		files[name] = file{data, mimeOf(name), `"` + hex.EncodeToString(sum[:12]) + `"`}
	}
	return files
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
func (s *Server) asset(name string) call {
	return func(w http.ResponseWriter, r *http.Request, _ Principal) error {
		f, h := page()[name], w.Header()
		h.Set("ETag", f.etag)
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", f.mime)
		if r.Header.Get("If-None-Match") == f.etag {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		h.Set("Content-Length", strconv.Itoa(len(f.data)))
		_, _ = w.Write(f.data) // who has gone needs no answer
		return nil
	}
}
