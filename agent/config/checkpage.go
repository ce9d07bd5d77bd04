package config

import (
	"fmt"
	"strings"

	"pychron-edge/agent/rules"

	"pychron-edge/near"
	"pychron-edge/yamlfile"
)

// maxKey is how many points the strip of the page has room for.
const maxKey = 4

// page checks what the page shows first.
func (k *checking) page() {
	key := k.config.Page.Key
	if len(key) > maxKey {
		k.At("page.key", "%d points; must be at most %d", len(key), maxKey)
	}
	for i, name := range key {
		device, point, _ := strings.Cut(name, ".")
		points, at := k.catalogue[device], fmt.Sprintf("page.key[%d]", i)
		if point == "" {
			k.At(at, "point %q is unknown; must be <device>.<point>, such as ion1.ig", yamlfile.Short(name))
		} else if points == nil {
			k.At(at, "device %q of point %q is unknown; %s", yamlfile.Short(device), yamlfile.Short(name), near.OneOf(rules.Names(k.catalogue), "there is no device with readings in this file"))
		} else if _, known := points[point]; !known {
			k.At(at, "no point %s of %s; %s", yamlfile.Short(point), device, near.OneOf(rules.Names(points), "it reads nothing"))
		}
	}
}
