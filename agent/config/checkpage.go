package config

import (
	"fmt"
	"strings"
)

// maxKey is how many points the strip of the page has room for.
const maxKey = 4

// page checks what the page shows first.
func (k *checking) page() {
	key := k.config.Page.Key
	if len(key) > maxKey {
		k.at("page.key", "%d points; must be at most %d", len(key), maxKey)
	}
	for i, name := range key {
		device, point, _ := strings.Cut(name, ".")
		if _, known := k.catalogue[device][point]; !known {
			k.at(fmt.Sprintf("page.key[%d]", i), "point %q is unknown; must be <device>.<point>, such as ion1.ig", short(name))
		}
	}
}
