package webconfig

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/time/rate"
)

// key is the digest of a user, a hash and a password.
type key = [sha256.Size]byte

// handler lets a request through as the file says at that moment.
type handler struct {
	path  string
	next  http.Handler
	limit *rate.Limiter // nil: no limit
	log   *slog.Logger

	one sync.Mutex // over bcrypt: it is slow on purpose, and passwords that are tried shall not take all processors

	mu    sync.Mutex
	known map[key]bool // whether the password is right
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, err := read(h.path)
	switch {
	case err != nil:
		h.log.Error("web configuration", "file", h.path, "error", err)
		refuse(w, http.StatusInternalServerError)
		return
	case h.limit != nil && !h.limit.Allow():
		refuse(w, http.StatusTooManyRequests)
		return
	}
	for name, value := range f.HTTP.Headers {
		w.Header().Set(name, value)
	}
	if len(f.Users) > 0 && !h.knows(r, f.Users) {
		w.Header().Set("WWW-Authenticate", "Basic")
		refuse(w, http.StatusUnauthorized)
		return
	}
	h.next.ServeHTTP(w, r)
}

func refuse(w http.ResponseWriter, code int) { http.Error(w, http.StatusText(code), code) }

// nobody is a hash that takes as long as that of a user, so that time does not tell who is one. It is of no password.
const nobody = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"

// knows reports whether a request has the name and the password of a user.
func (h *handler) knows(r *http.Request, users map[string]string) bool {
	name, password, ok := r.BasicAuth()
	if !ok {
		return false
	}
	hash, is := users[name]
	if !is {
		hash = nobody
	}
	return h.matches(name, hash, password) && is
}

// matches compares a password with a hash, or remembers what came of it: only a digest is kept.
func (h *handler) matches(name, hash, password string) bool {
	tried := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", name, hash, password))
	if right, ok := h.remembered(tried); ok {
		return right
	}
	h.one.Lock()
	right := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
	h.one.Unlock()
	h.remember(tried, right)
	return right
}

func (h *handler) remembered(k key) (right, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	right, ok = h.known[k]
	return right, ok
}

// maxKnown bounds what is remembered. Beyond it a few go, whichever: guesses must not drive out all that is right.
const (
	maxKnown = 100
	dropped  = 10
)

func (h *handler) remember(k key, right bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.known) >= maxKnown {
		n := 0
		for old := range h.known {
			if n++; n > dropped {
				break
			}
			delete(h.known, old)
		}
	}
	h.known[k] = right
}
