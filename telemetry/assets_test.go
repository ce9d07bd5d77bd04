package telemetry

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// maxPage is what all files of the page may weigh as a browser gets them, in bytes: 300 kB with their headers.
const maxPage = 270_000

func TestPageIsSentCompressed(t *testing.T) {
	weight := 0
	for _, name := range pageNames() {
		plain, packed := askAsset(name, "", ""), askAsset(name, "gzip, deflate, br", "")
		if plain.Header().Get("Content-Encoding") != "" || packed.Header().Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: encodings %q and %q, want none and gzip", name, plain.Header().Get("Content-Encoding"), packed.Header().Get("Content-Encoding"))
		}
		if plain.Header().Get("ETag") == packed.Header().Get("ETag") {
			t.Errorf("%s: one tag %s for two bodies", name, plain.Header().Get("ETag"))
		}
		if again := askAsset(name, "gzip", packed.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s asked for again: %d with %d bytes, want 304 with none", name, again.Code, again.Body.Len())
		}
		weight += packed.Body.Len()
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if text, err := io.ReadAll(z); err != nil || string(text) != plain.Body.String() {
			t.Errorf("%s: %d bytes unpacked and %v, want the %d of the file", name, len(text), err, plain.Body.Len())
		}
	}
	if weight > maxPage {
		t.Errorf("the page weighs %d bytes, want at most %d", weight, maxPage)
	}
	t.Logf("the page weighs %d bytes compressed", weight)
}

func askAsset(name, accept, etag string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(http.MethodGet, "/"+name, nil), httptest.NewRecorder()
	r.Header.Set("Accept-Encoding", accept)
	r.Header.Set("If-None-Match", etag)
	asset(name)(w, r)
	return w
}

func TestTakesGzip(t *testing.T) {
	for accepted, want := range map[string]bool{"": false, "gzip": true, "br, GZIP;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false, "deflate, br": false, "*": false, "x-gzip": false} {
		if got := takesGzip(accepted); got != want {
			t.Errorf("takesGzip(%q) = %t, want %t", accepted, got, want)
		}
	}
}

func TestAFileThatAClientHasIsNotSentAgain(t *testing.T) {
	etag := askAsset(home, "gzip", "").Header().Get("ETag")
	for has, want := range map[string]int{
		etag: 304, "W/" + etag: 304, `"older", W/"other" , ` + etag: 304, "*": 304, "": 200, `"older"`: 200, strings.Trim(etag, `"`): 200, strings.Replace(etag, "-gzip", "", 1): 200,
	} {
		if got := askAsset(home, "gzip", has).Code; got != want {
			t.Errorf("If-None-Match %s: %d, want %d", has, got, want)
		}
	}
}
